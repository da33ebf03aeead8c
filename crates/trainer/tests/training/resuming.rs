//! A run that was killed goes on exactly; one that has changed does not go on at all.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use diffusion::Checkpoint;
use trainer::{Ended, Event, Settings, TrainerError, train};

use crate::common::{a_run, go, photographs, save, settings, unet_settings, wave};

/// Every tensor of the newest checkpoint, bit for bit.
fn bits(output: &Path) -> BTreeMap<String, Vec<u32>> {
    // As it is written, with weights, averages and moments, of which a reader of priors takes one.
    let file = File::open(&checkpoints(output)[1]).expect("there");
    let mut checkpoint = Checkpoint::of_file(file, "checkpoint").expect("readable");
    let names: Vec<String> = checkpoint.shapes().map(|(n, _)| n.to_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let (_, values) = checkpoint.take_any(&name).expect("there");
            (name, values.iter().map(|v| v.to_bits()).collect())
        })
        .collect()
}

fn checkpoints(output: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(output.join("run"))
        .expect("a run")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "safetensors"))
        .collect();
    found.sort();
    found
}

#[test]
fn four_steps_and_four_are_eight() {
    goes_on_exactly(settings(8));
}

#[test]
fn so_they_are_for_a_network_of_timesteps() {
    goes_on_exactly(unet_settings(8));
}

fn goes_on_exactly(settings: Settings) {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, one, two) = (
        folder.path().join("photos"),
        folder.path().join("one"),
        folder.path().join("two"),
    );
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 8);
    let straight = a_run(&photos, &one, settings.clone());
    go(&straight, None).expect("runs");

    let broken = a_run(&photos, &two, settings);
    let (ended, _) = go(&broken, Some(4)).expect("runs");
    assert!(matches!(ended, Ended::Stopped));
    // What a kill while writing leaves behind, and a checkpoint that a disk has spoilt.
    std::fs::write(two.join("run/.tweedie-x.part"), b"half").expect("writable");
    std::fs::write(two.join("run/step-000000005.safetensors"), b"spoilt").expect("writable");
    let (ended, losses) = go(&broken, None).expect("goes on");
    assert!(matches!(ended, Ended::Finished(_)));
    assert_eq!(losses.len(), 4, "steps were repeated or left out");

    let (straight, broken) = (bits(&one), bits(&two));
    assert!(straight.len() > 100, "weights, EMA and two moments");
    for part in ["weights.", "ema.", "first.", "second."] {
        assert!(straight.keys().any(|name| name.starts_with(part)), "{part}");
    }
    assert_eq!(straight, broken);
    assert_eq!(checkpoints(&two).len(), 2, "the last two are kept");
    let bytes = |output: &Path| std::fs::read(output.join("model.safetensors")).expect("written");
    assert_eq!(bytes(&one), bytes(&two));
}

#[test]
fn stopping_loses_nothing() {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, output) = (folder.path().join("photos"), folder.path().join("out"));
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    let mut run = a_run(&photos, &output, settings(4));
    run.pace.save_every = std::time::Duration::from_secs(3600);
    let mut started = Vec::new();
    let mut until = |stop: fn(&Event) -> bool| {
        let ended = train(&run, &mut |event| {
            if let Event::Started { step, .. } = event {
                started.push(step);
            }
            match stop(&event) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        ended.expect("runs")
    };
    let ended = until(|event| matches!(event, Event::Step(progress) if progress.step == 3));
    assert!(matches!(ended, Ended::Stopped));
    let ended = until(|event| matches!(event, Event::Measuring(_)));
    assert!(matches!(ended, Ended::Stopped) && !output.join("config.json").exists());
    assert!(matches!(until(|_| false), Ended::Finished(_)));
    assert_eq!(started, [0, 3, 4]);
}

#[test]
fn another_run_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, output) = (folder.path().join("photos"), folder.path().join("out"));
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    go(&a_run(&photos, &output, settings(9)), Some(2)).expect("runs");

    let refused = |settings| {
        let error = go(&a_run(&photos, &output, settings), None).expect_err("changed");
        assert!(matches!(error, TrainerError::Resume { .. }), "{error}");
        error.to_string()
    };
    let mut changed = settings(9);
    changed.batch = 5;
    assert!(refused(changed).contains("`batch` was 4 and is now 5"));
    assert!(refused(settings(8)).contains("`length`"));
    save(&photos.join("photo-3.png"), &wave(99, 40, 32));
    assert!(refused(settings(9)).contains("photographs"));
}

/// More hours the next day.
#[test]
fn a_finished_run_can_become_longer() {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, output) = (folder.path().join("photos"), folder.path().join("out"));
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    go(&a_run(&photos, &output, settings(3)), None).expect("runs");
    let model = || std::fs::read(output.join("model.safetensors")).expect("written");
    let before = model();
    let mut rates = Vec::new();
    let longer = a_run(&photos, &output, settings(20));
    let ended = train(&longer, &mut |event| {
        match event {
            Event::Started { step, .. } => assert_eq!(step, 3),
            Event::Step(progress) => {
                assert_eq!(progress.iterations, Some(20));
                rates.push(progress.learning_rate);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    assert!(matches!(ended.expect("runs"), Ended::Finished(_)));
    assert_eq!(rates.len(), 17, "steps were repeated or left out");
    // The rate is that of the longer run: up again, then down to nothing.
    let highest = rates.iter().fold(0.0, |m: f64, rate| m.max(*rate));
    assert!(highest > 0.9 * longer.settings.learning_rate && rates[16] < 0.05 * highest);
    assert!(before != model(), "the old prior is still there");
    let card = std::fs::read_to_string(output.join("README.md")).expect("a card");
    assert!(card.contains("Made longer at step 3"), "{card}");
}

#[test]
fn a_finished_run_stays_finished_and_a_strange_prior_untouched() {
    let folder = tempfile::tempdir().expect("scratch");
    let (photos, output) = (folder.path().join("photos"), folder.path().join("out"));
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    go(&a_run(&photos, &output, settings(1)), None).expect("runs");
    let (ended, losses) = go(&a_run(&photos, &output, settings(1)), None).expect("runs");
    assert!(matches!(ended, Ended::AlreadyFinished) && losses.is_empty());

    for name in [
        "config.json",
        "README.md",
        "model.safetensors",
        "samples.png",
        "denoising.png",
        "nearest.png",
    ] {
        let other = folder.path().join("other").join(name);
        // A folder called `run` is not yet a run.
        std::fs::create_dir_all(other.join("run")).expect("writable");
        std::fs::write(other.join(name), b"mine").expect("writable");
        let error = go(&a_run(&photos, &other, settings(1)), None).expect_err("not ours");
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(std::fs::read(other.join(name)).expect("there"), b"mine");
    }
}
