//! Out of focus: every point of light becomes a disc, as a lens without aberrations makes it.
//!
//! A pixel at the rim weighs by the share of it that the disc covers. Pictures are mirrored about
//! the edges of their border pixels, so that the blur is diagonal in DCT-II.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::family::Family;
use crate::kernel::KernelImage;
use crate::parameter::Parameter;
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;

/// Points along each side of a pixel at which it is asked whether the disc covers it.
const POINTS: usize = 64;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "defocus",
        title: "Out of focus",
        summary: "Out of focus: every point became a disc.",
        parameters: &[Parameter::number("radius", "Blur radius", 3.0, (0.5, 50.0))
            .unit("px")
            .help("Radius of the disc. Too much gives halos, too little stays soft.")],
        ..Family::PLAIN
    },
    class: Class::SymmetricBlur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let radius = values.number("radius")?;
    let reach = (radius + 0.5).floor() as usize;
    let kernel = KernelImage::round(reach, POINTS, |r| f64::from(u8::from(r <= radius)));
    Ok(Box::new(Blur::new(&kernel, size, Border::Edge)?))
}

impl KernelImage {
    /// A kernel of `2 reach + 1` pixels a side whose weights are the means over `points²` places of
    /// each pixel of a function of the distance from the centre, in pixels.
    pub(crate) fn round(reach: usize, points: usize, profile: impl Fn(f64) -> f64) -> Self {
        let side = 2 * reach + 1;
        let mean = |row: usize, column: usize| {
            let place = |at: usize, i: usize| at as f64 + (i as f64 + 0.5) / points as f64 - 0.5;
            let each = |i: usize| profile(place(row, i / points).hypot(place(column, i % points)));
            (0..points * points).map(each).sum::<f64>() / (points * points) as f64
        };
        // One eighth of the disc is all of it.
        let mut eighth = vec![0.0; (reach + 1) * (reach + 1)];
        for row in 0..=reach {
            for column in row..=reach {
                let value = mean(row, column);
                eighth[row * (reach + 1) + column] = value;
                eighth[column * (reach + 1) + row] = value;
            }
        }
        let weights = (0..side * side).map(|at| {
            let (row, column) = ((at / side).abs_diff(reach), (at % side).abs_diff(reach));
            eighth[row * (reach + 1) + column]
        });
        Self {
            width: side,
            height: side,
            weights: weights.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_a_disc_are_its_area() {
        for radius in [0.5_f64, 1.0, 2.7, 10.0] {
            let disc = |r| f64::from(u8::from(r <= radius));
            let reach = (radius + 0.5).floor() as usize;
            let kernel = KernelImage::round(reach, POINTS, disc);
            let area: f64 = kernel.weights.iter().sum();
            let expected = std::f64::consts::PI * radius * radius;
            assert!((area / expected - 1.0).abs() < 5e-3, "{radius}: {area}");
            // A rim that is not cut off and not padded.
            let first = kernel.weights[reach];
            assert!(reach == 0 || first < 1.0, "{radius}: {first}");
        }
    }
}
