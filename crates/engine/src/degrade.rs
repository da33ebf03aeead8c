//! The other direction: damage a clean picture, to know the truth afterwards.

use burn::tensor::Device;
use imaging::{Mask, Photo, Rect};
use operators::registry::Context;
use operators::{Chain, Noise, SeededNoise};

use crate::error::EngineError;
use crate::kernel_file;
use crate::pixels;

/// The stream of measurement noise; windows take streams from 0 upwards.
pub(crate) const MEASUREMENT_STREAM: u64 = u64::MAX;

/// `A x` with noise, at the photo's depth. Holes become mid-grey. `noise` may be a number: the
/// standard deviation on the model range [-1, 1].
///
/// # Errors
/// [`EngineError`] if the operator does not fit the photo or the noise is not in [0, 2].
pub fn degrade(
    photo: &Photo,
    mask: Option<&Mask>,
    chain: &Chain,
    noise: impl Into<Noise>,
    seed: u64,
) -> Result<Photo, EngineError> {
    let noise: Noise = noise.into();
    noise.check()?;
    let device = Device::flex();
    let measured: Option<Vec<bool>> =
        mask.map(|mask| mask.data().iter().map(|&m| m == 0).collect());
    let context = Context {
        device: &device,
        measured: measured.as_deref(),
        load_kernel: &kernel_file::load,
    };
    let size = (photo.height(), photo.width());
    let operator = chain.build(size, None, &context)?;
    if !operator.gives_pictures() {
        return Err(no_picture(chain));
    }
    let picture = pixels::to_tensor(photo.planar(photo.bounds()), &device);
    let clean = operator.apply(picture);
    let mut draws = SeededNoise::new(seed, MEASUREMENT_STREAM);
    let mut measurement = noise.measure(clean, &mut draws)?;
    if let Some(mask) = operator.measured() {
        let shape = measurement.dims();
        measurement = measurement * mask.expand(shape);
    }
    let (height, width) = operator.output_size();
    Ok(photo.with_pixels(&pixels::from_tensor(
        measurement,
        Rect::new(0, 0, width, height),
    )?))
}

/// Of operators whose measurement no file of pictures can hold.
pub(crate) fn no_picture(chain: &Chain) -> EngineError {
    EngineError::Recipe(format!(
        "`{chain}` measures a spectrum, which is no picture and has no file; it can only be \
         simulated and restored in one go, as an evaluation does, or the window on simulated damage"
    ))
}
