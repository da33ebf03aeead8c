//! The account of a restoration: one HTML file that needs nothing else, with pictures, recipe, plots
//! and what is known of how good it is.

mod pictures;
mod plot;

use std::fmt::Write;

use imaging::{ImagingError, Mask, Photo, masked_psnr, masked_ssim, psnr, ssim};

use crate::event::Preview;
use crate::report::Report;
use crate::scales;
use pictures::Pictures;
use plot::Plot;

const STYLE: &str = include_str!("account/style.css");

/// What is told.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// The photo's name.
    pub name: &'a str,
    /// The photo as it was measured.
    pub before: &'a Photo,
    /// As it was restored.
    pub after: &'a Photo,
    /// Where it was restored, when not everywhere.
    pub mask: Option<&'a Mask>,
    /// What it should have become, where that is known.
    pub truth: Option<&'a Photo>,
    /// What was done.
    pub report: &'a Report,
    /// Whether the picture is made of several runs, patch by patch or as their average, of which the
    /// report is that of one.
    pub mixed: bool,
    /// How close the estimates came on the way: step, PSNR in dB, SSIM.
    pub way: &'a [(usize, f64, Option<f64>)],
    /// Other runs of the same photo.
    pub earlier: &'a [Earlier],
}

/// A line of the history.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// The run's name.
    pub name: String,
    /// Its operator, sampler, steps and seed.
    pub recipe: String,
    /// How it ended.
    pub ending: String,
    /// How close it came to the truth, if that is known.
    pub scores: String,
}

/// How close a picture is to the truth, on sRGB values with peak 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closeness {
    /// Peak signal-to-noise ratio in dB; infinite when equal.
    pub psnr: f64,
    /// Structural similarity; NaN below 11 pixels a side.
    pub ssim: f64,
    /// PSNR under the mask in dB; NaN without one.
    pub masked_psnr: f64,
}

impl Closeness {
    /// Compares; `None` if the sizes differ.
    #[must_use]
    pub fn of(picture: &Photo, truth: &Photo, mask: Option<&Mask>) -> Option<Self> {
        if picture.bounds() != truth.bounds() {
            return None;
        }
        let (a, b) = (
            picture.planar(picture.bounds()),
            truth.planar(truth.bounds()),
        );
        let mask = mask.filter(|mask| mask.bounds() == truth.bounds());
        Some(Self {
            psnr: psnr(&a, &b),
            ssim: ssim(&a, &b),
            masked_psnr: mask.map_or(f64::NAN, |mask| masked_psnr(&a, &b, mask)),
        })
    }
}

/// How close an estimate is to the truth within its window, over the mask if there is one: the step,
/// PSNR in dB, and SSIM where the window has room for its 11 pixels. `None` where the truth is of
/// another size. Some milliseconds for 256 × 256 pixels.
#[must_use]
pub fn closeness_on_the_way(
    preview: &Preview,
    truth: &Photo,
    mask: Option<&Mask>,
) -> Option<(usize, f64, Option<f64>)> {
    let window = preview.window;
    if !truth.bounds().contains_rect(window) {
        return None;
    }
    let estimate = Photo::from_rgba8(window.width, window.height, &preview.rgba).ok()?;
    let (a, b) = (estimate.planar(estimate.bounds()), truth.planar(window));
    let mask = mask.filter(|mask| mask.bounds() == truth.bounds());
    let holes = mask.map(|mask| mask.crop(window));
    let (psnr, ssim) = match holes.filter(|holes| !holes.is_empty()) {
        Some(holes) => (masked_psnr(&a, &b, &holes), masked_ssim(&a, &b, &holes)),
        None => (psnr(&a, &b), ssim(&a, &b)),
    };
    Some((preview.done, psnr, ssim.is_finite().then_some(ssim)))
}

