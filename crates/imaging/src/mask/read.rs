//! A mask as it was read from a picture: what to restore, by which reading, and a soft rim.
//!
//! A soft rim is restored with the rest, since what lies under it is damage: every pixel marked by
//! more than [`FAINT`] is sampled, and from [`WHOLE`] on the result alone is taken. Below that, result
//! and photo are mixed in proportion. Two kinds of softness are none: the ringing of JPEG is cut off
//! at a quarter, and a picture that is soft over more than a quarter of its area is cut at one half.

use std::path::Path;

use super::reading::{Choice, MaskReading, Scale, choose};
use super::survey::Survey;
use super::{KEEP, Mask, RESTORE};
use crate::{ImagingError, Photo, Rect};

/// Marked by at most this much, of 255, is not marked.
const FAINT: u8 = 2;
/// Marked by this much, of 255, is replaced entirely.
const WHOLE: u8 = 16;
/// Where a JPEG's edges are cut.
const RINGING: u8 = 64;

/// A mask with how it was understood.
#[derive(Clone, Debug)]
pub struct ReadMask {
    /// Every pixel that is to be sampled, the rim included.
    pub mask: Mask,
    /// What marks in the picture.
    pub reading: MaskReading,
    /// Why, as a clause about the picture: "it is paint on transparency".
    pub because: &'static str,
    /// Whether another reading was possible and nobody said which.
    pub doubtful: bool,
    rim: Option<Rim>,
}

/// The soft part of a mask.
#[derive(Clone, Debug)]
struct Rim {
    bounds: Rect,
    /// How much of the result a pixel of `bounds` takes; 0 for pixels that are not of the rim.
    weights: Vec<u8>,
}

impl ReadMask {
    /// Opens a picture and reads it as [`ReadMask::of`].
    ///
    /// # Errors
    /// As [`Photo::open`] and [`ReadMask::of`].
    pub fn open(path: &Path, reading: Option<MaskReading>) -> Result<Self, ImagingError> {
        let photo = Photo::open(path)?;
        Self::of(&photo, &path.display().to_string(), reading)
    }

    /// Reads a picture by `reading`, or by the rule of [`MaskReading`] if that is `None`. `name` is
    /// the picture's, for messages.
    ///
    /// # Errors
    /// [`ImagingError::Mask`] if nothing in it is marked.
    pub fn of(
        photo: &Photo,
        name: &str,
        reading: Option<MaskReading>,
    ) -> Result<Self, ImagingError> {
        let refuse = |reason| ImagingError::Mask {
            name: name.to_owned(),
            reason,
        };
        let survey = Survey::of(photo, name)?;
        let choice = match reading {
            Some(reading) => Choice {
                reading,
                because: "that is what was asked for",
                doubtful: false,
            },
            None => choose(&survey).map_err(refuse)?,
        };
        let weights = weights(&survey, choice.reading);
        let read = Self::from_weights(&survey, &weights, &choice);
        if read.mask.is_empty() {
            let part = choice.reading.part();
            let (value, full) = survey.brightest;
            return Err(refuse(format!(
                "{part} would be restored, and there is none (its brightest value is {value} of {full})"
            )));
        }
        Ok(read)
    }

    fn from_weights(survey: &Survey, weights: &[u8], choice: &Choice) -> Self {
        let soft = weights
            .iter()
            .filter(|w| (WHOLE..=240).contains(*w))
            .count();
        let (cut, rimmed) = if 4 * soft > weights.len() {
            (128, false)
        } else if survey.lossy {
            (RINGING, false)
        } else {
            (FAINT + 1, true)
        };
        let marked = |w: &u8| if *w >= cut { RESTORE } else { KEEP };
        let mask = Mask {
            width: survey.width,
            height: survey.height,
            data: weights.iter().map(marked).collect(),
        };
        let rim = if rimmed { rim(&mask, weights) } else { None };
        Self {
            mask,
            reading: choice.reading,
            because: choice.because,
            doubtful: choice.doubtful,
            rim,
        }
    }

