//! The clean pictures: a folder's images, each cut to the square in its middle.

use std::path::{Path, PathBuf};

use imaging::{FileFormat, Photo, Planar, Rect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::EvaluationError;

/// A clean picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The name of its file.
    pub name: String,
    /// The crop, sRGB in [0, 1].
    pub truth: Planar,
}

/// By what a picture is known again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureMark {
    /// The name of its file.
    pub name: String,
    /// SHA-256 of the crop at 8 bits, in hexadecimal.
    pub sha256: String,
}

impl Picture {
    /// See [`PictureMark`].
    #[must_use]
    pub fn mark(&self) -> PictureMark {
        PictureMark {
            name: self.name.clone(),
            sha256: sha256(&self.truth.to_rgba8()),
        }
    }
}

/// In hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Pictures, and files that were passed over with the reason.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of their names.
    pub pictures: Vec<Picture>,
    /// `name: reason` of each image that does not serve.
    pub left_out: Vec<String>,
}

/// The first `limit` images of a folder, or one image file, cut to `side × side` pixels around
/// their middle. Folders within are not entered; files that are no images are not mentioned.
///
/// # Errors
/// [`EvaluationError::Pictures`] if the folder cannot be read or nothing in it serves.
pub fn read_pictures(
    path: &Path,
    side: usize,
    limit: Option<usize>,
) -> Result<Found, EvaluationError> {
    let refuse = |reason: String| EvaluationError::Pictures {
        folder: path.to_owned(),
        reason,
    };
    let mut files = if path.is_dir() {
        images_in(path).map_err(|error| refuse(error.to_string()))?
    } else {
        vec![path.to_owned()]
    };
    files.sort();
    let mut found = Found::default();
    for file in files {
        if limit.is_some_and(|limit| found.pictures.len() >= limit) {
            break;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        match crop(&file, side) {
            Ok(truth) => found.pictures.push(Picture {
                name: name.into_owned(),
                truth,
            }),
            Err(reason) => found.left_out.push(format!("{name}: {reason}")),
        }
    }
    if found.pictures.is_empty() {
        return Err(refuse(match found.left_out.first() {
            Some(reason) => format!("no picture serves ({reason})"),
            None => "there are no images (PNG, JPEG, WebP, TIFF, BMP)".to_owned(),
        }));
    }
    Ok(found)
}

fn images_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && FileFormat::from_path(&path).is_ok() {
            files.push(path);
        }
    }
    Ok(files)
}

fn crop(file: &Path, side: usize) -> Result<Planar, String> {
    let photo = Photo::open(file).map_err(|error| error.to_string())?;
    let (width, height) = (photo.width(), photo.height());
    if width < side || height < side {
        return Err(format!(
            "{width} x {height} pixels, smaller than a crop of {side} x {side}"
        ));
    }
    let (x, y) = ((width - side) / 2, (height - side) / 2);
    Ok(photo.planar(Rect::new(x, y, side, side)))
}
