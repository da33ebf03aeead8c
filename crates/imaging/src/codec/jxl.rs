//! JPEG XL files (ISO/IEC 18181), by the decoder jxl-oxide: whole numbers to 8 or 16 bits, more bits
//! and floats as floats; gray or RGB, with alpha. Of an animation the first frame is opened.
//!
//! The decoder turns the picture upright itself. Colours stay in the file's own space, whose profile
//! is kept with them; sRGB has none. The boxes round the picture are read here, within bounds, and
//! only the picture itself is given to the decoder.

use std::borrow::Cow;

use image::DynamicImage;
use jxl_oxide::{
    AllocTracker, ExtraChannelType, FrameBufferSample, JxlImage, JxlThreadPool, PixelFormat,
    Render, image::BitDepth,
};

use super::{Fault, Pixels, Source};
use crate::{
    Depth, Limits, Loss,
    metadata::{self, Said},
    sample::Sample,
};

pub(super) struct Jxl<'a> {
    file: &'a [u8],
    image: JxlImage,
}

impl<'a> Jxl<'a> {
    pub(super) fn new(file: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let most = usize::try_from(limits.max_alloc).unwrap_or(usize::MAX);
        let codestream: Cow<'_, [u8]> = metadata::jxl::codestream(file);
        let image = JxlImage::builder()
            .pool(JxlThreadPool::none())
            .alloc_tracker(AllocTracker::with_limit(most))
            .read(&codestream[..])
            .map_err(|error| fault(error.as_ref()))?;
        if matches!(image.pixel_format(), PixelFormat::Cmyk | PixelFormat::Cmyka) {
            return Err(super::jpeg::inks());
        }
        Ok(Self { file, image })
    }

    fn depth(&self) -> Depth {
        match self.image.image_header().metadata.bit_depth {
            BitDepth::IntegerSample { bits_per_sample } if bits_per_sample <= 8 => Depth::Eight,
            BitDepth::IntegerSample { bits_per_sample } if bits_per_sample <= 16 => Depth::Sixteen,
            _ => Depth::Float,
        }
    }

    fn samples<S: Sample + FrameBufferSample>(&self, render: &Render) -> Option<DynamicImage> {
        let mut stream = render.stream();
        let (width, height) = (stream.width(), stream.height());
        let channels = stream.channels() as usize;
        let count = (width as usize).checked_mul(height as usize)?;
        let mut samples = vec![S::from_unit(0.0); count.checked_mul(channels)?];
        stream.write_to_buffer(&mut samples);
        if self.is_associated() {
            for pixel in samples.chunks_exact_mut(channels) {
                let (alpha, colors) = pixel.split_last_mut()?;
                colors
                    .iter_mut()
                    .for_each(|value| *value = value.divided(*alpha));
            }
        }
        if channels <= 2 && self.depth() == Depth::Float {
            // Floats have no gray layout.
            let wide = samples
                .chunks_exact(channels)
                .flat_map(|pixel| [pixel[0]; 3].into_iter().chain(pixel.get(1).copied()));
            return S::into_image(width, height, channels + 2, wide.collect());
        }
        S::into_image(width, height, channels, samples)
    }

    /// Whether colours are multiplied by alpha.
    fn is_associated(&self) -> bool {
        let channels = self.image.image_header().metadata.ec_info.iter();
        let alpha = channels.map(|channel| channel.ty).find_map(|ty| match ty {
            ExtraChannelType::Alpha { alpha_associated } => Some(alpha_associated),
            _ => None,
        });
        alpha == Some(true)
    }
}

impl Source for Jxl<'_> {
    fn size(&self) -> (u64, u64) {
        (self.image.width().into(), self.image.height().into())
    }

    fn bytes(&self) -> u64 {
        let (width, height) = self.size();
        let (bytes, least) = match self.depth() {
            Depth::Eight => (1, 1),
            Depth::Sixteen => (2, 1),
            Depth::Float => (4, 3),
        };
        let channels = self.image.pixel_format().channels().max(least) as u64;
        width
            .saturating_mul(height)
            .saturating_mul(channels * bytes)
    }

    fn said(&self) -> Said {
        let mut parts = metadata::jxl::read(self.file);
        parts.turned = true;
        // Primaries and curve of sRGB by their numbers (ITU-T H.273).
        let srgb = matches!(self.image.rendered_cicp(), Some([1, 13, ..]));
        parts.metadata.icc = (!srgb).then(|| self.image.rendered_icc());
        let frames = self.image.num_loaded_keyframes();
        if frames > 1 {
            let of = u32::try_from(frames).unwrap_or(u32::MAX);
            parts.left.push(Loss::Frames { of });
        }
        let channels = self.image.image_header().metadata.ec_info.iter();
        let alphas = channels
            .clone()
            .filter(|channel| channel.is_alpha())
            .count();
        if channels.len() > alphas.min(1) {
            parts.left.push(Loss::Channels);
        }
        Said::of(parts)
    }

    fn pixels(self: Box<Self>, _: &Limits, _: bool) -> Result<Pixels, Fault> {
        if !self.image.is_loading_done() || self.image.num_loaded_keyframes() == 0 {
            return Err(Fault::ends_early());
        }
        let render = self.image.render_frame(0);
        let render = render.map_err(|error| fault(error.as_ref()))?;
        let image = match self.depth() {
            Depth::Eight => self.samples::<u8>(&render),
            Depth::Sixteen => self.samples::<u16>(&render),
            Depth::Float => self.samples::<f32>(&render),
        };
        Ok(Pixels {
            associated: self.is_associated(),
            ..image.ok_or_else(Fault::ends_early)?.into()
        })
    }
}

fn fault(error: &(dyn std::error::Error + 'static)) -> Fault {
    tracing::debug!(%error, "the decoder refuses");
    Fault::damaged("its JPEG XL data are damaged, cut short or too large")
}
