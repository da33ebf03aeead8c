//! Runs: kept, queued, accepted, blended, compared, simulated.

mod building;
mod comparing;
mod flow;
mod going_on;
mod history;
mod pixels;
mod simulating;

use crate::runs::RunCommand;
use std::sync::Arc;

use engine::{Event, JobId, Outcome};
use imaging::{Photo, Planar, Rect, Value};

use super::*;
use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state, outcome};
use crate::{Command, ShellState as State};

/// Two squares far apart are masked.
fn state() -> State {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0)]);
    draw(&mut state, &[(50.0, 40.0)]);
    state
}

fn apply(state: &mut State, command: RunCommand) -> Requests {
    state.apply(Command::Runs(command))
}

fn obstacle(state: &State, command: RunCommand) -> Option<String> {
    state.obstacle(&Command::Runs(command))
}

/// The jobs among the requests, taken on under the given number.
fn submit(state: &mut State, requests: &[BoxedRequest], number: u64) -> engine::Job {
    let jobs: Vec<_> = requests
        .iter()
        .filter_map(|request| Some((*request.downcast::<Submit>()?.job).clone()))
        .collect();
    assert_eq!(jobs.len(), 1, "one job at a time: {requests:?}");
    state.submitted(JobId(number));
    jobs[0].clone()
}

/// The open photo with every masked pixel at a level.
fn drawn(state: &State, level: f32) -> Outcome {
    let document = state.document.as_ref().expect("open");
    let mut photo = Photo::clone(&document.photo);
    let all = photo.bounds();
    let mut flat = Planar::new(all.width, all.height);
    flat.data.fill(level);
    photo.write_masked(all, &flat, &document.mask);
    Outcome {
        photo: Arc::new(photo),
        ..outcome(false, 4)
    }
}

/// Restores with as many candidates as there are levels; the masked pixels of each get its level.
fn run_all(state: &mut State, levels: &[f32]) -> Vec<RunId> {
    state.settings.candidates = levels.len();
    let mut requests = state.apply(Command::Runs(RunCommand::Restore));
    for (i, level) in levels.iter().enumerate() {
        let number = 100 + i as u64;
        let _ = submit(state, &requests, number);
        let outcome = drawn(state, *level);
        let job = JobId(number);
        requests = state.hear(Event::Finished { job, outcome });
    }
    let all = state.runs.archive.all();
    all[all.len() - levels.len()..]
        .iter()
        .map(|run| run.id)
        .collect()
}

/// The first channel of a pixel of the current result.
fn result_at(state: &State, x: usize, y: usize) -> Option<u8> {
    let result = state.document.as_ref()?.result.as_ref()?;
    Some(result.photo.rgba8(Rect::new(x, y, 1, 1))[0])
}
