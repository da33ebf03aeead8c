//! What a person types and reads: slips, streams that are gone, names that are none of ours.

#![cfg(unix)]

use std::fs::File;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tests::{data, tweedie};

/// The arguments of a restoration that takes a moment.
fn quick(photo: &Path, output: &Path) -> Vec<String> {
    let text = |path: &Path| path.to_str().expect("plain").to_owned();
    let mut words = vec![
        "restore".to_owned(),
        text(photo),
        "-o".to_owned(),
        text(output),
    ];
    words.extend(["--mask".to_owned(), text(&data("strokes/mask.png"))]);
    let rest = ["--prior", "gaussian", "--steps", "4", "--device", "cpu"];
    words.extend(rest.map(str::to_owned));
    words
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

/// Runs with a limit: whoever waits for a pipe would wait for ever.
fn within_seconds(command: &mut Command) -> Output {
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tweedie runs");
    for _ in 0..600 {
        if running.try_wait().expect("it can be asked").is_some() {
            return running.wait_with_output().expect("it ended");
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    running.kill().expect("it can be ended");
    panic!("{command:?} waits");
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn slips_are_told_what_was_meant_and_end_with_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("out.png");
    for (words, hint) in [
        (vec!["--noise", "25"], "0.196"),
        (vec!["--seed", "-1"], "from 0"),
        (vec!["--steps", "1"], "too few"),
        (vec!["--feather", "17"], "0 to 16"),
        (vec!["--photons", "0"], "1e9"),
        (vec!["--operator", "bicubic:4"], "bicubic:factor=4"),
        (vec!["--prior", "sd15"], "natural64"),
        (vec!["--sampler", "magic"], "no sampler called `magic`"),
        (vec!["--mask-is", "white"], "luminance"),
        (vec!["--size", "12"], "1920x1080"),
    ] {
        let photo = data("strokes/damaged.png");
        let plain = quick(&photo, &output);
        // An option that is given twice is refused for that.
        let mut kept: Vec<&str> = Vec::new();
        let mut rest = plain.iter();
        while let Some(word) = rest.next() {
            if word == words[0] || (words[0] == "--operator" && word == "--mask") {
                let _ = rest.next();
            } else {
                kept.push(word);
            }
        }
        let ran = tweedie().args(kept).args(&words).output().expect("runs");
        assert_eq!(ran.status.code(), Some(2), "{words:?}: {}", said(&ran));
        assert!(said(&ran).contains(hint), "{words:?}: {}", said(&ran));
    }
    let ran = tweedie().args(["resotre", "a.png"]).output().expect("runs");
    assert_eq!(ran.status.code(), Some(2));
    assert!(said(&ran).contains("`restore`"), "{}", said(&ran));
    assert!(!output.exists());
}

#[test]
fn streams_that_are_gone_or_full_change_no_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let full = || {
        File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device")
    };
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        Stdio::from(writer)
    };
    let missing = folder.path().join("nosuch.png");
    let output = folder.path().join("out.png");
    let bad = quick(&missing, &output);
    let wrong = ["restore".to_owned(), "--nonsense".to_owned()];
    for (words, code) in [(&bad[..], 1), (&wrong[..], 2)] {
        let status = tweedie()
            .args(words)
            .stdout(closed())
            .stderr(closed())
            .status();
        assert_eq!(
            status.expect("runs").code(),
            Some(code),
            "{words:?}, closed"
        );
        let status = tweedie().args(words).stderr(full()).status();
        assert_eq!(status.expect("runs").code(), Some(code), "{words:?}, full");
    }
    let good = quick(&data("strokes/damaged.png"), &output);
    let status = tweedie()
        .args(&good)
        .stdout(closed())
        .stderr(closed())
        .status();
    assert_eq!(status.expect("runs").code(), Some(0));
    assert!(output.exists());
    // What was asked for is lost where standard output is full.
    let status = tweedie().arg("devices").stdout(full()).status();
    assert_eq!(status.expect("runs").code(), Some(1));
}

#[test]
fn pipes_devices_and_sockets_are_never_waited_for_nor_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (pipe, socket, output) = (path("pipe.png"), path("socket.png"), path("out.png"));
    fifo(&pipe);
    let _listener = UnixListener::bind(&socket).expect("a socket");
    let photo = data("strokes/damaged.png");
    let text = |path: &PathBuf| path.to_str().expect("plain").to_owned();
    // As photo, as mask, as checkpoint.
    let as_mask = |mask: &PathBuf| {
        let mut words = quick(&photo, &output);
        let at = words
            .iter()
            .position(|word| word == "--mask")
            .expect("there");
        words[at + 1] = text(mask);
        words
    };
    let inspected = vec!["prior".to_owned(), "inspect".to_owned(), text(&pipe)];
    for words in [
        quick(&pipe, &output),
        as_mask(&pipe),
        as_mask(&"/dev/zero".into()),
        inspected,
    ] {
        let ran = within_seconds(tweedie().args(&words));
        assert_eq!(ran.status.code(), Some(1), "{words:?}: {}", said(&ran));
    }
    // As a result: refused before the work.
    for target in [&pipe, &socket] {
        let ran = within_seconds(tweedie().args(quick(&photo, target)));
        assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
        assert!(!target.metadata().expect("still there").is_file());
    }
    // A report goes into a pipe that somebody reads.
    let report = path("report.json");
    fifo(&report);
    let reading = {
        let report = report.clone();
        std::thread::spawn(move || std::fs::read_to_string(report))
    };
    let mut words = quick(&photo, &output);
    words.extend(["--report".to_owned(), text(&report)]);
    let ran = within_seconds(tweedie().args(&words));
    assert!(ran.status.success(), "{}", said(&ran));
    let json = reading.join().expect("it reads").expect("it can be read");
    assert!(json.contains("\"evaluations\""), "{json}");
    assert!(!report.metadata().expect("there").is_file());
}

