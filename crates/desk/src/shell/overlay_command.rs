//! What a person can do with what lies over the window.

use super::overlay::SettingsPage;
use crate::session::keys::Keys;
use crate::session::preferences::Preferences;

/// What can be done with it.
#[derive(Clone, Debug, PartialEq)]
pub enum OverlayCommand {
    /// Opens the palette.
    ShowPalette,
    /// Changes what is typed in the palette.
    PaletteQuery(String),
    /// Moves the selection down by so many rows.
    PaletteMove(isize),
    /// Carries out a row, or the selected one.
    PaletteAccept(Option<usize>),
    /// Opens the cheat sheet, or closes it.
    ShowCheatSheet,
    /// Opens the settings.
    ShowSettings,
    /// Turns to a page of the settings.
    Turn(SettingsPage),
    /// Changes what was chosen once and for all.
    Prefer(Box<Preferences>),
    /// Waits for the keys of an action, or no more.
    Capture(Option<&'static str>),
    /// Keys were pressed while they were waited for.
    Bind(Keys),
    /// Takes the pressed keys away from their owner.
    TakeKeys,
    /// Takes all keys away from an action.
    Unbind(&'static str),
    /// Gives an action its default keys back.
    ResetKeys(&'static str),
    /// Gives all actions their default keys back.
    ResetAllKeys,
    /// Begins the tour.
    ShowTour,
    /// The next hint, or the end of the tour.
    NextHint,
    /// Ends the tour for good.
    EndTour,
    /// Says what this program is.
    ShowAbout,
    /// Forgets the files that were opened.
    ForgetFiles,
    /// Closes whatever lies over the window.
    Close,
}
