//! HEIF files: the picture that is meant when one is asked for. AVIF (ISO/IEC 23000-22) is decoded
//! here, HEIC by a program of libheif's if one is installed; the container is read here for both.
//!
//! A picture is one item or a grid of tiles, with a second one as its alpha. Its properties cut, turn
//! and mirror it, in their order; EXIF's orientation, which repeats them, is not heeded.

mod av1;
mod color;
mod geometry;
mod hevc;

#[cfg(test)]
pub(crate) use hevc::PROGRAMS;

use image::DynamicImage;

use super::{Fault, Pixels, Source};
use crate::{
    Limits,
    metadata::{Said, heif::Heif},
    sample::{Sample, with_samples},
};

use color::Frame;
use geometry::Change;

/// Properties that are known, or of which nothing depends.
const KNOWN: [&[u8; 4]; 17] = [
    b"ispe", b"pixi", b"av1C", b"hvcC", b"colr", b"irot", b"imir", b"clap", b"pasp", b"auxC",
    b"a1op", b"lsel", b"a1lx", b"clli", b"mdcv", b"cclv", b"amve",
];

/// How the pictures of a file are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Av1,
    Hevc,
}

pub(super) struct Picture<'a> {
    heif: Heif<'a>,
    codec: Codec,
    /// The picture as it is coded: its tiles row by row, of which there are so many across.
    grid: Grid,
    changes: Vec<Change>,
}

/// Tiles that make a picture.
struct Grid {
    /// What they make.
    item: u32,
    tiles: Vec<u32>,
    across: usize,
    width: usize,
    height: usize,
}

impl<'a> Picture<'a> {
    pub(super) fn new(file: &'a [u8]) -> Result<Self, Fault> {
        let heif = Heif::new(file).ok_or_else(tables)?;
        let main = heif.primary;
        if let Some(unknown) = unknown(&heif, main) {
            return Err(foreign(&format!("the property {unknown}")));
        }
        let grid = Grid::of(&heif, main)?;
        let codec = codec_of(&heif, &grid)?;
        let changes = geometry::changes(&heif, main)?;
        Ok(Self {
            heif,
            codec,
            grid,
            changes,
        })
    }

    /// Whether samples have more than 8 bits, as the decoder's settings say it (AV1 Codec ISO Media
    /// File Format Binding, section 2.3.3), or else the picture.
    fn is_deep(&self) -> bool {
        let tile = self.grid.tiles.first();
        let settings = tile.and_then(|tile| self.heif.property(*tile, b"av1C"));
        let bits = self.heif.property(self.heif.primary, b"pixi");
        match (settings, bits) {
            (Some([_, _, flags, ..]), _) => flags & 0x40 != 0,
            (_, Some([_, _, _, _, _, bits, ..])) => *bits > 8,
            _ => false,
        }
    }

    fn decoded<S: Sample>(&self, grid: &Grid, most: u32) -> Result<Planes<S>, Fault> {
        let mut planes: Option<Planes<S>> = None;
        for (index, tile) in grid.tiles.iter().enumerate() {
            let data = self.heif.data(*tile).ok_or_else(Fault::ends_early)?;
            let coding = self.heif.coding(*tile).or(self.heif.coding(grid.item));
            let frame: Frame = av1::decoded(&data, coding, most)?;
            let (left, top) = (index % grid.across, index / grid.across);
            let at = (left * frame.width(), top * frame.height());
            let whole = planes.get_or_insert_with(|| Planes::new(grid, frame.channels()));
            if whole.channels != frame.channels() || !grid.is_covered_by(&frame) {
                return Err(Fault::damaged("its tiles do not fit together"));
            }
            frame.paint(&mut whole.samples, (grid.width, grid.height), at)?;
        }
        planes.ok_or_else(tables)
    }

    /// The colours with their alpha.
    fn whole<S: Sample>(&self, most: u32) -> Result<(DynamicImage, bool), Fault> {
        let color = self.decoded::<S>(&self.grid, most)?;
        let (width, height) = (self.grid.width, self.grid.height);
        let alpha = match self.heif.alpha_of(self.heif.primary) {
            Some(id) => {
                let grid = Grid::of(&self.heif, id)?;
                if (grid.width, grid.height) != (width, height) {
                    return Err(Fault::damaged("its alpha is of another size"));
                }
                Some((id, self.decoded::<S>(&grid, most)?))
            }
            None => None,
        };
        let main = self.heif.primary;
        let associated = alpha
            .as_ref()
            .is_some_and(|(id, _)| self.heif.is_associated(main, *id));
        let (channels, samples) = match alpha {
            None => (color.channels, color.samples),
            Some((_, alpha)) => (color.channels + 1, color.with_alpha(&alpha, associated)),
        };
        let [w, h] = [width, height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let image = S::into_image(w, h, channels, samples).ok_or_else(Fault::ends_early)?;
        Ok((image, associated))
    }
}

impl Source for Picture<'_> {
    fn size(&self) -> (u64, u64) {
        let size = (self.grid.width, self.grid.height);
        let (width, height) = geometry::size_after(size, &self.changes);
        (width as u64, height as u64)
    }

    fn bytes(&self) -> u64 {
        let deep = if self.is_deep() { 2 } else { 1 };
        // Before it is cut, with colours and alpha apart and then together.
        (self.grid.width as u64)
            .saturating_mul(self.grid.height as u64)
            .saturating_mul(8 * deep)
    }

    fn said(&self) -> Said {
        Said::of(self.heif.parts())
    }

