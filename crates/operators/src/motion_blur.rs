//! Straight motion blur: the camera or the subject moved steadily while the shutter was open.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::family::Family;
use crate::parameter::Parameter;
use crate::registry::{Build, Built, Context, Entry};
use crate::stroke;
use crate::values::Values;

/// Points of the path for each pixel of its length.
const DENSITY: f64 = 16.0;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "motion-blur",
        title: "Motion blur",
        summary: "Smeared along a straight line.",
        parameters: &[
            Parameter::number("length", "Length", 15.0, (1.0, 200.0))
                .unit("px")
                .help("Length of the smear."),
            Parameter::number("angle", "Direction", 0.0, (-360.0, 360.0))
                .unit("degrees")
                .help("Direction of the smear, anticlockwise from horizontal."),
        ],
        ..Family::PLAIN
    },
    class: Class::Blur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let length = values.number("length")?;
    let angle = values.number("angle")?.to_radians();
    let points = (length * DENSITY).ceil() as usize;
    let path = (0..points).map(|i| {
        let along = ((i as f64 + 0.5) / points as f64 - 0.5) * length;
        (along * libm::cos(angle), -along * libm::sin(angle))
    });
    // Room for half the length to each side, and for the pixels that points are shared among.
    let side = 2 * (length / 2.0).ceil() as usize + 3;
    let kernel = stroke::kernel(path, side);
    Ok(Box::new(Blur::new(&kernel, size, Border::Pixel)?))
}
