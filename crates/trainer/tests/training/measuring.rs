//! Measures agree with closed forms, and do not depend on how they are computed.

use std::ops::ControlFlow;

use burn::tensor::Device;
use diffusion::{NoiseSchedule, Schedule, WhiteGaussian};
use trainer::{
    Cropping, ESTIMATED_AT, MeasureOptions, Subject, TrainerError, estimation, loss_by_noise,
    measure,
};

use crate::common::{SIDE, open, photographs};

#[test]
fn the_loss_of_a_gaussian_is_the_closed_form() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 6);
    let dataset = open(folder.path()).expect("readable");
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("valid");
    let variance = 0.5;
    let denoiser = WhiteGaussian::new(variance);
    let device = Device::flex();
    let subject = Subject {
        denoiser: &denoiser,
        schedule: &schedule,
        device: &device,
    };
    let crops = Cropping::plain(SIDE).fixed(&dataset, 48, 0);
    let loss = loss_by_noise(subject, &dataset, &crops, (SIDE, 5, 0), &mut |_| {
        ControlFlow::Continue(())
    })
    .expect("runs");
    let again = loss_by_noise(subject, &dataset, &crops, (SIDE, 48, 0), &mut |_| {
        ControlFlow::Continue(())
    })
    .expect("runs");
    let same = (loss.mean - again.mean).abs() < 1e-9 * loss.mean;
    assert!(
        same,
        "the batch size changed the measure: {loss:?} {again:?}"
    );

    // eps_hat = sqrt(1 - ab) x_t / (ab v + 1 - ab) on pictures with mean square m:
    // E (eps_hat - eps)^2 = g^2 ab m + (g sqrt(1 - ab) - 1)^2, g = sqrt(1 - ab) / (ab v + 1 - ab).
    let mut squares = Vec::new();
    for crop in &crops {
        let cut = crop.cut(&dataset, SIDE);
        squares.extend(cut.data.iter().map(|v| (2.0 * f64::from(*v) - 1.0).powi(2)));
    }
    let mean_square = squares.iter().sum::<f64>() / squares.len() as f64;
    for bin in &loss.bins {
        let steps = [1, 3, 5, 7].map(|s| bin.from + s * (bin.to + 1 - bin.from) / 8);
        let expected = steps.map(|t| {
            let ab = schedule.alpha_bar(t);
            let gain = (1.0 - ab).sqrt() / (ab * variance + 1.0 - ab);
            gain * gain * ab * mean_square + (gain * (1.0 - ab).sqrt() - 1.0).powi(2)
        });
        let expected = expected.iter().sum::<f64>() / 4.0;
        // A stratum has 12 crops of 768 values, and crops differ in brightness.
        let close = (bin.mse - expected).abs() < 0.12 * expected + 1e-4;
        assert!(close, "{bin:?}: {expected}");
    }
}

/// `x0_hat = v / (v + s²) y` on pictures of mean square m: the squared error is
/// `(s² / (v + s²))² m + (v s / (v + s²))²`.
#[test]
fn the_estimate_of_a_gaussian_is_the_closed_form() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 6);
    let dataset = open(folder.path()).expect("readable");
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("valid");
    let variance = 0.3;
    let denoiser = WhiteGaussian::new(variance);
    let device = Device::flex();
    let crops = Cropping::plain(SIDE).fixed(&dataset, 24, 0);
    let mut squares = Vec::new();
    for crop in &crops {
        let cut = crop.cut(&dataset, SIDE);
        squares.extend(cut.data.iter().map(|v| (2.0 * f64::from(*v) - 1.0).powi(2)));
    }
    let mean_square = squares.iter().sum::<f64>() / squares.len() as f64;
    for schedule in [schedule.clone(), schedule.continuous()] {
        let subject = Subject {
            denoiser: &denoiser,
            schedule: &schedule,
            device: &device,
        };
        let estimates = |batch| {
            let sizes = (SIDE, batch, 0);
            let go_on = &mut |_| ControlFlow::Continue(());
            estimation(subject, &dataset, &crops, sizes, go_on).expect("runs")
        };
        let found = estimates(5);
        assert_eq!(found, estimates(24), "the batch size changed the measure");
        for (asked, level) in ESTIMATED_AT.into_iter().zip(&found) {
            // Timesteps lie up to a few percent beside a level.
            assert!((level.sigma / asked - 1.0).abs() < 0.2, "{level:?}");
            let noise = level.sigma * level.sigma;
            let all = variance + noise;
            let expected =
                (noise / all).powi(2) * mean_square + (variance * level.sigma / all).powi(2);
            // Clipping to the range takes some of the error away.
            let ratio = level.rmse / expected.sqrt();
            assert!((0.85..1.02).contains(&ratio), "{level:?}: {ratio}");
        }
    }
}

