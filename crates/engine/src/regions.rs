//! Inpainting: small windows around the damage, and nothing else is touched.

use std::sync::Arc;

use imaging::{Mask, Photo, Planar, Rect};
use operators::{Inpaint, LinearOperator};

use crate::error::EngineError;
use crate::job::Job;
use crate::restore::Restored;
use crate::session::{Sampled, Session, WindowProblem};
use crate::windows::{self, Window};
use crate::{memory, pixels};

/// Restores the masked pixels window by window. A finished window counts as measured for the
/// next, so neighbours agree where they meet. `None` if stopped before there was
/// anything to keep.
pub(crate) fn restore(session: &mut Session<'_>) -> Result<Option<Restored>, EngineError> {
    let job = session.job;
    let mask = job.mask.as_deref().ok_or_else(|| {
        EngineError::Recipe("`inpaint` needs a mask: white where to restore".to_owned())
    })?;
    let windows = windows::plan(mask, session.prior.denoiser.stride())?;
    let frames: Vec<Rect> = windows.iter().map(|w| w.frame).collect();
    if let (Some(config), Some(largest)) = (
        &session.prior.config,
        frames.iter().max_by_key(|f| f.area()),
    ) {
        let stride = session.prior.denoiser.stride();
        memory::check(
            &config.model,
            memory::Runner::of(session.device),
            stride,
            (largest.width, largest.height),
        )?;
    }
    session.begin(frames, (job.photo.width(), job.photo.height()))?;

    let mut photo = Photo::clone(&job.photo);
    let mut unknown = mask.clone();
    let mut seams = Vec::new();
    for (i, window) in windows.iter().enumerate() {
        match sample(session, &photo, &unknown, window)? {
            Sampled::Complete(picture) => {
                place(&mut photo, &picture, mask, window);
                seams.push((window, picture));
                unknown.fill_rect(window.core, imaging::Value::Erase);
            }
            Sampled::Stopped(best) => {
                if best.is_none() && i == 0 {
                    return Ok(None);
                }
                if let Some(picture) = best.map(Arc::new) {
                    place(&mut photo, &picture, mask, window);
                    seams.push((window, picture));
                }
                soften(&mut photo, job, mask, &seams);
                return Ok(Some(restored(photo, mask, false)));
            }
        }
    }
    soften(&mut photo, job, mask, &seams);
    Ok(Some(restored(photo, mask, true)))
}

/// Blends what was sampled around the mask into the photo, if the recipe wants that. It happens at
/// the end: until then, the photo's own pixels are what later windows are measured by.
fn soften(photo: &mut Photo, job: &Job, mask: &Mask, seams: &[(&Window, Arc<Planar>)]) {
    let feather = job.recipe.feather;
    if feather == 0 {
        return;
    }
    let whole = mask.bounds();
    let mut strongest = vec![0_u8; whole.area()];
    for (window, picture) in seams {
        let frame = window.frame;
        let holes = mask.crop(frame);
        let mut own = Mask::new(frame.width, frame.height);
        own.fill_rect(within(window), imaging::Value::Paint);
        let outside = own
            .data()
            .iter()
            .zip(holes.data())
            .map(|(own, hole)| own & hole);
        let own = Mask::from_data(frame.width, frame.height, outside.collect())
            .expect("one byte for each pixel");
        let mut weights = own.feathered(feather);
        for (i, weight) in weights.iter_mut().enumerate() {
            let at = (frame.y + i / frame.width) * whole.width + frame.x + i % frame.width;
            // Holes are written already, and of two windows the nearer one blends a pixel.
            if holes.data()[i] > 0 || *weight <= strongest[at] {
                *weight = 0;
            } else {
                strongest[at] = *weight;
            }
        }
        photo.blend(frame, picture, &weights, &job.photo);
    }
}

fn restored(photo: Photo, mask: &Mask, complete: bool) -> Restored {
    Restored {
        photo,
        complete,
        masked_pixels: mask.count(),
    }
}

fn sample(
    session: &mut Session<'_>,
    photo: &Photo,
    unknown: &Mask,
    window: &Window,
) -> Result<Sampled, EngineError> {
    let known = photo.planar(window.frame);
    let holes = unknown.crop(window.frame);
    let measured: Vec<bool> = holes.data().iter().map(|&m| m == 0).collect();
    let size = (window.frame.height, window.frame.width);
    let operator = Inpaint::new(&measured, size, session.device);
    let measurement = operator.apply(pixels::to_tensor(&known, session.device));
    let show = |estimate: &Planar| {
        let mut shown = known.clone();
        let plane = shown.width * shown.height;
        for (i, _) in measured.iter().enumerate().filter(|(_, known)| !**known) {
            for channel in 0..3 {
                shown.data[channel * plane + i] = estimate.data[channel * plane + i];
            }
        }
        shown.to_rgba8()
    };
    let problem = WindowProblem {
        operator: &operator,
        measurement,
        window: window.frame,
        show: &show,
    };
    session.sample(&problem)
}

/// Writes the window's own masked pixels into the photo.
fn place(photo: &mut Photo, picture: &Planar, mask: &Mask, window: &Window) {
    photo.write_masked(window.core, &picture.crop(within(window)), mask);
}

/// The core, seen from its frame.
fn within(window: &Window) -> Rect {
    let (core, frame) = (window.core, window.frame);
    Rect::new(core.x - frame.x, core.y - frame.y, core.width, core.height)
}
