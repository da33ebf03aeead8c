//! What a person can do with folders of photos.

use super::form::{BatchPath, MaskChoice};

/// What can be done with batches.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchCommand {
    /// Opens the dialog: on the batch under way, or to set one up.
    Show,
    /// Changes one of the paths.
    Path(BatchPath, String),
    /// Chooses where masks come from.
    Masks(MaskChoice),
    /// Changes how the names of masks end.
    Suffix(String),
    /// Whether photos are restored again whose results are there.
    Again(bool),
    /// Asks the system's chooser for a path.
    Browse(BatchPath),
    /// Begins.
    Start,
    /// Stops the photo that is being restored, and leaves the others.
    Stop,
    /// Sets up another, or goes on with what is left.
    SetUp,
    /// Closes the dialog; a batch that runs goes on.
    Close,
}
