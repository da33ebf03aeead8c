//! The rows of the command palette: every action by a few letters of its name.

use super::action::Action;
use super::fuzzy;
use super::state::ShellState;

/// One row of the palette.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The action.
    pub action: &'static Action,
    /// Why it cannot be carried out now.
    pub obstacle: Option<String>,
    /// Whether it is shown at the top because it was used lately.
    pub recent: bool,
}

impl ShellState {
    /// What the palette offers for its query, best first: without a query what was used lately
    /// and then menu by menu; with one by how well the name matches, or else the help.
    #[must_use]
    pub fn palette_entries(&self, query: &str) -> Vec<Entry> {
        let recent = &self.remembered.actions;
        let mut rows: Vec<(i32, Entry)> = Action::all()
            .iter()
            .filter_map(|action| {
                let age = recent.iter().position(|id| id == action.id);
                let score = if query.trim().is_empty() {
                    age.map_or(0, |age| 100 - i32::try_from(age).unwrap_or(99))
                } else {
                    let bonus = if age.is_some() { 4 } else { 0 };
                    rank(query, action)? + bonus
                };
                let entry = Entry {
                    action,
                    obstacle: self.obstacle(&action.command),
                    recent: age.is_some() && query.trim().is_empty(),
                };
                Some((score, entry))
            })
            .collect();
        // Stable: rows of one score keep the table's order.
        rows.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        rows.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// The name counts most, then the menu with the name, then the help.
fn rank(query: &str, action: &Action) -> Option<i32> {
    let menu = format!("{} {}", action.group.title(), action.name);
    let by_name = fuzzy::score(query, action.name).map(|score| score + 200);
    let by_menu = fuzzy::score(query, &menu).map(|score| score + 100);
    // Scattered letters occur in every sentence; of the help whole words count.
    let words = action.help.to_lowercase();
    let by_help = words.contains(&query.trim().to_lowercase()).then_some(0);
    by_name.max(by_menu).max(by_help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{open_state, outcome};
    use crate::{Command, Manner, OverlayCommand, Restored, Tool};

    fn first(state: &ShellState, query: &str) -> &'static str {
        state.palette_entries(query)[0].action.id
    }

    fn apply(state: &mut ShellState, command: OverlayCommand) {
        let _ = state.apply(Command::Overlay(command));
    }

    #[test]
    fn a_few_letters_find_a_command() {
        let state = open_state();
        assert_eq!(first(&state, "undo"), "edit.undo");
        assert_eq!(first(&state, "inv"), "mask.invert");
        assert_eq!(first(&state, "save as"), "file.save-as");
        assert_eq!(first(&state, "clipboard"), "file.paste");
        assert_eq!(first(&state, "mask exp"), "mask.export");
        assert!(state.palette_entries("qqqq").is_empty());
    }

    #[test]
    fn every_manner_of_comparing_is_found_by_its_name() {
        let mut state = open_state();
        let manners = [
            ("Split", "view.split", Manner::Split),
            ("Side by side", "view.side-by-side", Manner::SideBySide),
            ("Difference", "view.difference", Manner::Difference),
        ];
        for (name, id, _) in manners {
            let entry = &state.palette_entries(name)[0];
            let reason = entry.obstacle.as_deref();
            assert_eq!(
                (entry.action.id, reason),
                (id, Some("There is nothing to compare yet"))
            );
        }
        let run = outcome(false, 4);
        state.document.as_mut().expect("open").result = Some(Restored {
            photo: run.photo,
            report: run.report,
        });
        for (_, id, manner) in manners {
            let command = Action::by_id(id).expect("a row").command.clone();
            assert_eq!(state.is_on(&command), Some(false));
            let _ = state.apply(command.clone());
            assert_eq!(state.runs.comparison.manner, manner);
            assert_eq!(state.is_on(&command), Some(true));
        }
    }

    #[test]
    fn what_cannot_be_done_is_shown_with_its_reason() {
        let state = open_state();
        let entry = &state.palette_entries("undo")[0];
        assert_eq!(entry.obstacle.as_deref(), Some("Nothing to undo"));
    }

    #[test]
    fn accepting_carries_out_the_row_and_remembers_it() {
        let mut state = open_state();
        apply(&mut state, OverlayCommand::ShowPalette);
        apply(&mut state, OverlayCommand::PaletteQuery("eraser".into()));
        apply(&mut state, OverlayCommand::PaletteAccept(None));
        assert!(state.overlay.is_none());
        assert_eq!(state.tool, Tool::Eraser);
        let entry = &state.palette_entries("")[0];
        assert!(entry.recent && entry.action.id == "edit.eraser");
    }

    #[test]
    fn a_row_that_cannot_be_carried_out_keeps_the_palette_open() {
        let mut state = open_state();
        apply(&mut state, OverlayCommand::ShowPalette);
        apply(&mut state, OverlayCommand::PaletteQuery("undo".into()));
        apply(&mut state, OverlayCommand::PaletteAccept(None));
        assert!(state.overlay.is_some());
        assert!(state.remembered.actions.is_empty());
    }

    #[test]
    fn the_selection_stays_within_the_rows() {
        let mut state = open_state();
        apply(&mut state, OverlayCommand::ShowPalette);
        apply(&mut state, OverlayCommand::PaletteMove(-3));
        let all = state.palette_entries("").len();
        let selected = |state: &ShellState| match &state.overlay {
            Some(crate::Overlay::Palette(palette)) => palette.selected,
            other => panic!("{other:?}"),
        };
        assert_eq!(selected(&state), all - 3, "it wraps around");
        apply(&mut state, OverlayCommand::PaletteQuery("undo".into()));
        assert_eq!(selected(&state), 0);
        apply(&mut state, OverlayCommand::PaletteQuery("qqq".into()));
        apply(&mut state, OverlayCommand::PaletteMove(1));
        apply(&mut state, OverlayCommand::PaletteAccept(None));
        assert!(state.overlay.is_some(), "there is nothing to accept");
    }
}
