//! Which choices and switches are on.

use super::command::Command;
use super::state::ShellState;
use crate::mask::command::MaskCommand;
use crate::photo::command::ViewCommand;
use crate::photo::view::Show;
use crate::recipe::command::RecipeCommand;
use crate::runs::RunCommand;

impl ShellState {
    /// Whether what a command chooses or switches is on now; `None` if it does neither.
    #[must_use]
    pub fn is_on(&self, command: &Command) -> Option<bool> {
        Some(match command {
            Command::Mask(MaskCommand::ChooseTool(tool)) => self.tool == *tool,
            Command::Recipe(RecipeCommand::ChooseTask(task)) => self.settings.task == *task,
            Command::Recipe(RecipeCommand::ChoosePreset(preset)) => {
                self.settings.preset() == Some(*preset)
            }
            Command::View(ViewCommand::ChooseShow(show)) => self.view.show == *show,
            Command::View(ViewCommand::ToggleMask) => self.view.mask_visible,
            Command::View(ViewCommand::ToggleDrawer) => self.view.drawer_open,
            Command::View(ViewCommand::ToggleAdvanced) => self.view.advanced_open,
            Command::Runs(RunCommand::ToggleSpread) => self.runs.spread_visible,
            Command::Runs(RunCommand::Compare(manner)) => {
                self.view.show == Show::Split && self.runs.comparison.manner == *manner
            }
            Command::Runs(RunCommand::TogglePause) => {
                self.run.as_ref().is_some_and(|run| run.paused)
            }
            Command::View(ViewCommand::ToggleCompare) => self.view.show == Show::Split,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_say_whether_they_are_on() {
        let mut state = ShellState::default();
        assert_eq!(
            state.is_on(&Command::View(ViewCommand::ToggleDrawer)),
            Some(false)
        );
        let _ = state.apply(Command::View(ViewCommand::ToggleDrawer));
        assert_eq!(
            state.is_on(&Command::View(ViewCommand::ToggleDrawer)),
            Some(true)
        );
        assert_eq!(state.is_on(&Command::Undo), None);
    }
}
