//! The pictures of a folder.
//!
//! A file is a picture by its ending or, where that tells nothing, by its first bytes. Hidden files are
//! passed over, among them the `._` files that macOS leaves on other systems' disks.

use std::path::{Path, PathBuf};

use imaging::{FileFormat, sniff};

use super::{place, refusal};
use crate::error::EngineError;

/// Endings of photographs beside those that name a format for writing.
const OTHER_ENDINGS: [&str; 3] = ["jfif", "jpe", "jpg_large"];

/// The pictures of a folder in the order of their paths, with those of the folders within if
/// `recursive` says so, but of none of the folders `left_out` (as [`place`] names them).
pub(super) fn pictures(
    folder: &Path,
    recursive: bool,
    left_out: &[PathBuf],
) -> Result<Vec<PathBuf>, EngineError> {
    let mut pictures = Vec::new();
    for path in visible(folder)? {
        if path.is_dir() {
            // A link to a folder may lead round in a circle.
            if recursive && !path.is_symlink() && !left_out.contains(&place(&path)) {
                pictures.extend(self::pictures(&path, true, left_out)?);
            }
        } else if path.is_file() && is_picture(&path) {
            pictures.push(path);
        }
    }
    Ok(pictures)
}

/// What is in a folder and not hidden, sorted.
pub(super) fn visible(folder: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let unreadable = |error: std::io::Error| {
        refusal(format!(
            "cannot read the folder {}: {error}",
            folder.display()
        ))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_name().as_encoded_bytes().first() != Some(&b'.') {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is a picture, or says so.
pub(super) fn is_picture(path: &Path) -> bool {
    has_picture_ending(path) || sniff(path).is_some()
}

/// Whether a file that was named is there and is none.
pub(super) fn is_no_picture(path: &Path) -> bool {
    path.is_file() && !is_picture(path)
}

fn has_picture_ending(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    FileFormat::from_path(path).is_ok() || ending.is_some_and(|e| OTHER_ENDINGS.contains(&&*e))
}