    fn pixels(self: Box<Self>, limits: &Limits, _: bool) -> Result<Pixels, Fault> {
        let area = self.grid.width.saturating_mul(self.grid.height) as u64;
        let most = u32::try_from(area.min(limits.max_pixels)).unwrap_or(u32::MAX);
        let (image, associated) = match self.codec {
            Codec::Hevc => {
                let pixels = hevc::decoded(&self.heif.alone(), self.size(), limits)?;
                let associated = self.heif.alpha_of(self.heif.primary);
                let main = self.heif.primary;
                let associated = associated.is_some_and(|id| self.heif.is_associated(main, id));
                // The program turns and cuts the picture itself.
                return Ok(Pixels {
                    associated,
                    ..straight(pixels, associated).into()
                });
            }
            Codec::Av1 if self.is_deep() => self.whole::<u16>(most)?,
            Codec::Av1 => self.whole::<u8>(most)?,
        };
        Ok(Pixels {
            associated,
            ..geometry::changed(image, &self.changes)?.into()
        })
    }
}

/// Samples of a picture that is being put together.
struct Planes<S> {
    channels: usize,
    samples: Vec<S>,
}

impl<S: Sample> Planes<S> {
    fn new(grid: &Grid, channels: usize) -> Self {
        let count = grid.width * grid.height * channels;
        Self {
            channels,
            samples: vec![S::from_unit(0.0); count],
        }
    }

    fn with_alpha(&self, alpha: &Self, associated: bool) -> Vec<S> {
        let mut out = Vec::with_capacity(self.samples.len() / self.channels * (self.channels + 1));
        let pixels = self.samples.chunks_exact(self.channels);
        for (pixel, alpha) in pixels.zip(alpha.samples.chunks_exact(alpha.channels)) {
            let alpha = alpha[0];
            out.extend(pixel.iter().map(|value| match associated {
                true => value.divided(alpha),
                false => *value,
            }));
            out.push(alpha);
        }
        out
    }
}

/// The picture with colours that are not multiplied by alpha.
fn straight(mut image: DynamicImage, associated: bool) -> DynamicImage {
    if associated && image.color().has_alpha() {
        with_samples!(mut &mut image, |samples, channels| {
            for pixel in samples.chunks_exact_mut(channels) {
                if let Some((alpha, colors)) = pixel.split_last_mut() {
                    colors.iter_mut().for_each(|value| *value = value.divided(*alpha));
                }
            }
        });
    }
    image
}

impl Grid {
    /// The tiles of an item (ISO/IEC 23008-12, section 6.6.2.3), which may be the item itself.
    fn of(heif: &Heif<'_>, id: u32) -> Result<Self, Fault> {
        let sides = |(width, height): (u32, u32)| (width as usize, height as usize);
        if heif.kind(id) != Some(*b"grid") {
            let (width, height) = sides(heif.size(id).ok_or_else(tables)?);
            return Ok(Self {
                item: id,
                tiles: vec![id],
                across: 1,
                width,
                height,
            });
        }
        let data = heif.data(id).ok_or_else(tables)?;
        let (down, across, size) = match *data {
            [_, flags, down, across, a, b, c, d] if flags & 1 == 0 => {
                let side = |two| u32::from(u16::from_be_bytes(two));
                (down, across, (side([a, b]), side([c, d])))
            }
            [_, _, down, across, ref rest @ ..] if rest.len() == 8 => {
                let side = |at: usize| {
                    rest[at..]
                        .first_chunk()
                        .map(|four| u32::from_be_bytes(*four))
                };
                (down, across, side(0).zip(side(4)).ok_or_else(tables)?)
            }
            _ => return Err(tables()),
        };
        let (down, across) = (usize::from(down) + 1, usize::from(across) + 1);
        let tiles = heif.targets(id, b"dimg").to_vec();
        if tiles.len() != down * across {
            return Err(tables());
        }
        let (width, height) = sides(size);
        Ok(Self {
            item: id,
            tiles,
            across,
            width,
            height,
        })
    }

    /// Whether tiles of this size make the whole, with nothing left over but at its right and bottom.
    fn is_covered_by(&self, frame: &Frame) -> bool {
        let down = self.tiles.len() / self.across;
        let fits = |side: usize, count: usize, whole: usize| {
            side > 0
                && count.saturating_sub(1) * side < whole
                && side.saturating_mul(count) >= whole
        };
        let alone = self.tiles.len() == 1;
        let exact = (frame.width(), frame.height()) == (self.width, self.height);
        (!alone || exact)
            && fits(frame.width(), self.across, self.width)
            && fits(frame.height(), down, self.height)
    }
}

fn codec_of(heif: &Heif<'_>, grid: &Grid) -> Result<Codec, Fault> {
    let kind = grid.tiles.first().and_then(|tile| heif.kind(*tile));
    match kind.ok_or_else(tables)? {
        kind if kind == *b"av01" => Ok(Codec::Av1),
        kind if kind == *b"hvc1" || kind == *b"hev1" => Ok(Codec::Hevc),
        kind => {
            let name: String = kind.iter().map(|byte| char::from(*byte)).collect();
            Err(foreign(&format!("the coding {}", crate::shown(&name))))
        }
    }
}

/// An essential property that is not known.
fn unknown(heif: &Heif<'_>, id: u32) -> Option<String> {
    let mut found = heif.properties(id);
    let found = found.find(|found| found.essential && !KNOWN.contains(&&found.kind))?;
    let name: String = found.kind.iter().map(|byte| char::from(*byte)).collect();
    Some(crate::shown(&name))
}

fn tables() -> Fault {
    Fault::damaged("the tables of its HEIF container are damaged or missing")
}

/// Something in a file that is not read here.
fn foreign(what: &str) -> Fault {
    Fault::Unsupported(format!(
        "the picture uses {what} of HEIF, which Tweedie does not read; convert it first, for example \
         with `heif-convert photo.heic photo.png`"
    ))
}
