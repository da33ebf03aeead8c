//! Pixels lost at random, each with all its channels: the field's random inpainting.

use crate::error::OperatorError;
use crate::noise::SeededNoise;
use crate::registry::{Build, Entry};
use crate::spec::{Family, Parameter, Values};

/// The random stream of pixels, apart from those of images.
const STREAM: u64 = 0x4a4_0000;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "random-mask",
        summary: "single pixels at random were lost; no mask file needed",
        parameters: &[
            Parameter {
                key: "keep",
                default: Some("0.3"),
                help: "share of the pixels that are known, 0 to 1; exactly so many, to one pixel",
            },
            Parameter {
                key: "seed",
                default: Some("0"),
                help: "which random pixels, a whole number",
            },
        ],
    },
    build: Build::Mask(draw),
};

fn draw(values: &Values, (height, width): (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let keep = values.number("keep", 0.0..=1.0)?;
    let seed = values.whole("seed", 0..=u32::MAX as usize)?;
    let pixels = height * width;
    let kept = (keep * pixels as f64).round() as usize;
    let mut order: Vec<usize> = (0..pixels).collect();
    let mut known = vec![false; pixels];
    let mut noise = SeededNoise::new(seed as u64, STREAM);
    // The first `kept` places of a random order (Fisher & Yates).
    for place in 0..kept {
        order.swap(place, place + noise.next_below(pixels - place));
        known[order[place]] = true;
    }
    Ok(known)
}
