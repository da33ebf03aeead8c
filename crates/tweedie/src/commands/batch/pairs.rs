//! Which mask belongs to which photo, and where the result goes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use imaging::FileFormat;

use crate::cli::BatchArgs;
use crate::commands::place;

/// A photo with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) photo: PathBuf,
    pub(super) mask: Option<PathBuf>,
    pub(super) output: PathBuf,
    /// Why it cannot be restored.
    pub(super) obstacle: Option<String>,
}

/// All photos in the order of their names, folder by folder.
pub(super) fn pairs(args: &BatchArgs) -> Result<Vec<Pair>> {
    let masks = args.masks.as_deref();
    let folder = masks.filter(|masks| masks.is_dir());
    if let Some(masks) = masks {
        ensure!(masks.exists(), "there is no {}", masks.display());
    }
    let mut photos = Vec::new();
    for path in &args.photos {
        if path.is_dir() {
            photos.extend(pictures_in(path, folder, &args.mask_suffix)?);
        } else {
            photos.push(path.clone());
        }
    }
    ensure!(!photos.is_empty(), "there are no pictures to restore");
    let mut taken = HashSet::new();
    let pair = |photo: PathBuf| {
        let output = output(&photo, &args.output);
        let mut obstacle = None;
        let mask = match (masks, folder) {
            (None, _) => None,
            (Some(mask), None) => Some(mask.to_owned()),
            (Some(_), Some(folder)) => {
                let found = mask_of(&photo, folder, &args.mask_suffix);
                if found.is_none() {
                    let stem = photo.file_stem().unwrap_or_default().to_string_lossy();
                    let suffix = &args.mask_suffix;
                    obstacle = Some(format!("no mask {stem}{suffix}.* in {}", folder.display()));
                }
                found
            }
        };
        if !taken.insert(place(&output)) {
            obstacle = Some("another photo of this name is in the batch".to_owned());
        }
        Pair {
            photo,
            mask,
            output,
            obstacle,
        }
    };
    Ok(photos.into_iter().map(pair).collect())
}

/// The pictures of a folder, without the masks where those lie beside them.
fn pictures_in(folder: &Path, masks: Option<&Path>, suffix: &str) -> Result<Vec<PathBuf>> {
    let beside = masks.is_some_and(|masks| place(masks) == place(folder));
    ensure!(
        !beside || !suffix.is_empty(),
        "photos and masks lie in one folder; say with --mask-suffix how the masks' names end"
    );
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
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
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn args(words: &[&str]) -> BatchArgs {
        let cli = Cli::try_parse_from(["tweedie", "batch"].iter().chain(words));
        match cli.expect("valid").command {
            Some(Command::Batch(args)) => *args,
            other => panic!("{other:?}"),
        }
    }

    fn touch(path: &Path) {
        std::fs::write(path, b"").expect("written");
    }

    #[test]
    fn masks_are_found_by_name_and_photos_without_one_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for name in [
            "b.jpg",
            "a.png",
            "a_mask.png",
            "b_mask.webp",
            "c.png",
            "notes.txt",
        ] {
            touch(&root.join(name));
        }
        let root = root.to_str().expect("plain");
        let words = [root, "--masks", root, "--mask-suffix", "_mask", "-o", "out"];
        let found = pairs(&args(&words)).expect("readable");
        let names = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
        let short: Vec<_> = found
            .iter()
            .map(|p| (names(&p.photo), p.mask.as_deref().and_then(names)))
            .collect();
        let pair =
            |photo: &str, mask: Option<&str>| (Some(photo.to_owned()), mask.map(str::to_owned));
        assert_eq!(
            short,
            [
                pair("a.png", Some("a_mask.png")),
                pair("b.jpg", Some("b_mask.webp")),
                pair("c.png", None)
            ]
        );
        assert!(
            found[2]
                .obstacle
                .as_ref()
                .is_some_and(|o| o.contains("c_mask"))
        );
        assert_eq!(found[1].output, Path::new("out/b.jpg"));
        // Without a suffix nobody could tell masks from photos.
        assert!(pairs(&args(&[root, "--masks", root, "-o", "out"])).is_err());
        // One for all.
        let mask = format!("{root}/a_mask.png");
        let one = pairs(&args(&[root, "--masks", &mask, "-o", "out"])).expect("readable");
        assert!(
            one.iter()
                .all(|p| p.mask.as_deref() == Some(Path::new(&mask)))
        );
        // The same name twice would be one file.
        let photo = format!("{root}/c.png");
        let twice =
            pairs(&args(&[&photo, &photo, "--masks", &mask, "-o", "out"])).expect("readable");
        assert!(twice[0].obstacle.is_none() && twice[1].obstacle.is_some());
    }
}
