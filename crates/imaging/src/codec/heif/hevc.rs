//! HEIC pictures, decoded by libheif's program, for HEVC is covered by patents and has no decoder here.
//! It gets the file with its main picture alone and without its profile, writes a PNG file, and cuts
//! and turns the picture itself; notes and profile are read from the file.

use std::{ffi::OsString, path::Path};

use image::DynamicImage;

use super::super::{Fault, Source, png::Png, program};
use crate::Limits;

/// Names under which libheif has installed it, the later first.
pub(crate) const PROGRAMS: [&str; 2] = ["heif-dec", "heif-convert"];

/// The picture of a file, which is of this size (width, height).
pub(super) fn decoded(
    file: &[u8],
    size: (u64, u64),
    limits: &Limits,
) -> Result<DynamicImage, Fault> {
    let arguments =
        |heic: &Path, png: &Path, _: &Path| -> Vec<OsString> { vec![heic.into(), png.into()] };
    for name in PROGRAMS {
        let job = program::Job {
            program: Path::new(name),
            arguments,
            input: "photo.heic",
            output: "made.png",
            patience: program::PATIENCE,
        };
        if let Some(made) = job.run(file, limits) {
            let png = made.map_err(|reason| refused(&format!("{name} {reason}")))?;
            return opened(&png, size, limits);
        }
    }
    Err(refused(
        "neither heif-dec nor heif-convert is installed, which would decode it here",
    ))
}

fn opened(png: &[u8], size: (u64, u64), limits: &Limits) -> Result<DynamicImage, Fault> {
    let png = Box::new(Png::new(png, limits)?);
    if png.size() != size {
        return Err(Fault::damaged(
            "its pictures are not of the size that it says",
        ));
    }
    Ok(png.pixels(limits, false)?.image)
}

fn refused(what: &str) -> Fault {
    Fault::Unsupported(format!(
        "this is a HEIC file: {what}; install libheif's programs (on Debian and Ubuntu `apt install \
         libheif-examples`, on macOS `brew install libheif`), or convert it elsewhere to PNG or JPEG"
    ))
}
