//! A run learns, and leaves a prior that is like any other.

use burn::tensor::{Device, Tensor};
use diffusion::{Architecture, PreconditionedConfig, Prior};
use trainer::{Ended, Loss, Precision, Settings, Start, TrainerError};

use crate::common::{SIDE, a_run, go, photographs, settings, unet_settings};

#[test]
fn a_preconditioned_network_learns() {
    learns(settings(240), "preconditioned", 0.25);
}

#[test]
fn a_network_of_timesteps_learns() {
    learns(unet_settings(60), "guided-diffusion", 0.35);
}

/// The loss falls, the estimate of pictures that carry half as much noise again gets as good as that, and the
/// prior opens. Without learning the error is 0.37, or that of zero.
fn learns(settings: Settings, layout: &str, most: f64) {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, output) = (folder.path().join("photos"), folder.path().join("waves"));
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 8);
    let mut run = a_run(&photos, &output, settings);
    run.pace.save_every = std::time::Duration::from_secs(3600);
    run.pace.half = true;
    let (ended, losses) = go(&run, None).expect("runs");
    // The prediction is 0 at first, and its error that of unit noise.
    assert!((losses[0] - 1.0).abs() < 0.2, "{}", losses[0]);
    let Ended::Finished(measures) = ended else {
        panic!("not finished")
    };
    assert!(measures.loss.mean < 0.5, "{:?}", measures.loss);
    let at_half = measures
        .estimates
        .iter()
        .find(|e| (e.sigma - 0.5).abs() < 0.01);
    let error = at_half.expect("one of the levels").rmse;
    assert!(error < most, "{error}");

    let prior = Prior::open(&output, None, &Device::flex()).expect("a prior folder");
    assert_eq!(
        (prior.config.name.as_str(), prior.config.layout.as_str()),
        ("waves", layout)
    );
    assert_eq!(prior.config.licence.as_deref(), Some("CC0-1.0"));
    assert_eq!(prior.config.sha256.as_ref(), Some(&prior.sha256));
    let x = Tensor::zeros([1, 3, SIDE, SIDE], &Device::flex());
    assert_eq!(
        prior
            .denoiser
            .evaluate(x, prior.schedule.level(10))
            .eps
            .dims(),
        [1, 3, SIDE, SIDE]
    );
    let card = std::fs::read_to_string(output.join("README.md")).expect("a card");
    for word in ["# waves", "CC0-1.0", " steps of 4 crops", "held-out crops"] {
        assert!(card.contains(word), "{word} is missing:\n{card}");
    }
}

#[test]
fn parts_of_a_batch_are_the_batch() {
    let folder = tempfile::tempdir().expect("scratch");
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    let losses = |micro, name: &str| {
        let mut settings = unet_settings(6);
        settings.loss = Loss::MinSnr;
        let mut run = a_run(&photos, &folder.path().join(name), settings);
        run.pace.micro = micro;
        go(&run, None).expect("runs").1
    };
    let (whole, parts) = (losses(None, "whole"), losses(Some(3), "parts"));
    for (a, b) in whole.iter().zip(&parts) {
        assert!((a - b).abs() < 1e-4 * a, "{whole:?} {parts:?}");
    }
}

