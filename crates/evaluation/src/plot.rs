//! Small plots as SVG: curves with error bars over a logarithmic axis.
//!
//! Colours are CSS variables with fallbacks, so that a plot within a page follows the page's theme
//! and a plot on its own is readable on white and on black alike.

use std::fmt::Write;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 310.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 46.0;

/// Colours of curves, told apart by people who see colours differently (Okabe & Ito 2008, without
/// black and yellow).
pub(crate) const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];

/// A point with its error bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Above 0.
    pub x: f64,
    /// The value.
    pub y: f64,
    /// Half the length of its bar; 0 for none.
    pub error: f64,
}

/// Points joined by lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// In the legend.
    pub name: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Above the plot.
    pub title: String,
    /// Under the horizontal axis.
    pub x_label: String,
    /// Unit of the vertical axis, after the title; may be empty.
    pub unit: String,
    /// What is shown.
    pub curves: Vec<Curve>,
    /// Horizontal lines to compare with, by name.
    pub levels: Vec<(String, f64)>,
}

impl Plot {
    /// An SVG element; `None` if there is nothing finite to show.
    #[must_use]
    pub fn svg(&self) -> Option<String> {
        let frame = Frame::around(self)?;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"12\" \
             fill=\"var(--ink, #777)\">\n<title>{0}</title>\n\
             <text x=\"0\" y=\"15\"><tspan font-weight=\"600\">{0}</tspan> \
             <tspan fill=\"var(--faint, #999)\">{1}</tspan></text>\n",
            escape(&self.title),
            escape(&self.unit)
        );
        frame.axes(self, &mut out);
        let mut labels = Vec::new();
        for (name, value) in &self.levels {
            let y = frame.y(*value);
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {y:.1}H{:.1}\" stroke=\"var(--faint, #999)\" \
                 stroke-dasharray=\"3 4\"/>",
                WIDTH - RIGHT
            );
            labels.push((y, name.clone(), "var(--faint, #999)"));
        }
        for (i, curve) in self.curves.iter().enumerate() {
            let (colour, dashed) = (COLOURS[i % COLOURS.len()], i >= COLOURS.len());
            if let Some(end) = frame.curve(curve, (colour, dashed), &mut out) {
                let sign = if dashed { "- - " } else { "" };
                labels.push((end, format!("{sign}{}", curve.name), colour));
            }
        }
        legend(labels, &mut out);
        out.push_str("</svg>\n");
        Some(out)
    }
}

/// Where values lie.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
    step: f64,
}

impl Frame {
    fn around(plot: &Plot) -> Option<Self> {
        let points = || {
            plot.curves
                .iter()
                .flat_map(|c| &c.points)
                .filter(|p| shown(p))
        };
        let span = |values: &mut dyn Iterator<Item = f64>| {
            let whole = (f64::INFINITY, f64::NEG_INFINITY);
            values.fold(whole, |(low, high), v| (low.min(v), high.max(v)))
        };
        let (left, right) = span(&mut points().map(|p| p.x.ln()));
        let bars = points().flat_map(|p| [p.y - p.error, p.y + p.error]);
        let levels = plot.levels.iter().map(|l| l.1).filter(|v| v.is_finite());
        let (low, high) = span(&mut bars.chain(levels));
        if !left.is_finite() || !low.is_finite() {
            return None;
        }
        let margin = 0.06 * (right - left).max(1.0);
        let step = nice((high - low).max(1e-6) / 4.0);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Some(Self {
            x: (left - margin, right + margin),
            y: (low, high.max(low + step)),
            step,
        })
    }

