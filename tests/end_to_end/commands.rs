//! The other commands do what they say.

use imaging::Photo;
use tests::{data, tweedie};

fn run(arguments: &[&str]) -> String {
    let ran = tweedie().args(arguments).output().expect("tweedie runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

#[test]
fn every_command_explains_itself() {
    for command in [
        "",
        "restore",
        "batch",
        "degrade",
        "prior",
        "prior measure",
        "train",
        "evaluate",
        "lab mixture",
        "lab ablation",
        "devices",
        "demo",
    ] {
        let mut arguments: Vec<&str> = command.split(' ').filter(|c| !c.is_empty()).collect();
        arguments.push("--help");
        assert!(run(&arguments).contains("Usage"), "{command}");
    }
}

#[test]
fn the_processor_is_listed() {
    assert!(run(&["devices"]).starts_with("cpu"));
}

#[test]
fn degrading_then_restoring_gives_a_picture_of_the_first_size() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("plain").to_owned();
    let clean = data("strokes/original.png");
    let clean = clean.to_str().expect("plain");
    let (small, large, report) = (path("small.png"), path("large.png"), path("report.json"));
    run(&[
        "degrade",
        clean,
        "--operator",
        "bicubic:factor=4",
        "--noise",
        "0.02",
        "-o",
        &small,
    ]);
    let measured = Photo::open(small.as_ref()).expect("written");
    assert_eq!((measured.width(), measured.height()), (24, 24));
    run(&[
        "restore",
        &small,
        "--operator",
        "bicubic:factor=4",
        "--prior",
        "gaussian",
        "--steps",
        "8",
        "--device",
        "cpu",
        "-o",
        &large,
        "--report",
        &report,
    ]);
    let restored = Photo::open(large.as_ref()).expect("written");
    assert_eq!((restored.width(), restored.height()), (96, 96));
    let json = std::fs::read_to_string(report).expect("written");
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["evaluations"], 8);
    assert_eq!(report["recipe"]["operator"], "bicubic:factor=4");
    assert_eq!(report["prior"], "gaussian");
}

#[test]
fn an_imported_prior_is_the_same_prior() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let imported = folder.path().join("imported");
    let imported = imported.to_str().expect("plain");
    let model = data("unet_plain.pt");
    let io = data("unet_plain.io.safetensors");
    let io = io.to_str().expect("plain");
    run(&[
        "prior",
        "import",
        model.to_str().expect("plain"),
        "--output",
        imported,
    ]);
    assert_eq!(
        run(&["prior", "verify", imported, "--io", io])
            .matches(" ok")
            .count(),
        4
    );

    // A diffusers folder becomes one of ours; with 16 bits, nearly.
    for (name, extra, tolerance) in [("same", None, 4e-6), ("half", Some("--half"), 5e-3)] {
        let output = folder.path().join(name);
        let output = output.to_str().expect("plain");
        let model = data("diffusers_ddpm");
        let mut arguments = vec![
            "prior",
            "import",
            model.to_str().expect("plain"),
            "-o",
            output,
        ];
        arguments.extend(extra);
        run(&arguments);
        let io = model.join("io.safetensors");
        let ran = tweedie()
            .args(["prior", "verify", output, "--io"])
            .arg(io)
            .output()
            .expect("runs");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let worst = said
            .split_whitespace()
            .filter_map(|word| word.parse::<f64>().ok())
            .fold(0.0, f64::max);
        assert!(worst > 0.0 && worst < tolerance, "{name}: {said}");
    }

    // Another network's answers are told apart, by exit code 1.
    let other = data("unet_updown_scaleshift.pt");
    let wrong = tweedie()
        .args(["prior", "verify", other.to_str().expect("plain"), "--io"])
        .arg(data("unet_updown_scaleshift.io.safetensors"))
        .args([
            "--config",
            data("wrong_heads.json").to_str().expect("plain"),
        ])
        .output()
        .expect("runs");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stdout).contains("DIFFERS"));
}

#[test]
fn the_demo_writes_its_pictures() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let output = folder.path().to_str().expect("plain");
    run(&[
        "demo", "--prior", "gaussian", "--steps", "4", "--device", "cpu", "-o", output,
    ]);
    let pair = Photo::open(&folder.path().join("demo-before-after.png")).expect("written");
    let restored = Photo::open(&folder.path().join("demo-restored.png")).expect("written");
    assert_eq!(pair.width(), 2 * restored.width() + 8);
}

/// Whether a process catches SIGINT by now, as the kernel tells it.
#[cfg(target_os = "linux")]
fn catches_interrupts(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigCgt:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 0b10 != 0)
}

/// Presses Ctrl-C as soon as the program listens.
#[cfg(target_os = "linux")]
pub(crate) fn interrupt(running: &mut std::process::Child) {
    while !catches_interrupts(running.id()) {
        let ended = running.try_wait().expect("it can be asked");
        assert!(ended.is_none(), "ended by itself: {ended:?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let sent = std::process::Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupted_restoration_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let output = folder.path().join("restored.png");
    let mut running = tweedie()
        .args(["restore", "--steps", "1000", "--device", "cpu", "--mask"])
        .args([data("strokes/mask.png"), data("strokes/damaged.png")])
        .arg("--output")
        .arg(&output)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("tweedie runs");
    interrupt(&mut running);
    let ran = running.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(130), "{ran:?}");
    assert!(String::from_utf8_lossy(&ran.stderr).contains("stopped; nothing was written"));
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("it can be read")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Tens of millions of weights: it takes long enough to be interrupted.
#[test]
#[cfg(target_os = "linux")]
fn an_interrupted_import_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let model = folder.path().join("large.safetensors");
    let output = folder.path().join("imported");
    let arguments = serde_json::json!({
        "image_size": 64, "num_channels": 128, "num_res_blocks": 1, "channel_mult": "1,2,4",
        "num_heads": 4,
    });
    let config = serde_json::from_value(arguments.clone()).expect("valid");
    tests::state_dict::zeros(&model, &tests::state_dict::entries(&config)).expect("room");
    std::fs::write(model.with_extension("json"), arguments.to_string()).expect("writable");
    let mut running = tweedie()
        .args(["prior", "import"])
        .arg(&model)
        .arg("--output")
        .arg(&output)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("tweedie runs");
    interrupt(&mut running);
    let ran = running.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(130), "{ran:?}");
    assert!(String::from_utf8_lossy(&ran.stderr).contains("stopped; nothing was written"));
    assert!(!output.exists());
}
