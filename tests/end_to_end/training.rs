//! A prior trained from the command line: killed on the way, continued, finished, measured, used.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use imaging::{Depth, Photo, Planar, SaveOptions};
use tests::tweedie;

const STEPS: &str = "6";

fn photographs(folder: &Path) {
    photographs_of(folder, 0..6, 32);
}

fn photographs_of(folder: &Path, numbers: std::ops::Range<usize>, side: usize) {
    std::fs::create_dir(folder).expect("writable");
    for number in numbers {
        let mut picture = Planar::new(side, side);
        for (i, value) in picture.data.iter_mut().enumerate() {
            *value = (i * (number + 3) % 97) as f32 / 97.0;
        }
        let path = folder.join(format!("photo-{number}.png"));
        let photo = Photo::from_planar(&picture, Depth::Eight);
        imaging::save(&photo, &path, &SaveOptions::default()).expect("writable");
    }
    std::fs::write(folder.join("broken.jpg"), b"no picture").expect("writable");
}

fn train(photos: &Path, output: &Path) -> Command {
    let mut command = tweedie();
    command.arg("train").arg(photos).arg("--output").arg(output);
    command.args([
        "--iterations",
        STEPS,
        "--size",
        "16",
        "--batch",
        "2",
        "--save-minutes",
        "0",
        "--crops",
        "2",
        "--samples",
        "1",
        "--device",
        "cpu",
        "--licence",
        "CC0-1.0",
    ]);
    command
}

fn finished(command: &mut Command) -> String {
    let ran = command.output().expect("tweedie runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

fn checkpoints(output: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(output.join("run")).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "safetensors")
        })
        .collect()
}