impl Account<'_> {
    /// The HTML. Pictures are shown at most 900 pixels wide, with a part at its own size beside them
    /// where that is less.
    ///
    /// # Errors
    /// [`ImagingError::Encode`] when a picture cannot be encoded.
    pub fn html(&self) -> Result<String, ImagingError> {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{0}, restored</title>\n<style>\n{STYLE}</style>\n<main>\n\
             <p class=\"kicker\">Tweedie {1}</p>\n<h1>{0}</h1>\n",
            escape(self.name),
            escape(&self.report.version)
        );
        if self.mixed {
            out.push_str(
                "<p class=\"faint\">The picture is made of several runs, patch by patch or as their \
                 average; recipe and plots are those of one of them.</p>\n",
            );
        }
        if self.report.stopped {
            out.push_str("<p class=\"faint\">The run was stopped before its end.</p>\n");
        }
        self.pictures().write(&mut out)?;
        self.closeness(&mut out);
        self.plots(&mut out);
        self.recipe(&mut out);
        self.history(&mut out);
        out.push_str("</main>\n</html>\n");
        Ok(out)
    }

    fn pictures(&self) -> Pictures<'_> {
        Pictures {
            before: self.before,
            after: self.after,
            truth: self.truth,
            mask: self.mask,
        }
    }

    fn closeness(&self, out: &mut String) {
        let Some(truth) = self.truth else { return };
        let mut rows = String::new();
        for (name, picture) in [("Before", self.before), ("After", self.after)] {
            let Some(close) = Closeness::of(picture, truth, self.mask) else {
                continue;
            };
            let _ = writeln!(
                rows,
                "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                decibels(close.masked_psnr),
                decibels(close.psnr),
                if close.ssim.is_nan() {
                    "–".to_owned()
                } else {
                    format!("{:.4}", close.ssim)
                }
            );
        }
        if !rows.is_empty() {
            let _ = writeln!(
                out,
                "<h2>Distance from the truth</h2>\n<div class=\"scroll\"><table><tr><th></th>\
                 <th>PSNR under the mask</th><th>PSNR</th><th>SSIM</th></tr>\n{rows}</table></div>"
            );
        }
    }

    fn plots(&self, out: &mut String) {
        let report = self.report;
        let steps = report.residuals.len();
        let residual = Plot {
            title: "Residual after each step (dashed: what the noise explains)",
            points: report
                .residuals
                .iter()
                .enumerate()
                .map(|(i, r)| (i + 1, *r))
                .collect(),
            level: Some(report.sigma_y),
            logarithmic: true,
            restart: steps.div_ceil(report.windows.max(1)),
        };
        let along = |title, points| Plot {
            title,
            points,
            level: None,
            logarithmic: false,
            restart: usize::MAX,
        };
        let psnr = self.way.iter().map(|(step, psnr, _)| (*step, *psnr));
        let ssim = self
            .way
            .iter()
            .filter_map(|(step, _, ssim)| Some((*step, (*ssim)?)));
        let plots = [
            residual.svg(),
            along("PSNR of the estimate in its window, dB", psnr.collect()).svg(),
            along("SSIM of the estimate in its window", ssim.collect()).svg(),
        ];
        let plots: String = plots.into_iter().flatten().collect();
        if !plots.is_empty() {
            let _ = writeln!(
                out,
                "<h2>On the way</h2>\n<div class=\"plots\">\n{plots}</div>"
            );
        }
    }

    fn recipe(&self, out: &mut String) {
        let report = self.report;
        let recipe = &report.recipe;
        let photons = recipe.photons.map_or_else(String::new, |photons| {
            format!(", and that of counting {photons} photons for white")
        });
        let mut facts = vec![
            ("What happened", recipe.operator.to_string()),
            (
                "Noise",
                format!(
                    "σ = {} on [−1, 1]{photons}; {:.3e} was reckoned with",
                    recipe.noise, report.sigma_y
                ),
            ),
            (
                "Sampler",
                format!(
                    "{}, {} steps, seed {}",
                    recipe.sampler, recipe.steps, recipe.seed
                ),
            ),
            ("Prior", format!("{} {}", report.prior, report.prior_sha256)),
            (
                "Result",
                format!("{} × {} pixels", report.width, report.height),
            ),
            (
                "Cost",
                format!(
                    "{} windows, {} denoiser evaluations, {} vector-Jacobian products, {:.1} s",
                    report.windows, report.evaluations, report.products, report.seconds
                ),
            ),
            ("Device", report.device.to_string()),
        ];
        if report.masked_pixels > 0 {
            facts.push(("Restored pixels", report.masked_pixels.to_string()));
        }
        if recipe.feather > 0 {
            let text = format!("{} pixels around them are blended", recipe.feather);
            facts.push(("Feather", text));
        }
        if report.masked_pixels > 0 {
            let climbed = recipe.coarse_to_fine && scales::taken_up(&recipe.sampler).is_some();
            let text = match climbed {
                true => "at a coarser scale first",
                false => "at the photo's own scale",
            };
            facts.push(("Wide holes", text.to_owned()));
        }
        if !recipe.tiles {
            facts.push((
                "Large pictures",
                "shown to the prior in one piece".to_owned(),
            ));
        }
        if let Some(from) = &recipe.from {
            let text = format!(
                "the estimates of an earlier run, SHA-256 {from}: without them, which its session \
                 keeps, this result cannot be repeated"
            );
            facts.push(("Went on from", text));
        }
        out.push_str("<h2>What was done</h2>\n<div class=\"scroll\"><table>\n");
        for (name, value) in facts {
            let _ = writeln!(out, "<tr><th>{name}</th><td>{}</td></tr>", escape(&value));
        }
        let _ = writeln!(
            out,
            "</table></div>\n<h2>Recipe</h2>\n<pre>{}</pre>",
            escape(&recipe.to_json())
        );
    }

    fn history(&self, out: &mut String) {
        if self.earlier.is_empty() {
            return;
        }
        out.push_str(
            "<h2>All runs of this photo</h2>\n<div class=\"scroll\"><table><tr><th>Run</th>\
             <th>Recipe</th><th>Ended</th><th>Distance from the truth</th></tr>\n",
        );
        for run in self.earlier {
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(&run.name),
                escape(&run.recipe),
                escape(&run.ending),
                escape(&run.scores)
            );
        }
        out.push_str("</table></div>\n");
    }
}

