//! TIFF and BigTIFF files (TIFF 6.0, with Adobe's technical notes): strips and tiles, one plane or
//! several, whole numbers of 1 to 16 bits, whole numbers of 32 and 64 bits as fractions of the
//! largest, and floats of 16 to 64 bits; gray, RGB, palettes and YCbCr.
//!
//! The picture is the first page that is no thumbnail. A channel is alpha only where the file says
//! so: film scanners store infrared as a fourth channel. Lengths are checked against the header
//! before anything is unpacked, and every part is unpacked into a buffer of the length it must have.

mod color;
mod layout;
mod numbers;
mod pages;
mod unpack;
mod ycbcr;

use super::{Fault, Pixels, Source};
use crate::{
    Limits, Loss,
    metadata::{self, Said},
};

use layout::{Layout, Target};
use pages::Pages;

pub(super) struct Tiff<'a> {
    file: &'a [u8],
    pages: Pages,
    layout: Layout,
}

/// Whether a file is a camera's raw file in the form of TIFF: DNG, NEF, CR2, ARW and their like.
pub(super) fn is_raw(file: &[u8]) -> bool {
    Pages::of(file).is_some_and(|pages| pages.raw)
}

impl<'a> Tiff<'a> {
    pub(super) fn new(file: &'a [u8]) -> Result<Self, Fault> {
        let pages = Pages::of(file).ok_or_else(|| Fault::damaged("it has no directory of tags"))?;
        let layout = Layout::of(file, pages.chosen)?;
        Ok(Self {
            file,
            pages,
            layout,
        })
    }
}

impl Source for Tiff<'_> {
    fn size(&self) -> (u64, u64) {
        (self.layout.width as u64, self.layout.height as u64)
    }

    fn bytes(&self) -> u64 {
        let (width, height) = self.size();
        let bytes = match self.layout.target() {
            Target::Eight => 1,
            Target::Sixteen => 2,
            Target::Float => 4,
        };
        let channels = self.layout.channels_out().max(self.layout.samples) as u64;
        width
            .saturating_mul(height)
            .saturating_mul(channels)
            .saturating_mul(bytes)
    }

    fn said(&self) -> Said {
        let mut parts = metadata::tiff::read(self.file, self.pages.chosen);
        if self.pages.count > 1 {
            let of = self.pages.count;
            parts.left.push(Loss::Pages { of });
        }
        Said::of(parts)
    }

    fn pixels(self: Box<Self>, limits: &Limits, _: bool) -> Result<Pixels, Fault> {
        let layout = &self.layout;
        match layout.target() {
            Target::Eight => color::picture::<u8>(self.file, layout, limits),
            Target::Sixteen => color::picture::<u16>(self.file, layout, limits),
            Target::Float => color::picture::<f32>(self.file, layout, limits),
        }
    }
}
