//! WebP files (RFC 9649). Of an animation the first frame is opened.

use std::io::Cursor;

use image::DynamicImage;
use image_webp::{DecodingError, WebPDecoder};

use super::{Fault, Pixels, Source};
use crate::{
    Limits,
    metadata::{self, Said},
    sample::Sample,
};

pub(super) struct WebP<'a> {
    file: &'a [u8],
    decoder: WebPDecoder<Cursor<&'a [u8]>>,
}

impl<'a> WebP<'a> {
    pub(super) fn new(file: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(|e| fault(&e))?;
        decoder.set_memory_limit(usize::try_from(limits.max_alloc).unwrap_or(usize::MAX));
        Ok(Self { file, decoder })
    }

    fn channels(&self) -> usize {
        if self.decoder.has_alpha() { 4 } else { 3 }
    }
}

impl Source for WebP<'_> {
    fn size(&self) -> (u64, u64) {
        let (width, height) = self.decoder.dimensions();
        (width.into(), height.into())
    }

    fn bytes(&self) -> u64 {
        let (width, height) = self.size();
        width * height * self.channels() as u64
    }

    fn said(&self) -> Said {
        Said::of(metadata::webp::read(self.file))
    }

    fn pixels(mut self: Box<Self>, limits: &Limits, _: bool) -> Result<Pixels, Fault> {
        let length =
            usize::try_from(self.bytes()).map_err(|_| Fault::TooHeavy(limits.max_alloc))?;
        let mut samples = vec![0; length];
        self.decoder
            .read_image(&mut samples)
            .map_err(|error| fault(&error))?;
        let (width, height) = self.decoder.dimensions();
        let image: Option<DynamicImage> = u8::into_image(width, height, self.channels(), samples);
        Ok(image.ok_or_else(Fault::ends_early)?.into())
    }
}

fn fault(error: &DecodingError) -> Fault {
    tracing::debug!(%error, "the decoder refuses");
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Fault::ends_early()
        }
        DecodingError::UnsupportedFeature(_) => Fault::unsupported(
            "Tweedie does not read a part of WebP that it uses; convert it with another program first",
        ),
        DecodingError::MemoryLimitExceeded => {
            Fault::damaged("its header asks for more memory than allowed")
        }
        _ => Fault::damaged("its WebP data are damaged"),
    }
}
