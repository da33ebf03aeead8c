//! The mask of a photo as it is named on the command line, and what to say about it.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use imaging::{Mask, MaskReading, Photo, ReadMask};

use crate::cli::MaskIs;
use crate::failure::misuse;
use crate::terminal::{note, shown, warn};

/// What is written instead of a file for the dust that a scanner's infrared channel shows.
const INFRARED: &str = "infrared";

/// The file of a mask, if it is one. A file that is called like the keyword is written `./infrared`.
pub(super) fn file(mask: Option<&Path>) -> Option<&Path> {
    mask.filter(|mask| !is_infrared(mask))
}

/// Whether the photo's own infrared channel is the mask.
pub(super) fn is_infrared(mask: &Path) -> bool {
    mask == Path::new(INFRARED)
}

/// The dust in a photo's infrared channel.
pub(super) fn dust(photo: &Photo, name: &str) -> Result<ReadMask> {
    let Some(mask) = Mask::from_infrared(photo) else {
        bail!("{name} has no infrared channel, in which dust would show; name a mask instead");
    };
    ensure!(
        !mask.is_empty(),
        "the infrared channel of {name} shows no dust"
    );
    let because = "the infrared channel shows dust";
    Ok(ReadMask::plain(mask, MaskReading::Luminance, because))
}

/// Reads the mask of a photo of this name. Without a file, parts that were erased from the photo are the mask where
/// one is `needed`.
pub(super) fn read(
    file: Option<&Path>,
    MaskIs(reading): MaskIs,
    (photo, name): (&Photo, &str),
    needed: bool,
) -> Result<Option<ReadMask>> {
    match file {
        Some(file) if is_infrared(file) => {
            let dust = dust(photo, name)?;
            note(format!(
                "the infrared channel shows dust on {:.1} % of the photo, which is restored",
                100.0 * dust.share()
            ));
            Ok(Some(dust))
        }
        Some(file) => {
            let read = ReadMask::open(file, reading)?;
            remark(&read, &shown(file));
            Ok(Some(read))
        }
        None if needed => erased(photo).map(Some),
        None => Ok(None),
    }
}

/// The mask that a photo with erased parts brings along.
fn erased(photo: &Photo) -> Result<ReadMask> {
    let Some(holes) = of_holes(photo) else {
        return misuse(
            "`inpaint` needs a mask: a picture of the photo's size that marks the damage, named with \
             --mask FILE",
        );
    };
    note(format!(
        "no mask is named; the erased (transparent) part of the photo is restored: {:.1} % of it",
        100.0 * holes.share()
    ));
    Ok(holes)
}

/// Erased parts as a mask. More than half of a photo is no hole but a cut-out's surroundings.
pub(super) fn of_holes(photo: &Photo) -> Option<ReadMask> {
    let holes: Mask = photo.holes()?;
    let because = "the photo has parts erased";
    let read = ReadMask::plain(holes, MaskReading::Transparent, because);
    (read.share() <= 0.5).then_some(read)
}

/// Says how a mask was understood where that is not obvious.
pub(super) fn remark(read: &ReadMask, name: &str) {
    if let Some(remark) = read.remark() {
        note(format!("{name}: {remark}; --mask-is decides otherwise"));
    }
    if let Some(warning) = read.warning() {
        warn(format!("{name}: {warning} with --mask-is"));
    }
}