#[test]
fn everything_is_measured_and_written() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 6);
    let dataset = open(folder.path()).expect("readable");
    let (training, held_out) = dataset.split(0.4, 1).expect("enough");
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("valid");
    let denoiser = WhiteGaussian::new(0.25);
    let device = Device::flex();
    let subject = Subject {
        denoiser: &denoiser,
        schedule: &schedule,
        device: &device,
    };
    let mut options = MeasureOptions {
        crops: 6,
        samples: 3,
        steps: 5,
        ..MeasureOptions::new(SIDE)
    };
    let mut parts = Vec::new();
    let (measures, sheets) = measure(subject, &held_out, Some(&training), &options, &mut |now| {
        assert!(now.done <= now.of, "{now:?}");
        parts.push(now.what);
        ControlFlow::Continue(())
    })
    .expect("runs");
    parts.dedup();
    assert_eq!(parts.len(), 5, "{parts:?}");
    // Whatever the denoiser, the noise itself is what it should be; clipping can only help.
    assert!((measures.denoising[0].noisy_db - 34.15).abs() < 0.4);
    assert!(measures.denoising[3].noisy_db > 14.1);
    let copies = measures.memorisation.as_ref().expect("training was given");
    assert_eq!(copies.nearest.len(), 3);
    assert!(copies.samples.min <= copies.samples.median);
    sheets.save(folder.path()).expect("writable");
    for sheet in ["samples.png", "denoising.png", "nearest.png"] {
        assert!(folder.path().join(sheet).is_file(), "{sheet}");
    }
    let text = measures.to_markdown();
    assert!(text.contains("| 900–999 |") && text.contains("held-out crops"));

    for part in parts {
        let stopped = measure(subject, &held_out, Some(&training), &options, &mut |now| {
            if now.what == part {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        assert!(matches!(stopped, Err(TrainerError::Stopped)), "{part}");
    }

    options.steps = 0;
    let refused = measure(subject, &held_out, None, &options, &mut |_| {
        ControlFlow::Continue(())
    });
    assert!(matches!(refused, Err(TrainerError::Setting(_))));
}

#[test]
fn a_copy_is_recognised() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 6);
    let (training, held_out) = open(folder.path())
        .expect("readable")
        .split(0.4, 1)
        .expect("enough");
    // A piece of a training picture, mirrored and not on the grid of windows.
    let mut crop = Cropping::plain(SIDE).fixed(&training, 1, 0)[0];
    (crop.x, crop.y, crop.mirrored) = (5, 3, true);
    let copy = crop.cut(&training, SIDE);
    let datasets = (&training, &held_out);
    let (found, _) = trainer::memorisation(&[copy], datasets, (SIDE, 0), &mut |_| {
        ControlFlow::Continue(())
    })
    .expect("runs");
    assert!(found.samples.max < 1.0, "{found:?}");
    assert_eq!(found.nearest[0].0, training.pictures()[crop.picture].name());
    assert!(found.held_out.min > 1.0, "{found:?}");
}
