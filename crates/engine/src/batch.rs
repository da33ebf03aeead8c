//! Many photos, each with what belongs to it: which mask, where the result goes, and why one of them
//! cannot be restored. Shared by the command line and the window, so that both pair alike.
//!
//! A result has its photo's name in another folder; one that is there already is left alone by
//! whoever goes on with an interrupted batch.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{FileFormat, Mask, Photo};

use crate::error::EngineError;

/// Where the masks of a batch come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Masks {
    /// The operator needs none.
    #[default]
    Without,
    /// A folder, in which they are found by the photos' names; or one file for all photos.
    At(PathBuf),
    /// One for all photos, which must have its size.
    Given(Arc<Mask>),
}

/// What is to be restored, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRequest {
    /// Photos, and folders of which every picture is taken (but none of a folder within).
    pub photos: Vec<PathBuf>,
    /// Their masks.
    pub masks: Masks,
    /// What the name of a mask has after that of its photo, before the ending.
    pub suffix: String,
    /// The folder for the results.
    pub output: PathBuf,
}

/// A photo with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The photo.
    pub photo: PathBuf,
    /// The file of its mask.
    pub mask: Option<PathBuf>,
    /// The mask that was handed in for all.
    pub given: Option<Arc<Mask>>,
    /// Where the result goes.
    pub output: PathBuf,
    /// Why it cannot be restored.
    pub obstacle: Option<String>,
}

impl BatchRequest {
    /// All photos in the order of their names, folder by folder. Reads folders, no pictures.
    ///
    /// # Errors
    /// [`EngineError::Batch`] if a folder cannot be read, nothing is in it, the masks are not there,
    /// or they cannot be told from the photos.
    pub fn pairs(&self) -> Result<Vec<Pair>, EngineError> {
        let folder = match &self.masks {
            Masks::At(masks) if !masks.exists() => {
                return Err(refusal(format!("there is no {}", masks.display())));
            }
            Masks::At(masks) => Some(masks.as_path()).filter(|masks| masks.is_dir()),
            Masks::Without | Masks::Given(_) => None,
        };
        let mut photos = Vec::new();
        for path in &self.photos {
            if path.is_dir() {
                photos.extend(pictures_in(path, folder, &self.suffix)?);
            } else {
                photos.push(path.clone());
            }
        }
        if photos.is_empty() {
            return Err(refusal("there are no pictures to restore".to_owned()));
        }
        let mut taken = HashSet::new();
        let pairs = photos.into_iter().map(|photo| {
            let mut pair = self.pair(photo, folder);
            if !taken.insert(place(&pair.output)) {
                pair.obstacle = Some("another photo of this name is in the batch".to_owned());
            }
            pair
        });
        Ok(pairs.collect())
    }

    fn pair(&self, photo: PathBuf, folder: Option<&Path>) -> Pair {
        let output = output(&photo, &self.output);
        let mut obstacle = None;
        let (mask, given) = match (&self.masks, folder) {
            (Masks::Without, _) => (None, None),
            (Masks::Given(mask), _) => (None, Some(Arc::clone(mask))),
            (Masks::At(mask), None) => (Some(mask.clone()), None),
            (Masks::At(_), Some(folder)) => {
                let found = mask_of(&photo, folder, &self.suffix);
                if found.is_none() {
                    let stem = photo.file_stem().unwrap_or_default().to_string_lossy();
                    let suffix = &self.suffix;
                    obstacle = Some(format!("no mask {stem}{suffix}.* in {}", folder.display()));
                }
                (found, None)
            }
        };
        let there = place(&output);
        let replaced = [Some((&photo, "photo")), mask.as_ref().map(|m| (m, "mask"))];
        for (_, what) in replaced
            .into_iter()
            .flatten()
            .filter(|(path, _)| place(path) == there)
        {
            let reason = "choose another folder for the results";
            obstacle = Some(format!(
                "the result would replace the {what} itself; {reason}"
            ));
        }
        Pair {
            photo,
            mask,
            given,
            output,
            obstacle,
        }
    }
}

