//! Whole pictures: sharpening, enlarging, and compositions.
//!
//! The photo is the measurement, or the part of it that a region and its context cover. The picture
//! sought is `factor` times larger and is sampled at once, on sides rounded up so that the network and
//! every reduction divide them; what juts out was never measured and is cut off again.

use std::sync::Arc;

use burn::tensor::Tensor;
use diffusion::Denoiser as _;
use imaging::{Photo, Planar};
use operators::Operator;
use operators::registry::Context;

use crate::error::EngineError;
use crate::framing::{self, Framing};
use crate::restore::Restored;
use crate::session::{Course, Sampled, Session, WindowProblem};
use crate::{kernel_file, pixels, regions, spectrum};

/// Restores the whole picture, or the recipe's region of it. `None` if stopped before there was anything
/// to keep.
pub(crate) fn restore(session: &mut Session<'_>) -> Result<Option<Restored>, EngineError> {
    let job = session.job;
    let chain = &job.recipe.operator;
    if chain.fourier().is_some() && job.recipe.region.is_none() {
        return spectrum::restore(session);
    }
    let framing = framing::of(session)?;
    let padded = padded_sides(session, &framing)?;
    session.check_room((padded.1, padded.0))?;

    let frame = framing.frame;
    let seen = (frame.height, frame.width);
    let factor = chain.factor()?;
    let known = measured(session, &framing, (padded.0 / factor, padded.1 / factor));
    let context = Context {
        device: session.device,
        measured: known.as_deref(),
        load_kernel: &kernel_file::load,
    };
    let operator = chain.build(padded, Some(seen), &context)?;
    let channels = operator.channels().map_or(3, |(_, given)| given);
    let mut measurement =
        pixels::to_measurement(job.photo.planar(frame), chain.shares()?, session.device);
    if let Some(mask) = operator.measured() {
        let shape = measurement.dims();
        measurement = measurement * mask.expand(shape);
    }

    let Some((picture, complete)) = sampled(session, &framing, operator.as_ref(), measurement)?
    else {
        return Ok(None);
    };
    let picture = regions::in_tone(regions::tone(job).as_ref(), picture);
    let masked_pixels = job.mask.as_ref().map_or(0, |mask| mask.count());
    // Colours that were lost cannot be given back to a photo that has no room for them.
    let coloured = channels == 1 && job.photo.is_gray();
    Ok(Some(Restored {
        photo: placed(&job.photo, &framing, &picture, coloured),
        complete,
        masked_pixels,
    }))
}

/// The sides (height, width) that are sampled.
///
/// # Errors
/// [`EngineError::Recipe`] for pictures that are too large or too small.
fn padded_sides(session: &Session<'_>, framing: &Framing) -> Result<(usize, usize), EngineError> {
    let (width, height) = framing.result(session.job.photo.bounds());
    if width as f64 * height as f64 > imaging::Limits::default().max_pixels as f64 {
        return Err(EngineError::Recipe(format!(
            "the result would be {width} x {height} pixels, more than can be handled; use a \
             smaller factor or a part of the picture"
        )));
    }
    let stride = session.prior.denoiser.stride();
    let sampled = framing.part().frame;
    if sampled.width < stride || sampled.height < stride {
        return Err(EngineError::Recipe(format!(
            "the picture would be {} x {} pixels, but this prior needs at least \
             {stride} x {stride}",
            sampled.width, sampled.height
        )));
    }
    let factor = session.job.recipe.operator.factor()?;
    let frame = framing.frame;
    Ok(padded((frame.height, frame.width), factor, stride))
}

/// The result: a whole picture, a region at its place in the photo, or one alone where it is enlarged.
fn placed(photo: &Photo, framing: &Framing, picture: &Planar, coloured: bool) -> Photo {
    let whole = framing.region == photo.bounds();
    let enlarged = (picture.width, picture.height) != (framing.region.width, framing.region.height);
    match (whole || enlarged, coloured) {
        (true, true) if whole => photo.with_color_pixels(picture),
        (true, true) => photo.cropped(framing.region).with_color_pixels(picture),
        (true, false) if whole => photo.with_pixels(picture),
        (true, false) => photo.cropped(framing.region).with_pixels(picture),
        (false, coloured) => {
            let mut result = if coloured {
                photo.with_color_pixels(&photo.planar(photo.bounds()))
            } else {
                photo.clone()
            };
            result.write(framing.region, picture);
            result
        }
    }
}

/// Samples a picture, or a part of one: what came of it, and whether to the end. `None` if stopped before
/// there was anything to keep.
pub(crate) fn sampled(
    session: &mut Session<'_>,
    framing: &Framing,
    operator: &dyn Operator,
    measurement: Tensor<4>,
) -> Result<Option<(Arc<Planar>, bool)>, EngineError> {
    let window = framing.window();
    let course = Course {
        window,
        coarser: Vec::new(),
    };
    session.begin(&[course], framing.result(session.job.photo.bounds()))?;
    let problem = WindowProblem {
        operator,
        measurement,
        window,
        coarse: None,
        part: Some(framing.part()),
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

/// Which values were measured, over the uncropped measurement of what is sampled.
pub(crate) fn measured(
    session: &Session<'_>,
    framing: &Framing,
    (height, width): (usize, usize),
) -> Option<Vec<bool>> {
    let mask = session.job.mask.as_ref()?;
    let frame = framing.frame;
    let mut measured = vec![true; height * width];
    for y in 0..frame.height {
        for x in 0..frame.width {
            measured[y * width + x] = mask.get(frame.x + x, frame.y + y) == 0;
        }
    }
    Some(measured)
}

/// The least common multiple of two numbers above 0.
pub(crate) fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

#[cfg(test)]
mod tests;
