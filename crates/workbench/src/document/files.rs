//! Opening, exporting and the dialogs for both.

use std::path::PathBuf;

use super::command::Command;
use super::dialog::{Dialog, Purpose};
use super::effect::Effect;
use super::notice::Tone;
use super::state::State;

impl State {
    /// Carries out a file command, or hands it back.
    pub(super) fn apply_file(
        &mut self,
        command: Command,
        effects: &mut Vec<Effect>,
    ) -> Option<Command> {
        match command {
            Command::ShowDialog(purpose) => {
                self.end_stroke();
                self.runs.exporting = None;
                // What was done before is no news any more.
                self.notice.take_if(|notice| notice.tone == Tone::Success);
                self.dialog = Some(Dialog::new(purpose, self.document.as_ref()));
            }
            Command::DialogPath(path) => {
                let document = self.document.as_ref();
                if let Some(dialog) = &mut self.dialog {
                    dialog.retarget(path, document);
                }
            }
            Command::DialogReplace(replace) => {
                if let Some(dialog) = &mut self.dialog {
                    dialog.replace = replace;
                }
            }
            Command::DialogBrowse => {
                effects.extend(
                    self.dialog
                        .as_ref()
                        .map(|d| Effect::Browse(d.purpose, d.full_path())),
                );
            }
            Command::DialogAccept => effects.extend(self.accept_dialog()),
            Command::DialogCancel => self.dialog = None,
            Command::Open(path) => effects.push(self.open(path)),
            Command::OpenDemo => {
                self.loading = Some("the demo photograph".to_owned());
                effects.push(Effect::LoadDemo);
            }
            Command::Import(command) => self.apply_import(command, effects),
            Command::Quit => effects.push(Effect::Quit),
            other => return Some(other),
        }
        None
    }

    fn open(&mut self, photo: PathBuf) -> Effect {
        self.loading = Some(photo.display().to_string());
        Effect::Load { photo, mask: None }
    }

    fn accept_dialog(&mut self) -> Option<Effect> {
        let mut dialog = self.dialog.take()?;
        // Look again: the file may have appeared since the path was typed.
        let typed = dialog.path.clone();
        dialog.retarget(typed, self.document.as_ref());
        let effect = dialog
            .obstacle()
            .is_none()
            .then(|| self.dialog_effect(&dialog))
            .flatten();
        dialog.busy = effect.is_some();
        self.dialog = Some(dialog);
        effect
    }

    fn dialog_effect(&mut self, dialog: &Dialog) -> Option<Effect> {
        let path = dialog.full_path();
        match dialog.purpose {
            Purpose::OpenPhoto => Some(self.open(path)),
            Purpose::ImportMask => Some(Effect::LoadMask(path)),
            Purpose::ExportPhoto => {
                let photo = self.exported()?;
                Some(Effect::SavePhoto(photo, path))
            }
            Purpose::ExportMask => {
                Some(Effect::SaveMask(self.document.as_ref()?.mask.clone(), path))
            }
        }
    }
}