#[test]
fn names_of_others_never_reach_the_terminal_raw_nor_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = folder.path().join("a\u{1b}[31mred\u{7}\nb.png");
    let _ = std::fs::copy(data("strokes/damaged.png"), &evil).expect("copied");
    let output = folder.path().join("out\u{1b}[2J.png");
    let ran = tweedie()
        .args(quick(&evil, &output))
        .output()
        .expect("runs");
    assert!(ran.status.success(), "{}", said(&ran));
    let missing = folder
        .path()
        .join(format!("{}\u{1b}]0;title\u{7}", "x".repeat(3000)));
    let refused = tweedie()
        .args(quick(&missing, &output))
        .output()
        .expect("runs");
    assert_eq!(refused.status.code(), Some(1));
    let mistyped = tweedie()
        .args(["restore", "a.png", "--noise", "\u{1b}[31m"])
        .output();
    let mistyped = mistyped.expect("runs");
    assert_eq!(mistyped.status.code(), Some(2));
    for ran in [&ran, &refused, &mistyped] {
        for stream in [&ran.stdout, &ran.stderr] {
            let raw = |byte: &u8| *byte < 32 && *byte != b'\n';
            assert!(
                !stream.iter().any(raw),
                "{}",
                String::from_utf8_lossy(stream)
            );
        }
    }
    assert!(said(&refused).len() < 1000, "{}", said(&refused).len());
}

#[test]
fn scores_are_in_the_report_and_a_truth_of_another_size_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (output, report) = (folder.path().join("out.png"), folder.path().join("r.json"));
    let truth = |file: PathBuf| {
        tweedie()
            .args(quick(&data("strokes/damaged.png"), &output))
            .arg("--truth")
            .arg(file)
            .arg("--report")
            .arg(&report)
            .output()
            .expect("runs")
    };
    let ran = truth(data("strokes/original.png"));
    assert!(ran.status.success(), "{}", said(&ran));
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&report).expect("written")).expect("JSON");
    for score in ["psnr", "ssim", "masked_psnr"] {
        assert!(
            json["scores"][score].as_f64().is_some_and(|v| v > 0.0),
            "{score}"
        );
    }
    std::fs::remove_file(&output).expect("there");
    let ran = truth(data("../../assets/demo/mask.png"));
    assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
    assert!(said(&ran).contains("same size") && !output.exists());
}

#[test]
fn the_demo_makes_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = folder.path().join("new").join("folder");
    let ran = tweedie()
        .args([
            "demo", "--prior", "gaussian", "--steps", "4", "--device", "cpu", "-o",
        ])
        .arg(&new)
        .output()
        .expect("runs");
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(new.join("demo-restored.png").exists());
}
