//! What a person says of the folder that is to be restored.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{BatchRequest, Masks, Pair};
use imaging::Mask;

use crate::mask::document::{Document, Source};
use crate::outside::full_path;

/// Where masks come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MaskChoice {
    /// Each photo has one, found by its name in a folder.
    #[default]
    ByName,
    /// One file for all.
    File,
    /// What is painted on the open photo, for all.
    Painted,
}

/// A path of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchPath {
    /// The folder of photos.
    Photos,
    /// The folder of masks.
    Masks,
    /// The one mask.
    Mask,
    /// The folder for the results.
    Output,
}

/// What is in the folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Survey {
    /// It is not said which.
    #[default]
    Nothing,
    /// It is being looked over.
    Reading,
    /// Its photos with what belongs to each, and whether its result is there already.
    Known(Arc<[(Pair, bool)]>),
    /// Why it cannot be restored, in a sentence.
    Refused(String),
}

/// How many photos there are, by what would become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// To be restored.
    pub ready: usize,
    /// Left alone, because their results are there.
    pub there: usize,
    /// That cannot be restored.
    pub obstructed: usize,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchForm {
    /// The folder of photos as typed.
    pub photos: String,
    /// Where masks come from.
    pub by: MaskChoice,
    /// The folder of masks as typed.
    pub masks: String,
    /// The one mask as typed.
    pub mask: String,
    /// What the name of a mask has after that of its photo.
    pub suffix: String,
    /// The folder for the results as typed.
    pub output: String,
    /// Whether to restore again what is there.
    pub again: bool,
    /// What is in the folder.
    pub survey: Survey,
    chosen_masks: bool,
    chosen_output: bool,
}

impl BatchForm {
    /// A form that says nothing yet begins in the folder of the open photo.
    pub(crate) fn begin(&mut self, document: Option<&Document>) {
        let folder = match document.map(|document| &document.source) {
            Some(Source::File(path)) => path.parent(),
            _ => None,
        };
        if let (true, Some(folder)) = (self.photos.trim().is_empty(), folder) {
            self.set_path(BatchPath::Photos, folder.display().to_string());
        }
    }

    pub(crate) fn set_path(&mut self, which: BatchPath, path: String) {
        let said = !path.trim().is_empty();
        match which {
            BatchPath::Photos => {
                self.photos = path;
                self.suggest();
            }
            BatchPath::Masks => (self.masks, self.chosen_masks) = (path, said),
            BatchPath::Mask => self.mask = path,
            BatchPath::Output => (self.output, self.chosen_output) = (path, said),
        }
    }

    /// What is usual for a folder of photos, where the person has not said otherwise.
    fn suggest(&mut self) {
        let photos = full_path(&self.photos);
        let within = |name: &str| {
            if photos.as_os_str().is_empty() {
                String::new()
            } else {
                photos.join(name).display().to_string()
            }
        };
        if !self.chosen_masks {
            self.masks = within("masks");
        }
        if !self.chosen_output {
            self.output = within("restored");
        }
    }

    /// A path with `~` spelled out.
    pub(crate) fn full_path(&self, which: BatchPath) -> PathBuf {
        full_path(match which {
            BatchPath::Photos => &self.photos,
            BatchPath::Masks => &self.masks,
            BatchPath::Mask => &self.mask,
            BatchPath::Output => &self.output,
        })
    }

    /// What is to be looked over, or why it cannot be yet. `masked` is whether the task needs masks,
    /// `painted` the mask on the open photo, if anything is painted.
    pub(crate) fn request(
        &self,
        masked: bool,
        painted: Option<Arc<Mask>>,
    ) -> Result<BatchRequest, Survey> {
        let photos = self.full_path(BatchPath::Photos);
        let refused = |reason: &str| Err(Survey::Refused(reason.to_owned()));
        if photos.as_os_str().is_empty() {
            return Err(Survey::Nothing);
        }
        if !photos.is_dir() {
            return refused("There is no such folder of photos.");
        }
        let named = |which, reason: &str| {
            let path = self.full_path(which);
            if path.as_os_str().is_empty() {
                return Err(Survey::Refused(reason.to_owned()));
            }
            Ok(Masks::At(path))
        };
        let masks = match (masked, self.by) {
            (false, _) => Masks::Without,
            (true, MaskChoice::ByName) => named(BatchPath::Masks, "Say where the masks are.")?,
            (true, MaskChoice::File) => named(BatchPath::Mask, "Say which mask to use.")?,
            (true, MaskChoice::Painted) => match painted {
                Some(mask) => Masks::Given(mask),
                None => return refused("Nothing is painted on the open photo."),
            },
        };
        let by_name = masked && self.by == MaskChoice::ByName;
        Ok(BatchRequest {
            photos: vec![photos],
            masks,
            suffix: if by_name {
                self.suffix.trim().to_owned()
            } else {
                String::new()
            },
            output: self.full_path(BatchPath::Output),
            ..BatchRequest::default()
        })
    }

    /// How many photos there are; `None` while that is not known.
    #[must_use]
    pub fn tally(&self) -> Option<Tally> {
        let Survey::Known(pairs) = &self.survey else {
            return None;
        };
        let mut tally = Tally::default();
        for (pair, there) in pairs.iter() {
            match (&pair.obstacle, *there && !self.again) {
                (Some(_), _) => tally.obstructed += 1,
                (None, true) => tally.there += 1,
                (None, false) => tally.ready += 1,
            }
        }
        Some(tally)
    }

    /// Why the folder cannot be restored yet.
    pub(crate) fn obstacle(&self) -> Option<String> {
        let reason = match (&self.survey, self.tally()) {
            (Survey::Nothing, _) => "Say where the photos are",
            (Survey::Reading, _) => "One moment",
            (Survey::Refused(reason), _) => reason,
            (Survey::Known(_), _) if self.output.trim().is_empty() => {
                "Say where to keep the results"
            }
            (
                Survey::Known(_),
                Some(Tally {
                    ready: 0, there, ..
                }),
            ) if there > 0 => "Every result is there already",
            (Survey::Known(_), Some(Tally { ready: 0, .. })) => "No photo can be restored",
            (Survey::Known(_), _) => return None,
        };
        Some(reason.to_owned())
    }
}

/// A photo's name, for people.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
