//! What of a photo is sampled when only a region of it is wanted: the region and its context.
//!
//! The context is as wide as one receptive field and twice the reach of the operator: a pixel is
//! determined by the measured values that it reaches, and these by all pixels that reach them. Solving for
//! them looks a little farther ([`SOLVED`]). What lies beyond acts on the region only through the context,
//! over several steps, and less with each; a region and the whole picture agree but for that. Samplers
//! that estimate one number over the whole picture (`ca-dps:covariance=dct`) estimate it over the frame.
//!
//! Frames begin and end at multiples of the network's stride and of the blocks of a JPEG file, or at the
//! photo's own borders, so that everything falls on the grid that it has in the whole picture.

use burn::tensor::{Device, Tensor};
use diffusion::Denoiser as _;
use imaging::Rect;
use operators::Chain;
use operators::registry::Context;

use crate::error::EngineError;
use crate::kernel_file;
use crate::pixels;
use crate::session::{Part, Session};

/// Blocks of a JPEG file with halved colours, and of block transforms, fit into squares of this side.
const GRID: usize = 16;
/// The side of the measurement in which the reach of an operator is looked for.
const FIELD: usize = 256;
/// An inverse filter and a linear estimate have no border, but fall off: pixels of the measurement beyond
/// which next to nothing of them is left.
const SOLVED: usize = 24;
/// What an operator makes of a point counts as far as it is at least this share of its largest value.
const LEAST: f32 = 1e-4;

/// The part of a photo that is sampled, and the part that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Framing {
    /// In pixels of the photo.
    pub(crate) frame: Rect,
    /// In pixels of the photo; within the frame.
    pub(crate) region: Rect,
    /// How many times larger the result is.
    factor: usize,
}

impl Framing {
    /// Everything.
    pub(crate) fn whole(photo: Rect, factor: usize) -> Self {
        Self {
            frame: photo,
            region: photo,
            factor,
        }
    }

    /// A region with `context` pixels around it, as far as the photo has them, on a grid of `unit`.
    fn around(region: Rect, context: usize, unit: usize, photo: Rect, factor: usize) -> Self {
        let grown = region.expanded(context, photo);
        let (x, y) = (grown.x / unit * unit, grown.y / unit * unit);
        let right = grown.right().next_multiple_of(unit).min(photo.right());
        let bottom = grown.bottom().next_multiple_of(unit).min(photo.bottom());
        Self {
            frame: Rect::new(x, y, right - x, bottom - y),
            region,
            factor,
        }
    }

    /// Where what is kept belongs, in pixels of the result: at its place in the photo, or alone if it is
    /// enlarged.
    pub(crate) fn window(&self) -> Rect {
        let (width, height) = (self.region.width, self.region.height);
        if self.factor == 1 {
            self.region
        } else {
            Rect::new(0, 0, width * self.factor, height * self.factor)
        }
    }

    /// Width and height of the result for a photo.
    pub(crate) fn result(&self, photo: Rect) -> (usize, usize) {
        if self.factor == 1 {
            (photo.width, photo.height)
        } else {
            (self.window().width, self.window().height)
        }
    }

    /// The same in pixels of the whole result.
    pub(crate) fn part(&self) -> Part {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.frame;
        let times = |length: usize| length * self.factor;
        Part {
            frame: Rect::new(times(x), times(y), times(width), times(height)),
            window: (times(self.region.x - x), times(self.region.y - y)),
        }
    }
}

/// What a job samples.
///
/// # Errors
/// [`EngineError::Recipe`] for operators that no region can be cut out of.
pub(crate) fn of(session: &Session<'_>) -> Result<Framing, EngineError> {
    let job = session.job;
    let (chain, photo) = (&job.recipe.operator, job.photo.bounds());
    let factor = chain.factor()?;
    let Some(region) = job.recipe.region else {
        return Ok(Framing::whole(photo, factor));
    };
    check(chain)?;
    let denoiser = &session.prior.denoiser;
    let field = denoiser.halo().unwrap_or(session.prior.summary.resolution);
    let solved = if chain
        .classes()
        .all(|class| class == operators::Class::Noise)
    {
        0
    } else {
        2 * reach(chain)? + SOLVED
    };
    let context = field.div_ceil(factor) + solved;
    let unit = crate::whole::lcm(GRID, denoiser.stride());
    Ok(Framing::around(region, context, unit, photo, factor))
}

