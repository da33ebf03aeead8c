//! Inpainting: small windows around the damage, and nothing else is touched.

use std::sync::Arc;

use diffusion::Denoiser as _;
use imaging::{Mask, Photo, Planar, Rect, Tone};
use operators::{Inpaint, LinearOperator};

use crate::error::EngineError;
use crate::job::Job;
use crate::pixels;
use crate::restore::Restored;
use crate::scales::{self, Scale};
use crate::session::{Course, Sampled, Session, WindowProblem};
use crate::windows::{self, Window};

/// Restores the masked pixels window by window. A finished window counts as measured for the
/// next, so neighbours agree where they meet. `None` if stopped before there was
/// anything to keep.
pub(crate) fn restore(session: &mut Session<'_>) -> Result<Option<Restored>, EngineError> {
    let job = session.job;
    let mask = job.mask.as_deref().ok_or_else(|| {
        EngineError::Recipe("`inpaint` needs a mask: white where to restore".to_owned())
    })?;
    let stride = session.prior.denoiser.stride();
    let windows = windows::plan(mask, stride)?;
    let courses = courses(&windows, mask, stride, session.climbs());
    let frames = windows.iter().map(|window| window.frame);
    if let Some(largest) = frames.max_by_key(|frame| frame.area()) {
        session.check_room((largest.width, largest.height))?;
    }
    session.begin(&courses, (job.photo.width(), job.photo.height()))?;

    let tone = tone(job);
    let held = |picture: Arc<Planar>| in_tone(tone.as_ref(), picture);
    let mut photo = Photo::clone(&job.photo);
    let mut unknown = mask.clone();
    let mut seams = Vec::new();
    for (i, (window, course)) in windows.iter().zip(&courses).enumerate() {
        match sample(session, &photo, &unknown, course)? {
            Sampled::Complete(picture) => {
                let picture = held(picture);
                place(&mut photo, &picture, mask, window);
                seams.push((window, picture));
                unknown.fill_rect(window.core, imaging::Value::Erase);
            }
            Sampled::Stopped(best) => {
                if best.is_none() && i == 0 {
                    return Ok(None);
                }
                if let Some(picture) = best.map(Arc::new).map(held) {
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

/// The one tone of the job's photo, if it has one and the job does not give it colours.
pub(crate) fn tone(job: &Job) -> Option<Tone> {
    let gives_colours = job.recipe.operator.contains("grayscale");
    let mask = job.mask.as_deref();
    (!gives_colours)
        .then(|| Tone::of(&job.photo, mask))
        .flatten()
}

/// A result in the tone of its photo.
pub(crate) fn in_tone(tone: Option<&Tone>, picture: Arc<Planar>) -> Arc<Planar> {
    let Some(tone) = tone else { return picture };
    let mut picture = Arc::unwrap_or_clone(picture);
    tone.hold(&mut picture);
    Arc::new(picture)
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

fn restored(mut photo: Photo, mask: &Mask, complete: bool) -> Restored {
    photo.close_holes(mask);
    Restored {
        photo,
        complete,
        masked_pixels: mask.count(),
    }
}

/// The scales of every window: coarser ones first where its hole is wide, if the sampler `climbs`.
pub(crate) fn courses(windows: &[Window], mask: &Mask, stride: usize, climbs: bool) -> Vec<Course> {
    let depths = climbs.then(|| mask.depths());
    let coarser = |window: &Window| {
        let depth = depths.as_ref().map_or(0, |d| d.deepest(window.core));
        scales::coarser(window, depth, (mask.width(), mask.height()), stride)
    };
    windows
        .iter()
        .map(|window| Course {
            window: window.frame,
            coarser: coarser(window),
        })
        .collect()
}

/// One window, from its coarsest scale to its own.
fn sample(
    session: &mut Session<'_>,
    photo: &Photo,
    unknown: &Mask,
    course: &Course,
) -> Result<Sampled, EngineError> {
    let own = Scale::own(course.window);
    let (known, measured) = seen(photo, unknown, own);
    let show = |estimate: &Planar| completed(&known, &measured, estimate).to_rgba8();
    let coarser = if session.goes_on(course.window) {
        &[]
    } else {
        &course.coarser[..]
    };
    let mut below: Option<(Scale, Arc<Planar>)> = None;
    for scale in coarser.iter().copied().chain([own]) {
        let (picture, measured) = seen(photo, unknown, scale);
        let (width, height) = scale.size();
        let operator = Inpaint::new(&measured, (height, width), session.device);
        let start = below.as_ref().map(|(from, estimate)| {
            let carried = scales::carried(estimate, *from, scale);
            completed(&picture, &measured, &carried)
        });
        let problem = WindowProblem {
            operator: &operator,
            measurement: operator.apply(pixels::to_tensor(picture.clone(), session.device)),
            window: course.window,
            coarse: (scale != own).then_some(scale),
            part: None,
            below: start.as_ref(),
            show: &show,
        };
        match session.sample(&problem)? {
            Sampled::Complete(estimate) => below = Some((scale, estimate)),
            // What a coarser scale was done with is better than the damage.
            Sampled::Stopped(None) => {
                let done = below.map(|(from, estimate)| scales::carried(&estimate, from, own));
                return Ok(Sampled::Stopped(done));
            }
            stopped @ Sampled::Stopped(Some(_)) => return Ok(stopped),
        }
    }
    let (_, picture) = below.expect("the window's own scale is always sampled");
    Ok(Sampled::Complete(picture))
}

/// A part of the photo at some scale, and which of its pixels are known.
fn seen(photo: &Photo, unknown: &Mask, scale: Scale) -> (Planar, Vec<bool>) {
    let (picture, holes) = (photo.planar(scale.frame), unknown.crop(scale.frame));
    scales::reduced(&picture, &holes, scale.factor)
}

/// A picture, and an estimate of it where it is not known.
fn completed(picture: &Planar, known: &[bool], estimate: &Planar) -> Planar {
    let mut completed = picture.clone();
    for (i, value) in completed.data.iter_mut().enumerate() {
        if !known[i % known.len()] {
            *value = estimate.data[i];
        }
    }
    completed
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
