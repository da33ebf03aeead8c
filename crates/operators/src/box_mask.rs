//! A square hole at a random place, the field's box inpainting: 128 px in 256 px, 16 px from the
//! border (Chung et al. 2023, DPS).

use crate::class::Class;
use crate::error::OperatorError;
use crate::family::Family;
use crate::noise::SeededNoise;
use crate::parameter::{Parameter, seed};
use crate::registry::{Build, Entry};
use crate::values::Values;

/// The random stream of places, apart from those of images.
const STREAM: u64 = 0xb0c_0000;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "box-mask",
        title: "Lost square",
        summary: "A square at a random place was lost; no mask file is needed.",
        parameters: &[
            Parameter::whole("size", "Side", 128, (1, 65_535))
                .unit("px")
                .help("Side of the square that is lost."),
            Parameter::whole("margin", "Margin", 16, (0, 65_535))
                .unit("px")
                .help("What stays of the picture on every side of the square at least."),
            seed("seed", "Place", "Another number is another random place."),
        ],
        example: "size=32",
        ..Family::PLAIN
    },
    class: Class::Holes,
    build: Build::Mask(draw),
};

fn draw(values: &Values, (height, width): (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let side = values.whole("size")?;
    let margin = values.whole("margin")?;
    let seed = values.whole("seed")?;
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