fn decibels(value: f64) -> String {
    if value.is_nan() {
        "–".to_owned()
    } else if value.is_infinite() {
        "equal".to_owned()
    } else {
        format!("{value:.2} dB")
    }
}

/// For text within HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use imaging::{Depth, Planar, Rect, Value};

    use super::*;
    use crate::device::{DeviceChoice, DeviceInfo};
    use crate::recipe::Recipe;

    fn report() -> Report {
        Report {
            version: "0".into(),
            recipe: Recipe::default(),
            prior: "<prior>".into(),
            prior_sha256: String::new(),
            device: DeviceInfo {
                choice: DeviceChoice::Cpu,
                name: "8 threads".into(),
                backend: "CPU".into(),
                software: false,
            },
            width: 40,
            height: 30,
            windows: 1,
            masked_pixels: 20,
            evaluations: 3,
            products: 3,
            sigma_y: 0.02,
            seconds: 1.0,
            seconds_per_step: 0.3,
            residuals: vec![1.0, 0.5, 0.1],
            clamped: 0,
            stopped: false,
            caution: None,
        }
    }

    fn flat(level: f32, size: (usize, usize)) -> Photo {
        let mut picture = Planar::new(size.0, size.1);
        picture.data.fill(level);
        Photo::from_planar(&picture, Depth::Eight)
    }

    #[test]
    fn the_page_holds_everything_and_asks_for_nothing() {
        let (before, after, truth) = (
            flat(0.1, (40, 30)),
            flat(0.4, (40, 30)),
            flat(0.6, (40, 30)),
        );
        let mut mask = Mask::new(40, 30);
        let _ = mask.fill_rect(Rect::new(3, 3, 5, 4), Value::Paint);
        let account = Account {
            name: "<b>old & grey</b>",
            before: &before,
            after: &after,
            mask: Some(&mask),
            truth: Some(&truth),
            report: &report(),
            mixed: false,
            way: &[
                (1, 10.0, Some(0.1)),
                (2, f64::INFINITY, None),
                (3, 20.0, Some(0.2)),
            ],
            earlier: &[Earlier {
                name: "Run 1".into(),
                ..Earlier::default()
            }],
        };
        let html = account.html().expect("small");
        assert_eq!(
            html.matches("<img").count(),
            5,
            "before, after, truth, mask, difference"
        );
        assert_eq!(html.matches("<svg").count(), 3, "residual, PSNR, SSIM");
        assert!(!html.contains("<b>") && html.contains("&lt;b&gt;old &amp; grey"));
        assert!(html.contains("13.98 dB"), "0.4 against 0.6");
        assert!(html.contains("Run 1") && html.contains("&lt;prior&gt;"));
        let outside = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http"), "nothing is fetched");
        assert!(!outside.contains("NaN"));
    }

    #[test]
    fn an_enlarged_picture_has_no_difference_and_no_mask() {
        let (before, after) = (flat(0.1, (20, 15)), flat(0.4, (40, 30)));
        let report = report();
        let account = Account {
            name: "small",
            before: &before,
            after: &after,
            mask: None,
            truth: None,
            report: &report,
            mixed: true,
            way: &[],
            earlier: &[],
        };
        let html = account.html().expect("small");
        assert!(html.contains("made of several runs"));
        assert_eq!(html.matches("<img").count(), 2);
        assert!(!html.contains("Distance from the truth"));
    }
}
