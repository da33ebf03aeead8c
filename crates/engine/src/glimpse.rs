//! A glimpse of an operator: what it makes of a point of light, and of a small sharp picture.

use std::sync::Arc;

use imaging::{Depth, Mask, Photo, Planar, Rect, Value};
use operators::{Chain, Noise, Spec};

use crate::degrade::degrade;
use crate::demo;
use crate::error::EngineError;
use crate::restore::check_sampler;
use crate::spectrum::{Simulated, simulate};

/// The seed of the noise, so that pictures of the same choice look the same.
const SEED: u64 = 1;

/// Side of the field in which the point lies: odd, and wide enough for every blur that is offered.
const FIELD: usize = 129;
/// The part of the bundled photograph that is shown: an ear, with fur and a strong edge.
const SHARP: Rect = Rect::new(300, 8, 64, 64);

/// Pixels that are shown to each side of a point at least.
const LEAST_REACH: usize = 7;

/// The same with room for masks that are drawn, which are made for whole photos.
const ROOM: Rect = Rect::new(204, 0, 256, 256);

/// Small pictures, RGB in `[0, 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// What becomes of a point of light, its brightest value white, cut to where anything is;
    /// `None` of operators that change the size, lose pixels, or leave a point alone.
    pub point: Option<Planar>,
    /// A sharp picture.
    pub before: Planar,
    /// What becomes of it, noise and all; smaller if the operator reduces. Where a spectrum is
    /// measured, the zero-filled reconstruction.
    pub after: Planar,
    /// The logarithm of the magnitudes of the spectrum, where that is what is measured.
    pub spectrum: Option<Planar>,
    /// Samplers that cannot undo it, each with the reason.
    pub refused: Vec<(&'static str, String)>,
}

/// Applies `chain` and adds `noise`. Where the chain asks for a mask, a few strokes are lost. Takes a
/// few milliseconds on the CPU; no denoiser is evaluated.
///
/// # Errors
/// [`EngineError`] if the chain cannot be built (such as a kernel file that cannot be read).
pub fn glimpse(chain: &Chain, noise: impl Into<Noise>) -> Result<Glimpse, EngineError> {
    let photo = Photo::decode(demo::DAMAGED, "the bundled photo")?;
    let drawn = chain.0.iter().any(|spec| spec.name.ends_with("-mask"));
    let part = if drawn { ROOM } else { SHARP };
    let sharp = Photo::from_planar(&photo.planar(part), Depth::Float);
    let mask = if chain.contains("inpaint") {
        Some(strokes(part.width / chain.factor()?))
    } else {
        None
    };
    let sharp = Arc::new(sharp);
    let Simulated {
        photo: after,
        spectrum,
        ..
    } = simulate(&sharp, mask.as_ref(), chain, noise.into(), SEED)?;
    let whole = after.bounds() == sharp.bounds() && mask.is_none() && !drawn;
    let linear = spectrum.is_none() && chain.nonlinear().is_none();
    let point = if whole && linear { point(chain)? } else { None };
    Ok(Glimpse {
        point,
        before: sharp.planar(sharp.bounds()),
        after: after.planar(after.bounds()),
        spectrum,
        refused: refused(chain),
    })
}

/// Samplers that cannot undo `chain`.
fn refused(chain: &Chain) -> Vec<(&'static str, String)> {
    let families = samplers::families().into_iter();
    let refused = families.filter_map(|family| {
        let error = check_sampler(&Spec::named(family.name), chain).err()?;
        Some((family.name, error.to_string()))
    });
    refused.collect()
}

/// Strokes over a picture of this side.
fn strokes(side: usize) -> Mask {
    let mut mask = Mask::new(side, side);
    let at = |share: f32| share * side as f32;
    let radius = (side as f32 / 32.0).max(0.5);
    for (from, to) in [((0.1, 0.3), (0.9, 0.2)), ((0.2, 0.95), (0.75, 0.4))] {
        let (from, to) = ((at(from.0), at(from.1)), (at(to.0), at(to.1)));
        let _ = mask.stamp(from, to, radius, Value::Paint);
    }
    mask
}

/// `None` if it stays a point.
fn point(chain: &Chain) -> Result<Option<Planar>, EngineError> {
    let mut field = Planar::new(FIELD, FIELD);
    let plane = FIELD * FIELD;
    for channel in 0..3 {
        field.data[channel * plane + plane / 2] = 1.0;
    }
    let field = Photo::from_planar(&field, Depth::Float);
    let spread = degrade(&field, None, chain, 0.0, 0)?;
    let mut spread = spread.planar(spread.bounds());
    let brightest = spread
        .data
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    for value in &mut spread.data {
        *value /= brightest;
    }
    Ok(seen(&spread).map(|seen| spread.crop(seen)))
}