/// Refuses operators of which a region is no measurement of a region.
fn check(chain: &Chain) -> Result<(), EngineError> {
    let reason = if chain.fourier().is_some() {
        "every value of a spectrum depends on the whole picture"
    } else if chain.0.iter().any(|spec| spec.name.ends_with("-mask")) {
        "its mask is drawn over the whole picture"
    } else {
        return Ok(());
    };
    Err(EngineError::Recipe(format!(
        "a region cannot be restored alone from `{chain}`: {reason}; leave the region out"
    )))
}

/// How far apart two values of a measurement can be that depend on the same pixel, halved, rounded up, in
/// pixels of the measurement: the radius of a kernel. Found by what `A Aᵀ` makes of a point.
fn reach(chain: &Chain) -> Result<usize, EngineError> {
    let device = Device::flex();
    let side = FIELD * chain.factor()?;
    let context = Context {
        device: &device,
        measured: Some(&[true; FIELD * FIELD]),
        load_kernel: &kernel_file::load,
    };
    let operator = chain.build((side, side), None, &context)?;
    let (channels, given) = operator.channels().unwrap_or((3, 3));
    let grey = Tensor::<4>::zeros([1, channels, side, side], &device);
    let point = Tensor::<4>::ones([1, given, 1, 1], &device);
    let (height, width) = operator.output_size();
    let (row, column) = (height / 2, width / 2);
    let at = [0..1, 0..given, row..row + 1, column..column + 1];
    let v = Tensor::<4>::zeros([1, given, height, width], &device).slice_assign(at, point);
    let pulled = operator.pullback(grey.clone(), v);
    let seen = operator.apply(grey.clone() + pulled) - operator.apply(grey);
    let spread = pixels::values(seen.abs())?;
    let largest = spread.iter().copied().fold(0.0_f32, f32::max);
    let farthest = spread
        .iter()
        .enumerate()
        .filter(|(_, value)| **value > LEAST * largest)
        .map(|(i, _)| (i / width % height, i % width))
        .map(|(y, x)| y.abs_diff(row).max(x.abs_diff(column)))
        .max();
    Ok(farthest.unwrap_or(0).div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reach_of_a_kernel_is_its_radius() {
        for (chain, least, most) in [
            ("identity", 0, 0),
            ("grayscale", 0, 0),
            ("gaussian-blur:size=9,std=4", 4, 4),
            ("gaussian-blur:size=61,std=3", 9, 12),
            ("motion-blur:length=21,angle=0", 9, 11),
            ("box:factor=4", 0, 0),
            ("bicubic:factor=4", 2, 4),
            ("jpeg:quality=30", 4, 8),
        ] {
            let found = reach(&chain.parse().expect("valid")).expect("it can be built");
            assert!((least..=most).contains(&found), "{chain}: {found}");
        }
    }

    #[test]
    fn frames_hold_the_context_and_stay_on_the_grid() {
        let photo = Rect::new(0, 0, 500, 333);
        let region = Rect::new(101, 203, 60, 40);
        let framing = Framing::around(region, 30, 16, photo, 1);
        assert_eq!(framing.frame, Rect::new(64, 160, 128, 128));
        assert_eq!(framing.window(), region);
        assert_eq!(framing.result(photo), (500, 333));
        assert_eq!(framing.part().window, (37, 43));
        // At the photo's borders there is no more context than the photo has.
        let corner = Framing::around(Rect::new(440, 300, 60, 33), 30, 16, photo, 4);
        assert_eq!(corner.frame, Rect::new(400, 256, 100, 77));
        assert_eq!(corner.window(), Rect::new(0, 0, 240, 132));
        assert_eq!(corner.result(photo), (240, 132));
        assert_eq!(corner.part().frame, Rect::new(1600, 1024, 400, 308));
        assert_eq!(
            Framing::around(photo, 30, 16, photo, 1),
            Framing::whole(photo, 1)
        );
    }

    #[test]
    fn regions_of_what_belongs_together_are_refused() {
        for chain in ["mri", "gaussian-blur+random-mask"] {
            let error = check(&chain.parse().expect("valid")).expect_err("refused");
            assert!(error.to_string().contains("whole picture"), "{error}");
        }
        assert!(check(&"gaussian-blur+bicubic".parse().expect("valid")).is_ok());
    }
}
