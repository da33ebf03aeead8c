//! Animations, as PNG with several frames: lossless, of every colour, and played by browsers.
//!
//! W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 2025, section 4.9.

use std::io::Cursor;
use std::time::Duration;

use crate::{FileFormat, ImagingError, Planar};

/// Pictures of one size, each shown for a while, over and over.
#[derive(Clone, Debug, Default)]
pub struct Animation {
    frames: Vec<(Planar, Duration)>,
}

impl Animation {
    /// Adds a picture, on sRGB values of which those beyond `[0, 1]` are clipped.
    pub fn show(&mut self, picture: Planar, time: Duration) {
        self.frames.push((picture, time));
    }

    /// How many pictures there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ImagingError::Encode`] when there are no pictures, or they differ in size.
    pub fn to_png(&self) -> Result<Vec<u8>, ImagingError> {
        let refuse = |reason: String| ImagingError::Encode {
            format: FileFormat::Png,
            reason,
        };
        let broken = |error: png::EncodingError| refuse(error.to_string());
        let Some((first, _)) = self.frames.first() else {
            return Err(refuse("an animation needs a picture".to_owned()));
        };
        let size = (first.width, first.height);
        if self.frames.iter().any(|(p, _)| (p.width, p.height) != size) {
            return Err(refuse("its pictures differ in size".to_owned()));
        }
        let side = |length: usize| u32::try_from(length).map_err(|e| refuse(e.to_string()));
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = png::Encoder::new(&mut bytes, side(size.0)?, side(size.1)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .set_animated(side(self.frames.len())?, 0)
            .map_err(broken)?;
        let mut writer = encoder.write_header().map_err(broken)?;
        for (picture, time) in &self.frames {
            let millis = u16::try_from(time.as_millis()).unwrap_or(u16::MAX);
            writer.set_frame_delay(millis, 1000).map_err(broken)?;
            let rgb: Vec<u8> = picture
                .to_rgba8()
                .chunks_exact(4)
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect();
            writer.write_image_data(&rgb).map_err(broken)?;
        }
        writer.finish().map_err(broken)?;
        Ok(bytes.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Photo;

    fn flat(level: f32, width: usize) -> Planar {
        let mut picture = Planar::new(width, 5);
        picture.data.fill(level);
        picture
    }

    #[test]
    fn every_frame_is_read_back_with_its_time() {
        let mut animation = Animation::default();
        for level in [0.0, 0.2, 1.0] {
            animation.show(flat(level, 7), Duration::from_millis(80));
        }
        let bytes = animation.to_png().expect("three pictures");
        let decoder = png::Decoder::new(Cursor::new(&bytes[..]));
        let mut reader = decoder.read_info().expect("a PNG");
        let control = reader.info().animation_control().expect("animated");
        assert_eq!((control.num_frames, control.num_plays), (3, 0));
        for level in [0, 51, 255] {
            let mut frame = vec![0; reader.output_buffer_size().expect("small")];
            let _ = reader.next_frame(&mut frame).expect("a frame");
            assert!(frame.iter().all(|byte| *byte == level), "{frame:?}");
            let delay = reader.info().frame_control().expect("each has one");
            assert_eq!((delay.delay_num, delay.delay_den), (80, 1000));
        }
        // Whoever knows no animations sees the first.
        let still = Photo::decode(&bytes, "film.png").expect("a picture");
        assert_eq!((still.width(), still.height()), (7, 5));
    }

    #[test]
    fn pictures_must_be_there_and_of_one_size() {
        let mut animation = Animation::default();
        assert!(animation.to_png().is_err());
        animation.show(flat(0.0, 7), Duration::ZERO);
        animation.show(flat(0.0, 8), Duration::ZERO);
        assert!(animation.to_png().is_err());
    }
}
