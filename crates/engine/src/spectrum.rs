//! Measurements that are no pictures: magnetic resonance imaging and phase retrieval.
//!
//! No file of pictures holds a spectrum, so one is always simulated from a photo that is known, with
//! a seed, and restored from the very same values: what is shown of it is the zero-filled
//! reconstruction (the operator's adjoint, or its picture without phases), and the logarithm of its
//! magnitudes. Cost: dense Fourier matrices, so that a measurement takes `h² w + h w²` products for
//! each channel; no denoiser is evaluated.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use diffusion::Denoiser as _;
use imaging::{Mask, Photo, Planar, Rect};
use operators::registry::Context;
use operators::{Chain, Fourier, Noise, Operator, SeededNoise};

use crate::degrade::{MEASUREMENT_STREAM, degrade, no_picture};
use crate::error::EngineError;
use crate::framing::Framing;
use crate::kernel_file;
use crate::pixels;
use crate::restore::Restored;
use crate::session::Session;
use crate::whole::{measured, sampled};

/// Pictures whose spectrum is measured are cut to sides that this divides: a padded spectrum is that
/// of another picture, and every usual network halves a picture at most five times.
pub const SIDES: usize = 32;
/// Magnitudes below this share of the largest are shown black: four decades.
const FLOOR: f32 = 1e-4;

/// What a spectrum is measured of, and with which noise.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The truth, of the size of the job's photo.
    pub truth: Arc<Photo>,
    /// The noise of the measurement.
    pub noise: Noise,
    /// Its seed.
    pub seed: u64,
}

/// Simulated damage.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// What was measured: the photo, cut to sides that [`SIDES`] divides if its spectrum was.
    pub truth: Arc<Photo>,
    /// The measurement; of a spectrum the zero-filled reconstruction, clipped to what is shown.
    pub photo: Arc<Photo>,
    /// Of a spectrum the logarithm of its magnitudes over four decades, grey, the largest white and
    /// what was not measured black.
    pub spectrum: Option<Planar>,
}

/// Damages a photo at its own depth, as [`degrade`] does, or measures its spectrum.
///
/// # Errors
/// As [`degrade`]; [`EngineError::Recipe`] if a photo is too small for its spectrum to be restored.
pub fn simulate(
    photo: &Arc<Photo>,
    mask: Option<&Mask>,
    chain: &Chain,
    noise: Noise,
    seed: u64,
) -> Result<Simulated, EngineError> {
    let Some(fourier) = chain.fourier() else {
        return Ok(Simulated {
            truth: Arc::clone(photo),
            photo: Arc::new(degrade(photo, mask, chain, noise, seed)?),
            spectrum: None,
        });
    };
    let part = middle(photo.bounds())?;
    let truth = if part == photo.bounds() {
        Arc::clone(photo)
    } else {
        Arc::new(Photo::from_planar(&photo.planar(part), photo.depth()))
    };
    let mask = mask.map(|mask| mask.crop(part));
    let known: Option<Vec<bool>> = mask.map(|mask| mask.data().iter().map(|&m| m == 0).collect());
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: known.as_deref(),
        load_kernel: &kernel_file::load,
    };
    let operator = chain.build((part.height, part.width), None, &context)?;
    let scene = Scene {
        truth: Arc::clone(&truth),
        noise,
        seed,
    };
    let y = measure(&scene, operator.as_ref(), &device)?;
    let estimate = operator.estimate(y.clone());
    let estimate = pixels::from_tensor(estimate, Rect::new(0, 0, part.width, part.height))?;
    Ok(Simulated {
        photo: Arc::new(truth.with_pixels(&estimate)),
        truth,
        spectrum: Some(magnitudes(y, fourier)?),
    })
}

/// The middle of a picture, of sides that [`SIDES`] divides.
fn middle(whole: Rect) -> Result<Rect, EngineError> {
    let side = |length: usize| length / SIDES * SIDES;
    let (width, height) = (side(whole.width), side(whole.height));
    if width == 0 || height == 0 {
        return Err(EngineError::Recipe(format!(
            "the photo is {} x {} pixels; to measure its spectrum take one of at least {SIDES} x \
             {SIDES}",
            whole.width, whole.height
        )));
    }
    let (x, y) = ((whole.width - width) / 2, (whole.height - height) / 2);
    Ok(Rect::new(x, y, width, height))
}

/// `A x` with noise; what was not measured is zero.
fn measure(
    scene: &Scene,
    operator: &dyn Operator,
    device: &Device,
) -> Result<Tensor<4>, EngineError> {
    scene.noise.check()?;
    let picture = scene.truth.planar(scene.truth.bounds());
    let clean = operator.apply(pixels::to_tensor(picture, device));
    let mut draws = SeededNoise::new(scene.seed, MEASUREMENT_STREAM);
    let y = scene.noise.measure(clean, &mut draws)?;
    Ok(match operator.measured() {
        Some(mask) => {
            let shape = y.dims();
            y * mask.expand(shape)
        }
        None => y,
    })
}

