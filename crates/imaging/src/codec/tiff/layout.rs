//! How a page's samples are stored, from its tags; what is not read is refused here, by name.

use crate::{
    codec::Fault,
    metadata::ifd::{self, Entry, Form, Order},
};

/// What the samples are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Eight,
    Sixteen,
    Float,
}

/// What the colour channels mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colors {
    /// Gray, where 0 is white.
    Inverted,
    Gray,
    Rgb,
    Palette,
    YCbCr,
}

/// What a channel beyond the colours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// Alpha, by which the colours are multiplied.
    Associated,
    Alpha,
    /// Anything else.
    Other,
}

/// The tags that matter for pixels.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) order: Order,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bits: usize,
    pub(super) float: bool,
    /// Channels in the file.
    pub(super) samples: usize,
    pub(super) colors: Colors,
    pub(super) beyond: Vec<Beyond>,
    /// Each channel apart.
    pub(super) planes: bool,
    pub(super) compression: u64,
    pub(super) predictor: u64,
    /// The bits of each byte from the last to the first.
    pub(super) reversed: bool,
    /// Width and height of a strip or tile.
    pub(super) part: (usize, usize),
    pub(super) tiled: bool,
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
    /// Red, green and blue of each index, one after the other.
    pub(super) palette: Vec<u16>,
    /// Luma samples for one of chroma, across and down.
    pub(super) subsampling: (usize, usize),
    /// The shares of red, green and blue in luma.
    pub(super) coefficients: [f64; 3],
    /// Black and white of luma and chroma.
    pub(super) reference: [f64; 6],
    pub(super) jpeg_tables: Vec<u8>,
}

struct Tags(Vec<Entry>);

impl Tags {
    fn number(&self, tag: u16, otherwise: u64) -> u64 {
        let entry = ifd::find(&self.0, tag);
        entry.and_then(Entry::number).unwrap_or(otherwise)
    }

    fn numbers(&self, tag: u16) -> Vec<u64> {
        let entry = ifd::find(&self.0, tag);
        entry.map_or_else(Vec::new, |entry| entry.numbers().collect())
    }

    /// A list whose values agree; `None` where they do not.
    fn uniform(&self, tag: u16, otherwise: u64) -> Option<u64> {
        let all = self.numbers(tag);
        let first = *all.first().unwrap_or(&otherwise);
        all.iter().all(|value| *value == first).then_some(first)
    }

    fn fractions<const N: usize>(&self, tag: u16, otherwise: [f64; N]) -> [f64; N] {
        let entry = ifd::find(&self.0, tag);
        let found: Vec<f64> = entry.map_or_else(Vec::new, |entry| entry.fractions().collect());
        let sound = found.iter().all(|value| value.is_finite());
        found
            .first_chunk()
            .copied()
            .filter(|_| sound)
            .unwrap_or(otherwise)
    }
}

fn side(value: u64) -> Result<usize, Fault> {
    u32::try_from(value)
        .ok()
        .and_then(|value| usize::try_from(value).ok())
        .ok_or_else(|| Fault::damaged("a size in its header is impossible"))
}

impl Layout {
    /// Of the directory at a place.
    pub(super) fn of(file: &[u8], at: usize) -> Result<Self, Fault> {
        let none = || Fault::damaged("it has no directory of tags");
        let form = Form::of(file).ok_or_else(none)?;
        let tags = Tags(form.directory(file, at).ok_or_else(none)?);
        let (width, height) = (side(tags.number(256, 0))?, side(tags.number(257, 0))?);
        let samples = side(tags.number(277, 1))?;
        let colors = colors(tags.number(262, 1), samples)?;
        let (bits, float) = numbers(&tags)?;
        let tiled = !tags.numbers(322).is_empty();
        let part = if tiled {
            (side(tags.number(322, 0))?, side(tags.number(323, 0))?)
        } else {
            let rows = tags.number(278, u64::MAX).min(height as u64);
            (width, side(rows)?)
        };
        let (offsets, lengths) = if tiled { (324, 325) } else { (273, 279) };
        let subsampling = tags.numbers(530);
        let step = |index: usize| subsampling.get(index).map_or(Ok(2), |value| side(*value));
        let jpeg_tables = ifd::find(&tags.0, 347).map(|entry| entry.data.clone());
        let layout = Self {
            order: form.order,
            width,
            height,
            bits,
            float,
            samples,
            colors,
            beyond: beyond(&tags, colors, samples)?,
            planes: tags.number(284, 1) == 2 && samples > 1,
            compression: tags.number(259, 1),
            predictor: tags.number(317, 1),
            reversed: tags.number(266, 1) == 2,
            part,
            tiled,
            offsets: tags.numbers(offsets),
            lengths: tags.numbers(lengths),
            palette: tags
                .numbers(320)
                .into_iter()
                .map(|value| u16::try_from(value).unwrap_or(u16::MAX))
                .collect(),
            subsampling: (step(0)?, step(1)?),
            coefficients: tags.fractions(529, [0.299, 0.587, 0.114]),
            reference: tags.fractions(532, [0.0, 255.0, 128.0, 255.0, 128.0, 255.0]),
            jpeg_tables: jpeg_tables.unwrap_or_default(),
        };
        layout.check()?;
        Ok(layout)
    }

