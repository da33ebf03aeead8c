//! What a person can ask for by name: one row of the table of actions.
//!
//! Menus, the command palette, the keyboard, the cheat sheet and the tool tips all read that
//! table, so that a new command is one new row.

use std::sync::LazyLock;

use super::actions;
use super::command::Command;

/// The menu a command is found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Opening, saving, exporting.
    File,
    /// Undo, redo and the tools.
    Edit,
    /// The mask as a whole.
    Mask,
    /// How the picture is looked at.
    View,
    /// Restoring.
    Run,
    /// Finding one's way.
    Help,
}

impl Group {
    /// All menus in their order.
    pub const ALL: [Self; 6] = [
        Self::File,
        Self::Edit,
        Self::Mask,
        Self::View,
        Self::Run,
        Self::Help,
    ];

    /// The menu's title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::Mask => "Mask",
            Self::View => "View",
            Self::Run => "Run",
            Self::Help => "Help",
        }
    }

    /// The title under which a section folds away, where the menu would be too long with it.
    #[must_use]
    pub fn folded(self, section: u8) -> Option<&'static str> {
        match (self, section) {
            (Self::View, 2) => Some("Compare as"),
            (Self::Run, 1) => Some("What happened"),
            (Self::Run, 2) => Some("Preset"),
            _ => None,
        }
    }
}

/// A command with all that people are told of it.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name under which settings files know it. Never changes.
    pub id: &'static str,
    /// Its menu.
    pub group: Group,
    /// Its place within the menu: a line is drawn where the number changes.
    pub section: u8,
    /// What menus and the palette call it.
    pub name: &'static str,
    /// What it does.
    pub command: Command,
    /// The keys it has at first, most usual first, in the form of [`crate::Keys`].
    pub keys: &'static [&'static str],
    /// One sentence on what it is for.
    pub help: &'static str,
}

impl Action {
    /// Every action, menu by menu.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static TABLE: LazyLock<Vec<Action>> = LazyLock::new(actions::table);
        &TABLE
    }

    /// The action of that name.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|action| action.id == id)
    }

    /// The action that gives this very command.
    #[must_use]
    pub fn of(command: &Command) -> Option<&'static Self> {
        Self::all().iter().find(|action| action.command == *command)
    }
}

#[cfg(test)]
mod tests {
    use crate::RecipeCommand;
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_is_whole_and_stands_once() {
        let mut ids = HashSet::new();
        for action in Action::all() {
            assert!(ids.insert(action.id), "{} stands twice", action.id);
            let menu = action.group.title().to_lowercase();
            assert!(action.id.starts_with(&format!("{menu}.")), "{}", action.id);
            assert!(!action.name.is_empty() && action.help.ends_with('.'));
            assert_eq!(Action::of(&action.command).map(|a| a.id), Some(action.id));
        }
    }

    #[test]
    fn menus_stand_in_order_and_their_sections_rise() {
        let place = |action: &Action| {
            let menu = Group::ALL.iter().position(|group| *group == action.group);
            (menu, action.section)
        };
        assert!(Action::all().is_sorted_by_key(place));
    }

    #[test]
    fn what_folds_away_is_of_one_kind() {
        let folded = |title: &'static str| {
            let all = Action::all().iter();
            all.filter(move |action| action.group.folded(action.section) == Some(title))
        };
        let tasks = folded("What happened").map(|action| &action.command);
        assert!(
            tasks
                .into_iter()
                .all(|c| matches!(c, Command::Recipe(RecipeCommand::ChooseTask(_))))
        );
        let presets = folded("Preset").map(|action| &action.command);
        assert!(
            presets
                .into_iter()
                .all(|c| matches!(c, Command::Recipe(RecipeCommand::ChoosePreset(_))))
        );
        for (title, count) in [("What happened", 8), ("Preset", 3), ("Compare as", 3)] {
            assert_eq!(folded(title).count(), count, "{title}");
        }
    }
}
