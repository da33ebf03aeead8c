//! Whole pictures: sharpening, enlarging, and compositions.
//!
//! The photo is the measurement. The picture sought is `factor` times larger and is sampled in
//! one piece, on sides rounded up so that the network and every reduction divide them; what
//! juts out was never measured and is cut off again.

use std::sync::Arc;

use burn::tensor::Tensor;
use diffusion::Denoiser as _;
use imaging::{Planar, Rect};
use operators::registry::Context;
use operators::{KernelImage, Operator, OperatorError};

use crate::error::EngineError;
use crate::restore::Restored;
use crate::session::{Course, Sampled, Session, WindowProblem};
use crate::{pixels, spectrum};

/// Restores the whole picture. `None` if stopped before there was anything to
/// keep.
pub(crate) fn restore(session: &mut Session<'_>) -> Result<Option<Restored>, EngineError> {
    let job = session.job;
    let chain = &job.recipe.operator;
    if chain.fourier().is_some() {
        return spectrum::restore(session);
    }
    let factor = chain.factor()?;
    let (width, height) = (job.photo.width() * factor, job.photo.height() * factor);
    if width as f64 * height as f64 > imaging::Limits::default().max_pixels as f64 {
        return Err(EngineError::Recipe(format!(
            "the result would be {width} x {height} pixels, more than can be handled; use a \
             smaller factor or a part of the picture"
        )));
    }
    let stride = session.prior.denoiser.stride();
    if width < stride || height < stride {
        return Err(EngineError::Recipe(format!(
            "the picture would be {width} x {height} pixels, but this prior needs at least \
             {stride} x {stride}"
        )));
    }
    let padded = padded((job.photo.height(), job.photo.width()), factor, stride);
    session.check_room((padded.1, padded.0))?;

    let seen = (job.photo.height(), job.photo.width());
    let measured = measured(session, (padded.0 / factor, padded.1 / factor));
    let context = Context {
        device: session.device,
        measured: measured.as_deref(),
        load_kernel: &load_kernel,
    };
    let operator = chain.build(padded, Some(seen), &context)?;
    let photo = job.photo.planar(job.photo.bounds());
    let channels = operator.channels().map_or(3, |(_, given)| given);
    let mut measurement = pixels::to_measurement(&photo, chain.shares()?, session.device);
    if let Some(mask) = operator.measured() {
        let shape = measurement.dims();
        measurement = measurement * mask.expand(shape);
    }

    let Some((picture, complete)) =
        sampled(session, (width, height), operator.as_ref(), measurement)?
    else {
        return Ok(None);
    };
    let masked_pixels = job.mask.as_ref().map_or(0, |mask| mask.count());
    // Colours that were lost cannot be given back to a photo that has no room for them.
    let photo = if channels == 1 && job.photo.is_gray() {
        job.photo.with_color_pixels(&picture)
    } else {
        job.photo.with_pixels(&picture)
    };
    Ok(Some(Restored {
        photo,
        complete,
        masked_pixels,
    }))
}

/// Samples a picture of this width and height in one piece: what came of it, and whether to the end.
/// `None` if stopped before there was anything to keep.
pub(crate) fn sampled(
    session: &mut Session<'_>,
    (width, height): (usize, usize),
    operator: &dyn Operator,
    measurement: Tensor<4>,
) -> Result<Option<(Arc<Planar>, bool)>, EngineError> {
    let window = Rect::new(0, 0, width, height);
    let course = Course {
        window,
        coarser: Vec::new(),
    };
    session.begin(&[course], (width, height))?;
    let problem = WindowProblem {
        operator,
        measurement,
        window,
        coarse: None,
        below: None,
        show: &Planar::to_rgba8,
    };
    Ok(match session.sample(&problem)? {
        Sampled::Complete(picture) => Some((picture, true)),
        Sampled::Stopped(picture) => picture.map(|picture| (Arc::new(picture), false)),
    })
}

/// The sides (height, width) that are sampled for a photo of `size` (height, width) whose picture is
/// `factor` times larger.
pub(crate) fn padded(size: (usize, usize), factor: usize, stride: usize) -> (usize, usize) {
    let unit = lcm(stride, factor);
    let side = |length: usize| (length * factor).next_multiple_of(unit);
    (side(size.0), side(size.1))
}

/// Which values were measured, over the uncropped measurement.
pub(crate) fn measured(
    session: &Session<'_>,
    (height, width): (usize, usize),
) -> Option<Vec<bool>> {
    let mask = session.job.mask.as_ref()?;
    let mut measured = vec![true; height * width];
    for y in 0..mask.height() {
        for x in 0..mask.width() {
            measured[y * width + x] = mask.get(x, y) == 0;
        }
    }
    Some(measured)
}

/// A kernel image: brightness is weight.
pub(crate) fn load_kernel(file: &str) -> Result<KernelImage, OperatorError> {
    let photo = imaging::Photo::open(file.as_ref()).map_err(|e| OperatorError::Kernel {
        reason: e.to_string(),
    })?;
    let planes = photo.planar(photo.bounds());
    let pixels = planes.width * planes.height;
    let weights = (0..pixels)
        .map(|i| {
            (0..3)
                .map(|c| f64::from(planes.data[c * pixels + i]))
                .sum::<f64>()
                / 3.0
        })
        .collect();
    Ok(KernelImage {
        width: planes.width,
        height: planes.height,
        weights,
    })
}

fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
