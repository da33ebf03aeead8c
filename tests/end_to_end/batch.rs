//! Many photos in one call, and what is written about one.

use std::path::Path;
use std::process::Output;

use imaging::{Mask, Photo};
use tests::{data, tweedie};

/// Runs with a prior that answers at once.
fn run(arguments: &[&str]) -> Output {
    let quick = ["--prior", "gaussian", "--steps", "4", "--device", "cpu"];
    tweedie()
        .args(arguments)
        .args(quick)
        .output()
        .expect("tweedie runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("plain")
}

#[test]
fn a_batch_goes_on_where_it_was_and_one_bad_file_does_not_stop_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (photos, results) = (folder.path().join("photos"), folder.path().join("results"));
    std::fs::create_dir(&photos).expect("made");
    let copy = |from: &str, to: &str| {
        let _ = std::fs::copy(data(from), photos.join(to)).expect("copied");
    };
    copy("strokes/damaged.png", "a.png");
    copy("strokes/mask.png", "a_mask.png");
    std::fs::write(photos.join("b.png"), b"no picture").expect("written");
    copy("strokes/mask.png", "b_mask.png");
    copy("strokes/damaged.png", "c.png");
    copy("strokes/mask.png", "c_mask.png");
    copy("strokes/damaged.png", "d.png");
    let report = folder.path().join("batch.json");
    let words = [
        "batch",
        text(&photos),
        "--masks",
        text(&photos),
        "--mask-suffix",
        "_mask",
        "-o",
        text(&results),
        "--report",
        text(&report),
    ];
    let first = run(&words);
    let told = said(&first);
    assert_eq!(first.status.code(), Some(1), "{told}");
    assert!(
        told.contains("4 photos: 2 restored, 1 skipped, 1 failed"),
        "{told}"
    );
    assert!(told.contains("no mask d_mask"), "{told}");
    let mask = Mask::open(&photos.join("a_mask.png")).expect("a mask");
    let (before, after) = (
        Photo::open(&photos.join("a.png")).expect("a photo"),
        Photo::open(&results.join("a.png")).expect("restored"),
    );
    let (before, after) = (before.rgba8(before.bounds()), after.rgba8(after.bounds()));
    let pixels = before
        .chunks_exact(4)
        .zip(after.chunks_exact(4))
        .zip(mask.data());
    assert!(pixels.clone().all(|((a, b), masked)| *masked > 0 || a == b));
    assert!(pixels.clone().any(|((a, b), masked)| *masked > 0 && a != b));
    assert!(!results.join("b.png").exists() && !results.join("d.png").exists());
    let json = std::fs::read_to_string(&report).expect("written");
    let lines: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(lines[0]["report"]["evaluations"], 4);
    assert_eq!(lines[1]["state"], "failed");

    // The same call does only what is left; what was bad is good now.
    copy("strokes/damaged.png", "b.png");
    copy("strokes/mask.png", "d_mask.png");
    let second = run(&words);
    let told = said(&second);
    assert_eq!(second.status.code(), Some(0), "{told}");
    assert!(
        told.contains("4 photos: 2 restored, 2 skipped, 0 failed"),
        "{told}"
    );
    let forced = run(&[&words[..], &["--force"]].concat());
    assert!(
        said(&forced).contains("4 photos: 4 restored"),
        "{}",
        said(&forced)
    );
}

#[test]
fn one_mask_serves_all_and_photos_are_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = folder.path().join("a.png");
    let _ = std::fs::copy(data("strokes/damaged.png"), &photo).expect("copied");
    let before = std::fs::read(&photo).expect("there");
    let mask = data("strokes/mask.png");
    let into = |results: &Path| {
        run(&[
            "batch",
            text(&photo),
            "--masks",
            text(&mask),
            "--force",
            "-o",
            text(results),
        ])
    };
    let same = into(folder.path());
    assert_eq!(same.status.code(), Some(1), "{}", said(&same));
    assert_eq!(std::fs::read(&photo).expect("there"), before);
    let other = into(&folder.path().join("out"));
    assert_eq!(other.status.code(), Some(0), "{}", said(&other));
    // Without masks there is nothing to inpaint.
    let none = run(&[
        "batch",
        text(&photo),
        "-o",
        text(&folder.path().join("out")),
    ]);
    assert!(!none.status.success());
    assert!(String::from_utf8_lossy(&none.stderr).contains("--masks"));
}

#[test]
fn a_restoration_is_told_as_a_page_and_shown_as_an_animation() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let (page, json, film) = (file("report.html"), file("report.json"), file("steps.png"));
    let (damaged, mask, truth) = (
        data("strokes/damaged.png"),
        data("strokes/mask.png"),
        data("strokes/original.png"),
    );
    let ran = run(&[
        "restore",
        text(&damaged),
        "--mask",
        text(&mask),
        "--truth",
        text(&truth),
        "--report",
        text(&page),
        "--report",
        text(&json),
        "--trajectory",
        text(&film),
        "-o",
        text(&file("out.png")),
    ]);
    let told = said(&ran);
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(
        told.contains("PSNR") && told.contains("trajectory"),
        "{told}"
    );
    let html = std::fs::read_to_string(&page).expect("written");
    assert!(html.contains("Distance from the truth") && html.matches("<img").count() >= 5);
    let known: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&json).expect("written")).expect("JSON");
    assert_eq!(known["evaluations"].as_u64().map(|n| n % 4), Some(0));
    let bytes = std::fs::read(&film).expect("written");
    assert!(
        bytes.windows(4).any(|four| four == b"acTL"),
        "it is animated"
    );
    // Nothing that is read is written over, and no two files are one.
    let twice = run(&[
        "restore",
        text(&damaged),
        "--mask",
        text(&mask),
        "--report",
        text(&page),
        "-o",
        text(&page),
    ]);
    assert!(!twice.status.success());
}
