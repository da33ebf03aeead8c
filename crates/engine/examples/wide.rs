//! What it brings to draw wide holes at coarser scales first: `wide FOLDER [STEPS]` cuts 128 × 128 pixels
//! from the middle of every picture, loses a square in the middle of that, restores it both ways on the
//! CPU with CA-DPS, and prints PSNR in dB over lost pixels, ± standard errors, and seconds.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::{DeviceChoice, Engine, Event, Job, Outcome, Recipe};
use imaging::{Mask, Photo, Planar, Rect, Value};

const SIDE: usize = 128;
const HOLES: [usize; 4] = [16, 24, 32, 48];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder of pictures?")?;
    let steps = arguments.next().map_or(Ok(25), |steps| steps.parse())?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.sort();
    let pictures: Vec<Planar> = files
        .iter()
        .filter_map(|file| Photo::open(file).ok())
        .filter(|photo| photo.width() >= SIDE && photo.height() >= SIDE)
        .map(|photo| {
            let (x, y) = ((photo.width() - SIDE) / 2, (photo.height() - SIDE) / 2);
            photo.planar(Rect::new(x, y, SIDE, SIDE))
        })
        .collect();
    let engine = Engine::start(|| ())?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} pictures, {steps} steps", pictures.len())?;
    writeln!(
        out,
        "| hole | at one scale | coarse to fine | difference | seconds |\n| --- | --- | --- | --- | --- |"
    )?;
    for hole in HOLES {
        let mut ways = [Vec::new(), Vec::new()];
        let mut seconds = [0.0, 0.0];
        for truth in &pictures {
            for (i, coarse_to_fine) in [false, true].into_iter().enumerate() {
                let job = job(truth, hole, steps, coarse_to_fine);
                let mask = job.mask.clone().expect("given");
                let outcome = run(&engine, job)?;
                let restored = outcome.photo.planar(outcome.photo.bounds());
                ways[i].push(imaging::masked_psnr(truth, &restored, &mask));
                seconds[i] += outcome.report.seconds / pictures.len() as f64;
            }
        }
        let differences: Vec<f64> = ways[1].iter().zip(&ways[0]).map(|(b, a)| b - a).collect();
        let told = [&ways[0], &ways[1], &differences].map(|values| {
            let (mean, error) = mean_and_error(values);
            format!("{mean:.2} ± {error:.2}")
        });
        writeln!(
            out,
            "| {hole} px | {} | {:.1}, {:.1} |",
            told.join(" | "),
            seconds[0],
            seconds[1]
        )?;
    }
    Ok(())
}

fn job(truth: &Planar, hole: usize, steps: usize, coarse_to_fine: bool) -> Job {
    let mut mask = Mask::new(SIDE, SIDE);
    let corner = (SIDE - hole) / 2;
    let lost = Rect::new(corner, corner, hole, hole);
    let _ = mask.fill_rect(lost, Value::Paint);
    Job {
        photo: Arc::new(Photo::from_planar(truth, imaging::Depth::Eight)),
        mask: Some(Arc::new(mask)),
        recipe: Recipe {
            steps,
            coarse_to_fine,
            device: DeviceChoice::Cpu,
            ..Recipe::default()
        },
        start: None,
        scene: None,
    }
}

fn run(engine: &Engine, job: Job) -> Result<Outcome, Box<dyn Error>> {
    engine.submit(job);
    loop {
        match engine.wait_event(Duration::from_secs(600)) {
            Some(Event::Finished { outcome, .. }) => return Ok(outcome),
            Some(Event::Failed { error, .. }) => return Err(error.into()),
            Some(_) => {}
            None => return Err("nothing heard for ten minutes".into()),
        }
    }
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (mean, (squares / (n - 1.0) / n).sqrt())
}
