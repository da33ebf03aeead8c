//! Where to restore: one byte per pixel of the photo, 255 restore, 0 keep.
//!
//! Invariant: `data.len() == width * height` and every byte is 0 or 255. Masks are binary, so that
//! "outside the mask" is a sharp promise; brushes have no soft edge. Changes return the rectangle
//! they may have touched, so that undo stores that patch only.

mod components;
mod depth;
mod enclosed;
mod feather;
mod file;
mod holes;
mod morphology;
mod patches;
mod read;
mod reading;
mod strokes;
mod survey;

pub use components::Component;
pub use depth::Depths;
pub use read::ReadMask;
pub use reading::MaskReading;

use crate::{ImagingError, Rect};

/// The byte of a pixel to restore.
pub(crate) const RESTORE: u8 = 255;
/// The byte of a pixel to keep.
pub(crate) const KEEP: u8 = 0;

/// What a stroke leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Pixels become "restore".
    Paint,
    /// Pixels become "keep".
    Erase,
}

impl Value {
    const fn byte(self) -> u8 {
        match self {
            Self::Paint => RESTORE,
            Self::Erase => KEEP,
        }
    }
}

/// A binary mask of a photo's size.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Mask {
    /// A mask that keeps everything.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            data: vec![KEEP; width * height],
        }
    }

    /// Takes over one byte per pixel, row by row; bytes from 128 on become 255, others 0.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when `data` does not hold `width * height` bytes.
    pub fn from_data(width: usize, height: usize, mut data: Vec<u8>) -> Result<Self, ImagingError> {
        let expected = width.saturating_mul(height);
        if data.len() != expected {
            return Err(ImagingError::SizeMismatch {
                what: "a mask's data, in bytes",
                expected,
                found: data.len(),
            });
        }
        for byte in &mut data {
            *byte = if *byte >= 128 { RESTORE } else { KEEP };
        }
        Ok(Self {
            width,
            height,
            data,
        })
    }

    /// Columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The whole mask as a rectangle.
    pub const fn bounds(&self) -> Rect {
        Rect::new(0, 0, self.width, self.height)
    }

    /// 255 (restore) or 0 (keep); 0 outside the mask.
    pub fn get(&self, x: usize, y: usize) -> u8 {
        if x < self.width && y < self.height {
            self.data[y * self.width + x]
        } else {
            KEEP
        }
    }

    /// All bytes, row by row.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Whether nothing is to be restored.
    pub fn is_empty(&self) -> bool {
        self.data.iter().all(|&byte| byte == KEEP)
    }

    /// Number of pixels to restore.
    pub fn count(&self) -> usize {
        self.data.iter().filter(|&&byte| byte == RESTORE).count()
    }

    /// The smallest rectangle around all pixels to restore; `None` when there are none.
    pub fn bounding_box(&self) -> Option<Rect> {
        let mut around: Option<Rect> = None;
        for (y, row) in self.rows().enumerate() {
            let Some(left) = row.iter().position(|&byte| byte == RESTORE) else {
                continue;
            };
            let right = row
                .iter()
                .rposition(|&byte| byte == RESTORE)
                .unwrap_or(left)
                + 1;
            let found = Rect::new(left, y, right - left, 1);
            around = Some(around.map_or(found, |rect| rect.union(found)));
        }
        around
    }

    /// Swaps restore and keep.
    pub fn invert(&mut self) {
        for byte in &mut self.data {
            *byte = !*byte;
        }
    }

    /// Keeps everything.
    pub fn clear(&mut self) {
        self.data.fill(KEEP);
    }

    /// What this mask or `other` restores.
    ///
    /// # Panics
    /// When the sizes differ.
    #[must_use]
    pub fn united(&self, other: &Self) -> Self {
        assert_eq!(self.bounds(), other.bounds(), "masks of one size");
        let pairs = self.data.iter().zip(&other.data);
        Self {
            data: pairs.map(|(a, b)| a | b).collect(),
            ..*self
        }
    }

    /// What this mask restores and `other` does not.
    ///
    /// # Panics
    /// When the sizes differ.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        assert_eq!(self.bounds(), other.bounds(), "masks of one size");
        let pairs = self.data.iter().zip(&other.data);
        Self {
            data: pairs.map(|(a, b)| a & !b).collect(),
            ..*self
        }
    }

    /// The smallest rectangle around the pixels in which `other` differs; `None` if there are
    /// none.
    ///
    /// # Panics
    /// When the sizes differ.
    pub fn difference(&self, other: &Self) -> Option<Rect> {
        assert_eq!(self.bounds(), other.bounds(), "masks of one size");
        let mut around: Option<Rect> = None;
        for (y, (a, b)) in self.rows().zip(other.rows()).enumerate() {
            // Comparing whole rows is fast, and most are equal.
            if a == b {
                continue;
            }
            let differs = |(a, b): (&u8, &u8)| a != b;
            let left = a.iter().zip(b).position(differs).unwrap_or(0);
            let right = a.iter().zip(b).rposition(differs).unwrap_or(left) + 1;
            let found = Rect::new(left, y, right - left, 1);
            around = Some(around.map_or(found, |rect| rect.union(found)));
        }
        around
    }

    /// The part under `rect`.
    ///
    /// # Panics
    /// When `rect` reaches outside the mask.
    pub fn crop(&self, rect: Rect) -> Self {
        Self {
            width: rect.width,
            height: rect.height,
            data: self.patch(rect),
        }
    }

    /// The bytes under `rect`, row by row: what undo stores of a stroke.
    ///
    /// # Panics
    /// When `rect` reaches outside the mask.
    pub fn patch(&self, rect: Rect) -> Vec<u8> {
        assert!(
            self.bounds().contains_rect(rect),
            "patch {rect:?} of {:?}",
            self.bounds()
        );
        let mut bytes = Vec::with_capacity(rect.area());
        for y in rect.y..rect.bottom() {
            bytes.extend_from_slice(
                &self.data[y * self.width + rect.x..y * self.width + rect.right()],
            );
        }
        bytes
    }

    /// Puts back bytes taken with [`Mask::patch`].
    ///
    /// # Panics
    /// When `rect` reaches outside the mask, or `patch` does not hold `rect.area()` bytes.
    pub fn restore_patch(&mut self, rect: Rect, patch: &[u8]) {
        assert!(
            self.bounds().contains_rect(rect),
            "patch {rect:?} of {:?}",
            self.bounds()
        );
        assert_eq!(patch.len(), rect.area(), "the bytes of the patch {rect:?}");
        if rect.is_empty() {
            return;
        }
        for (y, row) in (rect.y..rect.bottom()).zip(patch.chunks_exact(rect.width)) {
            let start = y * self.width + rect.x;
            for (byte, &old) in self.data[start..start + rect.width].iter_mut().zip(row) {
                // Bytes that never were a mask's must not break the invariant.
                *byte = if old >= 128 { RESTORE } else { KEEP };
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        // A chunk size of zero is not allowed; without columns there is no data either.
        self.data.chunks_exact(self.width.max(1))
    }
}

impl std::fmt::Debug for Mask {
    /// Without the pixels: millions of bytes help nobody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("count", &self.count())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_and_bounding_agree_with_a_drawn_mask() {
        let mut data = vec![0; 6 * 4];
        data[6 + 4] = 200;
        data[2 * 6 + 1] = 128;
        data[3 * 6 + 5] = 127;
        let mut mask = Mask::from_data(6, 4, data).expect("the size fits");
        assert_eq!(
            (mask.count(), mask.get(4, 1), mask.get(5, 3), mask.get(6, 0)),
            (2, 255, 0, 0)
        );
        assert_eq!(mask.bounding_box(), Some(Rect::new(1, 1, 4, 2)));
        assert_eq!(mask.crop(Rect::new(1, 2, 2, 1)).data(), [255, 0]);
        mask.invert();
        assert_eq!((mask.count(), mask.get(4, 1)), (22, 0));
        mask.clear();
        assert!(mask.is_empty() && mask.bounding_box().is_none());
    }

    #[test]
    fn differences_and_unions_are_those_of_the_pixels() {
        let (mut a, mut b) = (Mask::new(7, 5), Mask::new(7, 5));
        assert_eq!(a.difference(&b), None);
        a.fill_rect(Rect::new(1, 1, 2, 2), Value::Paint);
        b.fill_rect(Rect::new(2, 2, 3, 2), Value::Paint);
        assert_eq!(a.difference(&b), Some(Rect::new(1, 1, 4, 3)));
        assert_eq!(a.united(&b).count(), 9);
        assert_eq!(a.united(&b), b.united(&a));
        assert_eq!(Mask::new(0, 3).difference(&Mask::new(0, 3)), None);
    }

    #[test]
    fn a_mask_without_pixels_is_harmless() {
        let mut mask = Mask::new(0, 3);
        mask.invert();
        assert!(mask.is_empty() && mask.components().is_empty() && mask.grown(2).is_empty());
        assert_eq!(mask.bounding_box(), None);
        assert!(Mask::from_data(2, 2, vec![0; 5]).is_err());
    }
}
