//! Several folders or archives of photographs, as if they were one.
//!
//! Each keeps its own grouping and its own manifest, and its names get its own name in front, so
//! that photographs of the same name in two archives stay two. What is held out in one is left
//! out of all others.

use std::collections::BTreeMap;

use diffusion::hex_sha256;

use super::{Dataset, Picture};
use crate::error::TrainerError;

impl Dataset {
    /// Joins datasets; one alone stays as it is.
    ///
    /// # Panics
    /// If there is none.
    fn joined(mut datasets: Vec<Self>) -> Self {
        let mut first = datasets.remove(0);
        if datasets.is_empty() {
            return first;
        }
        let mut fingerprints = first.fingerprint.clone();
        for other in datasets {
            first.pictures.extend(other.pictures);
            first.skipped.extend(other.skipped);
            first.copies.extend(other.copies);
            fingerprints.push_str(&other.fingerprint);
        }
        first.fingerprint = hex_sha256(fingerprints.as_bytes());
        first.splits = None;
        first
    }

    /// [`split`](Self::split) of each of several datasets, the parts joined.
    ///
    /// # Errors
    /// As [`split`](Self::split), of each of them.
    pub fn split_all(
        datasets: Vec<Self>,
        share: f64,
        seed: u64,
    ) -> Result<(Self, Self), TrainerError> {
        let several = datasets.len() > 1;
        let parts = named_apart(datasets)
            .into_iter()
            .map(|dataset| dataset.split(share, seed))
            .collect::<Result<Vec<_>, _>>()?;
        let (training, held_out): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let held_out = Self::joined(held_out);
        let training = Self::joined(training);
        if several {
            // A file of one may be held out in another.
            return training.with_held_out(held_out);
        }
        Ok((training, held_out))
    }

    /// [`with_held_out`](Self::with_held_out) for several datasets of either kind.
    ///
    /// # Errors
    /// As [`with_held_out`](Self::with_held_out), of each of them.
    pub fn with_all_held_out(
        datasets: Vec<Self>,
        held_out: Vec<Self>,
    ) -> Result<(Self, Self), TrainerError> {
        let held_out = Self::joined(named_apart(held_out));
        let training = named_apart(datasets)
            .into_iter()
            .map(|dataset| dataset.with_held_out(held_out.clone()))
            .map(|parts| Ok(parts?.0))
            .collect::<Result<Vec<_>, TrainerError>>()?;
        Ok((Self::joined(training), held_out))
    }
}

/// Puts the name of each dataset, made unique, before the names in it, if there are several.
fn named_apart(mut datasets: Vec<Dataset>) -> Vec<Dataset> {
    if datasets.len() < 2 {
        return datasets;
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for dataset in &mut datasets {
        let own = dataset.path.file_name();
        let own = own.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let times = taken.entry(own.clone()).or_default();
        *times += 1;
        let folder = match times {
            1 => own,
            times => format!("{own} ({times})"),
        };
        let rename = |picture: &mut Picture| picture.move_into(&folder);
        dataset.pictures.iter_mut().for_each(rename);
        if let Some(splits) = &mut dataset.splits {
            let known = std::mem::take(&mut splits.known);
            let moved = known.into_iter();
            splits.known = moved
                .map(|(name, split)| (format!("{folder}/{name}"), split))
                .collect();
        }
    }
    datasets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{DatasetOptions, Grouping};
    use imaging::{Depth, Photo, Planar, SaveOptions};
    use std::path::Path;

    /// Photographs `0.png` to `N.png`, each of a colour of its own.
    fn folder(path: &Path, colours: std::ops::Range<usize>) -> Dataset {
        std::fs::create_dir_all(path).expect("writable");
        for (number, colour) in colours.enumerate() {
            let mut picture = Planar::new(16, 16);
            picture.data.fill(colour as f32 / 64.0);
            let photo = Photo::from_planar(&picture, Depth::Eight);
            let path = path.join(format!("{number}.png"));
            imaging::save(&photo, &path, &SaveOptions::default()).expect("writable");
        }
        let options = DatasetOptions {
            grouping: Grouping::Files,
            smallest: 16,
            ..DatasetOptions::default()
        };
        Dataset::open(path, &options, |_, _| {}).expect("readable")
    }

    #[test]
    fn two_are_one_and_stay_apart() {
        let scratch = tempfile::tempdir().expect("scratch");
        let at = |name: &str| scratch.path().join(name);
        let (one, two) = (folder(&at("a/x"), 0..4), folder(&at("b/x"), 4..10));
        let alone = one.fingerprint().to_owned();
        let (training, held_out) =
            Dataset::split_all(vec![one.clone(), two.clone()], 0.3, 0).expect("enough");
        assert_eq!(training.pictures().len() + held_out.pictures().len(), 10);
        let names = training.pictures().iter().chain(held_out.pictures());
        let names: std::collections::BTreeSet<_> = names.map(Picture::photograph).collect();
        assert_eq!(names.len(), 10, "{names:?}");
        assert_ne!(training.fingerprint(), alone);
        // One alone is what it always was, so that runs of old go on.
        let (single, _) = Dataset::split_all(vec![one.clone()], 0.3, 0).expect("enough");
        assert_eq!(single.fingerprint(), alone);
        assert_eq!(single.pictures()[0].name().len(), "0.png".len());
    }

    #[test]
    fn what_one_holds_out_no_other_trains_on() {
        let scratch = tempfile::tempdir().expect("scratch");
        let at = |name: &str| scratch.path().join(name);
        let (one, two) = (folder(&at("one"), 0..4), folder(&at("two"), 2..8));
        let held_out = [folder(&at("three"), 7..9), folder(&at("four"), 0..1)];
        let (training, held_out) =
            Dataset::with_all_held_out(vec![one.clone(), two.clone()], held_out.into())
                .expect("enough is left");
        assert_eq!(training.pictures().len(), 8);
        assert_eq!(held_out.pictures().len(), 3);
        assert_eq!(training.copies().len(), 2);
        // Colours 2 and 3 are in both: wherever they are held out, they are not trained on.
        for seed in 0..4 {
            let both = vec![one.clone(), two.clone()];
            let (training, held_out) = Dataset::split_all(both, 0.5, seed).expect("enough");
            for picture in held_out.pictures() {
                let same = |other: &&Picture| other.digest() == picture.digest();
                assert_eq!(training.pictures().iter().filter(same).count(), 0);
            }
        }
    }
}
