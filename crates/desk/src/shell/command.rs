//! Every action of the window. Buttons, menus and shortcuts push these; only
//! [`crate::State::apply`] carries them out.

use std::path::PathBuf;

use engine::Preset;

use super::overlay::OverlayCommand;
use crate::batch::BatchCommand;
use crate::mask::command::MaskCommand;
use crate::mask::stroke::Tool;
use crate::photo::view::{Show, Viewport};
use crate::recipe::import::ImportCommand;
use crate::recipe::settings::Settings;
use crate::recipe::task::Task;
use crate::runs::RunCommand;
use crate::session::SessionCommand;
use crate::session::dialog::Purpose;

/// Whether a change is one of many of a drag, or stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// One undo step of its own.
    Once,
    /// Part of a drag; [`Command::EndGesture`] ends it.
    Ongoing,
}

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Shows one of the file dialogs.
    ShowDialog(Purpose),
    /// Changes the path in the dialog.
    DialogPath(String),
    /// Changes the quality in the dialog.
    DialogQuality(u8),
    /// Ticks or unticks the permission to replace a file.
    DialogReplace(bool),
    /// Asks the system's file chooser.
    DialogBrowse,
    /// Does what the dialog is for.
    DialogAccept,
    /// Closes the dialog.
    DialogCancel,
    /// Opens a photo, such as one that was dropped on the window.
    Open(PathBuf),
    /// Opens the bundled photograph.
    OpenDemo,
    /// Something in the form that imports a checkpoint.
    Import(ImportCommand),
    /// Something with a folder of photos.
    Batch(BatchCommand),
    /// Closes the window, after asking about unsaved work.
    Quit,
    /// Opens the picture on the clipboard.
    Paste,
    /// Something with a session.
    Session(SessionCommand),
    /// Something that lies over the window.
    Overlay(OverlayCommand),
    /// Gives one of the answers to the open question.
    Answer(usize),

    /// Takes back the last stroke or setting.
    Undo,
    /// Does it again.
    Redo,
    /// Goes to where so many steps are done.
    TravelTo(usize),
    /// Marks what is unmarked and the other way round.
    InvertMask,
    /// Takes all marks away.
    ClearMask,
    /// Chooses a tool.
    ChooseTool(Tool),
    /// Sets the brush's diameter in photo pixels.
    BrushDiameter(f32),
    /// The next brush size up (true) or down.
    ResizeBrush(bool),
    /// Begins a stroke at a photo position.
    BeginStroke {
        /// Where, in photo pixels.
        at: (f32, f32),
        /// Whether to join it to the end of the last stroke.
        straight: bool,
        /// Whether to erase with what paints, and to paint with the eraser.
        opposite: bool,
    },
    /// A pen presses so hard from now on, 0 to 1: it thins the stroke.
    Press(f32),
    /// Draws on to a photo position.
    ExtendStroke((f32, f32)),
    /// Ends the stroke.
    EndStroke,
    /// Something else about the mask.
    Mask(MaskCommand),

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
    /// Sets the noise level from the photo.
    MeasureNoise,
    /// Ends a drag of a slider.
    EndGesture,

    /// Zooms by a factor about a canvas position.
    ZoomBy {
        /// Above 1 comes closer.
        factor: f32,
        /// What stays in place, in points.
        at: (f32, f32),
    },
    /// The next usual zoom closer (true) or farther.
    ZoomStep(bool),
    /// Shows the whole picture.
    ZoomFit,
    /// One screen pixel for each photo pixel.
    ZoomActual,
    /// Moves the picture by points.
    PanBy(f32, f32),
    /// The canvas has been laid out there.
    Measured(Viewport),
    /// Chooses what is shown.
    ChooseShow(Show),
    /// Compare, or back to the restored picture.
    ToggleCompare,
    /// Shows the original for as long as it is held.
    Peek(bool),
    /// Moves the divider, as a fraction of the width.
    MoveDivider(f32),
    /// Shows or hides the mask.
    ToggleMask,
    /// Opens or closes the drawer.
    ToggleDrawer,
    /// Unfolds or folds the advanced settings.
    ToggleAdvanced,
    /// Takes the notice away.
    DismissNotice,

    /// Something about runs: waiting, kept or compared.
    Runs(RunCommand),
    /// Begins a restoration, or queues it behind the one that is on.
    Restore,
    /// Holds the run, or lets it go on.
    TogglePause,
    /// Stops the run and keeps the best so far.
    Stop,
}

impl Command {
    /// Whether it leaves an open slider gesture open. Everything else ends it first, so that
    /// undo never joins two different actions.
    pub(crate) fn is_passive(&self) -> bool {
        matches!(
            self,
            Self::Adjust {
                gesture: Gesture::Ongoing,
                ..
            } | Self::Measured(_)
                | Self::Peek(_)
                | Self::DismissNotice
        )
    }
}
