//! Straight motion blur: the camera or the subject moved steadily while the shutter was open.

use crate::blur::Blur;
use crate::cosine::Border;
use crate::registry::{Build, Built, Context, Entry};
use crate::spec::{Family, Parameter, Values};
use crate::stroke;

/// Points of the path for each pixel of its length.
const DENSITY: f64 = 16.0;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "motion-blur",
        summary: "smeared along a straight line",
        parameters: &[
            Parameter {
                key: "length",
                default: Some("15"),
                help: "length of the smear, 1 to 200 px",
            },
            Parameter {
                key: "angle",
                default: Some("0"),
                help: "its direction in degrees, anticlockwise from horizontal, -360 to 360",
            },
        ],
    },
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let length = values.number("length", 1.0..=200.0)?;
    let angle = values.number("angle", -360.0..=360.0)?.to_radians();
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
