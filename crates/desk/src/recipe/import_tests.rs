//! An import from its submission to its end, and forms that are opened on the way.

use crate::recipe::command::RecipeCommand;
use std::path::PathBuf;
use std::sync::Arc;

use engine::{EngineError, Event, Imported, JobId};

use super::command::ImportCommand;
use crate::fixtures::running;
use crate::{Command, ShellState as State};

const JOB: JobId = JobId(3);

fn show(state: &mut State, path: &str) {
    let command = ImportCommand::Show(PathBuf::from(path));
    let _ = state.apply(Command::Recipe(RecipeCommand::Import(command)));
}

fn failed() -> Event {
    Event::Failed {
        job: JOB,
        error: Arc::new(EngineError::Recipe("no room".to_owned())),
    }
}

/// Any prior will do.
fn imported() -> Imported {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../weights/natural64");
    let found = engine::inspect_prior(folder.as_ref(), None, &engine::Answers::default());
    Imported {
        folder: "/priors/first".into(),
        config: found.expect("shipped").config.expect("complete"),
        difference: 0.0,
        assumed: Vec::new(),
    }
}

/// One checkpoint is being imported while the form is at another.
fn elsewhere() -> State {
    let mut state = State::default();
    show(&mut state, "/priors/first.pt");
    state.import_submitted(JOB, "/priors/first.pt".into());
    let _ = state.apply(Command::Recipe(RecipeCommand::Import(ImportCommand::Close)));
    show(&mut state, "/priors/second.pt");
    state
}

#[test]
fn a_failure_is_told_in_the_form_it_came_from() {
    let mut state = State::default();
    show(&mut state, "/priors/first.pt");
    state.import_submitted(JOB, "/priors/first.pt".into());
    let _ = state.hear(failed());
    assert!(state.importing.is_none() && state.notice.is_none());
    let said = state.import.clone().and_then(|form| form.error);
    assert!(said.is_some_and(|said| said.contains("No room")));
}

#[test]
fn a_failure_does_not_reach_the_form_of_another_checkpoint() {
    let mut state = elsewhere();
    let _ = state.hear(failed());
    assert!(state.importing.is_none());
    assert_eq!(state.import.clone().expect("still open").error, None);
    let said = state.notice.clone().expect("told elsewhere").text;
    assert!(
        said.contains("first.pt") && said.contains("no room"),
        "{said}"
    );
}

#[test]
fn success_does_not_close_the_form_of_another_checkpoint() {
    let mut state = elsewhere();
    let _ = state.hear(Event::Imported {
        job: JOB,
        imported: Box::new(imported()),
    });
    assert!(state.importing.is_none());
    assert_eq!(
        state.import.clone().expect("still open").path,
        "/priors/second.pt"
    );
    let said = state.notice.clone().expect("told").text;
    assert!(said.contains("Imported natural64"), "{said}");
}

#[test]
fn an_import_says_that_it_waits_for_a_restoration() {
    let (mut state, JobId(run)) = running();
    show(&mut state, "/priors/first.pt");
    let says = |state: &State| state.import_progress().unwrap_or_default();
    assert_eq!(says(&state), "");
    state.import_submitted(JobId(run + 1), "/priors/first.pt".into());
    assert_eq!(says(&state), "Waits for the restoration");
    let accept = Command::Recipe(RecipeCommand::Import(ImportCommand::Accept));
    assert_eq!(state.obstacle(&accept).as_deref(), Some(says(&state)));
    // One that was submitted later waits for the import.
    state.import_submitted(JobId(run - 1), "/priors/first.pt".into());
    assert!(says(&state).starts_with("Reading"));
    state.import_submitted(JobId(run + 1), "/priors/first.pt".into());
    state.run = None;
    assert!(says(&state).starts_with("Reading"));
}