    fn x(&self, value: f64) -> f64 {
        let share = (value.ln() - self.x.0) / (self.x.1 - self.x.0);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.y.0) / (self.y.1 - self.y.0);
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    }

    fn axes(&self, plot: &Plot, out: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let ticks = ((self.y.1 - self.y.0) / self.step).round() as usize;
        let digits = (-self.step.log10().floor()).max(0.0) as usize;
        for i in 0..=ticks {
            let value = self.y.0 + i as f64 * self.step;
            let y = self.y(value);
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"var(--rule, #8884)\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value:.digits$}</text>",
                LEFT - 8.0,
                y + 4.0
            );
        }
        let mut places: Vec<f64> = plot
            .curves
            .iter()
            .flat_map(|c| c.points.iter().filter(|p| shown(p)).map(|p| p.x))
            .collect();
        places.sort_by(f64::total_cmp);
        let mut last = f64::NEG_INFINITY;
        for value in places {
            let x = self.x(value);
            // Numbers need room.
            if x - last < 30.0 {
                continue;
            }
            last = x;
            let _ = writeln!(
                out,
                "<path d=\"M{x:.1} {bottom}v4\" stroke=\"var(--rule, #8884)\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                bottom + 18.0,
                short(value)
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" \
             fill=\"var(--faint, #999)\">{}</text>",
            f64::midpoint(LEFT, right),
            HEIGHT - 6.0,
            escape(&plot.x_label)
        );
    }

    /// Returns the height of the curve's end. Dashes tell curves apart that share a colour.
    fn curve(
        &self,
        curve: &Curve,
        (colour, dashed): (&str, bool),
        out: &mut String,
    ) -> Option<f64> {
        let points: Vec<&Point> = curve.points.iter().filter(|p| shown(p)).collect();
        let mut path = String::new();
        for point in &points {
            let (x, y) = (self.x(point.x), self.y(point.y));
            let (low, high) = (self.y(point.y - point.error), self.y(point.y + point.error));
            let _ = write!(
                path,
                "{}{x:.1} {y:.1}",
                if path.is_empty() { "M" } else { "L" }
            );
            let _ = writeln!(
                out,
                "<path d=\"M{x:.1} {low:.1}V{high:.1}\" stroke=\"{colour}\" \
                 stroke-opacity=\"0.45\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.2\" \
                 fill=\"{colour}\"/>"
            );
        }
        let dashes = if dashed {
            " stroke-dasharray=\"5 3\""
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\"{dashes}/>"
        );
        points.last().map(|point| self.y(point.y))
    }
}

fn shown(point: &Point) -> bool {
    point.x > 0.0 && point.x.is_finite() && point.y.is_finite() && point.error.is_finite()
}

/// Names at the ends of their curves, moved apart where they would overlap.
fn legend(mut labels: Vec<(f64, String, &str)>, out: &mut String) {
    const APART: f64 = 15.0;
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for label in &mut labels {
        label.0 = label.0.max(free);
        free = label.0 + APART;
    }
    // Pushed back up from the bottom.
    let mut limit = HEIGHT - BOTTOM + 4.0;
    for label in labels.iter_mut().rev() {
        label.0 = label.0.min(limit);
        limit = label.0 - APART;
    }
    for (y, name, colour) in labels {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            WIDTH - RIGHT + 10.0,
            y + 4.0,
            escape(&name)
        );
    }
}

/// 1, 2 or 5 times a power of ten, not below `value`.
fn nice(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let times = [1.0, 2.0, 5.0, 10.0];
    let enough = times.into_iter().find(|t| t * power >= value * 0.999);
    enough.unwrap_or(10.0) * power
}

/// As few digits as tell numbers of an axis apart.
fn short(value: f64) -> String {
    if (0.01..100_000.0).contains(&value) {
        format!("{}", (value * 1e4).round() / 1e4)
    } else {
        format!("{value:e}")
    }
}

/// For text within XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!([0.013, 0.3, 1.0, 7.0].map(nice), [0.02, 0.5, 1.0, 10.0]);
        assert_eq!([1e-5, 0.01, 20.0].map(short), ["1e-5", "0.01", "20"]);
    }

    #[test]
    fn curves_that_share_a_colour_are_told_apart() {
        let curve = |i: usize| Curve {
            name: format!("curve {i}"),
            points: [1.0, 2.0]
                .map(|x| Point {
                    x,
                    y: i as f64,
                    error: 0.0,
                })
                .to_vec(),
        };
        let plot = Plot {
            title: String::new(),
            x_label: String::new(),
            unit: String::new(),
            curves: (0..COLOURS.len() + 1).map(curve).collect(),
            levels: Vec::new(),
        };
        let drawn = plot.svg().expect("points");
        assert_eq!(drawn.matches("stroke-dasharray").count(), 1);
        assert!(drawn.contains(">- - curve 6<") && drawn.contains(">curve 0<"));
    }

    #[test]
    fn what_is_no_number_is_left_out() {
        let point = |y| Point {
            x: 10.0,
            y,
            error: 0.0,
        };
        let plot = |points| Plot {
            title: "a < b".to_owned(),
            x_label: String::new(),
            unit: String::new(),
            curves: vec![Curve {
                name: "one".to_owned(),
                points,
            }],
            levels: Vec::new(),
        };
        assert_eq!(plot(vec![point(f64::NAN)]).svg(), None);
        let drawn = plot(vec![point(3.0), point(f64::INFINITY)])
            .svg()
            .expect("a point");
        assert_eq!(drawn.matches("<circle").count(), 1);
        assert!(drawn.contains("a &lt; b") && !drawn.contains("NaN"));
    }
}
