//! What a person can do with files and sessions.

use std::path::PathBuf;

use super::SessionRequest;
use super::dialog::Purpose;
use crate::runs::RunId;

/// What can be done with a session.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionCommand {
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
    /// Opens a photo or a session, such as one that was dropped on the window.
    OpenFile(PathBuf),
    /// Opens the bundled photograph.
    OpenDemo,
    /// Opens the picture on the clipboard.
    Paste,
    /// Gives one of the answers to the open question.
    Answer(usize),
    /// Shows the dialog that stores the picture of a run.
    ExportRun(RunId),

    /// Takes the open photo for the truth, damages it as the settings say, and opens that.
    Simulate,
    /// Back to the photo that was opened, with everything that belonged to it; asks first when the
    /// runs of the simulation would be lost.
    LeaveSimulation,

    /// Saves where it was saved before, or asks where.
    Save,
    /// Saves, and then does what waits for it.
    SaveFirst,
    /// Does what waits without saving.
    Discard,
    /// Forgets what waits.
    Stay,
    /// Opens a session.
    Open(SessionRequest),
    /// Asks where the photo of a session is.
    Locate(SessionRequest),
    /// Throws an automatically saved file away.
    ForgetLeftover(PathBuf),
}
