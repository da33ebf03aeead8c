//! A scatter plot of draws beside exact ones, as SVG.

use std::fmt::Write;

use crate::experiment::Scatter;

/// Side of the plot in pixels.
const SIDE: f64 = 640.0;
const MARGIN: f64 = 40.0;
/// Half the width that the grid of means with its spread takes.
const REACH: f64 = 20.0;

/// The first two coordinates of all draws: exact ones as grey discs, the sampler's as blue rings.
#[must_use]
pub fn svg(scatter: &Scatter, title: &str) -> String {
    let place = |v: f64| MARGIN + (v / REACH + 1.0) * 0.5 * (SIDE - 2.0 * MARGIN);
    let mut out = String::new();
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\" \
         font-family=\"sans-serif\" font-size=\"13\">"
    ));
    line(&format!(
        "<rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"white\"/>"
    ));
    line(&format!("<text x=\"{MARGIN}\" y=\"24\">{title}</text>"));
    for tick in [-16, -8, 0, 8, 16] {
        let at = place(f64::from(tick));
        let (low, high) = (MARGIN, SIDE - MARGIN);
        line(&format!(
            "<path d=\"M{at:.1} {low}V{high}M{low} {at:.1}H{high}\" stroke=\"#e4e4e4\"/>"
        ));
        let label = high + 18.0;
        line(&format!(
            "<text x=\"{at:.1}\" y=\"{label}\" text-anchor=\"middle\" fill=\"#666\">{tick}</text>"
        ));
    }
    let dots = |draws: &nalgebra::DMatrix<f64>, style: &str| {
        let mut group = format!("<g {style}>");
        for row in draws.row_iter() {
            // Upwards is positive, as in mathematics.
            let (x, y) = (place(row[0]), place(-row[1]));
            let _ = write!(group, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\"/>");
        }
        group + "</g>"
    };
    line(&dots(
        &scatter.exact,
        "fill=\"#9a9a9a\" fill-opacity=\"0.6\"",
    ));
    line(&dots(
        &scatter.drawn,
        "fill=\"none\" stroke=\"#1769d2\" stroke-opacity=\"0.7\"",
    ));
    line("</svg>");
    out
}
