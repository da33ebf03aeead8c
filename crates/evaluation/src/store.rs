//! The folder of an evaluation: its plan, and every cell that is finished.
//!
//! ```text
//! evaluation.json        the plan
//! cells/t0-m3-p5.json    the scores of a finished cell
//! cells/t0-m3-p5.png     its restoration, the mean of its draws
//! pictures/…             the clean crops and what was measured of them
//! ```
//!
//! Every file is written whole or not at all, and the scores of a cell come last: a cell whose
//! scores are there is finished. An evaluation that was stopped anywhere goes on from there.

use std::path::{Path, PathBuf};

use imaging::{Depth, Photo, Planar, SaveOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cell::{Cell, Place};
use crate::error::EvaluationError;
use crate::plan::Plan;

const PLAN: &str = "evaluation.json";
/// Cells do not say which plan they belong to, so another plan must never take them over.
const PLAN_IS_DAMAGED: &str = "what was measured is still there, but not under which settings: write \
                               into another folder, or, if you are sure that this command is the one \
                               that began this folder, move the file away and the command goes on";
const CELLS: &str = "cells";
const PICTURES: &str = "pictures";

/// See the module.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    plan: Plan,
}

impl Store {
    /// Starts an evaluation in a folder, or goes on with the one that is there: its plan and what else
    /// is asked for. Nothing is written yet.
    ///
    /// # Errors
    /// [`EvaluationError::OtherSettings`] if the one that is there was made under other settings,
    /// [`EvaluationError::File`] if its plan cannot be read.
    pub fn open(folder: &Path, asked: &Plan) -> Result<Self, EvaluationError> {
        let file = folder.join(PLAN);
        let plan = if file.exists() {
            let there: Plan = read(&file, PLAN_IS_DAMAGED)?;
            there
                .joined(asked)
                .map_err(|disagreeing| EvaluationError::OtherSettings {
                    folder: folder.to_owned(),
                    differing: disagreeing.join(", "),
                })?
        } else {
            asked.clone()
        };
        Ok(Self {
            folder: folder.to_owned(),
            plan,
        })
    }

    /// What is measured here, in all.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Writes the plan down, when it is known that it can be run.
    pub(crate) fn begin(&self) -> Result<(), EvaluationError> {
        for name in [CELLS, PICTURES] {
            let inner = self.folder.join(name);
            std::fs::create_dir_all(&inner).map_err(|e| EvaluationError::file(&inner, e))?;
        }
        write(&self.folder.join(PLAN), &self.plan)
    }

    /// A cell, if it is finished.
    ///
    /// # Errors
    /// [`EvaluationError::File`] if its file is damaged.
    pub fn cell(&self, place: Place) -> Result<Option<Cell>, EvaluationError> {
        let file = self.cell_file(place, "json");
        if file.exists() {
            read(&file, "delete the file to measure it again").map(Some)
        } else {
            Ok(None)
        }
    }

    /// Keeps a finished cell, and its restoration if there is one.
    pub(crate) fn keep(
        &self,
        cell: &Cell,
        restored: Option<&Planar>,
    ) -> Result<(), EvaluationError> {
        if let Some(restored) = restored {
            save(restored, &self.cell_file(cell.place, "png"))?;
        }
        write(&self.cell_file(cell.place, "json"), cell)
    }

    /// Keeps a clean crop and a measurement of it, to look at.
    pub(crate) fn keep_pictures(
        &self,
        (task, picture): (usize, usize),
        truth: &Planar,
        measurement: &Planar,
    ) -> Result<(), EvaluationError> {
        let [clean, measured] = [
            self.truth_file(picture),
            self.measurement_file(task, picture),
        ];
        if !clean.exists() {
            save(truth, &clean)?;
        }
        if !measured.exists() {
            save(measurement, &measured)?;
        }
        Ok(())
    }

    /// The restoration of a finished cell.
    #[must_use]
    pub fn restoration_file(&self, place: Place) -> PathBuf {
        self.cell_file(place, "png")
    }

    /// A clean crop.
    #[must_use]
    pub fn truth_file(&self, picture: usize) -> PathBuf {
        self.folder.join(PICTURES).join(format!("p{picture}.png"))
    }

    /// What a task makes of a picture.
    #[must_use]
    pub fn measurement_file(&self, task: usize, picture: usize) -> PathBuf {
        let name = format!("t{task}-p{picture}.png");
        self.folder.join(PICTURES).join(name)
    }

    fn cell_file(&self, place: Place, extension: &str) -> PathBuf {
        let Place {
            task,
            method,
            picture,
        } = place;
        let name = format!("t{task}-m{method}-p{picture}.{extension}");
        self.folder.join(CELLS).join(name)
    }
}

fn save(picture: &Planar, file: &Path) -> Result<(), EvaluationError> {
    let photo = Photo::from_planar(picture, Depth::Eight);
    Ok(imaging::save(&photo, file, &SaveOptions::default())?)
}

fn write(file: &Path, value: &impl Serialize) -> Result<(), EvaluationError> {
    let json = serde_json::to_string_pretty(value).map_err(|e| EvaluationError::file(file, e))?;
    Ok(imaging::write_atomically(
        file,
        format!("{json}\n").as_bytes(),
    )?)
}

/// Reads JSON; `advice` is for a file that is damaged.
fn read<T: DeserializeOwned>(file: &Path, advice: &str) -> Result<T, EvaluationError> {
    let text = std::fs::read_to_string(file).map_err(|e| EvaluationError::file(file, e))?;
    serde_json::from_str(&text).map_err(|e| EvaluationError::file(file, format!("{e}; {advice}")))
}
