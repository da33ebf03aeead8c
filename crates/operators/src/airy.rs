//! Diffraction: every point of light becomes an Airy pattern, the finest that a round aperture can
//! draw.
//!
//! ```text
//! intensity = (2 J1(v) / v)²,   v = 3.8317 r / radius
//! ```
//!
//! (Airy 1835), with the radius of the first dark ring, `1.22 λ N` for light of wavelength `λ` at
//! f-number `N`. The rings are followed for eight radii, or as far as a kernel of 255 pixels
//! reaches; beyond there is less than 4 % of the light. Pictures are mirrored about the edges of
//! their border pixels, so that the blur is diagonal in DCT-II.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::family::Family;
use crate::kernel::{KernelImage, LARGEST};
use crate::parameter::Parameter;
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;

/// The first zero of `J1` beyond 0.
const FIRST_ZERO: f64 = 3.831_705_970_207_512;
/// Radii of the first dark ring that are followed.
const RADII: f64 = 8.0;
/// Places along each side of a pixel over which the pattern is averaged.
const POINTS: usize = 8;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "airy",
        title: "Diffraction",
        summary: "Blurred by diffraction at a small aperture.",
        parameters: &[Parameter::number("radius", "Blur radius", 2.0, (0.5, 25.0))
            .unit("px")
            .help("Radius of the first dark ring.")],
        ..Family::PLAIN
    },
    class: Class::SymmetricBlur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let radius = values.number("radius")?;
    let reach = ((RADII * radius).ceil() as usize).min(LARGEST / 2);
    let kernel = KernelImage::round(reach, POINTS, |r| pattern(r / radius));
    Ok(Box::new(Blur::new(&kernel, size, Border::Edge)?))
}

/// The intensity at a distance in radii of the first dark ring, one in the centre.
fn pattern(distance: f64) -> f64 {
    let v = FIRST_ZERO * distance;
    if v < 1e-6 {
        return 1.0;
    }
    (2.0 * libm::j1(v) / v).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Born & Wolf, "Principles of Optics", table 8.2: zeros at 1.220 and 2.233 of 1.220, maxima of
    /// 0.0175 and 0.0042.
    #[test]
    fn rings_are_where_and_as_bright_as_they_are_known_to_be() {
        assert!((pattern(0.0) - 1.0).abs() < 1e-12);
        assert!(pattern(1.0) < 1e-12 && pattern(2.233 / 1.220) < 1e-5);
        assert!((pattern(1.635 / 1.220) - 0.0175).abs() < 1e-4);
        assert!((pattern(2.679 / 1.220) - 0.0042).abs() < 1e-4);
    }
}