/// The mean over channels of the magnitudes, on a logarithmic scale.
fn magnitudes(y: Tensor<4>, fourier: Fourier) -> Result<Planar, EngineError> {
    let values = match fourier {
        Fourier::Magnitudes => y.abs(),
        Fourier::Complex => {
            let height = y.dims()[2] / 2;
            let real = y.clone().narrow(2, 0, height);
            let imaginary = y.narrow(2, height, height);
            (real.square() + imaginary.square()).sqrt()
        }
    };
    let [_, _, height, width] = values.dims();
    let data = values
        .mean_dim(1)
        .try_into_data()
        .map_err(|e| EngineError::Device(format!("the device did not return a spectrum: {e:?}")))?;
    let values: Vec<f32> = data.iter::<f32>().collect();
    let largest = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let shown = |value: &f32| 1.0 - (value / largest).max(FLOOR).ln() / FLOOR.ln();
    let plane: Vec<f32> = values.iter().map(shown).collect();
    Ok(Planar::from_data(width, height, plane.repeat(3))?)
}

/// Restores a picture from its simulated spectrum. `None` if stopped before there was anything to
/// keep.
pub(crate) fn restore(session: &mut Session<'_>) -> Result<Option<Restored>, EngineError> {
    let job = session.job;
    let chain = &job.recipe.operator;
    let Some(scene) = &job.scene else {
        return Err(no_picture(chain));
    };
    let frame = scene.truth.bounds();
    if frame != job.photo.bounds() {
        return Err(EngineError::Recipe(
            "what was measured and its reconstruction differ in size; simulate it again".to_owned(),
        ));
    }
    let stride = session.prior.denoiser.stride();
    if frame.width % stride != 0 || frame.height % stride != 0 {
        return Err(EngineError::Recipe(format!(
            "the picture is {} x {} pixels, but to restore it from its spectrum this prior needs \
             sides that {stride} divides",
            frame.width, frame.height
        )));
    }
    session.check_room((frame.width, frame.height))?;
    let size = (frame.height, frame.width);
    let known = measured(session, &Framing::whole(frame, 1), size);
    let context = Context {
        device: session.device,
        measured: known.as_deref(),
        load_kernel: &kernel_file::load,
    };
    let operator = chain.build(size, None, &context)?;
    let measurement = measure(scene, operator.as_ref(), session.device)?;
    let framing = Framing::whole(frame, 1);
    let Some((picture, complete)) = sampled(session, &framing, operator.as_ref(), measurement)?
    else {
        return Ok(None);
    };
    Ok(Some(Restored {
        photo: job.photo.with_pixels(&picture),
        complete,
        masked_pixels: 0,
    }))
}

#[cfg(test)]
mod tests {
    use imaging::Depth;

    use super::*;

    fn photo(width: usize, height: usize) -> Arc<Photo> {
        let value = |i: usize| 0.2 + 0.6 * ((i * 37 % 101) as f32 / 101.0);
        let data = (0..3 * width * height).map(value).collect();
        let picture = Planar::from_data(width, height, data).expect("it fits");
        Arc::new(Photo::from_planar(&picture, Depth::Sixteen))
    }

    fn seen(chain: &str, photo: &Arc<Photo>) -> Simulated {
        let chain = chain.parse().expect("valid");
        simulate(photo, None, &chain, Noise::from(0.0), 1).expect("it can be measured")
    }

    #[test]
    fn a_scan_of_every_line_gives_the_picture_back() {
        let photo = photo(64, 32);
        let all = seen("mri:acceleration=1,centre=0", &photo);
        let off = |a: &Photo, b: &Photo| {
            let (a, b) = (a.planar(a.bounds()), b.planar(b.bounds()));
            let apart = a.data.iter().zip(&b.data).map(|(a, b)| (a - b).abs());
            apart.fold(0.0, f32::max)
        };
        assert!(off(&all.photo, &photo) < 1e-4, "its adjoint is its inverse");
        let some = seen("mri:acceleration=4", &photo);
        assert!(
            off(&some.photo, &photo) > 0.05,
            "what was left out is missing"
        );
        let spectrum = some.spectrum.expect("it is one");
        assert_eq!((spectrum.width, spectrum.height), (64, 32));
        let columns = (0..64).filter(|x| (0..32).any(|y| spectrum.data[y * 64 + x] > 0.0));
        assert_eq!(columns.count(), 16, "a quarter of the columns was measured");
        let largest = spectrum.data.iter().copied().fold(0.0, f32::max);
        assert!((largest - 1.0).abs() < 1e-6);
    }

    #[test]
    fn photos_are_cut_to_what_networks_take_and_pictures_are_not() {
        let photo = photo(71, 40);
        let cut = seen("phase-retrieval", &photo);
        assert_eq!(cut.truth.bounds(), Rect::new(0, 0, 64, 32));
        assert_eq!(cut.photo.bounds(), cut.truth.bounds());
        let wide = cut.spectrum.expect("it is one");
        assert_eq!((wide.width, wide.height), (128, 64), "with zeros around");
        let whole = seen("gaussian-blur:size=5,std=1", &photo);
        assert!(Arc::ptr_eq(&whole.truth, &photo) && whole.spectrum.is_none());
        let chain = "mri".parse().expect("valid");
        let small = simulate(&self::photo(31, 64), None, &chain, Noise::from(0.0), 1);
        assert!(
            small
                .expect_err("too small")
                .to_string()
                .contains("31 x 64")
        );
    }
}
