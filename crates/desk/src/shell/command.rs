//! Every action of the window. Buttons, menus and shortcuts push these; only
//! [`crate::State::update`] carries them out.

use super::overlay_command::OverlayCommand;
use crate::batch::BatchCommand;
use crate::mask::command::MaskCommand;
use crate::photo::command::ViewCommand;
use crate::recipe::command::{Gesture, RecipeCommand};
use crate::runs::RunCommand;
use crate::session::SessionCommand;

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// How the picture is looked at.
    View(ViewCommand),
    /// What is marked, and with which tool.
    Mask(MaskCommand),
    /// What happened to the picture and how it is restored.
    Recipe(RecipeCommand),
    /// Runs: under way, waiting, kept or compared.
    Runs(RunCommand),
    /// Files and sessions.
    Session(SessionCommand),
    /// A folder of photos.
    Batch(BatchCommand),
    /// What lies over the window.
    Overlay(OverlayCommand),

    /// Takes back the last stroke or setting.
    Undo,
    /// Does it again.
    Redo,
    /// Goes to where so many steps are done.
    TravelTo(usize),
    /// Closes the window, after asking about unsaved work.
    Quit,
}

impl Command {
    /// Whether it leaves an open slider gesture open. Everything else ends it first, so that
    /// undo never joins two different actions.
    pub(crate) fn is_passive(&self) -> bool {
        matches!(
            self,
            Self::Recipe(RecipeCommand::Adjust {
                gesture: Gesture::Ongoing,
                ..
            }) | Self::View(
                ViewCommand::Measured(_) | ViewCommand::Peek(_) | ViewCommand::DismissNotice
            )
        )
    }
}