    fn check(&self) -> Result<(), Fault> {
        let refuse = |what: &str| Err(Fault::Unsupported(refusal(what)));
        if self.width == 0 || self.height == 0 {
            // The size is refused by its own message.
            return Ok(());
        }
        if self.part.0 == 0 || self.part.1 == 0 {
            return Err(Fault::damaged("a size in its header is impossible"));
        }
        if let Some(what) = compression(self.compression) {
            return refuse(what);
        }
        let whole = matches!(self.bits, 8 | 16 | 32 | 64);
        match self.predictor {
            1 => {}
            2 if whole && !self.float => {}
            3 if self.float => {}
            _ => return refuse("its prediction of samples (predictor)"),
        }
        if self.compression == 7 && (self.bits != 8 || self.float) {
            return refuse("JPEG data of more than 8 bits in TIFF");
        }
        if matches!(self.compression, 3 | 4) && (self.bits != 1 || self.samples != 1) {
            return Err(Fault::damaged("fax data have one bit for each pixel"));
        }
        if self.colors == Colors::YCbCr {
            let (across, down) = self.subsampling;
            let sound = matches!(across, 1 | 2 | 4) && matches!(down, 1 | 2 | 4);
            if self.bits != 8 || self.float || self.samples != 3 || self.planes || !sound {
                return refuse("this kind of YCbCr colour");
            }
        }
        if self.colors == Colors::Palette {
            let entries = 3_usize << self.bits.min(16);
            if self.bits > 16 || self.float || self.palette.len() < entries {
                return Err(Fault::damaged("its palette is too short"));
            }
        }
        Ok(())
    }

    /// What the samples are read as. A palette's colours have 8 bits.
    pub(super) fn target(&self) -> Target {
        match self.bits {
            _ if self.float => Target::Float,
            17.. => Target::Float,
            // The index of a palette is looked up where samples become pixels.
            9.. => Target::Sixteen,
            _ => Target::Eight,
        }
    }

    /// Channels of the picture.
    pub(super) fn channels_out(&self) -> usize {
        let gray = matches!(self.colors, Colors::Gray | Colors::Inverted);
        let colors = if gray && self.target() != Target::Float {
            1
        } else {
            3
        };
        colors + usize::from(self.alpha().is_some())
    }

    /// Which of the channels is alpha.
    pub(super) fn alpha(&self) -> Option<usize> {
        let place = self.beyond.iter().position(|kind| *kind != Beyond::Other)?;
        Some(self.colors_in() + place)
    }

    /// Colour channels in the file.
    pub(super) fn colors_in(&self) -> usize {
        self.samples - self.beyond.len()
    }
}

fn refusal(what: &str) -> String {
    format!(
        "Tweedie does not read {what}; convert it first, for example with `magick photo.tif photo.png`"
    )
}

fn colors(photometric: u64, samples: usize) -> Result<Colors, Fault> {
    let (colors, needed) = match photometric {
        0 => (Colors::Inverted, 1),
        1 | 4 => (Colors::Gray, 1),
        2 => (Colors::Rgb, 3),
        3 => (Colors::Palette, 1),
        5 => return Err(super::super::jpeg::inks()),
        6 => (Colors::YCbCr, 3),
        8..=10 => return Err(Fault::Unsupported(refusal("Lab colour in TIFF"))),
        32844 | 32845 => return Err(Fault::Unsupported(refusal("LogLuv colour in TIFF"))),
        _ => return Err(Fault::Unsupported(refusal("its kind of colours"))),
    };
    if samples < needed || samples > 64 {
        return Err(Fault::damaged("its channels do not fit its colours"));
    }
    Ok(colors)
}

/// Bits of a sample, and whether it is a float.
fn numbers(tags: &Tags) -> Result<(usize, bool), Fault> {
    let mixed = || Fault::Unsupported(refusal("channels of different depths in TIFF"));
    let bits = side(tags.uniform(258, 1).ok_or_else(mixed)?)?;
    let float = match tags.uniform(339, 1).ok_or_else(mixed)? {
        1 | 4 => false,
        3 => true,
        2 => return Err(Fault::Unsupported(refusal("numbers with a sign in TIFF"))),
        _ => return Err(Fault::Unsupported(refusal("its kind of numbers"))),
    };
    let read = if float {
        matches!(bits, 16 | 24 | 32 | 64)
    } else {
        matches!(bits, 1..=16 | 32 | 64)
    };
    if !read {
        let kind = if float { "floats" } else { "whole numbers" };
        return Err(Fault::Unsupported(refusal(&format!(
            "TIFF with {kind} of {bits} bits"
        ))));
    }
    Ok((bits, float))
}

/// What the channels after the colours are. Without the tag none of them is alpha.
fn beyond(tags: &Tags, colors: Colors, samples: usize) -> Result<Vec<Beyond>, Fault> {
    let first = match colors {
        Colors::Rgb | Colors::YCbCr => 3,
        _ => 1,
    };
    let said = tags.numbers(338);
    let count = samples.saturating_sub(first);
    let mut found = false;
    let kind = |index: usize| {
        let alpha = !found;
        match said.get(index) {
            Some(1) if alpha => {
                found = true;
                Beyond::Associated
            }
            Some(2) if alpha => {
                found = true;
                Beyond::Alpha
            }
            _ => Beyond::Other,
        }
    };
    Ok((0..count).map(kind).collect())
}

/// The name of a compression that is not read.
fn compression(number: u64) -> Option<&'static str> {
    match number {
        1 | 3 | 4 | 5 | 7 | 8 | 32946 | 32773 => None,
        2 => Some("fax compression by lines (CCITT RLE) in TIFF"),
        6 => Some("the old kind of JPEG in TIFF"),
        34712 | 33003 | 33005 => Some("JPEG 2000 in TIFF"),
        34925 => Some("LZMA compression in TIFF"),
        50000 => Some("Zstandard compression in TIFF"),
        50001 => Some("WebP in TIFF"),
        50002 | 52546 => Some("JPEG XL in TIFF"),
        34887 => Some("LERC compression in TIFF"),
        _ => Some("its compression"),
    }
}
