//! Importing a checkpoint.
//!
//! Names and shapes are read off the window's thread after every change; an answer to a question
//! that has changed since is old news. The import itself is the worker's.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use engine::{Answers, Event, Imported, Inspection, JobId};

use super::command::ImportCommand;
use super::import_form::{Finding, ImportForm, Importing, is_ours};
use super::import_prior::ImportPrior;
use super::inspect_prior::InspectPrior;
use super::pick_prior::PickPrior;
use super::settings::Settings;
use super::state::RecipeState;
use crate::common::notice::Notice;
use crate::outside::{NO_CHOOSER, Picked, full_path};
use crate::request::{BoxedRequest, Requests};

fn inspect((path, answers): (PathBuf, Box<Answers>)) -> BoxedRequest {
    InspectPrior { path, answers }.into()
}

impl RecipeState {
    /// Carries out a command of the form.
    pub(crate) fn apply_import(&mut self, command: ImportCommand, requests: &mut Requests) {
        if let ImportCommand::Show(path) = &command {
            self.end_stroke();
            if is_ours(path) {
                return requests.extend(self.use_prior(path));
            }
            let mut form = ImportForm::new();
            requests.extend(form.retarget(path.display().to_string()).map(inspect));
            self.import = Some(form);
            return;
        }
        let Some(form) = &mut self.import else { return };
        match command {
            ImportCommand::Show(_) => {}
            ImportCommand::Path(path) => requests.extend(form.retarget(path).map(inspect)),
            ImportCommand::Answer(answers) => {
                form.answers = *answers;
                requests.extend(form.look().map(inspect));
            }
            ImportCommand::Output(folder) => {
                form.chosen_output = !folder.trim().is_empty();
                (form.output, form.error) = (folder, None);
            }
            ImportCommand::Half(half) => form.half = half,
            ImportCommand::Browse(folder) => {
                let start = full_path(&form.path);
                requests.push(PickPrior { folder, start }.into());
            }
            ImportCommand::Accept => {
                form.error = None;
                requests.push(ImportPrior(Box::new(form.request())).into());
            }
            ImportCommand::Close => self.import = None,
        }
    }

    /// What a checkpoint turned out to be.
    pub(crate) fn inspected(
        &mut self,
        path: &Path,
        answers: &Answers,
        answer: Result<Box<Inspection>, impl Display>,
    ) {
        let Some(form) = &mut self.import else { return };
        if full_path(&form.path) != path || form.answers != *answers {
            return;
        }
        form.finding = match answer {
            Ok(found) => {
                for field in &found.missing {
                    if !form.asked.contains(field) {
                        form.asked.push(*field);
                    }
                }
                Finding::Found(found)
            }
            Err(reason) => Finding::Refused(Notice::error(&reason.to_string()).text),
        };
    }

    /// A path from the system's chooser.
    pub(crate) fn prior_picked(&mut self, picked: Picked) -> Requests {
        let Some(form) = &mut self.import else {
            return Vec::new();
        };
        let effect = match picked {
            Picked::Path(path) => form.retarget(path.display().to_string()).map(inspect),
            Picked::Nothing => None,
            Picked::NoChooser => {
                form.error = Some(NO_CHOOSER.to_owned());
                None
            }
        };
        effect.into_iter().collect()
    }

    /// The import of a checkpoint has been handed to the worker.
    pub(crate) fn import_submitted(&mut self, job: JobId, model: PathBuf) {
        self.importing = Some(Importing { job, model });
    }

    /// The worker speaks of the import. By now the form may be another checkpoint's, which it does
    /// not concern.
    pub(crate) fn hear_import(&mut self, event: Event) -> Requests {
        let terminal = matches!(
            event,
            Event::Imported { .. } | Event::Failed { .. } | Event::Stopped { .. }
        );
        let Some(import) = self.importing.take_if(|_| terminal) else {
            return Vec::new();
        };
        let concerns = |form: &ImportForm| full_path(&form.path) == import.model;
        match event {
            Event::Imported { imported, .. } => {
                self.import.take_if(|form| concerns(form));
                self.imported(&imported)
            }
            Event::Failed { error, .. } => {
                let error = error.to_string();
                match self.import.as_mut().filter(|form| concerns(form)) {
                    Some(form) => form.error = Some(Notice::error(&error).text),
                    None => {
                        let model = import.model.display();
                        let text = format!("{model} was not imported: {error}");
                        self.notice = Some(Notice::error(&text));
                    }
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn use_prior(&mut self, folder: &Path) -> Requests {
        let next = Settings {
            prior: engine::PriorChoice::Path(folder.to_owned()),
            ..self.settings.clone()
        };
        self.take_over(next)
    }

    /// What was imported is what pictures look like from now on.
    fn imported(&mut self, imported: &Imported) -> Requests {
        let assumed: String = imported
            .assumed
            .iter()
            .map(|assumed| format!(" Taken as usual: {assumed}."))
            .collect();
        let text = format!(
            "Imported {} into {}.{assumed}",
            imported.config.name,
            imported.folder.display()
        );
        let requests = self.use_prior(&imported.folder);
        self.notice = Some(Notice::success(text));
        requests
    }
}
