//! Photographs to learn from: a folder or a zip archive, decoded once and held as 8-bit pictures.
//!
//! Invariants: pictures are in the order of their names; what belongs to one photograph is never
//! divided between training and validation, nor is a file in both of them under two names; a file
//! that cannot be used is left out and named.
//! Large photographs are reduced when they are read: nobody learns from 24 megapixels at 64 × 64.

mod fingerprint;
mod grouping;
mod manifest;
mod picture;
mod several;
mod source;
mod split;

use std::path::{Path, PathBuf};

use imaging::Photo;
use rayon::prelude::*;

pub use grouping::Grouping;
pub use picture::Picture;

use crate::error::TrainerError;
use crate::memory;
use fingerprint::Fingerprint;
use manifest::{Manifest, Splits};
use source::Source;

/// Files decoded at the same time: a large photograph takes hundreds of megabytes on the way.
const DECODERS: usize = 4;
/// Files that an error names.
const NAMED: usize = 3;

/// How photographs are read.
#[derive(Clone, Debug)]
pub struct DatasetOptions {
    /// Which pictures belong to the same photograph.
    pub grouping: Grouping,
    /// Photographs with a longer side are reduced to it, in pixels.
    pub longest: usize,
    /// Pictures with a shorter side are left out, in pixels.
    pub smallest: usize,
    /// A table of photographs whose `split` column decides; otherwise `manifest.csv` inside the
    /// folder or archive, if there is one.
    pub manifest: Option<PathBuf>,
    /// The folder that is being written, which may lie among the photographs: what is in it is
    /// not read, or the pictures of a run would be its own photographs the next time.
    pub output: Option<PathBuf>,
}

impl Default for DatasetOptions {
    fn default() -> Self {
        Self {
            grouping: Grouping::Auto,
            longest: 1024,
            smallest: 64,
            manifest: None,
            output: None,
        }
    }
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its name inside the folder or archive.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Pictures and the photographs they belong to.
#[derive(Clone, Debug)]
pub struct Dataset {
    path: PathBuf,
    pictures: Vec<Picture>,
    skipped: Vec<Skipped>,
    copies: Vec<String>,
    fingerprint: String,
    /// What a manifest says, if there is one.
    splits: Option<Splits>,
}

impl Dataset {
    /// Reads a folder (and the folders in it) or a zip archive. `progress` hears how many files
    /// of how many have been read.
    ///
    /// # Errors
    /// [`TrainerError::File`] if it cannot be read at all, [`TrainerError::Dataset`] if it holds
    /// no usable picture, [`TrainerError::OutOfMemory`] if the pictures would not fit.
    pub fn open(
        path: &Path,
        options: &DatasetOptions,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Self, TrainerError> {
        let refuse = |reason: String| TrainerError::Dataset {
            path: path.to_owned(),
            reason,
        };
        let mut source = Source::open(path, options.output.as_deref())?;
        let names = source.pictures();
        if names.is_empty() {
            return Err(refuse(
                "there are no pictures; png, jpg, webp, tiff and bmp files are read".to_owned(),
            ));
        }
        let manifest = Manifest::find(options.manifest.as_deref(), &mut source)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(DECODERS.min(rayon::current_num_threads()))
            .build()
            .map_err(|e| refuse(format!("no threads to decode them: {e}")))?;

        let (mut pictures, mut skipped) = (Vec::new(), Vec::new());
        let mut fingerprint = Fingerprint::new(options);
        let mut bytes_held = 0;
        for (done, chunk) in names.chunks(DECODERS * 4).enumerate() {
            progress(done * DECODERS * 4, names.len());
            let files: Vec<_> = chunk.iter().map(|name| source.read(name)).collect();
            let read: Vec<_> = pool.install(|| {
                chunk
                    .par_iter()
                    .zip(files)
                    .map(|(name, bytes)| {
                        let bytes = bytes?;
                        decode(name, &bytes, options)
                    })
                    .collect::<Vec<Result<Picture, String>>>()
            });
            for (name, read) in chunk.iter().zip(read) {
                match read {
                    Ok(picture) => {
                        fingerprint.add(name, picture.digest());
                        bytes_held += picture.bytes();
                        pictures.push(picture);
                    }
                    Err(reason) => skipped.push(Skipped {
                        name: name.clone(),
                        reason,
                    }),
                }
            }
            memory::check_pictures(bytes_held)?;
        }
        progress(names.len(), names.len());
        if pictures.is_empty() {
            let some = skipped.iter().take(NAMED);
            let reasons: Vec<String> = some.map(|s| format!("{}: {}", s.name, s.reason)).collect();
            return Err(refuse(format!(
                "none of the {} pictures can be used; {}",
                skipped.len(),
                reasons.join("; ")
            )));
        }
        // A manifest names every file; without one, copies go where the first of them goes.
        options.grouping.assign(&mut pictures, manifest.is_none());
        let splits = manifest.map(|manifest| manifest.splits(&pictures));
        Ok(Self {
            path: path.to_owned(),
            pictures,
            skipped,
            copies: Vec::new(),
            fingerprint: fingerprint.finish(splits.as_ref()),
            splits,
        })
    }

    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The pictures, by name. Never empty.
    #[must_use]
    pub fn pictures(&self) -> &[Picture] {
        &self.pictures
    }

    /// What was left out.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What was left out of a part to train on because the same file is held out, by name.
    #[must_use]
    pub fn copies(&self) -> &[String] {
        &self.copies
    }

    /// How many photographs the pictures belong to.
    #[must_use]
    pub fn photographs(&self) -> usize {
        let names: std::collections::BTreeSet<_> =
            self.pictures.iter().map(Picture::photograph).collect();
        names.len()
    }

    /// How many pictures the manifest does not know; they are neither trained on nor held out.
    /// `None` without a manifest.
    #[must_use]
    pub fn unlisted(&self) -> Option<usize> {
        let known = &self.splits.as_ref()?.known;
        let unknown = |picture: &&Picture| !known.contains_key(picture.photograph());
        Some(self.pictures.iter().filter(unknown).count())
    }

    /// SHA-256 over the names and bytes of all files that are used, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

fn decode(name: &str, bytes: &[u8], options: &DatasetOptions) -> Result<Picture, String> {
    let photo = Photo::decode(bytes, name).map_err(|e| e.to_string())?;
    let shorter = photo.width().min(photo.height());
    let too_small = |side: usize| {
        format!(
            "its shorter side is {side} pixels and {} are needed",
            options.smallest
        )
    };
    if shorter < options.smallest {
        return Err(too_small(shorter));
    }
    let named = (name, fingerprint::of_bytes(bytes));
    let picture = Picture::from_photo(named, &photo, options.longest);
    let shorter = picture.width().min(picture.height());
    if shorter < options.smallest {
        return Err(too_small(shorter));
    }
    Ok(picture)
}
