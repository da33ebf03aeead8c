//! Free-form strokes, as scratches and folds are, or as a brush paints over them.
//!
//! Each stroke starts anywhere, heads anywhere and wanders: its direction takes a small random turn
//! with every pixel. Between a quarter and three quarters of the picture's diagonal long, with round
//! ends.

use crate::error::OperatorError;
use crate::noise::SeededNoise;
use crate::registry::{Build, Entry};
use crate::spec::{Family, Parameter, Values};

/// The random stream of strokes, apart from those of images.
const STREAM: u64 = 0x57_0000;
/// Standard deviation of the turn over one pixel, in radians.
const TURN: f64 = 0.05;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "strokes-mask",
        summary: "random strokes were lost, like scratches; no mask file needed",
        parameters: &[
            Parameter {
                key: "count",
                default: Some("12"),
                help: "how many strokes, 1 to 1000",
            },
            Parameter {
                key: "width",
                default: Some("3"),
                help: "how wide each is, 1 to 500 px",
            },
            Parameter {
                key: "seed",
                default: Some("0"),
                help: "which random strokes, a whole number",
            },
        ],
    },
    build: Build::Mask(draw),
};

fn draw(values: &Values, size: (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let count = values.whole("count", 1..=1000)?;
    let radius = values.number("width", 1.0..=500.0)? / 2.0;
    let seed = values.whole("seed", 0..=u32::MAX as usize)?;
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
