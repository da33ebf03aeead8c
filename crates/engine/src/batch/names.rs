//! Names of photos and of their masks, compared as people mean them.
//!
//! The same name is written differently by different systems: `é` as one character or as two (NFC and
//! NFD), endings in capitals, the photo's whole name before the mask's ending (`d.jpeg.png`). Names
//! are compared exactly first; then with letter case and Unicode form made equal; then with the
//! additions that programs make. A name that is no Unicode is compared exactly, or with its odd bytes
//! replaced. The first step that finds a mask decides.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use imaging::{FileFormat, sniff};

use super::{folder, place, unicode};
use crate::error::EngineError;

/// What the names of masks usually have after those of their photos.
const USUAL: [&str; 4] = ["_mask", "-mask", " mask", ".mask"];
/// Formats of masks, the most faithful first.
const PREFERRED: [&str; 6] = ["png", "tif", "tiff", "webp", "bmp", "jpg"];

/// A folder of masks.
pub(super) struct MaskIndex {
    /// As [`place`] names it.
    root: PathBuf,
    entries: Vec<Entry>,
}

struct Entry {
    path: PathBuf,
    /// As [`place`] names it.
    place: PathBuf,
    /// The folder within the index.
    within: PathBuf,
    stem: OsString,
    key: String,
}

/// The mask of a photo.
pub(super) enum Found {
    None,
    One(PathBuf),
    /// Names, none of which is more fitting than another.
    Several(Vec<String>),
}

impl MaskIndex {
    /// Reads the names in a folder and in those within.
    pub(super) fn read(root: &Path) -> Result<Self, EngineError> {
        let paths = folder::pictures(root, true, &[])?;
        let entry = |path: PathBuf| {
            let within = path.strip_prefix(root).ok().and_then(Path::parent);
            let stem = path.file_stem().unwrap_or_default().to_owned();
            Entry {
                within: within.unwrap_or(Path::new("")).to_owned(),
                key: key(&stem),
                stem,
                place: place(&path),
                path,
            }
        };
        Ok(Self {
            root: place(root),
            entries: paths.into_iter().map(entry).collect(),
        })
    }

    /// The masks at the top of the folder, each with its [`place`].
    pub(super) fn paths(&self) -> impl Iterator<Item = (&Path, &Path)> {
        let top = |entry: &&Entry| entry.within.as_os_str().is_empty();
        self.entries
            .iter()
            .filter(top)
            .map(|e| (e.path.as_path(), e.place.as_path()))
    }

    /// The mask of a photo that lies at `relative` in its own tree: in the same place of this folder's
    /// tree if there is one, else at the top.
    pub(super) fn mask_of(&self, photo: &Path, relative: &Path, suffix: &str) -> Found {
        let tree = relative.parent().unwrap_or(Path::new(""));
        let places = [tree, Path::new("")];
        let own = place(photo);
        let beside = own.parent() == Some(self.root.as_path());
        for within in places {
            let here = |entry: &&Entry| entry.within == within && entry.place != own;
            let entries: Vec<&Entry> = self.entries.iter().filter(here).collect();
            match best(&entries, photo, suffix, beside) {
                Found::None => {}
                found => return found,
            }
        }
        Found::None
    }
}

/// The most fitting of some masks.
fn best(entries: &[&Entry], photo: &Path, suffix: &str, beside: bool) -> Found {
    let stem = photo.file_stem().unwrap_or_default();
    let name = photo.file_name().unwrap_or_default();
    let mut exact = stem.to_owned();
    exact.push(suffix);
    let step = |fits: &dyn Fn(&Entry) -> bool| {
        let mut found: Vec<&Entry> = entries.iter().copied().filter(|e| fits(e)).collect();
        found.sort_by_key(|entry| preference(&entry.path, photo));
        found
    };
    let (stem, name) = (key(stem), key(name));
    let after = |entry: &Entry, added: &str| {
        [&stem, &name]
            .iter()
            .any(|start| entry.key.strip_prefix(start.as_str()) == Some(added))
    };
    let alone = suffix.is_empty() || !beside;
    let usual = |entry: &Entry| alone && USUAL.iter().any(|u| after(entry, u));
    let numbered = |entry: &Entry| {
        let plain = entry.key.trim_end_matches(|c: char| c.is_ascii_digit());
        let start = [&stem, &name];
        let added = start.iter().find_map(|s| plain.strip_prefix(s.as_str()));
        let added = added.map(|added| added.trim_end_matches(['_', '-', ' ']));
        added.is_some_and(|a| match suffix {
            "" => USUAL.contains(&a),
            suffix => a == key(OsStr::new(suffix)),
        })
    };
    let asked = key(OsStr::new(suffix));
    let steps: [&dyn Fn(&Entry) -> bool; 4] = [
        &|entry| entry.stem == exact,
        &|entry| after(entry, &asked),
        &usual,
        // A suffix that was said need not be there in a folder of masks alone.
        &|entry| !suffix.is_empty() && !beside && after(entry, ""),
    ];
    for fits in steps {
        if let Some(entry) = step(fits).first() {
            return Found::One(entry.path.clone());
        }
    }
    match step(&numbered).as_slice() {
        [] => Found::None,
        [one] => Found::One(one.path.clone()),
        several => Found::Several(several.iter().map(|e| shown(&e.path)).collect()),
    }
}

/// Sorts masks of one name: of the photo's own ending first, then by format, then by name.
fn preference(mask: &Path, photo: &Path) -> (bool, usize, PathBuf) {
    let ending = |path: &Path| path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let own = ending(mask);
    let place = PREFERRED.iter().position(|p| own.as_deref() == Some(*p));
    (
        own != ending(photo),
        place.unwrap_or(PREFERRED.len()),
        mask.to_owned(),
    )
}

/// Takes the masks out of a folder that holds photos and masks: a picture is a mask if its name is
/// that of another picture with the suffix. `carnival_mask.jpg` alone is a photo of a carnival.
pub(super) fn drop_masks(pictures: &mut Vec<PathBuf>, suffix: &str) {
    let suffix = key(OsStr::new(suffix));
    let of = |path: &Path| {
        let stem = key(path.file_stem().unwrap_or_default());
        let name = key(path.file_name().unwrap_or_default());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        (folder, stem, name)
    };
    let mut known: HashSet<(PathBuf, String)> = HashSet::new();
    for path in pictures.iter() {
        let (folder, stem, name) = of(path);
        let _ = known.insert((folder.clone(), stem));
        let _ = known.insert((folder, name));
    }
    pictures.retain(|path| {
        let (folder, stem, _) = of(path);
        let photo = stem.strip_suffix(suffix.as_str());
        photo.is_none_or(|photo| !known.contains(&(folder, photo.to_owned())))
    });
}

/// The name of a photo's result: its own, with an ending more where its own names no format.
pub(super) fn output_name(photo: &Path) -> OsString {
    let mut name = photo.file_name().unwrap_or_default().to_owned();
    if FileFormat::from_path(Path::new(&name)).is_err() {
        let format = sniff(photo).unwrap_or(FileFormat::Png);
        name.push(".");
        name.push(format.extension());
    }
    name
}

/// A name in decomposed Unicode and small letters.
fn key(name: &OsStr) -> String {
    unicode::decomposed(&name.to_string_lossy()).to_lowercase()
}

fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
