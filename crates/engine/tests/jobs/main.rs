//! What the worker promises about jobs: one terminal event each, stopping, failing, going on.

mod control;
mod failing;
mod flat;
mod going_on;
mod pictures;
mod region;
mod scales;

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{DeviceChoice, Engine, Event, Job, Outcome, PriorChoice, Recipe};
use imaging::{Depth, Mask, Photo, Planar, Rect, Value};

fn photo(width: usize, height: usize) -> Arc<Photo> {
    let mut picture = Planar::new(width, height);
    for (i, value) in picture.data.iter_mut().enumerate() {
        *value = 0.3 + 0.4 * ((i % 17) as f32 / 17.0);
    }
    Arc::new(Photo::from_planar(&picture, Depth::Eight))
}

fn mask(width: usize, height: usize) -> Arc<Mask> {
    let mut mask = Mask::new(width, height);
    mask.fill_rect(Rect::new(width / 3, height / 3, 9, 5), Value::Paint);
    mask.fill_rect(Rect::new(width - 6, 2, 4, 4), Value::Paint);
    Arc::new(mask)
}

fn recipe() -> Recipe {
    Recipe {
        prior: PriorChoice::BuiltIn("gaussian".to_owned()),
        device: DeviceChoice::Cpu,
        steps: 20,
        ..Recipe::default()
    }
}

fn inpainting() -> Job {
    Job {
        photo: photo(120, 90),
        mask: Some(mask(120, 90)),
        recipe: recipe(),
        start: None,
        scene: None,
    }
}

/// Every event of the next job, up to its terminal one.
fn listen(engine: &Engine) -> Vec<Event> {
    let mut events = Vec::new();
    let patience = Instant::now();
    while !events.last().is_some_and(Event::is_terminal) {
        assert!(
            patience.elapsed() < Duration::from_secs(120),
            "no terminal event: {events:?}"
        );
        events.extend(engine.wait_event(Duration::from_millis(100)));
    }
    events
}

fn finished(events: &[Event]) -> &Outcome {
    match events.last() {
        Some(Event::Finished { outcome, .. }) => outcome,
        other => panic!("not finished: {other:?}"),
    }
}

fn failure(events: &[Event]) -> String {
    match events.last() {
        Some(Event::Failed { error, .. }) => error.to_string(),
        other => panic!("not failed: {other:?}"),
    }
}

fn engine() -> Engine {
    Engine::start(|| ()).expect("a thread can be started")
}
