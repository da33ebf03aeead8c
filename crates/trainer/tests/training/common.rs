//! Photographs drawn by formula, and the smallest network there is.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use burn::tensor::Device;
use diffusion::{Architecture, PreconditionedConfig};
use imaging::{Depth, Photo, Planar, SaveOptions};
use trainer::{
    Card, Dataset, DatasetOptions, Ended, Event, Grouping, Length, Loss, Pace, Preset, Run,
    Settings, TrainerError, train,
};

pub(crate) const SIDE: usize = 16;

/// A coloured wave; another one for every number.
pub(crate) fn wave(number: usize, width: usize, height: usize) -> Planar {
    let mut picture = Planar::new(width, height);
    let plane = width * height;
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (channel, y, x) = (i / plane, i % plane / width, i % width);
        let angle = (number * 37 % 100) as f32 / 16.0;
        let along = x as f32 * angle.cos() + y as f32 * angle.sin();
        *value = 0.5 + 0.4 * (along * 0.3 + channel as f32 + number as f32).sin();
    }
    picture
}

pub(crate) fn save(path: &Path, picture: &Planar) {
    let photo = Photo::from_planar(picture, Depth::Eight);
    imaging::save(&photo, path, &SaveOptions::default()).expect("the folder is there");
}

/// `count` photographs of 40 × 32 pixels.
pub(crate) fn photographs(folder: &Path, count: usize) {
    for number in 0..count {
        let path = folder.join(format!("photo-{number}.png"));
        save(&path, &wave(number, 40, 32));
    }
}

pub(crate) fn options() -> DatasetOptions {
    DatasetOptions {
        grouping: Grouping::Auto,
        longest: 64,
        smallest: SIDE,
        manifest: None,
        output: None,
    }
}

pub(crate) fn open(path: &Path) -> Result<Dataset, TrainerError> {
    Dataset::open(path, &options(), |_, _| {})
}

/// A preconditioned network of two levels.
pub(crate) fn settings(iterations: u64) -> Settings {
    let mut network = PreconditionedConfig::new(SIDE, &[16, 24], &[1, 1], &[1]);
    network.embed = 16;
    settings_of(network.into(), iterations)
}

/// A U-Net that predicts the noise.
pub(crate) fn unet_settings(iterations: u64) -> Settings {
    let arguments = serde_json::json!({
        "image_size": SIDE, "num_channels": 32, "num_res_blocks": 1, "channel_mult": "1,1",
        "attention_resolutions": "8", "num_head_channels": 32, "use_scale_shift_norm": true,
    });
    let network = serde_json::from_value(arguments).expect("a configuration");
    settings_of(network, iterations)
}

fn settings_of(network: Architecture, iterations: u64) -> Settings {
    let mut settings = Preset::Small
        .settings(SIDE, Length::Iterations(iterations))
        .expect("valid");
    settings.model = network;
    settings.batch = 4;
    settings.warmup = 4;
    settings.learning_rate = 2e-3;
    settings.ema = 0.9;
    settings.loss = Loss::Plain;
    settings
}

pub(crate) fn a_run(photos: &Path, output: &Path, settings: Settings) -> Run {
    let (training, held_out) = open(photos)
        .expect("readable")
        .split(0.3, settings.seed)
        .expect("enough photographs");
    Run {
        training: Arc::new(training),
        held_out: Arc::new(held_out),
        settings,
        start: None,
        pace: Pace {
            save_every: Duration::ZERO,
            validate_every: Duration::from_secs(3600),
            crops: 4,
            samples: 2,
            steps: 3,
            final_steps: 4,
            ..Pace::default()
        },
        card: Card {
            name: "waves".to_owned(),
            licence: Some("CC0-1.0".to_owned()),
            trained_on: "waves".to_owned(),
            device: "a processor".to_owned(),
        },
        output: output.to_owned(),
        device: Device::flex(),
    }
}

/// Runs to the end, or until a checkpoint after step `stop` is on disk.
pub(crate) fn go(run: &Run, stop: Option<u64>) -> Result<(Ended, Vec<f64>), TrainerError> {
    let mut losses = Vec::new();
    let ended = train(run, &mut |event| {
        match event {
            Event::Step(progress) => losses.push(progress.loss),
            Event::Saved { step, .. } if Some(step) == stop => return ControlFlow::Break(()),
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok((ended, losses))
}
