//! Many photos, each with what belongs to it: which mask, where the result goes, and why one of them
//! cannot be restored. Shared by the command line and the window, so that both pair alike.
//!
//! A result has its photo's name in another folder, or a name made from it; one that is there already
//! is left alone by whoever goes on with an interrupted batch. Nothing here writes.

mod folder;
mod names;
mod pattern;
mod shard;
mod unicode;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{Mask, MaskReading, Photo, ReadMask};

use crate::error::EngineError;
use names::{Found, MaskIndex};
pub use pattern::NamePattern;
pub use shard::Shard;

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchRequest {
    /// Photos, and folders of which every picture is taken.
    pub photos: Vec<PathBuf>,
    /// Whether the folders within those folders are taken as well. Results keep the tree.
    pub recursive: bool,
    /// Their masks.
    pub masks: Masks,
    /// What the name of a mask has after that of its photo, before the ending. Without it, the same
    /// name and the usual additions (`_mask`, `-mask`) are found.
    pub suffix: String,
    /// The folder for the results.
    pub output: PathBuf,
    /// How results are called; as their photos where it is `None`.
    pub name: Option<NamePattern>,
}

/// A photo with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The photo.
    pub photo: PathBuf,
    /// Its path within the folder that was named, or as it was named itself.
    pub relative: PathBuf,
    /// The file of its mask.
    pub mask: Option<PathBuf>,
    /// The mask that was handed in for all.
    pub given: Option<Arc<Mask>>,
    /// Where the result goes.
    pub output: PathBuf,
    /// Why it cannot be restored.
    pub obstacle: Option<String>,
    /// Whether the obstacle is only that there is nothing to do: no mask, or no picture.
    pub passed_over: bool,
}

impl BatchRequest {
    /// All photos in the order of their names, folder by folder. Reads folders, and the first bytes of
    /// files whose names tell nothing.
    ///
    /// # Errors
    /// [`EngineError::Batch`] if a folder cannot be read, nothing is in it, the masks are not there,
    /// or they cannot be told from the photos.
    pub fn pairs(&self) -> Result<Vec<Pair>, EngineError> {
        let masks = self.mask_folder()?;
        let index = masks.map(MaskIndex::read).transpose()?;
        let mut photos = Vec::new();
        for path in &self.photos {
            if !path.is_dir() {
                photos.push((path.clone(), path.clone()));
            } else if self.photos.len() == 1 || masks.is_none_or(|m| place(m) != place(path)) {
                photos.extend(self.pictures_in(path, masks)?);
            }
        }
        if photos.is_empty() {
            return Err(refusal("there are no pictures to restore".to_owned()));
        }
        let mut taken = HashSet::new();
        let numbered = photos.into_iter().enumerate();
        let pairs = numbered.map(|(number, (photo, relative))| {
            let mut pair = self.pair(photo, relative, number, index.as_ref());
            if !taken.insert(place(&pair.output)) {
                pair.passed_over = false;
                pair.obstacle = Some("another photo of this name is in the batch".to_owned());
            }
            pair
        });
        Ok(pairs.collect())
    }

    /// The files in the folder of masks that belong to none of these photos.
    ///
    /// # Errors
    /// As [`BatchRequest::pairs`].
    pub fn unused_masks(&self, pairs: &[Pair]) -> Result<Vec<PathBuf>, EngineError> {
        let Some(folder) = self.mask_folder()? else {
            return Ok(Vec::new());
        };
        let used = pairs.iter().filter_map(|pair| pair.mask.as_deref());
        let photos = pairs.iter().map(|pair| pair.photo.as_path());
        let known: HashSet<PathBuf> = used.chain(photos).map(place).collect();
        let all = MaskIndex::read(folder)?;
        let unused = all.paths().filter(|(_, place)| !known.contains(*place));
        Ok(unused.map(|(path, _)| path.to_owned()).collect())
    }

    /// The folder in which masks are found by name.
    fn mask_folder(&self) -> Result<Option<&Path>, EngineError> {
        match &self.masks {
            Masks::At(masks) if !masks.exists() => {
                Err(refusal(format!("there is no {}", masks.display())))
            }
            Masks::At(masks) => Ok(Some(masks.as_path()).filter(|masks| masks.is_dir())),
            Masks::Without | Masks::Given(_) => Ok(None),
        }
    }

