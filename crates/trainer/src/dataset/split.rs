//! Which photographs are held out.
//!
//! A photograph is held out by a hash of its name and the seed, so the choice does not depend on
//! the order of files, and adding photographs moves none of the old ones. A manifest's word
//! counts for more. A file that is held out is not trained on, whatever it is called there.

use std::collections::{BTreeSet, HashSet};

use sha2::{Digest, Sha256};

use super::manifest::Splits;
use super::{Dataset, Picture};
use crate::error::TrainerError;

impl Dataset {
    /// Divides the photographs into those to train on and those held out. With a manifest its
    /// `split` column decides: `train`; `val`, `valid` or `validation`; anything else is in
    /// neither part. Otherwise about `share` of the photographs are held out, at least one.
    ///
    /// # Errors
    /// [`TrainerError::Dataset`] if either part would be empty, or if the manifest knows none of
    /// the photographs.
    pub fn split(self, share: f64, seed: u64) -> Result<(Self, Self), TrainerError> {
        let (training, held_out) = match &self.splits {
            Some(splits) => {
                self.check_known(splits)?;
                let chosen = |wanted| by_manifest(splits, wanted);
                (chosen(is_training), chosen(is_validation))
            }
            None => {
                let held_out = by_hash(self.pictures(), share, seed);
                let names = self.pictures().iter().map(Picture::photograph);
                let others = names.filter(|name| !held_out.contains(*name));
                (others.map(str::to_owned).collect(), held_out)
            }
        };
        for (part, names) in [("train on", &training), ("hold out", &held_out)] {
            if names.is_empty() {
                let found = self.photographs();
                return Err(TrainerError::Dataset {
                    path: self.path.clone(),
                    reason: format!(
                        "of {found} photographs none is left to {part}; two or more are needed \
                         (are all of them taken for tiles of one? then say --group files), or \
                         name other photographs with --held-out"
                    ),
                });
            }
        }
        let held_out = self.only(&held_out);
        Ok((self.only(&training).apart_from(&held_out)?, held_out))
    }

    /// Holds out all of another dataset, and leaves what is in it out of this one. With a
    /// manifest only what is to be trained on stays.
    ///
    /// # Errors
    /// [`TrainerError::Dataset`] if nothing would be left, or if the manifest knows none of the
    /// photographs.
    pub fn with_held_out(self, held_out: Self) -> Result<(Self, Self), TrainerError> {
        let training = match &self.splits {
            Some(splits) => {
                self.check_known(splits)?;
                self.only(&by_manifest(splits, is_training))
            }
            None => self,
        };
        Ok((training.apart_from(&held_out)?, held_out))
    }

    /// Leaves out what is held out.
    fn apart_from(mut self, held_out: &Self) -> Result<Self, TrainerError> {
        let digests: HashSet<_> = held_out.pictures.iter().map(Picture::digest).collect();
        let (copies, pictures): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pictures)
            .into_iter()
            .partition(|picture| digests.contains(picture.digest()));
        if pictures.is_empty() {
            return Err(TrainerError::Dataset {
                path: self.path,
                reason: "none is left to train on: all that could be are held out as well; hold \
                         out other photographs"
                    .to_owned(),
            });
        }
        self.pictures = pictures;
        self.copies
            .extend(copies.iter().map(|p| p.name().to_owned()));
        Ok(self)
    }

    /// A manifest that knows nothing here is another one's, or names photographs otherwise; to
    /// hold out something else in silence would be no answer.
    fn check_known(&self, splits: &Splits) -> Result<(), TrainerError> {
        if !splits.known.is_empty() {
            return Ok(());
        }
        let such_as = self.pictures.first().map_or("", Picture::photograph);
        Err(TrainerError::Dataset {
            path: self.path.clone(),
            reason: format!(
                "{} names none of them (the first is `{such_as}`); correct its column `photo` or \
                 `file`, or take the table away",
                splits.path.display()
            ),
        })
    }

    /// The pictures of some photographs. The fingerprint stays that of the whole.
    fn only(&self, photographs: &BTreeSet<String>) -> Self {
        let mut pictures = self.pictures.clone();
        pictures.retain(|picture| photographs.contains(picture.photograph()));
        Self {
            path: self.path.clone(),
            pictures,
            skipped: self.skipped.clone(),
            copies: Vec::new(),
            fingerprint: self.fingerprint.clone(),
            splits: None,
        }
    }
}

fn is_training(split: &str) -> bool {
    split == "train"
}

fn is_validation(split: &str) -> bool {
    split.starts_with("val")
}

fn by_manifest(splits: &Splits, wanted: fn(&str) -> bool) -> BTreeSet<String> {
    let chosen = splits.known.iter().filter(|(_, split)| wanted(split));
    chosen.map(|(name, _)| name.clone()).collect()
}

fn by_hash(pictures: &[Picture], share: f64, seed: u64) -> BTreeSet<String> {
    let names: BTreeSet<&str> = pictures.iter().map(Picture::photograph).collect();
    let places: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (place(name, seed), name))
        .collect();
    let mut chosen: BTreeSet<String> = places
        .iter()
        .filter(|(place, _)| *place < share)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    if chosen.is_empty() && places.len() > 1 {
        let first = places.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        chosen.extend(first.map(|(_, name)| (*name).to_owned()));
    }
    chosen
}

/// Where a photograph stands between 0 and 1.
fn place(name: &str, seed: u64) -> f64 {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(name.as_bytes());
    let digest = hasher.finalize();
    let first: [u8; 8] = digest[..8].try_into().expect("a digest has 32 bytes");
    u64::from_le_bytes(first) as f64 / 2_f64.powi(64)
}
