//! PNG files. Of an animation the still picture is opened, which is its first frame or a picture of
//! its own. Palettes and 1, 2 and 4 bits become 8 bits; a transparent colour becomes alpha.
//!
//! Texts and profiles are not left to the decoder: the module `metadata` reads them, within bounds.

use std::io::Cursor;

use image::DynamicImage;
use png::{BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Reader, Transformations};

use super::{Fault, Pixels, Source};
use crate::{
    Limits,
    metadata::{self, Said},
    sample::Sample,
};

pub(super) struct Png<'a> {
    file: &'a [u8],
    reader: Reader<Cursor<&'a [u8]>>,
}

impl<'a> Png<'a> {
    pub(super) fn new(file: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let mut options = DecodeOptions::default();
        options.set_ignore_text_chunk(true);
        options.set_ignore_iccp_chunk(true);
        let mut decoder = Decoder::new_with_options(Cursor::new(file), options);
        decoder.set_limits(png::Limits {
            bytes: usize::try_from(limits.max_alloc).unwrap_or(usize::MAX),
        });
        decoder.set_transformations(Transformations::EXPAND);
        let reader = decoder.read_info().map_err(|error| fault(&error))?;
        Ok(Self { file, reader })
    }

    fn channels(&self) -> usize {
        match self.reader.output_color_type().0 {
            ColorType::Grayscale => 1,
            ColorType::GrayscaleAlpha => 2,
            ColorType::Rgb | ColorType::Indexed => 3,
            ColorType::Rgba => 4,
        }
    }

    fn deep(&self) -> bool {
        self.reader.output_color_type().1 == BitDepth::Sixteen
    }
}

impl Source for Png<'_> {
    fn size(&self) -> (u64, u64) {
        let info = self.reader.info();
        (info.width.into(), info.height.into())
    }

    fn bytes(&self) -> u64 {
        let (width, height) = self.size();
        let pixel = self.channels() as u64 * if self.deep() { 2 } else { 1 };
        width.saturating_mul(height).saturating_mul(pixel)
    }

    fn said(&self) -> Said {
        Said::of(metadata::png::read(self.file))
    }

    fn pixels(mut self: Box<Self>, limits: &Limits, _: bool) -> Result<Pixels, Fault> {
        let heavy = || Fault::TooHeavy(limits.max_alloc);
        let length = self.reader.output_buffer_size().ok_or_else(heavy)?;
        let mut samples = vec![0; length];
        self.reader
            .next_frame(&mut samples)
            .map_err(|error| fault(&error))?;
        let (width, height) = (self.reader.info().width, self.reader.info().height);
        let image: Option<DynamicImage> = if self.deep() {
            // PNG has the high byte first.
            let samples = samples
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            u16::into_image(width, height, self.channels(), samples)
        } else {
            u8::into_image(width, height, self.channels(), samples)
        };
        Ok(image.ok_or_else(Fault::ends_early)?.into())
    }
}

fn fault(error: &DecodingError) -> Fault {
    tracing::debug!(%error, "the decoder refuses");
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Fault::ends_early()
        }
        DecodingError::LimitsExceeded => {
            Fault::damaged("its header asks for more memory than allowed")
        }
        _ => Fault::damaged("its PNG data are damaged"),
    }
}