#[test]
fn a_run_starts_from_another_prior() {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, first) = (folder.path().join("photos"), folder.path().join("first"));
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 8);
    go(&a_run(&photos, &first, settings(200)), None).expect("runs");

    let start = Start::open(&first).expect("a prior");
    assert_eq!(start.side(), SIDE);
    let mut run = a_run(&photos, &folder.path().join("second"), settings(3));
    run.settings = start.settings(run.settings);
    let without = go(&run, None).expect_err("the prior was not given");
    assert!(without.to_string().contains("waves"), "{without}");
    run.start = Some(start.clone());
    let (_, losses) = go(&run, Some(2)).expect("runs");
    let (_, fresh) = go(
        &a_run(&photos, &folder.path().join("fresh"), settings(3)),
        Some(2),
    )
    .expect("runs");
    assert!(losses[0] < 0.8 * fresh[0], "{losses:?} {fresh:?}");
    // It goes on as any other run, and says where it started.
    let (ended, losses) = go(&run, None).expect("goes on");
    assert!(matches!(ended, Ended::Finished(_)) && losses.len() == 1);
    let card = std::fs::read_to_string(run.output.join("README.md")).expect("a card");
    assert!(card.contains("Started from: waves, SHA-256"), "{card}");
    let config = std::fs::read_to_string(run.output.join("config.json")).expect("written");
    assert!(config.contains(&start.origin().sha256));

    let elsewhere = |settings: trainer::Settings| {
        let mut other = a_run(&photos, &run.output, settings);
        other.start = other.settings.from.is_some().then(|| start.clone());
        go(&other, None).expect_err("another run").to_string()
    };
    assert!(elsewhere(settings(3)).contains("`from`"));
    let mut wider = start.settings(settings(3));
    wider.model = unet_settings(3).model;
    assert!(elsewhere(wider).contains("its network is another one"));
}

/// Otherwise training and validation could not be compared.
#[test]
fn what_is_told_of_training_has_no_weights() {
    let folder = tempfile::tempdir().expect("scratch");
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    let first = |loss, name: &str| {
        let mut settings = unet_settings(1);
        settings.loss = loss;
        go(&a_run(&photos, &folder.path().join(name), settings), None)
            .expect("runs")
            .1[0]
    };
    // The first step's error does not depend on what it is weighed by.
    assert_eq!(first(Loss::MinSnr, "min-snr"), first(Loss::Plain, "plain"));
}

#[test]
fn sixteen_bits_learn_as_well() {
    let folder = tempfile::tempdir().expect("scratch");
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    let losses = |precision, name: &str| {
        let mut settings = settings(12);
        settings.precision = precision;
        let run = a_run(&photos, &folder.path().join(name), settings);
        go(&run, None).expect("runs").1
    };
    let (full, half) = (
        losses(Precision::F32, "full"),
        losses(Precision::F16, "half"),
    );
    for (a, b) in full.iter().zip(&half) {
        assert!((a - b).abs() < 0.01 * a, "{full:?} {half:?}");
    }
    assert_ne!(full, half, "nothing was computed in 16 bits");
}

fn learned_variance() -> Architecture {
    let arguments = serde_json::json!({
        "image_size": SIDE, "num_channels": 32, "num_res_blocks": 1, "channel_mult": "1",
        "num_head_channels": 32, "learn_sigma": true,
    });
    serde_json::from_value(arguments).expect("a configuration")
}

#[test]
fn settings_out_of_range_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 4);
    type Change = fn(&mut trainer::Settings);
    let cases: [(Change, &str); 9] = [
        (|s| s.batch = 0, "batch"),
        (|s| s.learning_rate = f64::NAN, "learning rate"),
        (|s| s.ema = 1.0, "EMA"),
        (|s| s.model = learned_variance(), "learn_sigma"),
        (
            |s| s.model = PreconditionedConfig::new(15, &[8], &[1], &[]).into(),
            "multiple of 2",
        ),
        (|s| s.loss = Loss::MinSnr, "loss"),
        (|s| s.noise.spread = -1.0, "spread"),
        (|s| s.noise.uniform = 1.5, "uniform"),
        (|s| s.reduction = 0.5, "reduction"),
    ];
    for (change, word) in cases {
        let mut settings = settings(1);
        change(&mut settings);
        let run = a_run(folder.path(), &folder.path().join("out"), settings);
        let error = go(&run, None).expect_err("out of range");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
    // Crops at a time that no memory holds, for those who take all of a batch at once.
    let mut settings = settings(1);
    settings.batch = 65_536;
    let mut run = a_run(folder.path(), &folder.path().join("out"), settings);
    run.pace.modules = true;
    assert!(matches!(
        go(&run, None),
        Err(TrainerError::OutOfMemory { .. })
    ));
}
