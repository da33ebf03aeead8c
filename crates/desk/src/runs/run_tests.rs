//! A run from Restore to its end, whichever end that is.

use crate::mask::command::MaskCommand;
use crate::photo::command::ViewCommand;
use crate::recipe::command::RecipeCommand;
use crate::runs::RunCommand;
use std::sync::Arc;

use engine::{EngineError, Event, JobId};

use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state, opened, outcome, progress, running, started};
use crate::{Command, Ending, ShellState as State, Show, Task, Tone};

#[test]
fn restore_waits_for_a_photo_and_for_a_mask() {
    let mut state = State::default();
    assert_eq!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .as_deref(),
        Some("Open a photo first")
    );
    assert!(state.apply(Command::Runs(RunCommand::Restore)).is_empty());
    let mut state = open_state();
    assert_eq!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .as_deref(),
        Some("Paint over the damage first")
    );
    draw(&mut state, &[(5.0, 5.0), (9.0, 9.0)]);
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    let _ = state.apply(Command::Mask(MaskCommand::Clear));
    assert!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .is_some()
    );
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Enlarge)));
    assert_eq!(
        state.obstacle(&Command::Runs(RunCommand::Restore)),
        None,
        "enlarging needs no mask"
    );
}

#[test]
fn a_missing_kernel_or_an_unusable_prior_is_said_before_the_run() {
    let mut state = open_state();
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)));
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    state.settings.blur.kind = crate::BlurKind::Kernel;
    assert_eq!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .as_deref(),
        Some("Choose a kernel file first")
    );
    state.settings.blur.kernel = "k.png".into();
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    let choice = state.settings.prior.clone();
    state.prior_described(&choice, Err("not a prior"));
    assert!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .is_some()
    );
}

#[test]
fn the_job_carries_the_mask_only_where_it_counts() {
    let mut state = open_state();
    draw(&mut state, &[(5.0, 5.0)]);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let job = &only::<Submit>(&requests).job;
    assert!(job.mask.is_some());
    assert_eq!(job.recipe, state.settings.recipe());
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)));
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let job = &only::<Submit>(&requests).job;
    assert!(job.mask.is_none());
}

#[test]
fn a_run_to_its_end_shows_the_result() {
    let (mut state, job) = running();
    assert_eq!(
        state.obstacle(&Command::Runs(RunCommand::Restore)),
        None,
        "it would wait"
    );
    assert!(
        state
            .obstacle(&Command::Mask(MaskCommand::BeginStroke {
                at: (0.0, 0.0),
                opposite: false,
                straight: false
            }))
            .is_some()
    );
    state.hear(Event::Preparing {
        job,
        message: "Loading".into(),
    });
    state.hear(started(job, 4));
    for done in 1..=4 {
        state.hear(progress(job, done, 4));
    }
    let run = state.run.as_ref().expect("it runs");
    assert_eq!(
        (run.message.as_str(), run.steps(), run.trace.len()),
        ("Loading", (4, 4), 4)
    );
    state.hear(Event::Finished {
        job,
        outcome: outcome(false, 4),
    });
    assert!(state.run.is_none());
    assert_eq!(state.view.show, Show::Restored);
    let last = state.last_run.as_ref().expect("it ended");
    assert_eq!(last.ending, Ending::Finished);
    assert_eq!(last.trace.len(), 4);
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_some()));
    assert_eq!(
        state.obstacle(&Command::View(ViewCommand::ToggleCompare)),
        None
    );
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
}

#[test]
fn a_stopped_run_keeps_the_best_so_far_and_another_can_follow() {
    let (mut state, job) = running();
    state.hear(started(job, 9));
    state.hear(progress(job, 2, 9));
    let requests = state.apply(Command::Runs(RunCommand::Stop));
    assert_eq!(only::<Stop>(&requests).0, job);
    assert!(
        state.apply(Command::Runs(RunCommand::Stop)).is_empty(),
        "stopping once is enough"
    );
    state.hear(Event::Stopped {
        job,
        outcome: Some(outcome(true, 2)),
    });
    assert_eq!(
        state.last_run.as_ref().map(|l| l.ending.clone()),
        Some(Ending::Stopped)
    );
    let text = state
        .notice
        .as_ref()
        .map(|notice| notice.text.clone())
        .unwrap_or_default();
    assert!(text.contains("2 of 9"), "{text}");
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_some()));
    assert_eq!(state.apply(Command::Runs(RunCommand::Restore)).len(), 1);
}

#[test]
fn stopping_a_held_run_lets_it_go_first() {
    let (mut state, job) = running();
    assert!(only::<SetPaused>(&state.apply(Command::Runs(RunCommand::TogglePause))).0);
    let requests = state.apply(Command::Runs(RunCommand::Stop));
    assert!(requests[0].is::<Stop>());
    assert!(!only::<SetPaused>(&requests[1..]).0);
    state.hear(Event::Stopped { job, outcome: None });
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_none()));
}

#[test]
fn a_failed_run_says_why_and_leaves_everything_usable() {
    let (mut state, job) = running();
    let error = Arc::new(EngineError::Recipe("the picture is too small".into()));
    state.hear(Event::Failed { job, error });
    let notice = state.notice.clone().expect("it says why");
    assert_eq!(
        (notice.tone, notice.text.as_str()),
        (Tone::Error, "The picture is too small.")
    );
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    draw(&mut state, &[(30.0, 30.0)]);
    assert!(state.can_undo());
}

#[test]
fn events_of_other_jobs_are_old_news() {
    let (mut state, _) = running();
    state.hear(Event::Finished {
        job: JobId(1),
        outcome: outcome(false, 1),
    });
    assert!(state.run.is_some());
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_none()));
}

#[test]
fn opening_another_photo_stops_the_run_and_forgets_its_result() {
    let (mut state, job) = running();
    // The mask under the run was painted: that is asked about first, and the run goes on.
    assert!(state.arrived(opened()).is_empty());
    assert!(state.run.is_some());
    let discard = crate::session::SessionCommand::Discard;
    let requests = state.apply(Command::Session(discard));
    let stops = |effect: &BoxedRequest| {
        effect
            .downcast()
            .is_some_and(|Stop(stopped)| *stopped == job)
    };
    assert!(requests.iter().any(stops), "{requests:?}");
    state.hear(Event::Stopped {
        job,
        outcome: Some(outcome(true, 2)),
    });
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_none()));
    assert!(!state.can_undo(), "strokes on the old photo are gone");
}

#[test]
fn an_unlocked_seed_changes_with_every_run() {
    let mut state = open_state();
    draw(&mut state, &[(5.0, 5.0)]);
    state.settings.seed_locked = false;
    let seeds: Vec<u64> = (0..3)
        .map(|_| {
            only::<Submit>(&state.apply(Command::Runs(RunCommand::Restore)))
                .job
                .recipe
                .seed
        })
        .collect();
    assert!(seeds[0] != seeds[1] || seeds[1] != seeds[2], "{seeds:?}");
    state.settings.seed_locked = true;
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    assert_eq!(only::<Submit>(&requests).job.recipe.seed, seeds[2]);
}
