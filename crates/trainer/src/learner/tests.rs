//! A step is the same whoever computes it.

use diffusion::{Architecture, PreconditionedConfig};

use super::*;
use crate::initial::Initial;
use crate::log::Log;
use crate::preset::Preset;
use crate::random::{Purpose, Stream};
use crate::settings::Length;
use crate::vectors::vector;

const SIDE: usize = 16;

/// A U-Net without what has no gradient: where that is nothing, as that of the keys' bias or of a bias before
/// groups of one channel, AdamW makes whole steps of its rounding.
fn unet() -> Architecture {
    let arguments = serde_json::json!({
        "image_size": SIDE, "num_channels": 32, "num_res_blocks": 1, "channel_mult": "1,2",
        "num_heads": 4, "num_head_channels": 32, "use_scale_shift_norm": true,
        "variant": {"norm_groups": 16, "middle_attention": false},
    });
    serde_json::from_value(arguments).expect("a configuration")
}

fn preconditioned() -> Architecture {
    let mut config = PreconditionedConfig::new(SIDE, &[16, 20], &[1, 1], &[1]);
    config.embed = 16;
    config.into()
}

fn settings(model: Architecture) -> Settings {
    let mut settings = Preset::Small
        .settings(SIDE, Length::Iterations(1))
        .expect("valid");
    settings.model = model;
    settings.batch = 5;
    settings.warmup = 2;
    settings.clip = 0.1;
    settings
}

/// Away from the start, where whole layers are zero.
fn start(settings: &Settings) -> Vectors {
    let mut weights = vector(settings, &mut Initial::new(1)).expect("a network");
    let away = Stream::new(1, Purpose::Noise, 0, 0).normals(weights.len());
    for (weight, away) in weights.iter_mut().zip(away) {
        *weight += 0.02 * away;
    }
    Vectors::at(weights)
}

fn batch(settings: &Settings, step: u64) -> Vec<Example> {
    let values = 3 * SIDE * SIDE;
    let example = |index: u64| Example {
        noisy: Stream::new(2, Purpose::Noise, step, index).normals(values),
        target: Stream::new(3, Purpose::Noise, step, index).normals(values),
        condition: -0.8 + 0.3 * index as f32,
        weight: 0.5 + index as f32,
    };
    (0..settings.batch as u64).map(example).collect()
}

/// Three steps; every slope and what was learnt.
fn three_steps(settings: &Settings, pace: &Pace) -> (Vec<Slope>, Vectors) {
    let layout = Layout::of(&settings.model).expect("a network");
    let device = Device::flex();
    let mut learner = learner((settings, pace), &layout, start(settings), &device).expect("built");
    let mut log = Log::default();
    let slopes = (0..3).map(|step| {
        let slope = learner
            .slope(&batch(settings, step), 1.0)
            .expect("computed");
        learner.descend(log.update(slope.norm, settings), settings);
        slope
    });
    (slopes.collect(), learner.vectors().expect("computed"))
}

/// Loss, length of the gradient, AdamW and the running mean, by the program and by the modules.
#[test]
fn the_program_steps_as_the_modules_do() {
    for model in [unet(), preconditioned()] {
        check_steps(&settings(model));
    }
}

fn check_steps(settings: &Settings) {
    let modules = Pace {
        modules: true,
        ..Pace::default()
    };
    assert!(runs_as_program(settings, &Pace::default(), &Device::flex()));
    assert!(!runs_as_program(settings, &modules, &Device::flex()));
    let (ours, learnt) = three_steps(settings, &Pace::default());
    let (theirs, expected) = three_steps(settings, &modules);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        for (ours, theirs) in [
            (ours.loss, theirs.loss),
            (ours.error, theirs.error),
            (ours.norm, theirs.norm),
        ] {
            let off = (ours / theirs - 1.0).abs();
            assert!(off < 1e-5, "{ours} is not {theirs}");
        }
        assert!(ours.norm > settings.clip, "nothing was shortened");
    }
    let before = start(settings);
    for ((name, ours), (_, theirs)) in learnt.named().into_iter().zip(expected.named()) {
        // Compared with how far it has come.
        let from: &[f32] = match name {
            "weights" | "ema" => &before.weights,
            _ => &before.first,
        };
        let length =
            |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
        let moved = theirs.iter().zip(from);
        let moved = length(&mut moved.map(|(x, y)| f64::from(x - y)));
        let off = ours.iter().zip(theirs);
        let off = length(&mut off.map(|(x, y)| f64::from(x - y)));
        assert!(
            moved > 0.0 && off < 2e-4 * moved,
            "{name} is off by {off:e} of {moved:e}"
        );
    }
}

/// Threads share the work out; the bits do not show it.
#[test]
fn the_number_of_threads_changes_nothing() {
    for model in [unet(), preconditioned()] {
        let settings = settings(model);
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("starts")
                .install(|| three_steps(&settings, &Pace::default()))
        };
        assert!(run(1) == run(6));
    }
}

#[test]
fn half_precision_runs_as_modules() {
    let mut settings = settings(preconditioned());
    settings.precision = Precision::F16;
    assert!(!runs_as_program(
        &settings,
        &Pace::default(),
        &Device::flex()
    ));
}

#[test]
fn every_core_has_work() {
    let settings = Preset::Small
        .settings(64, Length::Iterations(1))
        .expect("valid");
    let with = |threads: usize, weights: usize, micro: Option<usize>| {
        let pace = Pace {
            micro,
            ..Pace::default()
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("starts")
            .install(|| workers(weights, &settings, &pace))
    };
    let small = 3_640_035;
    assert_eq!(with(2, small, None), [2, 1]);
    assert_eq!(with(6, small, None), [2, 3]);
    assert_eq!(with(16, small, None), [8, 2]);
    assert_eq!(with(16, 93_000_000, None), [1, 16]);
    assert_eq!(with(8, small, Some(2)), [1, 8]);
}
