//! Carries out what a person does with overlays, the tour and the preferences.

use super::overlay::{HINTS, Overlay, SettingsWindow};
use super::overlay_command::OverlayCommand;
use super::palette::Palette;
use super::state::ShellState;
use crate::request::Requests;
use crate::session::keymap::Keymap;
use crate::session::preferences::Preferences;
use crate::session::question::{Answer, Prompt, Weight};
use crate::shell::StorePreferences;

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
