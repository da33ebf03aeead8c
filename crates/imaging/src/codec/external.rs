//! A camera's raw file, developed by another program that is installed: darktable, LibRaw,
//! RawTherapee or dcraw. It writes a 16-bit TIFF file, which is opened like any other.
//!
//! What is read, restored and saved is then the development, not the sensor's data; it is among the
//! losses, with the program's name.

use std::{ffi::OsString, path::Path};

use super::{Fault, Pixels, Source, program, tiff::Tiff};
use crate::{Limits, Loss, metadata::Said};

/// A program that develops raw files.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    arguments: program::Arguments,
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
        let output = if ending == "tiff" {
            "made.tiff"
        } else {
            "photo.tiff"
        };
        for Program { name, arguments } in &PROGRAMS {
            let job = program::Job {
                program: name.as_ref(),
                arguments: *arguments,
                input: &format!("photo.{ending}"),
                output,
                patience: program::PATIENCE,
            };
            if let Some(made) = job.run(file, limits) {
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