    /// A mask that needs no reading.
    #[must_use]
    pub fn plain(mask: Mask, reading: MaskReading, because: &'static str) -> Self {
        Self {
            mask,
            reading,
            because,
            doubtful: false,
            rim: None,
        }
    }

    /// The part of the picture that is to be restored, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.mask.count() as f64 / self.mask.bounds().area().max(1) as f64
    }

    /// A sentence about the reading where another was possible; none where it is obvious.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        self.doubtful.then(|| {
            format!(
                "{}, so {} is restored ({} of the photo)",
                self.because,
                self.reading.part(),
                percent(self.share())
            )
        })
    }

    /// A sentence where more than half of the photo would be restored.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        (self.share() > 0.5).then(|| {
            format!(
                "{} of the photo is marked to be restored, more than half; if the mask is the wrong \
                 way round, read it the other way",
                percent(self.share())
            )
        })
    }

    /// The other readings that mark something but not everything, each with the part it marks: what a
    /// dialog offers. One pass over the picture for each.
    #[must_use]
    pub fn alternatives(&self, photo: &Photo) -> Vec<(MaskReading, f64)> {
        let others = MaskReading::ALL.into_iter().filter(|r| *r != self.reading);
        let read = |reading| Some((reading, Self::of(photo, "", Some(reading)).ok()?.share()));
        others
            .filter_map(read)
            .filter(|(_, share)| *share < 1.0)
            .collect()
    }

    /// Mixes `restored` with `original` under the soft rim. Does nothing where sizes differ, as after
    /// an enlargement, or where the mask has hard edges.
    pub fn soften(&self, restored: &mut Photo, original: &Photo) {
        let Some(rim) = &self.rim else { return };
        if restored.bounds() != original.bounds() || self.mask.bounds() != original.bounds() {
            return;
        }
        let result = restored.planar(rim.bounds);
        restored.blend(rim.bounds, &result, &rim.weights, original);
    }

    /// How much of the result each pixel takes, row by row, 0 to 255: the opacity of a layer that holds
    /// the result alone.
    #[must_use]
    pub fn opacity(&self) -> Vec<u8> {
        let mut opacity = self.mask.data().to_vec();
        if let Some(rim) = &self.rim {
            let width = self.mask.width();
            for (i, weight) in rim.weights.iter().enumerate().filter(|(_, w)| **w > 0) {
                let (x, y) = (i % rim.bounds.width, i / rim.bounds.width);
                opacity[(rim.bounds.y + y) * width + rim.bounds.x + x] = *weight;
            }
        }
        opacity
    }
}

fn weights(survey: &Survey, reading: MaskReading) -> Vec<u8> {
    let scale = Scale::of(survey);
    let pixels = survey.rgba.chunks_exact(4);
    pixels.map(|pixel| reading.weight(pixel, &scale)).collect()
}

/// The pixels of the mask that mix result and photo.
fn rim(mask: &Mask, weights: &[u8]) -> Option<Rim> {
    let faint = |w: u8| w > FAINT && w < WHOLE;
    let data = weights
        .iter()
        .map(|w| if faint(*w) { RESTORE } else { KEEP });
    let soft = Mask {
        data: data.collect(),
        ..*mask
    };
    let bounds = soft.bounding_box()?;
    let mixed = |w: u8| {
        if faint(w) {
            (u16::from(w) * 255 / u16::from(WHOLE)) as u8
        } else {
            0
        }
    };
    let rows = (bounds.y..bounds.bottom()).flat_map(|y| {
        let row = y * mask.width;
        &weights[row + bounds.x..row + bounds.right()]
    });
    Some(Rim {
        bounds,
        weights: rows.map(|w| mixed(*w)).collect(),
    })
}

/// Such as `4 %`, or `0.3 %`.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent < 1.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

#[cfg(test)]
mod tests;
