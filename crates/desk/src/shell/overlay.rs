//! What lies over the window for a moment: palette, cheat sheet, settings, tour.

use super::capture::Capture;
use super::palette::Palette;
use super::state::ShellState;
use crate::request::Requests;
use crate::session::keymap::Keymap;
use crate::session::keys::Keys;
use crate::session::preferences::Preferences;
use crate::session::question::{Answer, Prompt, Weight};
use crate::shell::StorePreferences;

/// A page of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SettingsPage {
    /// Colours and size.
    #[default]
    Appearance,
    /// Device, folders, autosave.
    Work,
    /// Keys.
    Keyboard,
}

impl SettingsPage {
    /// All pages in their order.
    pub const ALL: [Self; 3] = [Self::Appearance, Self::Work, Self::Keyboard];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Appearance => "Appearance",
            Self::Work => "Work",
            Self::Keyboard => "Keyboard",
        }
    }
}

/// The open settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsWindow {
    /// The page shown.
    pub page: SettingsPage,
    /// The keys being chosen.
    pub capture: Option<Capture>,
}

/// What lies over the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The command palette.
    Palette(Palette),
    /// Every shortcut.
    CheatSheet,
    /// The settings.
    Settings(SettingsWindow),
}

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

/// Hints of the tour.
pub const HINTS: usize = 4;

impl ShellState {
    /// Whether something is open that keys and pointer belong to.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.takes_keys() || self.runs.asking
    }

    /// Whether something is open that keys belong to. The question whether to stop a run for painting
    /// takes none but Escape: saving has to go on working meanwhile.
    #[must_use]
    pub fn takes_keys(&self) -> bool {
        self.dialog.is_some()
            || self.import.is_some()
            || self.batches.open
            || self.question.is_some()
            || self.overlay.is_some()
    }

    /// Carries out a command of an overlay.
    pub(crate) fn apply_overlay(&mut self, command: OverlayCommand, requests: &mut Requests) {
        use OverlayCommand as C;
        match command {
            C::ShowPalette => self.cover(Overlay::Palette(Palette::default())),
            C::ShowCheatSheet if self.overlay == Some(Overlay::CheatSheet) => self.overlay = None,
            C::ShowCheatSheet => self.cover(Overlay::CheatSheet),
            C::ShowSettings => self.cover(Overlay::Settings(SettingsWindow::default())),
            C::Close => self.overlay = None,
            C::PaletteQuery(_) | C::PaletteMove(_) => self.search(command),
            C::PaletteAccept(row) => requests.extend(self.accept_row(row)),
            C::Prefer(next) => self.prefer(*next, requests),
            C::Turn(page) => {
                if let Some(Overlay::Settings(window)) = &mut self.overlay {
                    *window = SettingsWindow {
                        page,
                        capture: None,
                    };
                }
            }
            C::Capture(_) | C::Bind(_) | C::TakeKeys => self.capture(command, requests),
            C::Unbind(id) => self.rebind(id, requests, Keymap::unbind),
            C::ResetKeys(id) => self.rebind(id, requests, Keymap::reset),
            C::ResetAllKeys => {
                let keys = Keymap::default();
                let next = Preferences {
                    keys,
                    ..self.preferences.clone()
                };
                self.prefer(next, requests);
            }
            C::ShowTour => (self.tour, self.overlay) = (Some(0), None),
            C::NextHint => {
                self.tour = self.tour.map(|hint| hint + 1).filter(|hint| *hint < HINTS);
                self.note_tour(requests);
            }
            C::EndTour => {
                self.tour = None;
                self.note_tour(requests);
            }
            C::ShowAbout => self.question = Some(about()),
            C::ForgetFiles => {
                self.remembered.files.clear();
                requests.push(self.remember());
            }
        }
    }

    fn cover(&mut self, overlay: Overlay) {
        self.end_stroke();
        self.overlay = Some(overlay);
    }

    fn search(&mut self, command: OverlayCommand) {
        let Some(Overlay::Palette(mut palette)) = self.overlay.take() else {
            return;
        };
        match command {
            OverlayCommand::PaletteQuery(query) => palette = Palette { query, selected: 0 },
            OverlayCommand::PaletteMove(rows) => {
                let all = self.palette_entries(&palette.query).len();
                if all > 0 {
                    palette.selected = wrapped(palette.selected, rows, all);
                }
            }
            _ => {}
        }
        self.overlay = Some(Overlay::Palette(palette));
    }

    fn accept_row(&mut self, row: Option<usize>) -> Requests {
        let Some(Overlay::Palette(palette)) = &self.overlay else {
            return Vec::new();
        };
        let entries = self.palette_entries(&palette.query);
        let entry = entries.get(row.unwrap_or(palette.selected));
        let Some(entry) = entry.filter(|entry| entry.obstacle.is_none()) else {
            return Vec::new();
        };
        self.overlay = None;
        self.remembered.action(entry.action.id);
        let mut requests = vec![self.remember()];
        requests.extend(self.apply(entry.action.command.clone()));
        requests
    }

    pub(crate) fn prefer(&mut self, next: Preferences, requests: &mut Requests) {
        if next == self.preferences {
            return;
        }
        // A device chosen here is meant from now on, not only after the next start.
        if next.device != self.preferences.device {
            self.settings.device = next.device;
        }
        self.preferences = next;
        requests.push(StorePreferences(Box::new(self.preferences.clone())).into());
    }

    fn note_tour(&mut self, requests: &mut Requests) {
        if self.tour.is_none() && !self.remembered.tour_seen {
            self.remembered.tour_seen = true;
            requests.push(self.remember());
        }
    }
}

fn wrapped(at: usize, rows: isize, all: usize) -> usize {
    // A list that fits into memory has fewer rows than half of `usize`.
    let (at, all) = (at as isize, all as isize);
    (at + rows).rem_euclid(all) as usize
}

fn about() -> Prompt {
    let text = format!(
        "Version {}. Restores photographs by sampling from a posterior: a denoising diffusion \
         prior says what pictures look like, Tweedie's formula turns it into a mean and a \
         covariance, and CA-DPS draws restorations that agree with your photograph.",
        env!("CARGO_PKG_VERSION")
    );
    Prompt {
        title: "Tweedie".to_owned(),
        text,
        answers: vec![Answer::new("Close", Weight::Usual, None)],
        escape: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::fixtures::requests::*;

    fn apply(state: &mut ShellState, command: OverlayCommand) -> Requests {
        state.apply(Command::Overlay(command))
    }

    #[test]
    fn the_tour_is_over_after_its_hints_or_when_skipped() {
        let mut state = ShellState::default();
        let _ = apply(&mut state, OverlayCommand::ShowTour);
        for hint in 0..HINTS {
            assert_eq!(state.tour, Some(hint));
            let _ = apply(&mut state, OverlayCommand::NextHint);
        }
        assert!(state.tour.is_none() && state.remembered.tour_seen);
        let mut state = ShellState::default();
        let _ = apply(&mut state, OverlayCommand::ShowTour);
        let requests = apply(&mut state, OverlayCommand::EndTour);
        assert!(only::<StoreRemembered>(&requests).0.tour_seen);
    }

    #[test]
    fn the_same_command_opens_and_closes_the_cheat_sheet() {
        let mut state = ShellState::default();
        let _ = apply(&mut state, OverlayCommand::ShowCheatSheet);
        assert!(state.is_covered());
        let _ = apply(&mut state, OverlayCommand::ShowCheatSheet);
        assert!(!state.is_covered());
    }
}
