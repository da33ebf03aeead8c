//! How long a session with many runs on a large photo takes to be written and read, and how large it
//! is: `cargo run --release --example sessions`. Nothing is restored; scratches get other grain.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use desk::session::{Mark, Snapshot, Stored};
use desk::{Candidate, Changed, Content, Ending, Kept, Restored, RunId, Settings, Source, Taken};
use engine::{DeviceChoice, DeviceInfo, Recipe, Report};
use imaging::{Depth, Mask, Photo, Planar, Value};

const WIDTH: usize = 6000;
const HEIGHT: usize = 4000;
const RUNS: u64 = 8;

/// Fine texture, as photographs have: nothing that a format would pack away.
fn picture(seed: u64) -> Planar {
    let mut picture = Planar::new(WIDTH, HEIGHT);
    let mut state = seed;
    for (i, value) in picture.data.iter_mut().enumerate() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let grain = (state >> 40) as f32 / (1 << 24) as f32;
        let slope = (i % WIDTH) as f32 / WIDTH as f32;
        *value = 0.2 + 0.5 * slope + 0.08 * grain;
    }
    picture
}

fn mask() -> Mask {
    let mut mask = Mask::new(WIDTH, HEIGHT);
    for i in 0..30 {
        let x = 150.0 + 190.0 * i as f32;
        mask.stamp((x, 200.0), (x + 300.0, 3800.0), 4.0, Value::Paint);
    }
    mask
}

fn report() -> Report {
    Report {
        version: String::new(),
        recipe: Recipe::default(),
        prior: String::new(),
        prior_sha256: String::new(),
        device: DeviceInfo {
            choice: DeviceChoice::Cpu,
            name: String::new(),
            backend: String::new(),
            software: false,
        },
        width: WIDTH,
        height: HEIGHT,
        windows: 200,
        masked_pixels: 0,
        evaluations: 10_000,
        products: 10_000,
        sigma_y: 0.02,
        seconds: 1.0,
        seconds_per_step: 0.1,
        residuals: vec![0.1; 10_000],
        clamped: 0,
        stopped: false,
        caution: None,
    }
}

fn run(number: u64, base: &Arc<Photo>, mask: &Mask) -> Kept {
    let mut restored = Photo::clone(base);
    restored.write_masked(base.bounds(), &picture(number), mask);
    let changed = Changed::under(&restored, mask).expect("of one size");
    Kept {
        id: RunId(number),
        candidate: Candidate {
            batch: RunId(number),
            index: 0,
            of: 1,
        },
        recipe: Recipe::default(),
        ending: Ending::Finished,
        report: Some(report()),
        trace: Vec::new(),
        content: Some(Content::Patched(Arc::clone(base), Arc::new(changed))),
        mask: None,
        at: SystemTime::now(),
        study: None,
        start: None,
        reached: None,
        packed: Arc::default(),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let (photo, mask) = (
        Arc::new(Photo::from_planar(&picture(0), Depth::Eight)),
        mask(),
    );
    let runs: Vec<Kept> = (1..=RUNS)
        .map(|number| run(number, &photo, &mask))
        .collect();
    let content = runs[0].content.clone().expect("set above");
    let taken = Taken {
        run: Some(RunId(1)),
        blended: false,
        content: content.clone(),
        report: report(),
    };
    writeln!(
        out,
        "{WIDTH} x {HEIGHT}, {} masked pixels, {RUNS} runs",
        mask.count()
    )?;
    let mut snapshot = Snapshot {
        source: Source::File("photo.png".into()),
        photo: Arc::clone(&photo),
        sha256: None,
        mask: Arc::new(mask),
        settings: Settings::default(),
        result: Some(Restored {
            photo: content.to_photo(),
            report: report(),
        }),
        taken: Some(taken),
        runs,
        reports: vec![report(); RUNS as usize],
        path: None,
        simulation: None,
        mark: Mark::default(),
    };
    let path = Path::new("work.tweedie");
    let mut write =
        |name: &str, snapshot: &Snapshot| -> Result<Vec<u8>, Box<dyn std::error::Error>> {
            let started = Instant::now();
            let bytes = snapshot.to_bytes(path)?;
            let took = started.elapsed().as_secs_f64();
            writeln!(
                out,
                "{name:<34} {took:6.2} s  {:8.1} kB",
                bytes.len() as f64 / 1e3
            )?;
            Ok(bytes)
        };
    let _ = write("first save", &snapshot)?;
    let bytes = write("every later save", &snapshot)?;
    snapshot.taken = None;
    snapshot.runs.clear();
    let _ = write("no runs, the result as a picture", &snapshot)?;
    let started = Instant::now();
    let stored = Stored::read(&bytes, path)?;
    let runs: Vec<_> = stored.runs.into_iter().map(|run| run.on(&photo)).collect();
    let found = runs.len();
    let took = started.elapsed().as_secs_f64();
    writeln!(out, "reading {found} runs                     {took:6.2} s")?;
    Ok(())
}
