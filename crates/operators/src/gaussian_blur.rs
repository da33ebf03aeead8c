//! Gaussian blur with mirrored borders.
//!
//! Source: the DPS code's `GaussialBlurOperator` (Chung et al. 2023): the kernel is a unit
//! impulse in a `size × size` field filtered by a Gaussian truncated at four standard
//! deviations; pictures are mirrored about their border pixels.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::family::Family;
use crate::kernel::KernelImage;
use crate::parameter::Parameter;
use crate::reflect;
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "gaussian-blur",
        title: "Gaussian blur",
        summary: "Out of focus: blurred by a Gaussian.",
        parameters: &[
            Parameter::kernel_side("size", "Kernel side", 61)
                .help("Where the kernel ends: eight times its standard deviation is enough."),
            Parameter::number("std", "Blur strength", 3.0, (0.1, 50.0))
                .unit("px")
                .help("Standard deviation. Too much gives halos, too little stays soft."),
        ],
        example: "size=17,std=2",
        ..Family::PLAIN
    },
    class: Class::SymmetricBlur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let side = values.whole("size")?;
    let std = values.number("std")?;
    let taps = gaussian_taps(side, std);
    let weights = taps
        .iter()
        .flat_map(|down| taps.iter().map(move |across| down * across));
    let kernel = KernelImage {
        width: side,
        height: side,
        weights: weights.collect(),
    };
    Ok(Box::new(Blur::new(&kernel, size, Border::Pixel)?))
}

/// The one-dimensional kernel, `side` values that sum to one.
///
/// The impulse is filtered inside a field with mirrored edges, so a field narrower than the
/// Gaussian folds its tails back in, exactly as the reference does.
#[must_use]
pub(crate) fn gaussian_taps(side: usize, std: f64) -> Vec<f64> {
    let radius = (4.0 * std + 0.5) as isize;
    let weight = |d: isize| (-0.5 * (d as f64 / std).powi(2)).exp();
    let total: f64 = (-radius..=radius).map(weight).sum();
    let centre = side / 2;
    (0..side as isize)
        .map(|i| {
            (-radius..=radius)
                .filter(|d| reflect::about_edge(i + d, side) == centre)
                .map(|d| weight(d) / total)
                .sum()
        })
        .collect()
}
