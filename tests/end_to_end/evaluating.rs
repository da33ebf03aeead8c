//! Evaluations and experiments from the command line.

use std::path::Path;
use std::process::{Command, Output};

use imaging::{Depth, Photo, Planar, SaveOptions};
use serde_json::Value;
use tests::tweedie;

fn pictures(folder: &Path, count: usize) {
    std::fs::create_dir(folder).expect("writable");
    for number in 0..count {
        let mut picture = Planar::new(40, 32);
        for (i, value) in picture.data.iter_mut().enumerate() {
            let (x, y) = ((i % 40) as f32, (i / 40 % 32) as f32);
            *value = 0.5 + 0.4 * (0.2 * x + number as f32).sin() * (0.1 * y).cos();
        }
        let photo = Photo::from_planar(&picture, Depth::Eight);
        let path = folder.join(format!("{number}.png"));
        imaging::save(&photo, &path, &SaveOptions::default()).expect("writable");
    }
}

fn evaluate(pictures: &Path, output: &Path, more: &[&str]) -> Command {
    let mut command = tweedie();
    command
        .arg("evaluate")
        .arg(pictures)
        .arg("--output")
        .arg(output);
    command.args(["--prior", "gaussian", "--device", "cpu", "--crop", "32"]);
    command.args([
        "--operator",
        "inpaint",
        "--mask",
        "box:8",
        "--noise",
        "0.05",
    ]);
    command.args(more);
    command
}

fn said(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

fn json(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).expect("written");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupted_evaluation_goes_on_with_the_same_settings_only() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (clean, output) = (folder.path().join("clean"), folder.path().join("out"));
    pictures(&clean, 2);
    let asked = [
        "--sampler",
        "pigdm@4",
        "--sampler",
        "dps@1000",
        "--draws",
        "8",
    ];
    let mut running = evaluate(&clean, &output, &asked)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("tweedie runs");
    super::commands::interrupt(&mut running);
    let ran = running.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(130), "{ran:?}");
    assert!(String::from_utf8_lossy(&ran.stdout).contains("goes on from here"));
    let before = json(&output.join("results.json"));
    let finished = before["cells"].as_array().expect("a list").len();
    assert!(finished < 8 * 2, "it was not interrupted: {finished} cells");
    let page = std::fs::read_to_string(output.join("report.html")).expect("written");
    assert!(page.contains("Unfinished"));

    let other = evaluate(&clean, &output, &asked)
        .args(["--seed", "1"])
        .output();
    let other = other.expect("tweedie runs");
    assert_eq!(other.status.code(), Some(1));
    assert!(said(&other).contains("another seed"), "{}", said(&other));

    let ran = evaluate(&clean, &output, &asked)
        .output()
        .expect("tweedie runs");
    assert!(ran.status.success(), "{}", said(&ran));
    let after = json(&output.join("results.json"));
    let cells = after["cells"].as_array().expect("a list");
    assert_eq!(cells.len(), 8 * 2);
    // What was measured before the interruption is what stands there now, to the microsecond.
    for cell in before["cells"].as_array().expect("a list") {
        assert!(cells.contains(cell), "{cell}");
    }
    let csv = std::fs::read_to_string(output.join("results.csv")).expect("written");
    assert!(csv.lines().filter(|line| line.contains(",mean,")).count() == 2 * 2);
}

#[test]
fn wrong_settings_are_named() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (clean, output) = (folder.path().join("clean"), folder.path().join("out"));
    pictures(&clean, 1);
    for (more, word) in [
        (
            &["--sampler", "dps", "--steps", "1"][..],
            "at least 2 steps",
        ),
        (&["--sampler", "dps", "--draws", "0"], "0 draws"),
        (&["--sampler", "dps", "--sampler", "dps"], "twice"),
        (
            &["--sampler", "dps", "--baseline", "nlm"],
            "no baseline called `nlm`",
        ),
        (
            &["--sampler", "dps", "--mask", "box:40"],
            "loses every pixel",
        ),
        (
            &["--sampler", "dps", "--operator", "box:factor=5"],
            "multiple of 5",
        ),
    ] {
        let ran = evaluate(&clean, &output, more)
            .output()
            .expect("tweedie runs");
        assert_eq!(ran.status.code(), Some(1), "{more:?}");
        assert!(said(&ran).contains(word), "{more:?}: {}", said(&ran));
        std::fs::remove_dir_all(&output).ok();
    }
    let nothing = evaluate(folder.path(), &output, &["--sampler", "dps"]).output();
    assert!(said(&nothing.expect("tweedie runs")).contains("there are no images"));
}

#[test]
fn the_mixture_is_told_as_json_and_drawn() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let plot = folder.path().join("draws.svg");
    let ran = tweedie()
        .args([
            "lab",
            "mixture",
            "--json",
            "--problems",
            "2",
            "--samples",
            "40",
        ])
        .args(["--steps", "10", "--slices", "50", "--plot"])
        .arg(&plot)
        .output()
        .expect("tweedie runs");
    assert!(ran.status.success(), "{}", said(&ran));
    let found: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    for number in ["sliced_wasserstein", "standard_error", "median", "exact"] {
        assert!(found[number].as_f64().is_some_and(|v| v > 0.0), "{number}");
    }
    let drawn = std::fs::read_to_string(plot).expect("written");
    assert_eq!(drawn.matches("<circle").count(), 2 * 40);
}

#[test]
fn an_ablation_is_written_as_tables_plots_and_json() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (clean, output) = (folder.path().join("clean"), folder.path().join("out"));
    pictures(&clean, 2);
    let ran = tweedie()
        .args([
            "lab",
            "ablation",
            "--probe-steps",
            "1e-3,0.1",
            "--probes",
            "1,2",
        ])
        .args([
            "--problems",
            "2",
            "--samples",
            "40",
            "--steps",
            "6",
            "--crop",
            "32",
        ])
        .args([
            "--operator",
            "bicubic:factor=4",
            "--prior",
            "gaussian",
            "--device",
            "cpu",
        ])
        .arg("--images")
        .arg(&clean)
        .arg("--output")
        .arg(&output)
        .output()
        .expect("tweedie runs");
    assert!(ran.status.success(), "{}", said(&ran));
    let mixture = json(&output.join("mixture.json"));
    assert_eq!(mixture["variants"].as_array().map(Vec::len), Some(4 + 4));
    let images = json(&output.join("images.json"));
    assert_eq!(images["rows"].as_array().map(Vec::len), Some(3 + 4));
    for name in ["mixture.md", "mixture.svg", "images.md", "images.svg"] {
        let text = std::fs::read_to_string(output.join(name)).expect("written");
        assert!(text.contains("probe:2"), "{name}");
    }
}
