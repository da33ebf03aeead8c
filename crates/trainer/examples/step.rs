//! Seconds for one step of training on the processor, the fastest and the middle one, by Burn's
//! modules and by the program that replaces them there, and the memory it took.
//! `step [modules|program] [small|standard|large] [STEPS]`, of a batch of the preset, `standard` if
//! none is named, and crops of 64×64.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use imaging::{Depth, Photo, Planar, SaveOptions};
use trainer::{Card, Dataset, DatasetOptions, Event, Length, Pace, Preset, Run, train};

/// A few photographs by formula: what they show costs nothing.
fn photographs(folder: &Path) {
    std::fs::create_dir(folder).expect("writable");
    for number in 0..8_usize {
        let mut picture = Planar::new(128, 128);
        for (i, value) in picture.data.iter_mut().enumerate() {
            *value = (i * (number + 3) % 97) as f32 / 97.0;
        }
        let photo = Photo::from_planar(&picture, Depth::Eight);
        let path = folder.join(format!("{number}.png"));
        imaging::save(&photo, &path, &SaveOptions::default()).expect("writable");
    }
}

/// Sorted seconds of each step but the first.
fn steps(folder: &Path, preset: Preset, modules: bool, count: u64) -> Vec<f64> {
    let dataset = Dataset::open(
        &folder.join("photos"),
        &DatasetOptions::default(),
        |_, _| {},
    );
    let (training, held_out) = dataset.expect("readable").split(0.3, 0).expect("enough");
    let length = Length::Iterations(1_000_000);
    let run = Run {
        training: Arc::new(training),
        held_out: Arc::new(held_out),
        settings: preset.settings(64, length).expect("valid"),
        start: None,
        pace: Pace {
            save_every: Duration::MAX,
            validate_every: Duration::MAX,
            modules,
            ..Pace::default()
        },
        card: Card {
            name: String::new(),
            licence: None,
            trained_on: String::new(),
            device: String::new(),
        },
        output: folder.join(if modules { "modules" } else { "program" }),
        device: Device::flex(),
    };
    let (mut last, mut seconds) = (Instant::now(), Vec::new());
    train(&run, &mut |event| {
        if let Event::Step(progress) = event {
            if progress.step > 1 {
                seconds.push(last.elapsed().as_secs_f64());
            }
            last = Instant::now();
            if progress.step > count {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })
    .expect("trains");
    seconds.sort_by(f64::total_cmp);
    seconds
}

/// The most that the process had resident, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(String::new, |most| format!(", {} at most", most.trim()))
}

fn main() {
    let (mut which, mut preset, mut count) = (None, Preset::Standard, 10);
    for argument in std::env::args().skip(1) {
        match (argument.parse(), argument.parse()) {
            (Ok(number), _) => count = number,
            (_, Ok(named)) => preset = named,
            _ => which = Some(argument),
        }
    }
    let folder = tempfile::tempdir().expect("scratch");
    photographs(&folder.path().join("photos"));
    for (name, modules) in [("modules", true), ("program", false)] {
        if which.as_deref().is_none_or(|which| which == name) {
            let seconds = steps(folder.path(), preset, modules, count);
            let middle = seconds[seconds.len() / 2];
            eprintln!(
                "{name}, {preset}: {:.3} s at best, {middle:.3} s mostly{}",
                seconds[0],
                peak_memory()
            );
        }
    }
}
