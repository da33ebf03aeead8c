//! JPEG files (ITU-T T.81): Huffman-coded with 8 bits, baseline or progressive, gray or colour.
//!
//! The decoder makes up what a file lacks; whether anything is lacking is found by walking through
//! the scans (module `walk`). What follows the picture is looked at in the module `beyond`.

mod beyond;
mod bits;
mod walk;

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, codecs::jpeg::JpegDecoder};

use super::{Fault, Pixels, Source};
use crate::{
    FileFormat, Limits,
    metadata::{
        self, Said,
        jpeg::{Segment, segments},
    },
};

pub(super) struct Jpeg<'a> {
    file: &'a [u8],
    decoder: JpegDecoder<Cursor<Vec<u8>>>,
}

impl<'a> Jpeg<'a> {
    pub(super) fn new(file: &'a [u8]) -> Result<Self, Fault> {
        let frame = segments(file).find(|segment| segment.frame().is_some());
        if let Some(frame) = &frame {
            check(frame)?;
        }
        let decoder = JpegDecoder::new(Cursor::new(bare(file)))
            .map_err(|error| Fault::from_image(&error, FileFormat::Jpeg))?;
        Ok(Self { file, decoder })
    }
}

/// The first picture of a file without metadata and whatever follows it: a decoder would refuse a
/// sound picture for a damaged note. JFIF's and Adobe's segments say what the colours are.
fn bare(file: &[u8]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    let mut end = 2;
    for segment in segments(file) {
        if !matches!(segment.marker, 0xE1..=0xED | 0xEF | 0xFE) {
            let length = u16::try_from(segment.body.len() + 2).unwrap_or(u16::MAX);
            out.extend([0xFF, segment.marker]);
            out.extend(length.to_be_bytes());
            out.extend(segment.body);
        }
        end = segment.end;
    }
    let rest = file.get(end..walk::ended(file).max(end));
    out.extend(rest.unwrap_or_default());
    out
}

/// Refuses codings that are not read.
fn check(frame: &Segment<'_>) -> Result<(), Fault> {
    let coding = match frame.marker {
        0xC0..=0xC2 => None,
        0xC3 => Some("lossless JPEG"),
        0xC5..=0xC7 => Some("hierarchical JPEG"),
        _ => Some("arithmetic-coded JPEG"),
    };
    let deep = frame.body.first().is_some_and(|bits| *bits != 8);
    let kind = coding.or(deep.then_some("JPEG with more than 8 bits"));
    if let Some(kind) = kind {
        return Err(Fault::Unsupported(format!(
            "Tweedie does not read {kind}; convert it first, for example with `magick photo.jpg photo.png`"
        )));
    }
    if frame.components() == Some(4) {
        return Err(inks());
    }
    Ok(())
}

/// That colours for printing are not guessed at without their profile's model.
pub(super) fn inks() -> Fault {
    Fault::unsupported(
        "its colours are printing inks (CMYK); convert it to RGB with another program first",
    )
}

impl Source for Jpeg<'_> {
    fn size(&self) -> (u64, u64) {
        let (width, height) = self.decoder.dimensions();
        (width.into(), height.into())
    }

    fn bytes(&self) -> u64 {
        self.decoder.total_bytes()
    }

    fn said(&self) -> Said {
        let mut parts = metadata::jpeg::read(self.file);
        let packet = parts.metadata.xmp.as_deref().unwrap_or_default();
        let found = beyond::found(self.file, packet);
        parts.left.splice(0..0, found);
        Said::of(parts)
    }

    fn pixels(self: Box<Self>, _: &Limits, may_end: bool) -> Result<Pixels, Fault> {
        let cut_short = !walk::complete(self.file);
        if cut_short && !may_end {
            return Err(Fault::damaged("a part of the picture is missing"));
        }
        let image = DynamicImage::from_decoder(self.decoder)
            .map_err(|error| Fault::from_image(&error, FileFormat::Jpeg))?;
        Ok(Pixels {
            cut_short,
            ..image.into()
        })
    }
}

/// Decodes a JPEG that is a part of another file: gray or RGB samples, 8 bits each, interleaved,
/// with width, height and channels.
pub(super) fn part(bytes: &[u8], most: u64) -> Result<(usize, usize, usize, Vec<u8>), Fault> {
    let frame = segments(bytes).find(|segment| segment.frame().is_some());
    if let Some(frame) = &frame {
        check(frame)?;
    }
    let fault = |error| Fault::from_image(&error, FileFormat::Jpeg);
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > most {
        return Err(Fault::damaged("a part of it is larger than the whole"));
    }
    let channels = usize::from(decoder.color_type().channel_count());
    let mut samples = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(0)];
    decoder.read_image(&mut samples).map_err(fault)?;
    Ok((width as usize, height as usize, channels, samples))
}
