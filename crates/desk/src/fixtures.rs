//! Small photos and states for the tests of this module.

use crate::mask::command::MaskCommand;
use crate::runs::RunCommand;
use std::sync::Arc;

use engine::{DeviceChoice, DeviceInfo, Event, JobId, Outcome, Plan, Progress, Report};
use imaging::{Mask, Photo, Rect, Value};

use crate::mask::document::Source;
use crate::recipe::settings::Settings;
use crate::request::{BoxedRequest, Request};
use crate::runs::Submit;
use crate::session::Opened;
use crate::shell::command::Command;
use crate::shell::state::ShellState as State;

/// A grey-ish BMP, written by hand: the tests need no encoder.
pub(crate) fn photo(width: usize, height: usize) -> Arc<Photo> {
    let stride = (3 * width).div_ceil(4) * 4;
    let size = 54 + stride * height;
    let mut bytes = b"BM".to_vec();
    let word = |value: usize| (value as u32).to_le_bytes();
    for value in [size, 0, 54, 40, width, height] {
        bytes.extend(word(value));
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for y in 0..height {
        let row = (0..width).flat_map(|x| [(x * 7) as u8, (y * 5) as u8, 90]);
        bytes.extend(row.chain(std::iter::repeat_n(0, stride - 3 * width)));
    }
    Arc::new(Photo::decode(&bytes, "fixture.bmp").expect("a valid bitmap"))
}

/// A state with an open photo of 64 x 48 pixels from `/photos/old.png`.
pub(crate) fn open_state() -> State {
    let mut state = State::default();
    let _ = state.arrived(opened());
    state
}

pub(crate) fn opened() -> Opened {
    Opened {
        source: Source::File("/photos/old.png".into()),
        photo: photo(64, 48),
        mask: None,
        mask_error: None,
        sha256: Some("00".repeat(32)),
        session: None,
    }
}

/// A mask with a square in it.
pub(crate) fn square(width: usize, height: usize) -> Mask {
    let mut mask = Mask::new(width, height);
    let _ = mask.fill_rect(Rect::new(2, 3, 10, 10), Value::Paint);
    mask
}

/// Draws a stroke through these points.
pub(crate) fn draw(state: &mut State, points: &[(f32, f32)]) {
    let _ = state.apply(Command::Mask(MaskCommand::BeginStroke {
        at: points[0],
        opposite: false,
        straight: false,
    }));
    for point in &points[1..] {
        let _ = state.apply(Command::Mask(MaskCommand::ExtendStroke(*point)));
    }
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
}

/// A state with a submitted job.
pub(crate) fn running() -> (State, JobId) {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0), (20.0, 20.0)]);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    assert!(is_only::<Submit>(&requests), "{requests:?}");
    state.submitted(JobId(7));
    (state, JobId(7))
}

pub(crate) fn cpu() -> DeviceInfo {
    DeviceInfo {
        choice: DeviceChoice::Cpu,
        name: "8 threads".into(),
        backend: "CPU".into(),
        software: false,
    }
}

pub(crate) fn started(job: JobId, steps: usize) -> Event {
    let windows = vec![Rect::new(0, 0, 64, 48)];
    Event::Started {
        job,
        plan: Plan {
            windows,
            size: (64, 48),
            steps,
            device: cpu(),
        },
    }
}

pub(crate) fn progress(job: JobId, done: usize, total: usize) -> Event {
    Event::Progress(Progress {
        job,
        window: 0,
        windows: 1,
        part: 0,
        pixels: 64 * 48,
        done,
        total,
        evaluations: done,
        products: done,
        again: 0,
        seconds_per_step: 0.5,
        remaining: std::time::Duration::from_secs(3),
        residual: 1.0 / done as f64,
        noise: 0.02,
    })
}

pub(crate) fn outcome(stopped: bool, steps: usize) -> Outcome {
    Outcome {
        photo: photo(64, 48),
        report: Report {
            version: "0".into(),
            recipe: Settings::default().recipe(),
            prior: "p".into(),
            prior_sha256: String::new(),
            device: cpu(),
            width: 64,
            height: 48,
            windows: 1,
            masked_pixels: 100,
            evaluations: steps,
            products: steps,
            sigma_y: 0.02,
            seconds: 1.0,
            seconds_per_step: 0.1,
            residuals: (1..=steps).map(|step| 1.0 / step as f64).collect(),
            clamped: 0,
            stopped,
            caution: None,
        },
    }
}

/// The one request there is.
pub(crate) fn only<R: Request>(requests: &[BoxedRequest]) -> &R {
    match requests {
        [request] => request.downcast().unwrap_or_else(|| panic!("{request:?}")),
        other => panic!("{other:?}"),
    }
}

/// Whether there is one request, of this kind.
pub(crate) fn is_only<R: Request>(requests: &[BoxedRequest]) -> bool {
    matches!(requests, [request] if request.is::<R>())
}

/// The request that there is.
pub(crate) fn the<R: Request>(request: Option<&BoxedRequest>) -> &R {
    let request = request.expect("something is asked for");
    request.downcast().unwrap_or_else(|| panic!("{request:?}"))
}

/// What tests of requests need.
pub(crate) mod requests {
    pub(crate) use super::{is_only, only, the};
    pub(crate) use crate::common::store_remembered::StoreRemembered;
    pub(crate) use crate::recipe::DescribePrior;
    pub(crate) use crate::request::{BoxedRequest, Broken, Requests};
    pub(crate) use crate::runs::{EstimateWork, SetPaused, Stop, Submit, Summarise, TimePrior};
    pub(crate) use crate::session::{
        Export, OpenMask, Quit, SaveFile, SaveSession, SimulateDamage,
    };
    pub(crate) use crate::shell::StorePreferences;
}
