//! Free-form strokes, as scratches and folds are, or as a brush paints over them.
//!
//! Each stroke starts anywhere, heads anywhere and wanders: its direction takes a small random turn
//! with every pixel. Between a quarter and three quarters of the picture's diagonal long, with round
//! ends.

use crate::class::Class;
use crate::error::OperatorError;
use crate::family::Family;
use crate::noise::SeededNoise;
use crate::parameter::{Parameter, seed};
use crate::registry::{Build, Entry};
use crate::values::Values;

/// The random stream of strokes, apart from those of images.
const STREAM: u64 = 0x57_0000;
/// Standard deviation of the turn over one pixel, in radians.
const TURN: f64 = 0.05;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "strokes-mask",
        title: "Scratches",
        summary: "Random strokes were lost, like scratches; no mask file is needed.",
        parameters: &[
            Parameter::whole("count", "Strokes", 12, (1, 1000)).help("How many strokes are lost."),
            Parameter::number("width", "Width", 3.0, (1.0, 500.0))
                .unit("px")
                .help("How wide each stroke is."),
            seed(
                "seed",
                "Which strokes",
                "Another number is another random set of strokes.",
            ),
        ],
        ..Family::PLAIN
    },
    class: Class::Holes,
    build: Build::Mask(draw),
};

fn draw(values: &Values, size: (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let count = values.whole("count")?;
    let radius = values.number("width")? / 2.0;
    let seed = values.whole("seed")?;
    let (height, width) = (size.0 as f64, size.1 as f64);
    let mut noise = SeededNoise::new(seed as u64, STREAM);
    let mut known = vec![true; size.0 * size.1];
    for _ in 0..count {
        let (mut x, mut y) = (noise.next_unit() * width, noise.next_unit() * height);
        let mut angle = std::f64::consts::TAU * noise.next_unit();
        let steps = (height.hypot(width) * (0.25 + 0.5 * noise.next_unit())).ceil() as usize;
        for _ in 0..steps {
            lose(&mut known, size, (x, y), radius);
            angle += TURN * noise.next_normal();
            x += libm::cos(angle);
            y += libm::sin(angle);
        }
    }
    Ok(known)
}

/// Loses the pixels whose centres are within `radius` of a point.
fn lose(known: &mut [bool], (height, width): (usize, usize), (x, y): (f64, f64), radius: f64) {
    let range = |centre: f64, length: usize| {
        let first = (centre - radius).floor().clamp(0.0, length as f64) as usize;
        let end = (centre + radius).ceil().clamp(0.0, length as f64) as usize;
        first..end
    };
    for row in range(y, height) {
        for column in range(x, width) {
            let (dx, dy) = (column as f64 + 0.5 - x, row as f64 + 0.5 - y);
            if dx * dx + dy * dy <= radius * radius {
                known[row * width + column] = false;
            }
        }
    }
}
