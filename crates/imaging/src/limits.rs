//! How large a picture may be, checked from its header before any pixel is allocated.

use crate::ImagingError;

/// Bounds on what is decoded. A file a few bytes long can claim 60,000 × 60,000 pixels. There is
/// none on the sides: a panorama may be as long as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels in all.
    pub max_pixels: u64,
    /// Most bytes: of the file itself, and of the decoded samples.
    pub max_alloc: u64,
}

impl Default for Limits {
    /// 200 megapixels, which is the largest sensor and a page at 1,200 dpi in black and white, and
    /// 2 GiB, which holds them in RGB with 16 bits, or 134 megapixels of RGBA in 32-bit floats.
    fn default() -> Self {
        Self {
            max_pixels: 200_000_000,
            max_alloc: 2 << 30,
        }
    }
}

impl Limits {
    /// Checks a size read from a header.
    ///
    /// # Errors
    /// [`ImagingError::Empty`] when a side is zero, [`ImagingError::TooLarge`] beyond `max_pixels`.
    pub fn check_size(&self, name: &str, width: u64, height: u64) -> Result<(), ImagingError> {
        if width == 0 || height == 0 {
            return Err(ImagingError::Empty {
                name: name.to_owned(),
            });
        }
        if width.saturating_mul(height) > self.max_pixels {
            return Err(ImagingError::TooLarge {
                name: name.to_owned(),
                width,
                height,
                max_pixels: self.max_pixels,
            });
        }
        Ok(())
    }

    /// Checks a number of bytes about to be allocated or read.
    ///
    /// # Errors
    /// [`ImagingError::TooHeavy`] beyond `max_alloc`.
    pub fn check_bytes(&self, name: &str, needed: u64) -> Result<(), ImagingError> {
        if needed > self.max_alloc {
            return Err(ImagingError::TooHeavy {
                name: name.to_owned(),
                needed,
                max_alloc: self.max_alloc,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_inclusive() {
        let limits = Limits {
            max_pixels: 50,
            max_alloc: 100,
        };
        assert!(limits.check_size("a", 10, 5).is_ok());
        assert!(limits.check_size("a", 50, 1).is_ok());
        assert!(matches!(
            limits.check_size("a", 10, 6),
            Err(ImagingError::TooLarge { .. })
        ));
        assert!(matches!(
            limits.check_size("a", 0, 6),
            Err(ImagingError::Empty { .. })
        ));
        assert!(matches!(
            limits.check_size("a", u64::MAX, u64::MAX),
            Err(ImagingError::TooLarge { .. })
        ));
        assert!(limits.check_bytes("a", 100).is_ok());
        assert!(matches!(
            limits.check_bytes("a", 101),
            Err(ImagingError::TooHeavy { .. })
        ));
    }
}