    fn pictures_in(
        &self,
        folder: &Path,
        masks: Option<&Path>,
    ) -> Result<Vec<(PathBuf, PathBuf)>, EngineError> {
        let beside = masks.is_some_and(|masks| place(masks) == place(folder));
        if beside && self.suffix.is_empty() {
            return Err(refusal(
                "photos and masks lie in one folder; say how the names of the masks end (their suffix)"
                    .to_owned(),
            ));
        }
        let left_out = [Some(self.output.as_path()), masks.filter(|_| !beside)];
        let left_out: Vec<PathBuf> = left_out.into_iter().flatten().map(place).collect();
        let mut found = folder::pictures(folder, self.recursive, &left_out)?;
        if beside {
            names::drop_masks(&mut found, &self.suffix);
        }
        let within = |path: PathBuf| {
            let relative = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            (path, relative)
        };
        Ok(found.into_iter().map(within).collect())
    }

    fn pair(
        &self,
        photo: PathBuf,
        relative: PathBuf,
        number: usize,
        index: Option<&MaskIndex>,
    ) -> Pair {
        let mut pair = Pair::default();
        match (&self.masks, index) {
            (Masks::Without, _) => {}
            (Masks::Given(mask), _) => pair.given = Some(Arc::clone(mask)),
            (Masks::At(mask), None) => pair.mask = Some(mask.clone()),
            (Masks::At(folder), Some(index)) => {
                match index.mask_of(&photo, &relative, &self.suffix) {
                    Found::One(mask) => pair.mask = Some(mask),
                    Found::None => {
                        let stem = photo.file_stem().unwrap_or_default().to_string_lossy();
                        let suffix = &self.suffix;
                        pair.obstacle =
                            Some(format!("no mask {stem}{suffix}.* in {}", folder.display()));
                        pair.passed_over = true;
                    }
                    Found::Several(names) => {
                        let names = names.join(", ");
                        pair.obstacle = Some(format!("several masks could be its own: {names}"));
                    }
                }
            }
        }
        if folder::is_no_picture(&photo) {
            pair.obstacle = Some("it is no picture of a known format".to_owned());
            pair.passed_over = true;
        }
        match self.output_of(&photo, &relative, number) {
            Ok(output) => pair.output = output,
            Err(reason) => pair.obstacle = Some(reason),
        }
        (pair.photo, pair.relative) = (photo, relative);
        pair.protect();
        pair
    }

    /// Where the result goes: under the photo's own name or the pattern's, in the photo's place in the
    /// tree.
    fn output_of(&self, photo: &Path, relative: &Path, number: usize) -> Result<PathBuf, String> {
        let own = names::output_name(photo);
        let name = match &self.name {
            None => own,
            Some(pattern) => pattern.name(Path::new(&own), number)?.into(),
        };
        // What was named as a file goes to the top, wherever it lies.
        let tree = relative.parent().filter(|_| relative != photo);
        let folder = tree.map_or_else(|| self.output.clone(), |tree| self.output.join(tree));
        Ok(folder.join(name))
    }
}

impl Pair {
    /// A result must not take the place of what it is made from.
    fn protect(&mut self) {
        let there = place(&self.output);
        let mask = self.mask.as_ref().map(|mask| (mask, "mask"));
        let sources = [Some((&self.photo, "photo")), mask];
        let mut replaced = sources.into_iter().rev().flatten();
        if let Some((_, what)) = replaced.find(|(path, _)| place(path) == there) {
            let reason = "choose another folder for the results";
            self.passed_over = false;
            self.obstacle = Some(format!(
                "the result would replace the {what} itself; {reason}"
            ));
        }
    }

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
    /// As [`Pair::read`].
    pub fn open(&self) -> Result<(Arc<Photo>, Option<Arc<Mask>>), EngineError> {
        let (photo, read) = self.read(None)?;
        let mask = read.map(|read| Arc::new(read.mask));
        Ok((photo, mask.or_else(|| self.given.clone())))
    }

    /// Reads the photo, as much of it as is there, and the file of its mask by `reading`, or as the
    /// mask itself suggests.
    ///
    /// # Errors
    /// [`EngineError::Batch`] with the obstacle, if there is one; [`EngineError::Imaging`] if one of
    /// them cannot be read.
    pub fn read(
        &self,
        reading: Option<MaskReading>,
    ) -> Result<(Arc<Photo>, Option<ReadMask>), EngineError> {
        if let Some(reason) = &self.obstacle {
            return Err(refusal(reason.clone()));
        }
        let photo = Arc::new(Photo::open_what_is_there(&self.photo)?);
        let read = |path: &PathBuf| ReadMask::open(path, reading);
        Ok((photo, self.mask.as_ref().map(read).transpose()?))
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

#[cfg(test)]
mod tests;
