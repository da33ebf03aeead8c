//! Binds keys that are pressed to an action, and asks before taking them from another.

use super::action::Action;
use super::capture::Capture;
use super::overlay::Overlay;
use super::overlay_command::OverlayCommand;
use super::state::ShellState;
use crate::request::Requests;
use crate::session::keymap::Keymap;
use crate::session::keys::Keys;
use crate::session::preferences::Preferences;

impl ShellState {
    pub(crate) fn capture(&mut self, command: OverlayCommand, requests: &mut Requests) {
        let Some(Overlay::Settings(window)) = &mut self.overlay else {
            return;
        };
        if let OverlayCommand::Capture(action) = command {
            window.capture = action.map(|action| Capture {
                action,
                ..Capture::default()
            });
            return;
        }
        let Some(capture) = window.capture.take() else {
            return;
        };
        let Some(action) = Action::by_id(capture.action) else {
            return;
        };
        let keys = match command {
            OverlayCommand::Bind(keys) => {
                if let Some(refused) = refusal(&self.below.preferences, action, &keys) {
                    window.capture = Some(refused);
                    return;
                }
                keys
            }
            _ if capture.takeable => match capture.pressed {
                Some(keys) => keys,
                None => return,
            },
            _ => return,
        };
        self.rebind(action.id, requests, |map, action| map.bind(action, keys));
    }

    pub(crate) fn rebind(
        &mut self,
        id: &str,
        requests: &mut Requests,
        change: impl FnOnce(&mut Keymap, &Action),
    ) {
        if let Some(action) = Action::by_id(id) {
            let mut next = self.preferences.clone();
            change(&mut next.keys, action);
            self.prefer(next, requests);
        }
    }
}

/// Why keys cannot be taken at once: they are needed, or another action has them.
fn refusal(preferences: &Preferences, action: &Action, keys: &Keys) -> Option<Capture> {
    let refused = |reason: String, takeable| Capture {
        action: action.id,
        pressed: Some(keys.clone()),
        reason: Some(reason),
        takeable,
    };
    if let Some(reason) = keys.obstacle() {
        return Some(refused(reason, false));
    }
    let owner = preferences.keys.owner(keys)?;
    let other = owner.id != action.id;
    other.then(|| refused(format!("These keys belong to “{}”", owner.name), true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::fixtures::requests::*;
    use crate::mask::command::MaskCommand;

    fn apply(state: &mut ShellState, command: OverlayCommand) -> Requests {
        state.apply(Command::Overlay(command))
    }

    fn keys(text: &str) -> Keys {
        text.parse().expect("valid keys")
    }

    fn capture(state: &ShellState) -> Option<Capture> {
        match &state.overlay {
            Some(Overlay::Settings(window)) => window.capture.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn free_keys_are_bound_and_stored() {
        let mut state = ShellState::default();
        let _ = apply(&mut state, OverlayCommand::ShowSettings);
        let _ = apply(&mut state, OverlayCommand::Capture(Some("mask.clear")));
        let requests = apply(&mut state, OverlayCommand::Bind(keys("Ctrl+L")));
        let StorePreferences(stored) = only(&requests);
        assert_eq!(**stored, state.preferences);
        let bound = state
            .preferences
            .keys
            .first(&Command::Mask(MaskCommand::Clear));
        assert_eq!(bound, Some(keys("Ctrl+L")));
        assert_eq!(capture(&state), None);
    }

    #[test]
    fn keys_of_another_action_are_taken_only_when_told_so() {
        let mut state = ShellState::default();
        let _ = apply(&mut state, OverlayCommand::ShowSettings);
        let _ = apply(&mut state, OverlayCommand::Capture(Some("mask.clear")));
        assert!(apply(&mut state, OverlayCommand::Bind(keys("Ctrl+Z"))).is_empty());
        let refused = capture(&state).expect("it still waits");
        assert!(
            refused
                .reason
                .as_deref()
                .is_some_and(|r| r.contains("Undo"))
        );
        assert_eq!(apply(&mut state, OverlayCommand::TakeKeys).len(), 1);
        assert_eq!(state.preferences.keys.first(&Command::Undo), None);
        // Those that move the focus are not for taking.
        let _ = apply(&mut state, OverlayCommand::Capture(Some("mask.clear")));
        let _ = apply(&mut state, OverlayCommand::Bind(keys("Tab")));
        assert!(apply(&mut state, OverlayCommand::TakeKeys).is_empty());
        let _ = apply(&mut state, OverlayCommand::ResetAllKeys);
        assert_eq!(
            state.preferences.keys.first(&Command::Undo),
            Some(keys("Ctrl+Z"))
        );
    }
}
