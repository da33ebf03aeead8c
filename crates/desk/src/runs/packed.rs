//! A run's pictures as they lie in a session file: only what differs from the photo, in little room.
//!
//! Changed pixels are stored as a strip, a picture of at most [`STRIP`] columns that holds them in
//! the order of their rows, beside the place they belong to (see [`Place`]). Samples of 8 and 16 bits
//! come back bit for bit; floats, which pictures would clip, are stored as they are.

use std::sync::Arc;

use engine::{Estimate, Start};
use imaging::{Depth, FileFormat, ImagingError, Photo, Planar, Rect, SaveOptions};

use super::Kept;
use crate::photo::changed::Place;
use crate::photo::content::Content;

/// Columns of a strip.
const STRIP: usize = 1024;

/// The bytes of one entry of the archive, and the ending of its name.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) ending: &'static str,
    pub(crate) bytes: Arc<[u8]>,
}

/// A picture.
#[derive(Clone, Debug)]
pub(crate) enum Picture {
    /// As a file of its own.
    Whole(Entry),
    /// What differs from the photo: where, and the values.
    Patched(Entry, Entry),
}

/// Estimates of windows, each with its level of noise.
pub(crate) type Estimates = Vec<(Rect, f64, Entry)>;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    pub(crate) picture: Option<Picture>,
    pub(crate) mask: Option<Entry>,
    pub(crate) start: Option<Estimates>,
    pub(crate) reached: Option<Estimates>,
}

impl Packed {
    /// Packs a run. What cannot be encoded is left out, with a line in the log: a run without its
    /// picture is better than none.
    pub(crate) fn of(run: &Kept) -> Self {
        let kept = |packed: Result<_, ImagingError>| {
            packed
                .inspect_err(
                    |error| tracing::warn!(%error, run = %run.id, "left out of the session"),
                )
                .ok()
        };
        let estimates = |start: &Option<Arc<Start>>| {
            let start = start.as_ref()?;
            start.estimates.iter().map(estimate).collect::<Result<_, _>>()
                .inspect_err(|error: &ImagingError| tracing::warn!(%error, run = %run.id, "left out of the session"))
                .ok()
        };
        Self {
            picture: run.content.as_ref().and_then(|c| kept(Picture::of(c))),
            mask: run.mask.as_ref().map(|mask| place(&Place::of_mask(mask))),
            start: estimates(&run.start),
            reached: estimates(&run.reached),
        }
    }

    /// One that only takes room.
    #[cfg(test)]
    pub(crate) fn of_size(bytes: usize) -> Self {
        Self {
            mask: Some(Entry {
                ending: "place",
                bytes: vec![7; bytes].into(),
            }),
            ..Self::default()
        }
    }

    /// Memory it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let estimates = [&self.start, &self.reached].into_iter().flatten().flatten();
        let estimates: usize = estimates.map(|(_, _, entry)| entry.bytes.len()).sum();
        self.picture.as_ref().map_or(0, Picture::bytes)
            + self.mask.as_ref().map_or(0, |mask| mask.bytes.len())
            + estimates
    }
}

impl Picture {
    /// Packs a picture.
    ///
    /// # Errors
    /// [`ImagingError::Encode`] where it is too large for its format.
    pub(crate) fn of(content: &Content) -> Result<Self, ImagingError> {
        Ok(match content {
            Content::Whole(photo) => Self::Whole(whole(photo)?),
            Content::Patched(photo, changed) => {
                let values = values(changed.values(), photo.depth())?;
                Self::Patched(place(&changed.place()), values)
            }
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Whole(entry) => entry.bytes.len(),
            Self::Patched(place, values) => place.bytes.len() + values.bytes.len(),
        }
    }
}

/// A lossless file of a photo.
pub(crate) fn whole(photo: &Photo) -> Result<Entry, ImagingError> {
    // PNG has no floats, and no channel such as a scanner's infrared.
    let deep = photo.depth() == Depth::Float || photo.extra_channels() > 0;
    let (format, ending) = if deep {
        (FileFormat::Tiff, "tiff")
    } else {
        (FileFormat::Png, "png")
    };
    let bytes = imaging::encode(photo, format, &SaveOptions::default())?;
    Ok(Entry {
        ending,
        bytes: bytes.into(),
    })
}

fn place(place: &Place) -> Entry {
    Entry {
        ending: "place",
        bytes: place.to_bytes().into(),
    }
}

fn estimate(estimate: &Estimate) -> Result<(Rect, f64, Entry), ImagingError> {
    let window = estimate.window;
    let photo = match &estimate.picture {
        engine::Picture::Exact(picture) => Photo::from_planar(picture, Depth::Float),
        engine::Picture::Eight(rgba) => Photo::from_rgba8(window.width, window.height, rgba)?,
    };
    Ok((window, estimate.level, whole(&photo)?))
}

fn values(values: &[[f32; 3]], depth: Depth) -> Result<Entry, ImagingError> {
    if depth == Depth::Float || values.is_empty() {
        let bytes = values.iter().flatten().flat_map(|v| v.to_le_bytes());
        return Ok(Entry {
            ending: "f32",
            bytes: bytes.collect(),
        });
    }
    let width = values.len().min(STRIP);
    let mut strip = Planar::new(width, values.len().div_ceil(width));
    let plane = strip.width * strip.height;
    for (i, value) in values.iter().enumerate() {
        for (channel, value) in value.iter().enumerate() {
            strip.data[channel * plane + i] = *value;
        }
    }
    whole(&Photo::from_planar(&strip, depth))
}

/// The values of so many pixels; `None` if the bytes are something else. `entry` is the name, whose
/// ending tells how they are stored.
pub(crate) fn read_values(entry: &str, bytes: &[u8], pixels: usize) -> Option<Vec<[f32; 3]>> {
    if entry.ends_with(".f32") {
        let wanted = pixels.checked_mul(12)?;
        let number = |four: &[u8]| Some(f32::from_le_bytes(four.try_into().ok()?));
        return (bytes.len() == wanted)
            .then(|| {
                let pixels = bytes.chunks_exact(12);
                pixels
                    .map(|p| Some([number(&p[..4])?, number(&p[4..8])?, number(&p[8..])?]))
                    .collect()
            })
            .flatten();
    }
    let strip = Photo::decode(bytes, entry).ok()?;
    let strip = strip.planar(strip.bounds());
    let plane = strip.width * strip.height;
    let channel = |c: usize, i: usize| strip.data[c * plane + i];
    (pixels <= plane).then(|| {
        (0..pixels)
            .map(|i| [channel(0, i), channel(1, i), channel(2, i)])
            .collect()
    })
}
