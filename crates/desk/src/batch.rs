//! Restoring a folder: what the form says, which photo goes with which mask, and how it goes.
//!
//! The form is looked over off the window's thread after every change, one look at a time; an answer
//! to what has changed since is old news. The photos themselves are restored by the worker, one after
//! another, in turn with whatever else is asked of it: see [`BatchRun`].

mod apply;
mod command;
mod form;
mod open_pair;
mod pick_path;
mod restoring;
mod run;
pub(crate) mod state;
mod store_pair;
mod submit_pair;
mod survey_folder;
#[cfg(test)]
mod tests;

pub use command::BatchCommand;
pub use form::{BatchForm, BatchPath, MaskChoice, Survey, Tally};
pub(crate) use open_pair::OpenPair;
pub(crate) use pick_path::PickPath;
pub use run::{BatchPhoto, BatchRun, Fate, Turn};
pub(crate) use store_pair::StorePair;
pub(crate) use submit_pair::SubmitPair;
pub(crate) use survey_folder::SurveyFolder;

/// What is known of batches in this window.
#[derive(Clone, Debug, Default)]
pub struct Batches {
    /// What is to be restored next; it stays when the dialog is closed.
    pub form: BatchForm,
    /// Whether the dialog is open.
    pub open: bool,
    /// The batch under way, or the last one that ended, until another is set up.
    pub run: Option<BatchRun>,
    /// Whether a folder is being looked over.
    pub(crate) surveying: bool,
    /// Counts the changes of the form.
    pub(crate) asked: u64,
    /// Counts batches, so that a late answer is never taken for one about another.
    pub(crate) started: u64,
}

impl Batches {
    /// Whether photos are being restored.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| !run.ended)
    }
}
