//! A camera's raw file, developed by another program that is installed: darktable, LibRaw,
//! RawTherapee or dcraw. It runs as a child process with a time limit and writes a 16-bit TIFF file
//! into a temporary folder; that file is opened like any other.
//!
//! What is read, restored and saved is then the development, not the sensor's data; it is among the
//! losses, with the program's name.

use std::{
    ffi::OsString,
    fs,
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{Fault, Pixels, Source, tiff::Tiff};
use crate::{Limits, Loss, metadata::Said};

/// The longest that a development may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A program that develops raw files.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// Its arguments for a raw file, the TIFF file to write, and a folder for whatever it needs.
    arguments: fn(&Path, &Path, &Path) -> Vec<OsString>,
}

/// In the order in which they are tried.
pub(crate) const PROGRAMS: [Program; 4] = [
    Program {
        name: "darktable-cli",
        arguments: |raw, tiff, folder| {
            let mut all: Vec<OsString> = vec![raw.into(), tiff.into(), "--core".into()];
            all.extend(["--configdir".into(), folder.join("darktable").into()]);
            all.extend(["--library".into(), ":memory:".into(), "--conf".into()]);
            all.push("plugins/imageio/format/tiff/bpp=16".into());
            all
        },
    },
    Program {
        name: "dcraw_emu",
        arguments: |raw, tiff, _| {
            let mut all: Vec<OsString> = Vec::new();
            // The camera's white balance, 16 bits, sRGB's curve.
            all.extend(["-w", "-6", "-T", "-g", "2.4", "12.92", "-Z"].map(OsString::from));
            all.extend([tiff.into(), raw.into()]);
            all
        },
    },
    Program {
        name: "rawtherapee-cli",
        arguments: |raw, tiff, _| {
            let mut all: Vec<OsString> = vec!["-o".into(), tiff.into()];
            all.extend(["-t", "-b16", "-Y", "-c"].map(OsString::from));
            all.push(raw.into());
            all
        },
    },
    Program {
        name: "dcraw",
        // It names its file itself: the raw file's name with another ending.
        arguments: |raw, _, _| {
            let mut all: Vec<OsString> = Vec::new();
            all.extend(["-w", "-6", "-T", "-g", "2.4", "12.92"].map(OsString::from));
            all.push(raw.into());
            all
        },
    },
];

/// A raw file's development.
pub(super) struct Developed {
    tiff: Vec<u8>,
    by: &'static str,
}

impl Developed {
    /// `name` tells programs by its ending which camera's file it is.
    pub(super) fn new(file: &[u8], name: &str, limits: &Limits) -> Result<Self, Fault> {
        let ending = Path::new(name).extension();
        let ending = ending.and_then(|ending| ending.to_str());
        let sound = |ending: &&str| ending.chars().all(|c| c.is_ascii_alphanumeric());
        let ending = ending.filter(sound).unwrap_or("raw");
        for Program { name, arguments } in &PROGRAMS {
            let made = developed(file, ending, (name.as_ref(), *arguments), PATIENCE, limits);
            if let Some(made) = made {
                let tiff = made.map_err(|reason| raw(&format!("{name} {reason}")))?;
                return Ok(Self { tiff, by: name });
            }
        }
        Err(raw(
            "none of darktable-cli, dcraw_emu, rawtherapee-cli and dcraw is installed, which would \
             develop it here",
        ))
    }
}

fn raw(what: &str) -> Fault {
    Fault::Unsupported(format!(
        "this is a raw file: {what}; develop it, for example with `darktable-cli photo.raw \
         photo.tif`, and open the result"
    ))
}

type Arguments = fn(&Path, &Path, &Path) -> Vec<OsString>;

/// The TIFF file that a program makes of a raw file, or why it makes none; `None` where the program
/// is not there.
fn developed(
    file: &[u8],
    ending: &str,
    (program, arguments): (&Path, Arguments),
    patience: Duration,
    limits: &Limits,
) -> Option<Result<Vec<u8>, String>> {
    let failed = |error: std::io::Error| Some(Err(format!("cannot be run ({error})")));
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return failed(error),
    };
    let path = folder.path().join(format!("photo.{ending}"));
    let tiff = folder.path().join(if ending == "tiff" {
        "made.tiff"
    } else {
        "photo.tiff"
    });
    if let Err(error) = fs::write(&path, file) {
        return failed(error);
    }
    let child = Command::new(program)
        .args(arguments(&path, &tiff, folder.path()))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return failed(error),
    };
    let begun = Instant::now();
    let ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(None) | Err(_) => {
                // It may end on its own in this moment; then there is nothing to stop.
                let _ = child.kill();
                let _ = child.wait();
                let seconds = patience.as_secs();
                return Some(Err(format!("did not finish within {seconds} seconds")));
            }
        }
    };
    let length = fs::metadata(&tiff).map_or(0, |metadata| metadata.len());
    if !ended.success() || length == 0 {
        return Some(Err("cannot develop it".to_owned()));
    }
    if length > limits.max_alloc {
        return Some(Err("makes a picture that is too large".to_owned()));
    }
    Some(fs::read(&tiff).map_err(|error| format!("wrote a file that cannot be read ({error})")))
}

impl Source for Developed {
    fn size(&self) -> (u64, u64) {
        Tiff::new(&self.tiff).map_or((0, 0), |tiff| tiff.size())
    }

    fn bytes(&self) -> u64 {
        Tiff::new(&self.tiff).map_or(0, |tiff| tiff.bytes())
    }

    fn said(&self) -> Said {
        let mut said = Tiff::new(&self.tiff).map_or_else(|_| Said::default(), |tiff| tiff.said());
        said.left = vec![Loss::RawData { by: self.by }];
        said
    }

    fn pixels(self: Box<Self>, limits: &Limits, may_end: bool) -> Result<Pixels, Fault> {
        Box::new(Tiff::new(&self.tiff)?).pixels(limits, may_end)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn run(script: &str, patience: Duration) -> Option<Result<Vec<u8>, String>> {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("program");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("runnable");
        let arguments: Arguments = |raw, tiff, _| vec![raw.into(), tiff.into()];
        let limits = Limits::default();
        developed(b"raw", "dng", (&program, arguments), patience, &limits)
    }

    #[test]
    fn what_a_program_writes_is_read() {
        let made = run("cat \"$1\" \"$1\" > \"$2\"", PATIENCE);
        assert_eq!(made, Some(Ok(b"rawraw".to_vec())));
    }

    #[test]
    fn failures_have_a_reason() {
        let reason =
            |script, patience| run(script, patience).expect("it is there").expect_err("no");
        assert_eq!(reason("exit 3", PATIENCE), "cannot develop it");
        assert_eq!(reason("exit 0", PATIENCE), "cannot develop it");
        let begun = Instant::now();
        let slow = reason("exec sleep 60", Duration::from_millis(200));
        assert!(slow.contains("did not finish"), "{slow}");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_is_not_there_is_passed_over() {
        let arguments: Arguments = |_, _, _| Vec::new();
        let nothing = Path::new("/nonexistent/program");
        let limits = Limits::default();
        assert_eq!(
            developed(b"", "dng", (nothing, arguments), PATIENCE, &limits),
            None
        );
    }
}
