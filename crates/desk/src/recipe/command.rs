//! What a person can do with the recipe.

use engine::Preset;

use super::import::ImportCommand;
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