#[test]
fn a_killed_run_ends_as_if_nothing_had_happened() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (photos, straight, killed) = (
        folder.path().join("photos"),
        folder.path().join("straight"),
        folder.path().join("killed"),
    );
    photographs(&photos);
    let said = finished(&mut train(&photos, &straight));
    assert!(said.contains("broken.jpg"), "{said}");

    // On Unix this is SIGKILL: nothing can be tidied up.
    let mut child = train(&photos, &killed)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("tweedie runs");
    let started = Instant::now();
    while checkpoints(&killed).is_empty() {
        assert!(
            started.elapsed() < Duration::from_secs(300),
            "no checkpoint"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it was running");
    child.wait().expect("it ends");
    assert!(!killed.join("config.json").exists(), "killed too late");
    let said = finished(&mut train(&photos, &killed));
    assert!(said.contains("going on after step"), "{said}");

    let weights = |output: &Path| std::fs::read(output.join("model.safetensors")).expect("there");
    assert!(weights(&straight) == weights(&killed), "the priors differ");
    let said = finished(&mut train(&photos, &killed));
    assert!(said.contains("was finished before"), "{said}");

    use_prior(&photos, &killed, folder.path());
}

/// Opens the folder as any other prior.
fn use_prior(photos: &Path, prior: &Path, folder: &Path) {
    let mut measure = tweedie();
    measure.args(["prior", "measure"]).arg(prior).arg(photos);
    measure.args(["--crops", "2", "--samples", "0", "--device", "cpu"]);
    measure.arg("--output").arg(folder.join("measures"));
    finished(&mut measure);
    let ran = measure.output().expect("tweedie runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(!ran.status.success(), "measures were written over");
    assert!(said.contains("measures.json would be"), "{said}");
    let json = std::fs::read_to_string(folder.join("measures/measures.json")).expect("written");
    let measures: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(measures["data"]["side"], 16);
    assert_eq!(measures["prior"]["licence"], "CC0-1.0");

    let restored = folder.join("restored.png");
    let mut restore = tweedie();
    restore.arg("restore").arg(photos.join("photo-1.png"));
    restore.args(["--operator", "gaussian-blur:size=5,std=1", "--steps", "3"]);
    restore.args(["--device", "cpu", "--prior"]).arg(prior);
    restore.arg("--output").arg(&restored);
    finished(&mut restore);
    assert_eq!(Photo::open(&restored).expect("a picture").width(), 32);
}

/// Two folders to train on, two that are held out, and the bundled prior to start from.
#[test]
fn a_run_starts_from_the_bundled_prior() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let at = |name: &str| folder.path().join(name);
    let names = ["one", "two", "three", "four"];
    for (i, name) in names.iter().enumerate() {
        photographs_of(&at(name), 3 * i..3 * i + 3, 64);
    }
    let output = at("out");
    let train = || {
        let mut train = tweedie();
        train.arg("train").args([at("one"), at("two")]);
        train.arg("--held-out").arg(at("three"));
        train.arg("--held-out").arg(at("four"));
        train.arg("--output").arg(&output);
        train.args(["--from", "natural64", "--lr", "2e-4", "--batch", "2"]);
        train.args(["--crops", "2", "--samples", "0", "--device", "cpu"]);
        train
    };
    let said = finished(train().args(["--iterations", "1"]));
    for part in [
        "training on 6 pictures",
        "holding out 6 pictures",
        "3640035",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let card = std::fs::read_to_string(output.join("README.md")).expect("a card");
    assert!(card.contains("Started from: natural64"), "{card}");
    // The day after: one step more.
    let said = finished(train().args(["--iterations", "2"]));
    assert!(said.contains("going on after step 1"), "{said}");
    for (argument, value, word) in [
        ("--size", "32", "leave --size out"),
        ("--preset", "large", "leave --preset out"),
    ] {
        let refused = train()
            .args([argument, value])
            .output()
            .expect("tweedie runs");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && said.contains(word), "{said}");
    }
}

/// The first Ctrl-C saves the run, whatever the minutes between checkpoints.
#[cfg(unix)]
#[test]
fn ctrl_c_saves_the_run() {
    use std::io::{BufRead, BufReader};

    let folder = tempfile::tempdir().expect("a scratch folder");
    let (photos, output) = (folder.path().join("photos"), folder.path().join("out"));
    photographs(&photos);
    let mut child = tweedie()
        .arg("train")
        .arg(&photos)
        .arg("--output")
        .arg(&output)
        .args("--size 16 --batch 2 --crops 2 --samples 0 --validate-minutes 0".split(' '))
        .args("--iterations 100000 --device cpu".split(' '))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("tweedie runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    // A validation is heard of after each step.
    let stepped =
        lines.find(|line| matches!(line, Ok(line) if line.contains("held-out photographs")));
    assert!(stepped.is_some(), "no step");
    assert!(checkpoints(&output).is_empty());
    let asked = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(asked.expect("kill runs").success());
    let said: Vec<String> = lines.map_while(Result::ok).collect();
    let said = said.join("\n");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{said}");
    assert!(said.contains("the same command goes on"), "{said}");
    assert_eq!(checkpoints(&output).len(), 1);
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let photos = folder.path().join("photos");
    photographs(&photos);
    let output = folder.path().join("out");
    for (extra, word) in [
        ("--size 18", "multiple of 4"),
        ("--size 64", "64 are needed"),
        ("--batch 0", "batch"),
        ("--learning-rate 7", "learning rate"),
        ("--iterations 0", "--iterations 50000"),
        ("--save-minutes -1", "save-minutes"),
        ("--preset huge", "no preset"),
        ("--loss l1", "no loss"),
        ("--size 16 --held-out no-such-folder", "no-such-folder"),
        ("--device gpu:99", "GPU"),
    ] {
        let ran = tweedie()
            .arg("train")
            .arg(&photos)
            .arg("--output")
            .arg(&output)
            .args(extra.split(' '))
            .output()
            .expect("tweedie runs");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(
            !ran.status.success() && said.contains(word),
            "{extra:?}: {said}"
        );
        assert!(!said.contains("panicked"), "{extra:?}: {said}");
    }
    assert!(!output.join("config.json").exists());
}
