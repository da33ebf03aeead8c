//! Windows bitmaps.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, codecs::bmp::BmpDecoder};

use super::{Fault, Pixels, Source};
use crate::{
    FileFormat, Limits,
    metadata::{self, Said},
};

pub(super) struct Bmp<'a> {
    file: &'a [u8],
    decoder: BmpDecoder<Cursor<&'a [u8]>>,
}

impl<'a> Bmp<'a> {
    pub(super) fn new(file: &'a [u8]) -> Result<Self, Fault> {
        let decoder = BmpDecoder::new(Cursor::new(file))
            .map_err(|error| Fault::from_image(&error, FileFormat::Bmp))?;
        Ok(Self { file, decoder })
    }
}

impl Source for Bmp<'_> {
    fn size(&self) -> (u64, u64) {
        let (width, height) = self.decoder.dimensions();
        (width.into(), height.into())
    }

    fn bytes(&self) -> u64 {
        self.decoder.total_bytes()
    }

    fn said(&self) -> Said {
        Said::of(metadata::bmp::read(self.file))
    }

    fn pixels(self: Box<Self>, limits: &Limits, _: bool) -> Result<Pixels, Fault> {
        let fault = |error| Fault::from_image(&error, FileFormat::Bmp);
        let mut decoder = self.decoder;
        let mut codec = image::Limits::no_limits();
        codec.max_alloc = Some(limits.max_alloc);
        decoder.set_limits(codec).map_err(fault)?;
        Ok(DynamicImage::from_decoder(decoder).map_err(fault)?.into())
    }
}
