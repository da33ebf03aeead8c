//! A square hole at a random place, the field's box inpainting: 128 px in 256 px, 16 px from the
//! border (Chung et al. 2023, DPS).

use crate::error::OperatorError;
use crate::noise::SeededNoise;
use crate::registry::{Build, Entry};
use crate::spec::{Family, Parameter, Values};

/// The random stream of places, apart from those of images.
const STREAM: u64 = 0xb0c_0000;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "box-mask",
        summary: "a square at a random place was lost; no mask file needed",
        parameters: &[
            Parameter {
                key: "size",
                default: Some("128"),
                help: "side of the square, 1 to 65535 px",
            },
            Parameter {
                key: "margin",
                default: Some("16"),
                help: "what stays of the picture on every side of it at least, 0 to 65535 px",
            },
            Parameter {
                key: "seed",
                default: Some("0"),
                help: "which random place, a whole number",
            },
        ],
    },
    build: Build::Mask(draw),
};

fn draw(values: &Values, (height, width): (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let side = values.whole("size", 1..=65_535)?;
    let margin = values.whole("margin", 0..=65_535)?;
    let seed = values.whole("seed", 0..=u32::MAX as usize)?;
    let needed = side + 2 * margin;
    if needed > height.min(width) {
        let reason = format!(
            "{side} pixels and {margin} on each side do not fit into {width} x {height} pixels; \
             take a smaller size or margin"
        );
        return Err(values.refuse("size", &reason));
    }
    let mut noise = SeededNoise::new(seed as u64, STREAM);
    let mut start = |length: usize| margin + noise.next_below(length - needed + 1);
    let (top, left) = (start(height), start(width));
    let hole = |at: usize| {
        (top..top + side).contains(&(at / width)) && (left..left + side).contains(&(at % width))
    };
    Ok((0..height * width).map(|at| !hole(at)).collect())
}
