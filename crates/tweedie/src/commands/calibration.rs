//! Measuring what a prior knows at each noise level, for `prior measure` and `prior import`.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use engine::{Calibration, DeviceChoice, EngineError, PriorChoice};
use imaging::Planar;
use trainer::{Cropping, DatasetOptions, Measuring};

use super::measure::{bar, show};
use super::photos;
use crate::interrupt::Interrupt;
use crate::terminal::say;

/// The side of the crops that an imported prior is measured on, in pixels.
const SIDE: usize = 64;
/// How many of them.
const CROPS: usize = 64;

/// Crops of the photographs in a folder or archive.
pub(super) fn crops_of(photographs: &Path) -> Result<Vec<Planar>> {
    let options = DatasetOptions {
        smallest: SIDE,
        ..DatasetOptions::default()
    };
    let dataset = photos::read(photographs, &options)?;
    let crops = Cropping::plain(SIDE).fixed(&dataset, CROPS, 0);
    Ok(crops.iter().map(|crop| crop.cut(&dataset, SIDE)).collect())
}

/// Measures a prior on crops, or on bundled pictures if there are none. `None` if it was stopped.
pub(super) fn measure(
    choice: &PriorChoice,
    crops: &[Planar],
    device: DeviceChoice,
    interrupt: &Interrupt,
) -> Result<Option<Calibration>> {
    let (device, _) = engine::open_device(device)?;
    let bar = bar()?;
    let mut advance = |done, of| {
        let what = "what it knows at each noise level";
        show(&bar, Measuring { what, done, of });
        !interrupt.asked()
    };
    let found = engine::calibrate_prior(choice, crops, &device, &mut advance);
    bar.finish_and_clear();
    match found {
        Err(EngineError::Stopped) => Ok(None),
        other => Ok(Some(other?)),
    }
}

/// Writes a calibration into a prior's folder; those of other priors stay as they are.
pub(super) fn keep(choice: &PriorChoice, calibration: &Calibration) -> Result<()> {
    match choice {
        PriorChoice::Path(folder) if folder.is_dir() => {
            engine::keep_calibration(folder, calibration)?;
            say(format!(
                "the calibration is kept in {}",
                folder.join("config.json").display()
            ));
        }
        _ => {}
    }
    Ok(())
}

/// What was measured, as a table in Markdown.
pub(super) fn table(calibration: &Calibration) -> String {
    let mut text = format!(
        "Estimates of the clean picture by noise level, on {} pictures; the mean colour alone has \
         an RMSE of {:.3}:\n\n| sigma | RMSE of x0_hat | shrunk by |\n| --- | --- | --- |\n",
        calibration.pictures,
        calibration.spread.sqrt()
    );
    for level in &calibration.levels {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {:.3} | {:.4} | {:.2} |",
            level.sigma,
            level.mse.sqrt(),
            level.shrink
        );
    }
    text
}
