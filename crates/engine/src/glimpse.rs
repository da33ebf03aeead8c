//! A glimpse of an operator: what it makes of a point of light, and of a small sharp picture.

use imaging::{Depth, Photo, Planar, Rect};
use operators::Chain;

use crate::degrade::degrade;
use crate::demo;
use crate::error::EngineError;

/// Side of the field in which the point lies: odd, and wide enough for every blur that is offered.
const FIELD: usize = 129;
/// The part of the bundled photograph that is shown: an ear, with fur and a strong edge.
const SHARP: Rect = Rect::new(300, 8, 64, 64);

/// Small pictures, RGB in `[0, 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// What becomes of a point of light, its brightest value white, cut to where anything is;
    /// `None` of operators that change the size.
    pub point: Option<Planar>,
    /// A sharp picture.
    pub before: Planar,
    /// What becomes of it; smaller if the operator reduces.
    pub after: Planar,
}

/// Applies `chain` without noise. Takes a few milliseconds on the CPU; no denoiser is evaluated.
///
/// # Errors
/// [`EngineError`] if the chain cannot be built (such as a kernel file that cannot be read), needs
/// a mask, or measures no picture.
pub fn glimpse(chain: &Chain) -> Result<Glimpse, EngineError> {
    let photo = Photo::decode(demo::DAMAGED, "the bundled photo")?;
    let sharp = Photo::from_planar(&photo.planar(SHARP), Depth::Float);
    let after = degrade(&sharp, None, chain, 0.0, 0)?;
    let point = if after.bounds() == sharp.bounds() {
        Some(point(chain)?)
    } else {
        None
    };
    Ok(Glimpse {
        point,
        before: sharp.planar(sharp.bounds()),
        after: after.planar(after.bounds()),
    })
}

fn point(chain: &Chain) -> Result<Planar, EngineError> {
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
    Ok(spread.crop(seen(&spread)))
}

/// The square around the centre outside of which nothing can be seen, with a little air.
fn seen(spread: &Planar) -> Rect {
    let middle = FIELD / 2;
    let farthest = (0..FIELD * FIELD)
        .filter(|&i| spread.data[i] > 1.0 / 255.0)
        .map(|i| {
            (i % FIELD)
                .abs_diff(middle)
                .max((i / FIELD).abs_diff(middle))
        })
        .max();
    let reach = (farthest.unwrap_or(0) + 2).clamp(7, middle);
    Rect::new(middle - reach, middle - reach, 2 * reach + 1, 2 * reach + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_of(chain: &str) -> Glimpse {
        glimpse(&chain.parse().expect("valid")).expect("it can be shown")
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
    fn a_reduction_has_no_kernel_and_a_mask_cannot_be_shown() {
        let small = seen_of("bicubic:factor=4");
        assert_eq!((small.point, small.after.width), (None, 16));
        assert!(glimpse(&"inpaint".parse().expect("valid")).is_err());
        assert!(glimpse(&"kernel:/nowhere.png".parse().expect("valid")).is_err());
    }
}
