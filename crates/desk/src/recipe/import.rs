//! Importing a checkpoint: which one, what it is, what it leaves open, and where it goes.
//!
//! Names and shapes are read off the window's thread after every change; an answer to a question
//! that has changed since is old news. The import itself is the worker's.

use crate::recipe::command::RecipeCommand;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use engine::{Answers, Event, Field, ImportRequest, Imported, Inspection, JobId, Precision};

use super::command::Gesture;
use super::inspect_prior::InspectPrior;
use super::pick_prior::{CHECKPOINTS, PickPrior};
use super::settings::Settings;
use crate::common::notice::Notice;
use crate::outside::{NO_CHOOSER, Picked};
use crate::recipe::ImportPrior;
use crate::request::{BoxedRequest, Requests};
use crate::runs::active::Run;
use crate::session::dialog::full_path;
use crate::shell::command::Command;
use crate::shell::state::State;

/// What is known of the checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// No path is typed.
    Nothing,
    /// It is being looked at.
    Reading,
    /// There is nothing at the path, perhaps because it is still being typed.
    Absent,
    /// What it is.
    Found(Box<Inspection>),
    /// Why it cannot be used.
    Refused(String),
}

/// The open form.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportForm {
    /// The checkpoint's path as typed.
    pub path: String,
    /// What is known of it.
    pub finding: Finding,
    /// What the person says of it.
    pub answers: Answers,
    /// What it has left open at some time: asked for as long as the path stays.
    pub asked: Vec<Field>,
    /// The folder to write as typed.
    pub output: String,
    /// Whether to write 16-bit weights.
    pub half: bool,
    /// What was wrong last time.
    pub error: Option<String>,
    /// Whether the folder was typed by the person.
    chosen_output: bool,
}

/// An import between its submission and its terminal event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Importing {
    /// The job.
    pub job: JobId,
    /// The checkpoint.
    pub model: PathBuf,
}

/// What can be done in the form.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportCommand {
    /// Opens it on a path, which may be empty.
    Show(PathBuf),
    /// Changes the checkpoint's path.
    Path(String),
    /// Says what its tensors leave open.
    Answer(Box<Answers>),
    /// Changes the folder to write.
    Output(String),
    /// 16-bit weights or not.
    Half(bool),
    /// Asks the system's chooser for a folder (true) or a file.
    Browse(bool),
    /// Begins the import.
    Accept,
    /// Closes the form; an import that has begun goes on.
    Close,
}

impl ImportForm {
    fn new() -> Self {
        Self {
            path: String::new(),
            finding: Finding::Nothing,
            answers: Answers::default(),
            asked: Vec::new(),
            output: String::new(),
            half: false,
            error: None,
            chosen_output: false,
        }
    }

    /// Another checkpoint: what was said of the last one does not hold for it.
    fn retarget(&mut self, path: String) -> Option<BoxedRequest> {
        self.path = path;
        (self.answers, self.error) = (Answers::default(), None);
        self.asked.clear();
        if !self.chosen_output {
            self.output = suggestion(&full_path(&self.path));
        }
        self.look()
    }

    fn look(&mut self) -> Option<BoxedRequest> {
        let path = full_path(&self.path);
        if path.as_os_str().is_empty() {
            self.finding = Finding::Nothing;
            return None;
        }
        if !path.exists() {
            self.finding = Finding::Absent;
            return None;
        }
        // What is shown stays while an answer is taken in, so that nothing jumps.
        if !matches!(self.finding, Finding::Found(_)) || self.asked.is_empty() {
            self.finding = Finding::Reading;
        }
        let answers = Box::new(self.answers.clone());
        Some(InspectPrior { path, answers }.into())
    }

    /// Why the import cannot begin yet.
    #[must_use]
    pub fn obstacle(&self) -> Option<String> {
        let reason = match &self.finding {
            Finding::Nothing => "Type a path or browse",
            Finding::Absent => "There is nothing at this path",
            Finding::Reading => "One moment",
            Finding::Refused(_) => "This checkpoint cannot be used",
            Finding::Found(found) if !found.missing.is_empty() => {
                "Say what its tensors leave open first"
            }
            Finding::Found(_) if self.output.trim().is_empty() => "Say where to keep it",
            Finding::Found(_) => return None,
        };
        Some(reason.to_owned())
    }

    fn request(&self) -> ImportRequest {
        let precision = if self.half {
            Precision::Half
        } else {
            Precision::Single
        };
        ImportRequest {
            model: full_path(&self.path),
            config: None,
            answers: self.answers.clone(),
            precision,
            output: full_path(&self.output),
        }
    }
}

/// A folder of its own beside the checkpoint.
fn suggestion(model: &Path) -> String {
    let Some(stem) = model.file_stem() else {
        return String::new();
    };
    let named = |number: usize| {
        let end = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        model.with_file_name(format!("{}-tweedie{end}", stem.to_string_lossy()))
    };
    let free = (1..100).map(named).find(|folder| !folder.exists());
    free.map_or_else(String::new, |folder| folder.display().to_string())
}

/// Whether a file that was dropped is a checkpoint, by what it is called.
#[must_use]
pub fn is_checkpoint(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    path.is_dir() || extension.is_some_and(|extension| CHECKPOINTS.contains(&extension.as_str()))
}

/// Whether a folder is a prior in our own form, which there is nothing to import of.
fn is_ours(path: &Path) -> bool {
    let both = ["model.safetensors", "config.json"];
    both.iter().all(|name| path.join(name).is_file())
}

impl State {
    /// Carries out a command of the form.
    pub(crate) fn apply_import(&mut self, command: ImportCommand, requests: &mut Requests) {
        if let ImportCommand::Show(path) = &command {
            self.end_stroke();
            if is_ours(path) {
                return requests.extend(self.use_prior(path));
            }
            let mut form = ImportForm::new();
            requests.extend(form.retarget(path.display().to_string()));
            (self.dialog, self.import) = (None, Some(form));
            return;
        }
        let Some(form) = &mut self.import else { return };
        match command {
            ImportCommand::Show(_) => {}
            ImportCommand::Path(path) => requests.extend(form.retarget(path)),
            ImportCommand::Answer(answers) => {
                form.answers = *answers;
                requests.extend(form.look());
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

    /// What the import under way does. The worker does one thing after another, in the order of
    /// their numbers.
    #[must_use]
    pub fn import_progress(&self) -> Option<&'static str> {
        let import = self.importing.as_ref()?;
        let behind = |run: &Run| run.job < import.job;
        let restoring = self.run.as_ref().is_some_and(behind) || self.batches.is_running();
        Some(if restoring {
            "Waits for the restoration"
        } else {
            "Reading, writing and checking the weights"
        })
    }

    /// Why a command of the form cannot be carried out now.
    pub(crate) fn import_obstacle(&self, command: &ImportCommand) -> Option<String> {
        if *command != ImportCommand::Accept {
            return None;
        }
        if let Some(doing) = self.import_progress() {
            return Some(doing.to_owned());
        }
        match &self.import {
            None => Some("No checkpoint is chosen".to_owned()),
            Some(form) => form.obstacle(),
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
            Picked::Path(path) => form.retarget(path.display().to_string()),
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
        self.apply(Command::Recipe(RecipeCommand::Adjust {
            next: Box::new(next),
            gesture: Gesture::Once,
        }))
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
