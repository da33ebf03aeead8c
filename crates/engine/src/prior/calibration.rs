//! Measures a prior on pictures, and keeps what was measured with it.
//!
//! A prior whose `config.json` has no `calibration` is measured when it is loaded, on pictures that
//! ship with the program, and the result is remembered for as long as the program runs.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use burn::tensor::{Device, Tensor};
use diffusion::{Calibration, Prior};
use imaging::{Photo, Planar, Rect};
use samplers::SamplerError;

use crate::error::EngineError;
use crate::memory;
use crate::pixels;
use crate::recipe::PriorChoice;

/// The side of the pictures that a prior is measured on, in pixels.
const SIDE: usize = 64;
/// Networks of more weights are measured on [`FEW`] pictures, so that it takes seconds.
const LARGE: usize = 20_000_000;
/// Pictures for a large network.
const FEW: usize = 4;

/// Clean photographs (see the licences beside them), PNG.
const BUNDLED: &[&[u8]] = &[
    include_bytes!("../../../../assets/evaluation/pictures/027-nailCutter.png"),
    include_bytes!("../../../../assets/evaluation/pictures/067-mountRushmore.png"),
    include_bytes!("../../../../assets/evaluation/pictures/117-sea3.png"),
    include_bytes!("../../../../assets/evaluation/pictures/189-greatStupa.png"),
    include_bytes!("../../../../assets/evaluation/pictures/030-dam1.png"),
    include_bytes!("../../../../assets/evaluation/pictures/042-solar1.png"),
    include_bytes!("../../../../assets/evaluation/pictures/176-canyondeChelly.png"),
    include_bytes!("../../../../assets/evaluation/pictures/177-georgeWashingtonBirthplace.png"),
    include_bytes!("../../../../assets/demo/original.png"),
];

/// What was measured of priors without a calibration, by the SHA-256 of their weights.
static MEASURED: Mutex<Option<HashMap<String, Calibration>>> = Mutex::new(None);

/// The bundled pictures, each cut into squares of [`SIDE`] pixels, the small ones first.
///
/// # Errors
/// Never, as a test says: they are part of the program.
fn bundled() -> Result<Vec<Planar>, EngineError> {
    let mut pictures = Vec::new();
    for bytes in BUNDLED {
        let photo = Photo::decode(bytes, "bundled.png")?;
        for y in (0..photo.height() / SIDE).map(|row| row * SIDE) {
            for x in (0..photo.width() / SIDE).map(|column| column * SIDE) {
                pictures.push(photo.planar(Rect::new(x, y, SIDE, SIDE)));
            }
        }
    }
    Ok(pictures)
}

/// The calibration of a network without one: measured on the bundled pictures, once for as long as
/// the program runs. Costs some hundred evaluations of 64 × 64 pixels the first time.
pub(super) fn of_unmeasured(prior: &Prior, device: &Device) -> Result<Calibration, EngineError> {
    let mut measured = MEASURED.lock().unwrap_or_else(PoisonError::into_inner);
    let measured = measured.get_or_insert_default();
    if let Some(known) = measured.get(&prior.sha256) {
        return Ok(known.clone());
    }
    let mut pictures = bundled()?;
    if prior.config.parameters.is_some_and(|count| count > LARGE) {
        pictures.truncate(FEW);
    }
    let found = measure(prior, &pictures, device, &mut |_, _| true)?;
    measured.insert(prior.sha256.clone(), found.clone());
    Ok(found)
}

fn measure(
    prior: &Prior,
    pictures: &[Planar],
    device: &Device,
    advance: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Calibration, EngineError> {
    let tensors = pictures
        .iter()
        .map(|p| pixels::to_tensor(p.clone(), device));
    let tensors: Vec<Tensor<4>> = tensors.collect();
    match samplers::calibrate(prior.denoiser.as_ref(), &prior.schedule, &tensors, advance) {
        Ok(found) => Ok(found),
        Err(SamplerError::Cancelled) => Err(EngineError::Stopped),
        Err(error) => Err(error.into()),
    }
}

/// Measures the network of a prior on pictures with sides that are multiples of 8 and of the network's stride, or on
/// the bundled ones if there is none. `advance` is called before each evaluation with how many are
/// done and how many there are, and returns whether to go on. Sixteen evaluations for each picture.
///
/// # Errors
/// [`EngineError::Stopped`], [`EngineError::Recipe`] for a prior that is a closed form and has nothing
/// to be measured, and what the device says.
pub fn calibrate_prior(
    choice: &PriorChoice,
    pictures: &[Planar],
    device: &Device,
    advance: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Calibration, EngineError> {
    let Some(prior) = super::network(choice, device, memory::available())? else {
        return Err(EngineError::Recipe(format!(
            "{choice} is a closed form: its errors are known and need not be measured"
        )));
    };
    let bundled = if pictures.is_empty() {
        bundled()?
    } else {
        Vec::new()
    };
    let pictures = if pictures.is_empty() {
        &bundled
    } else {
        pictures
    };
    measure(&prior, pictures, device, advance)
}

/// Writes a calibration into the `config.json` of a prior folder; everything else in it stays.
///
/// # Errors
/// [`EngineError`] if there is no such file, it is no configuration, or it cannot be written.
pub fn keep_calibration(folder: &Path, calibration: &Calibration) -> Result<(), EngineError> {
    let path = folder.join("config.json");
    let unreadable =
        |reason: String| EngineError::Recipe(format!("cannot use {}: {reason}", path.display()));
    let text = std::fs::read_to_string(&path).map_err(|e| unreadable(e.to_string()))?;
    let mut config: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| unreadable(e.to_string()))?;
    let Some(fields) = config.as_object_mut().filter(|f| f.contains_key("model")) else {
        return Err(unreadable("it is no configuration of a prior".to_owned()));
    };
    let value = serde_json::to_value(calibration).map_err(|e| unreadable(e.to_string()))?;
    fields.insert("calibration".to_owned(), value);
    let text = serde_json::to_string_pretty(&config).map_err(|e| unreadable(e.to_string()))?;
    imaging::write_atomically(&path, format!("{text}\n").as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_pictures_are_squares_of_many_colours() {
        let pictures = bundled().expect("part of the program");
        assert!(pictures.len() >= 24, "{}", pictures.len());
        assert!(pictures.iter().all(|p| (p.width, p.height) == (SIDE, SIDE)));
    }

    #[test]
    fn a_calibration_is_kept_and_everything_else_stays() {
        let folder = tempfile::tempdir().expect("writable");
        let path = folder.path().join("config.json");
        let before = serde_json::json!({"name": "mine", "model": {"x": 1}, "more": [1, 2]});
        std::fs::write(&path, before.to_string()).expect("writable");
        let calibration = Calibration {
            mean: [0.0; 3],
            spread: 0.2,
            pictures: 3,
            levels: Vec::new(),
        };
        keep_calibration(folder.path(), &calibration).expect("kept");
        let text = std::fs::read_to_string(&path).expect("there");
        let after: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(after["more"], before["more"]);
        assert_eq!(after["calibration"]["spread"], 0.2);
        assert!(keep_calibration(&folder.path().join("none"), &calibration).is_err());
        std::fs::write(&path, "[]").expect("writable");
        assert!(keep_calibration(folder.path(), &calibration).is_err());
    }
}
