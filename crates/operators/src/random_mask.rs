//! Pixels lost at random, each with all its channels: the field's random inpainting.

use crate::class::Class;
use crate::error::OperatorError;
use crate::family::Family;
use crate::noise::SeededNoise;
use crate::parameter::{Parameter, seed};
use crate::registry::{Build, Entry};
use crate::values::Values;

/// The random stream of pixels, apart from those of images.
const STREAM: u64 = 0x4a4_0000;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "random-mask",
        title: "Lost pixels",
        summary: "Single pixels at random were lost; no mask file is needed.",
        parameters: &[
            Parameter::number("keep", "Share that is known", 0.3, (0.0, 1.0))
                .help("Share of the pixels that are known, exact to one pixel."),
            seed(
                "seed",
                "Pixels",
                "Another number is another random choice of pixels.",
            ),
        ],
        ..Family::PLAIN
    },
    class: Class::Holes,
    build: Build::Mask(draw),
};

fn draw(values: &Values, (height, width): (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let keep = values.number("keep")?;
    let seed = values.whole("seed")?;
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
