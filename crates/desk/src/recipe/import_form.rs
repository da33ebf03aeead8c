//! The form that imports a checkpoint: which one, what it is, what it leaves open, and where it goes.

use std::path::{Path, PathBuf};

use engine::{Answers, Field, ImportRequest, Inspection, JobId, Precision};

use crate::outside::full_path;

/// How the names of checkpoints end.
pub(crate) const CHECKPOINTS: [&str; 5] = ["pt", "pth", "bin", "ckpt", "safetensors"];

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
    pub(crate) chosen_output: bool,
}

/// An import between its submission and its terminal event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Importing {
    /// The job.
    pub job: JobId,
    /// The checkpoint.
    pub model: PathBuf,
}

impl ImportForm {
    pub(crate) fn new() -> Self {
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
    pub(crate) fn retarget(&mut self, path: String) -> Option<(PathBuf, Box<Answers>)> {
        self.path = path;
        (self.answers, self.error) = (Answers::default(), None);
        self.asked.clear();
        if !self.chosen_output {
            self.output = suggestion(&full_path(&self.path));
        }
        self.look()
    }

    /// Which checkpoint is to be looked at, with what is said of it.
    pub(crate) fn look(&mut self) -> Option<(PathBuf, Box<Answers>)> {
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
        Some((path, answers))
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

    pub(crate) fn request(&self) -> ImportRequest {
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
pub(crate) fn is_ours(path: &Path) -> bool {
    let both = ["model.safetensors", "config.json"];
    both.iter().all(|name| path.join(name).is_file())
}
