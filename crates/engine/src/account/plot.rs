//! A small line plot as SVG: a value against the steps, its axis linear or logarithmic.

use std::fmt::Write;

use super::escape;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 30.0;

/// A value against the steps.
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    pub(super) points: Vec<(usize, f64)>,
    /// A horizontal line to compare with.
    pub(super) level: Option<f64>,
    /// Whether the axis is logarithmic; values of 0 and below are left out then.
    pub(super) logarithmic: bool,
    /// Steps of a window: a curve begins anew at each.
    pub(super) restart: usize,
}

impl Plot<'_> {
    /// An SVG element; `None` if there are not two finite values.
    pub(super) fn svg(&self) -> Option<String> {
        let scale = |value: f64| {
            if self.logarithmic {
                value.log10()
            } else {
                value
            }
        };
        let points: Vec<(usize, f64)> = self
            .points
            .iter()
            .map(|(step, value)| (*step, scale(*value)))
            .filter(|(_, value)| value.is_finite())
            .collect();
        let level = self.level.map(scale).filter(|level| level.is_finite());
        let (first, last) = (points.first()?.0, points.last()?.0);
        if first == last {
            return None;
        }
        let values = points.iter().map(|(_, value)| *value).chain(level);
        let whole = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = values.fold(whole, |(low, high), v| (low.min(v), high.max(v)));
        let margin = ((high - low) * 0.06).max(1e-6);
        let (low, high) = (low - margin, high + margin);
        let x = |step: usize| {
            LEFT + (step - first) as f64 / (last - first) as f64 * (WIDTH - LEFT - RIGHT)
        };
        let y =
            |value: f64| HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             font-family=\"system-ui, sans-serif\" font-size=\"11\" fill=\"var(--faint)\">\
             <title>{0}</title><text x=\"0\" y=\"14\" font-size=\"12\" font-weight=\"600\" \
             fill=\"var(--ink)\">{0}</text>\n",
            escape(self.title)
        );
        for share in [0.0, 0.5, 1.0] {
            let value = low + margin + share * (high - low - 2.0 * margin);
            let shown = if self.logarithmic {
                10_f64.powf(value)
            } else {
                value
            };
            let at = y(value);
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"var(--rule)\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0,
                short(shown)
            );
        }
        for (step, anchor) in [(first, "start"), (last, "end")] {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">step {step}</text>",
                x(step),
                HEIGHT - 10.0
            );
        }
        if let Some(level) = level {
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {:.1}H{:.1}\" stroke=\"var(--faint)\" stroke-dasharray=\"3 4\"/>",
                y(level),
                WIDTH - RIGHT
            );
        }
        let window = |step: usize| step.saturating_sub(1) / self.restart.max(1);
        for curve in points.chunk_by(|a, b| window(a.0) == window(b.0)) {
            let mut path = String::new();
            for (i, (step, value)) in curve.iter().enumerate() {
                let pen = if i == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{pen}{:.1} {:.1}", x(*step), y(*value));
            }
            let _ = writeln!(
                out,
                "<path d=\"{path}\" fill=\"none\" stroke=\"var(--accent)\" stroke-width=\"1.6\"/>"
            );
        }
        out.push_str("</svg>\n");
        Some(out)
    }
}

/// Three significant digits.
fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (2.0 - value.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(points: Vec<(usize, f64)>, logarithmic: bool) -> Option<String> {
        let plot = Plot {
            title: "a < b",
            points,
            level: Some(0.5),
            logarithmic,
            restart: 2,
        };
        plot.svg()
    }

    #[test]
    fn only_finite_values_are_drawn_and_windows_apart() {
        let points = vec![(1, 1.0), (2, 0.1), (3, f64::NAN), (4, 0.7), (5, 0.0)];
        let drawn = plot(points, true).expect("three values");
        assert!(!drawn.contains("NaN") && !drawn.contains("inf") && drawn.contains("a &lt; b"));
        assert_eq!(drawn.matches("stroke-width").count(), 2, "two windows");
        assert_eq!(plot(vec![(1, 1.0)], false), None);
        assert_eq!(plot(vec![(1, 0.0), (2, -1.0)], true), None);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([31.416, 0.012_345, 0.0].map(short), ["31.4", "0.0123", "0"]);
    }
}
