//! What a person can do with the recipe.

use std::path::PathBuf;

use engine::{Answers, Preset};

use super::settings::Settings;
use super::task::Task;

/// Whether a change is one of many of a drag, or stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// One undo step of its own.
    Once,
    /// Part of a drag; [`RecipeCommand::EndGesture`] ends it.
    Ongoing,
}

/// One action on the recipe.
#[derive(Clone, Debug, PartialEq)]
pub enum RecipeCommand {
    /// Chooses what happened.
    ChooseTask(Task),
    /// Chooses how much work to spend.
    ChoosePreset(Preset),
    /// Uses this seed for the next run.
    UseSeed(u64),
    /// Changes any of the settings.
    Adjust {
        /// The settings afterwards.
        next: Box<Settings>,
        /// Whether more will follow.
        gesture: Gesture,
    },
    /// Makes the edge of what is restored softer, or harder, by a pixel of feather.
    Soften(bool),
    /// Sets the noise level from the photo.
    MeasureNoise,
    /// Ends a drag of a slider.
    EndGesture,
    /// Something in the form that imports a checkpoint.
    Import(ImportCommand),
}

/// What can be done in the form.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportCommand {
    /// Opens it on a path, which may be empty.
    Show(PathBuf),
    /// Changes the checkpoint's path.
    Path(String),
    /// Says what its tensors leave open.
    Answer(Box<Answers>),
    /// Changes the folder to write.
    Output(String),
    /// 16-bit weights or not.
    Half(bool),
    /// Asks the system's chooser for a folder (true) or a file.
    Browse(bool),
    /// Begins the import.
    Accept,
    /// Closes the form; an import that has begun goes on.
    Close,
}