impl Pair {
    /// Looks at the sizes of photo and mask, and notes why it cannot be restored if they differ or
    /// cannot be read. Decodes nothing.
    pub fn check_size(&mut self) {
        if self.obstacle.is_some() || (self.mask.is_none() && self.given.is_none()) {
            return;
        }
        let mask = match (&self.mask, &self.given) {
            (Some(mask), _) => Photo::size_of(mask),
            (None, Some(given)) => Ok((given.width(), given.height())),
            (None, None) => return,
        };
        self.obstacle = match (Photo::size_of(&self.photo), mask) {
            (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
            (Ok(photo), Ok(mask)) if photo != mask => Some(format!(
                "it is {} x {} pixels and its mask {} x {}",
                photo.0, photo.1, mask.0, mask.1
            )),
            _ => None,
        };
    }

    /// Whether its result is there already.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.output.exists()
    }

    /// Reads the photo and its mask.
    ///
    /// # Errors
    /// [`EngineError::Batch`] with the obstacle, if there is one; [`EngineError::Imaging`] if one of
    /// them cannot be read.
    pub fn open(&self) -> Result<(Arc<Photo>, Option<Arc<Mask>>), EngineError> {
        if let Some(reason) = &self.obstacle {
            return Err(refusal(reason.clone()));
        }
        let photo = Arc::new(Photo::open(&self.photo)?);
        let mask = self.mask.as_deref().map(Mask::open).transpose()?;
        Ok((photo, mask.map(Arc::new).or_else(|| self.given.clone())))
    }
}

fn refusal(reason: String) -> EngineError {
    EngineError::Batch(reason)
}

/// One name for one file, whether or not it is there yet.
#[must_use]
pub fn place(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path.parent()?;
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    let known = path.canonicalize().ok().or_else(in_folder);
    known.unwrap_or_else(|| path.to_owned())
}

/// The pictures of a folder, without the masks where those lie beside them.
fn pictures_in(
    folder: &Path,
    masks: Option<&Path>,
    suffix: &str,
) -> Result<Vec<PathBuf>, EngineError> {
    let beside = masks.is_some_and(|masks| place(masks) == place(folder));
    if beside && suffix.is_empty() {
        return Err(refusal(
            "photos and masks lie in one folder; say how the names of the masks end (their suffix)"
                .to_owned(),
        ));
    }
    let entries = std::fs::read_dir(folder).map_err(|error| {
        refusal(format!(
            "cannot read the folder {}: {error}",
            folder.display()
        ))
    })?;
    let is_mask = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        beside && stem.ends_with(suffix)
    };
    let mut pictures: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && FileFormat::from_path(path).is_ok() && !is_mask(path))
        .collect();
    pictures.sort();
    Ok(pictures)
}

/// The mask of the photo's name: of the same ending if there is one, else of any.
fn mask_of(photo: &Path, folder: &Path, suffix: &str) -> Option<PathBuf> {
    let stem = photo.file_stem()?.to_string_lossy();
    let named = |ending: &str| folder.join(format!("{stem}{suffix}.{ending}"));
    let own = photo.extension().map(|ending| ending.to_string_lossy());
    let usual = [
        "png", "PNG", "webp", "tif", "tiff", "bmp", "jpg", "jpeg", "JPG",
    ];
    let endings = own.as_deref().into_iter().chain(usual);
    endings
        .map(named)
        .find(|mask| mask.is_file() && place(mask) != place(photo))
}

/// Where the result goes: under the photo's own name, as PNG where its format cannot be written.
fn output(photo: &Path, folder: &Path) -> PathBuf {
    let name = photo.file_name().unwrap_or_default();
    let output = folder.join(name);
    if FileFormat::from_path(&output).is_ok() {
        output
    } else {
        output.with_extension("png")
    }
}

#[cfg(test)]
mod tests;
