//! Everything that can be wrong with what a person hands in: a sentence and exit code 1 or 2,
//! never a panic, and nothing on disk is harmed.

use std::path::{Path, PathBuf};

use tests::{data, tweedie};

/// Runs the program and returns what it complained of.
fn refused(arguments: &[&str]) -> String {
    let ran = tweedie().args(arguments).output().expect("tweedie runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let code = ran.status.code().expect("it was not killed");
    assert!(
        matches!(code, 1 | 2),
        "{arguments:?} ended with {code}: {said}"
    );
    assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    said
}

/// A scratch folder with one file in it.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a scratch folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).expect("writable");
        text(&self.path(name))
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("a plain name").to_owned()
}

fn photo() -> String {
    text(&data("strokes/damaged.png"))
}

fn mask() -> String {
    text(&data("strokes/mask.png"))
}

/// A PNG header that claims to be huge, with no pixels behind it.
fn forged_png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(60_000_u32.to_be_bytes());
    bytes.extend(60_000_u32.to_be_bytes());
    // Eight bits, RGB, and the checksum of this very header.
    bytes.extend([8, 2, 0, 0, 0]);
    let crc = crc32(&bytes[12..]);
    bytes.extend(crc.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT");
    bytes.extend(crc32(b"IDAT").to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn pictures() {
    let scratch = Scratch::new();
    let output = text(&scratch.path("out.png"));
    let whole = std::fs::read(data("strokes/damaged.png")).expect("there");
    for (name, bytes, word) in [
        ("empty.png", Vec::new(), "empty"),
        ("noise.png", b"this is no picture".to_vec(), "not a picture"),
        (
            "cut.png",
            whole[..whole.len() / 2].to_vec(),
            "cannot be decoded",
        ),
        ("huge.png", forged_png(), "60000"),
    ] {
        let file = scratch.file(name, &bytes);
        let said = refused(&["restore", &file, "--mask", &mask(), "-o", &output]);
        assert!(said.contains(word) && said.contains(name), "{name}: {said}");
    }
    let said = refused(&["restore", "no-such.png", "--mask", &mask(), "-o", &output]);
    assert!(said.contains("no-such.png"), "{said}");
    assert!(!scratch.path("out.png").exists(), "something was written");
}

#[test]
fn masks_operators_and_numbers() {
    let scratch = Scratch::new();
    let output = text(&scratch.path("out.png"));
    let restore = |extra: &[&str]| {
        let photo = photo();
        let mut arguments = vec!["restore", &photo, "-o", &output];
        arguments.extend(extra);
        refused(&arguments)
    };
    let other = text(&data("../../assets/demo/mask.png"));
    let (mask, photo) = (mask(), photo());
    for (extra, word) in [
        (vec!["--mask", &other], "same size"),
        (vec![], "needs a mask"),
        (
            vec!["--operator", "sharpen"],
            "no operator called `sharpen`",
        ),
        (
            vec!["--operator", "bicubic:factor=40"],
            "whole number from 2 to 16",
        ),
        (vec!["--operator", "kernel:no-such.png"], "no-such.png"),
        (vec!["--mask", &mask, "--operator", "box"], "no use for it"),
        (
            vec!["--mask", &mask, "--sampler", "magic"],
            "no sampler called `magic`",
        ),
        (
            vec!["--mask", &mask, "--covariance", "dense"],
            "`dense` is not known",
        ),
        (vec!["--mask", &mask, "--noise", "-1"], "noise"),
        (vec!["--mask", &mask, "--noise", "7"], "between 0 and 2"),
        (
            vec![
                "--mask",
                &mask,
                "--sampler",
                "ca-dps:covariance=full",
                "--covariance",
                "secant",
            ],
            "given twice, as full and as secant",
        ),
        (vec!["--mask", &mask, "--photons", "0"], "from 1 to 1e9"),
        (
            vec!["--operator", "hdr", "--sampler", "ca-dps"],
            "ca-dps needs a linear operator",
        ),
        (
            vec!["--operator", "camera-shake", "--sampler", "ddrm"],
            "ddrm",
        ),
        (vec!["--mask", &mask, "--preset", "quick"], "no preset"),
        (
            vec!["--operator", "phase-retrieval", "--sampler", "dps"],
            "no picture",
        ),
        (vec!["--operator", "box-mask:size=9999"], "do not fit"),
        (
            vec!["--mask", &mask, "--operator", "random-mask"],
            "no use for it",
        ),
        (vec!["--mask", &mask, "--steps", "1"], "too few"),
        (vec!["--mask", &mask, "--steps", "5000"], "5000"),
        (vec!["--mask", &mask, "--device", "gpu:99"], "GPU"),
        (vec!["--mask", &mask, "--device", "abacus"], "not a device"),
        (
            vec!["--mask", &mask, "--prior", "no-such-prior"],
            "no-such-prior",
        ),
        (vec!["--mask", &mask, "--prior", &photo], "not a checkpoint"),
        (vec!["--mask", &mask, "--report", &output], "written over"),
    ] {
        let said = restore(&extra);
        assert!(said.contains(word), "{extra:?}: {said}");
    }
    assert!(!scratch.path("out.png").exists(), "something was written");
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let scratch = Scratch::new();
    let bytes = std::fs::read(data("strokes/damaged.png")).expect("there");
    let file = scratch.file("original.png", &bytes);
    let output = text(&scratch.path("out.png"));
    for arguments in [
        vec!["degrade", &file, "--operator", "box", "-o", &file],
        vec!["restore", &file, "--mask", &file, "-o", &file],
        vec![
            "restore", &file, "--mask", &file, "-o", &output, "--report", &file,
        ],
    ] {
        assert!(
            refused(&arguments).contains("written over"),
            "{arguments:?}"
        );
    }
    let said = refused(&[
        "restore",
        &file,
        "--mask",
        &file,
        "-o",
        "no/such/folder/out.png",
    ]);
    assert!(said.contains("does not exist"), "{said}");
    let said = refused(&["restore", &file, "--mask", &file, "-o", "out.heic"]);
    assert!(said.contains("png"), "{said}");
    assert_eq!(std::fs::read(&file).expect("still there"), bytes);
}

#[test]
fn checkpoints() {
    let scratch = Scratch::new();
    let io = text(&data("unet_plain.io.safetensors"));
    let config = text(&data("unet_plain.json"));
    let other = text(&data("unet_updown_scaleshift.pt"));
    let plain = text(&data("unet_plain.pt"));
    let whole = std::fs::read(data("unet_plain.pt")).expect("there");
    let cut = scratch.file("cut.pt", &whole[..whole.len() / 2]);
    let noise = scratch.file("noise.pt", b"cos\nsystem\n(S'true'\ntR.");
    let verify = |model: &str, config: &str, io: &str| {
        refused(&["prior", "verify", model, "--config", config, "--io", io])
    };
    assert!(verify(&other, &config, &io).contains("does not fit"));
    assert!(verify(&cut, &config, &io).contains("not a checkpoint"));
    assert!(verify(&noise, &config, &io).contains("not a checkpoint"));
    assert!(verify("no-such.pt", &config, &io).contains("no-such.pt"));
    assert!(verify(&plain, &config, &noise).contains("not a checkpoint"));
    // A network with one block less leaves tensors over.
    let json = std::fs::read_to_string(data("unet_plain.json")).expect("there");
    let smaller = json.replace("\"1,2,2\"", "\"1,2\"");
    let smaller = scratch.file("smaller.json", smaller.as_bytes());
    assert!(verify(&plain, &smaller, &io).contains("does not fit"));
    let conditional = json.replace("\"class_cond\": false", "\"class_cond\": true");
    let conditional = scratch.file("conditional.json", conditional.as_bytes());
    assert!(verify(&plain, &conditional, &io).contains("class label"));
}

#[test]
fn imports() {
    let scratch = Scratch::new();
    let whole = std::fs::read(data("unet_plain.pt")).expect("there");
    let bare = scratch.file("bare.pt", &whole);
    let code = scratch.file(
        "code.pt",
        b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00ls\x85R.",
    );
    let output = text(&scratch.path("imported"));
    let said = refused(&["prior", "import", &bare, "-o", &output]);
    for flag in [
        "--image-size",
        "--heads",
        "--attention-order",
        "--noise-schedule",
        "--config",
    ] {
        assert!(said.contains(flag), "{flag}: {said}");
    }
    // One head has one order, so that is not asked for.
    let said = refused(&["prior", "import", &bare, "-o", &output, "--heads", "1"]);
    assert!(
        said.contains("--image-size") && !said.contains("--attention-order"),
        "{said}"
    );
    let all = [
        "--image-size",
        "32",
        "--attention-order",
        "legacy",
        "--noise-schedule",
        "linear",
    ];
    let with = |extra: &[&str]| {
        let mut arguments = vec!["prior", "import", &bare, "-o", &output];
        arguments.extend(all);
        arguments.extend(extra);
        refused(&arguments)
    };
    assert!(with(&["--heads", "3"]).contains("cannot be split"));
    assert!(with(&["--heads", "2", "--num-classes", "10"]).contains("label_emb"));
    assert!(with(&["--heads", "2", "--head-width", "16"]).contains("cannot be used with"));
    for (flag, value) in [
        ("--heads", "0"),
        ("--head-width", "0"),
        ("--head-width", "18446744073709551615"),
        ("--image-size", "0"),
        ("--diffusion-steps", "0"),
        ("--num-classes", "0"),
    ] {
        let said = refused(&["prior", "inspect", &bare, flag, value]);
        assert!(
            said.contains(flag) && said.contains(" is not in "),
            "{said}"
        );
    }
    let said = refused(&["prior", "import", &code, "-o", &output]);
    assert!(
        said.contains("posix.system") && said.contains("nothing was run"),
        "{said}"
    );
    assert!(
        !scratch.path("imported").exists(),
        "something was left behind"
    );
}

/// Who inspects a checkpoint is told what an import would be told.
#[test]
fn what_an_import_refuses_an_inspection_refuses() {
    let scratch = Scratch::new();
    let output = text(&scratch.path("imported"));
    let plain = text(&data("unet_plain.pt"));
    let json = std::fs::read_to_string(data("unet_plain.json")).expect("there");
    let conditional = json.replace("\"class_cond\": false", "\"class_cond\": true");
    let conditional = scratch.file("conditional.json", conditional.as_bytes());
    // The last weight of a network is no number.
    let broken = scratch.path("broken");
    std::fs::create_dir(&broken).expect("made");
    for entry in std::fs::read_dir(data("diffusers_ddpm")).expect("there") {
        let from = entry.expect("readable").path();
        let mut bytes = std::fs::read(&from).expect("readable");
        if from.ends_with("diffusion_pytorch_model.safetensors") {
            let last = bytes.len() - 4;
            bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
        }
        let to = broken.join(from.file_name().expect("a file"));
        std::fs::write(to, bytes).expect("written");
    }
    let broken = text(&broken);
    for (model, extra, word) in [
        (&plain, vec!["--config", &conditional], "class label"),
        (&broken, vec![], "not finite"),
    ] {
        let inspect = [&["prior", "inspect", model][..], &extra].concat();
        let import = [&["prior", "import", model, "-o", &output][..], &extra].concat();
        let (inspected, imported) = (refused(&inspect), refused(&import));
        assert!(inspected.contains(word), "{inspected}");
        assert_eq!(inspected, imported);
    }
    assert!(!scratch.path("imported").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn no_display() {
    let ran = tweedie()
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .expect("tweedie runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(
        said.contains("tweedie demo") && said.contains("restore"),
        "{said}"
    );
}