/// The square around the centre outside of which nothing can be seen, with a little air; `None` if
/// nothing can be seen but the centre.
fn seen(spread: &Planar) -> Option<Rect> {
    let middle = FIELD / 2;
    let farthest = (0..FIELD * FIELD)
        .filter(|&i| spread.data[i] > 1.0 / 255.0)
        .map(|i| {
            (i % FIELD)
                .abs_diff(middle)
                .max((i / FIELD).abs_diff(middle))
        })
        .max()
        .filter(|&farthest| farthest > 0)?;
    let reach = (farthest + 2).clamp(LEAST_REACH, middle);
    let side = 2 * reach + 1;
    Some(Rect::new(middle - reach, middle - reach, side, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_of(chain: &str) -> Glimpse {
        glimpse(&chain.parse().expect("valid"), 0.0).expect("it can be shown")
    }

    #[test]
    fn a_point_becomes_the_kernel() {
        let blur = seen_of("gaussian-blur:size=17,std=2");
        let point = blur.point.expect("the size stays");
        let (side, middle) = (point.width, point.width / 2);
        let value = |dx: usize| point.channel(0)[middle * side + middle + dx];
        assert_eq!(value(0), 1.0);
        for dx in [1, 3, 5] {
            let expected = (-0.5 * (dx as f32 / 2.0).powi(2)).exp();
            assert!((value(dx) - expected).abs() < 1e-4, "{dx} px away");
        }
        assert_ne!(blur.before, blur.after);
        assert_eq!(blur.before.bounds(), blur.after.bounds());
        let smear = seen_of("motion-blur:length=100,angle=45")
            .point
            .expect("the size stays");
        assert!(
            smear.width > 70,
            "a long smear is shown whole: {} px",
            smear.width
        );
    }

    #[test]
    fn a_reduction_has_no_kernel_and_neither_has_what_leaves_points_alone() {
        let small = seen_of("bicubic:factor=4");
        assert_eq!((small.point, small.after.width), (None, 16));
        for alone in [
            "grayscale",
            "identity",
            "hdr",
            "jpeg:quality=10",
            "strokes-mask",
        ] {
            assert_eq!(seen_of(alone).point, None, "{alone}");
        }
        assert!(seen_of("gaussian-blur:size=3,std=0.4").point.is_some());
        assert!(glimpse(&"kernel:/nowhere.png".parse().expect("valid"), 0.0).is_err());
        let scan = seen_of("mri");
        assert!(scan.point.is_none() && scan.spectrum.is_some());
        assert_eq!(scan.after.bounds(), scan.before.bounds());
    }

    #[test]
    fn samplers_that_cannot_undo_it_are_named() {
        let refused = |chain: &str| {
            let refused = seen_of(chain).refused;
            refused
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        assert_eq!(refused("gaussian-blur"), ["posterior-mean"]);
        assert_eq!(refused("identity"), [] as [&str; 0]);
        assert_eq!(
            refused("motion-path:points=0 0;9 3;14 -2"),
            ["ddnm", "ddrm", "posterior-mean"]
        );
        let solving = refused("jpeg");
        assert!(solving.contains(&"pigdm"));
        assert!(
            !solving
                .iter()
                .any(|name| ["red-diff", "diffpir", "daps"].contains(name))
        );
    }

    #[test]
    fn masks_and_noise_are_shown_and_masks_that_do_not_fit_are_not() {
        let holes = seen_of("inpaint");
        assert_ne!(holes.before, holes.after);
        let small = seen_of("box:factor=4+inpaint").after;
        assert_eq!(small.width, 16);
        let early = glimpse(&"inpaint+box:factor=4".parse().expect("valid"), 0.0);
        assert!(
            early
                .expect_err("of another size")
                .to_string()
                .contains("the mask")
        );

        let still = "identity".parse().expect("valid");
        let noisy = glimpse(&still, 0.2).expect("it can be shown");
        let squares = noisy.before.data.iter().zip(&noisy.after.data);
        let squares = squares.map(|(a, b)| f64::from((a - b) * (a - b)));
        let level = (squares.sum::<f64>() / noisy.before.data.len() as f64).sqrt();
        // 0.2 on [-1, 1] is 0.1 on [0, 1], less what is clipped there.
        assert!((0.08..=0.102).contains(&level), "{level}");
        assert_eq!(
            noisy,
            glimpse(&still, 0.2).expect("again"),
            "the same every time"
        );
    }
}
