//! Everything at once, and the files it is written to.

use std::path::Path;

use imaging::{Depth, Photo, Planar, SaveOptions};
use serde::{Deserialize, Serialize};

use super::{
    Denoised, Estimated, Listener, LossByNoise, MeasureOptions, Memorisation, Subject,
    contact_sheet, denoising, estimation, loss_by_noise, memorisation, unconditional_samples,
};
use crate::crops::Cropping;
use crate::dataset::Dataset;
use crate::error::TrainerError;

/// Crops shown on the denoising sheet.
const SHOWN: usize = 4;

/// What the numbers were measured on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// Pictures there are.
    pub pictures: usize,
    /// Photographs they belong to.
    pub photographs: usize,
    /// SHA-256 over their names and bytes.
    pub fingerprint: String,
    /// Crops measured on.
    pub crops: usize,
    /// Their side in pixels.
    pub side: usize,
    /// Seed of crops, noise and samples.
    pub seed: u64,
}

/// Everything that is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// What on.
    pub data: Data,
    /// The loss by level of noise.
    pub loss: LossByNoise,
    /// The error of estimated pictures, by sigma.
    #[serde(default)]
    pub estimates: Vec<Estimated>,
    /// Denoising, by sigma.
    pub denoising: Vec<Denoised>,
    /// Unconditional samples drawn.
    pub samples: usize,
    /// DDIM steps of each.
    pub sampling_steps: usize,
    /// Nearness of samples to the training set, where that was given.
    pub memorisation: Option<Memorisation>,
}

/// Pictures that go with the numbers.
#[derive(Clone, Debug)]
pub struct Sheets {
    /// Unconditional samples.
    pub samples: Option<Planar>,
    /// For each sigma a row of clean, noisy and denoised pictures.
    pub denoising: Planar,
    /// Samples above, their nearest training crops below.
    pub memorisation: Option<Planar>,
}

/// Measures a prior on held-out pictures; with the training pictures, also how near its samples
/// come to them. Cost: `(19 + sigmas) · crops + samples · steps` evaluations.
///
/// # Errors
/// [`TrainerError::Setting`] for options that do not fit the prior, otherwise
/// [`TrainerError::Device`], [`TrainerError::NonFinite`] or [`TrainerError::Stopped`].
pub fn measure(
    subject: Subject<'_>,
    held_out: &Dataset,
    training: Option<&Dataset>,
    options: &MeasureOptions,
    listener: Listener<'_>,
) -> Result<(Measures, Sheets), TrainerError> {
    options.check(&subject)?;
    let MeasureOptions {
        side, batch, seed, ..
    } = *options;
    let crops = Cropping::plain(side).fixed(held_out, options.crops, seed);
    let loss = loss_by_noise(subject, held_out, &crops, (side, batch, seed), listener)?;
    let estimates = estimation(subject, held_out, &crops, (side, batch, seed), listener)?;
    let (denoised, triples) = denoising(
        subject,
        held_out,
        &crops,
        &options.sigmas,
        (side, batch, seed, SHOWN),
        listener,
    )?;
    let cells: Vec<&Planar> = triples.iter().flatten().collect();
    let denoising_sheet = contact_sheet(&cells, 3 * SHOWN.min(crops.len()));

    let samples = unconditional_samples(
        subject,
        (options.samples, options.steps),
        (side, batch, seed),
        listener,
    )?;
    let found = match training {
        Some(training) if !samples.is_empty() => {
            let datasets = (training, held_out);
            Some(memorisation(&samples, datasets, (side, seed), listener)?)
        }
        _ => None,
    };
    let (memorisation, memorisation_sheet) = found.unzip();
    let all: Vec<&Planar> = samples.iter().collect();
    let measures = Measures {
        data: Data {
            pictures: held_out.pictures().len(),
            photographs: held_out.photographs(),
            fingerprint: held_out.fingerprint().to_owned(),
            crops: crops.len(),
            side,
            seed,
        },
        loss,
        estimates,
        denoising: denoised,
        samples: samples.len(),
        sampling_steps: options.steps,
        memorisation,
    };
    let sheets = Sheets {
        samples: (!all.is_empty()).then(|| contact_sheet(&all, columns(all.len()))),
        denoising: denoising_sheet,
        memorisation: memorisation_sheet,
    };
    Ok((measures, sheets))
}

/// Nearly square.
pub(crate) fn columns(pictures: usize) -> usize {
    (pictures as f64).sqrt().ceil() as usize
}

impl Sheets {
    /// The files it may be saved as.
    pub const NAMES: [&str; 3] = ["samples.png", "denoising.png", "nearest.png"];

    /// Writes `samples.png`, `denoising.png` and `nearest.png` into a folder that is there.
    ///
    /// # Errors
    /// [`TrainerError::Imaging`] if a file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), TrainerError> {
        let sheets = [
            self.samples.as_ref(),
            Some(&self.denoising),
            self.memorisation.as_ref(),
        ];
        for (name, sheet) in Self::NAMES.into_iter().zip(sheets) {
            if let Some(sheet) = sheet {
                save_sheet(sheet, &folder.join(name))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn save_sheet(sheet: &Planar, path: &Path) -> Result<(), TrainerError> {
    let photo = Photo::from_planar(sheet, Depth::Eight);
    Ok(imaging::save(&photo, path, &SaveOptions::default())?)
}
