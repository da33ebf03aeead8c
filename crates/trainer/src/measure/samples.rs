//! Pictures that the prior makes up.
//!
//! DDIM (Song et al. 2021, eq. 12) with eta 0: all randomness is in the start. Estimates are held
//! to the prior's range, as the restoring samplers do.

use imaging::Planar;

use super::{Listener, Measuring, Subject, finite, tell};
use crate::error::TrainerError;
use crate::random::{Purpose, Stream};
use crate::tensors::{download, pictures, upload};

/// Draws `count` pictures of `side × side`. Cost: `steps` evaluations of each.
///
/// # Errors
/// [`TrainerError::Prior`] if the schedule cannot give that many steps, otherwise
/// [`TrainerError::Device`], [`TrainerError::NonFinite`] or [`TrainerError::Stopped`].
pub fn unconditional_samples(
    subject: Subject<'_>,
    (count, steps): (usize, usize),
    (side, batch, seed): (usize, usize, u64),
    listener: Listener<'_>,
) -> Result<Vec<Planar>, TrainerError> {
    let schedule = subject.schedule.respaced(&steps.to_string())?;
    let size = 3 * side * side;
    let mut samples = Vec::with_capacity(count);
    let starts: Vec<usize> = (0..count).collect();
    for part in starts.chunks(batch) {
        let start = part
            .iter()
            .flat_map(|&i| Stream::new(seed, Purpose::Sample, 0, i as u64).normals(size));
        let mut x = upload(start.collect(), side, subject.device);
        for step in (0..schedule.len()).rev() {
            let (now, next) = (schedule.alpha_bar(step), schedule.alpha_bar_previous(step));
            let level = schedule.level(step);
            let eps = subject.denoiser.evaluate(x.clone(), level).eps;
            let estimate = (x.clone() - eps * (1.0 - now).sqrt()) / now.sqrt();
            let x0_hat = match subject.denoiser.range() {
                Some((low, high)) => estimate.clamp(low, high),
                None => estimate,
            };
            let eps = (x - x0_hat.clone() * now.sqrt()) / (1.0 - now).sqrt();
            x = x0_hat * next.sqrt() + eps * (1.0 - next).sqrt();
            tell(
                listener,
                Measuring {
                    what: "unconditional samples",
                    done: samples.len() * schedule.len() + (schedule.len() - step) * part.len(),
                    of: count * schedule.len(),
                },
            )?;
        }
        let values = download(x)?;
        finite(&values, "sample")?;
        samples.extend(pictures(&values, side));
    }
    Ok(samples)
}
