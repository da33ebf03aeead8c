//! Which patches of one mask lie within another.

use super::{KEEP, Mask, RESTORE};

impl Mask {
    /// The patches of this mask (8-connected) of which every pixel is in `other` as well. Linear in the
    /// number of pixels.
    ///
    /// # Panics
    /// When the sizes differ.
    #[must_use]
    pub fn enclosed_by(&self, other: &Self) -> Self {
        assert_eq!(self.bounds(), other.bounds(), "masks of one size");
        // From every pixel outside of `other`, its patch is taken away.
        let mut left = self.clone();
        let outside = |i: &usize| self.data[*i] == RESTORE && other.data[*i] == KEEP;
        let mut open: Vec<usize> = (0..self.data.len()).filter(outside).collect();
        while let Some(i) = open.pop() {
            if left.data[i] == KEEP {
                continue;
            }
            left.data[i] = KEEP;
            let (x, y) = (i % self.width, i / self.width);
            for v in y.saturating_sub(1)..(y + 2).min(self.height) {
                for u in x.saturating_sub(1)..(x + 2).min(self.width) {
                    let neighbour = v * self.width + u;
                    if left.data[neighbour] == RESTORE {
                        open.push(neighbour);
                    }
                }
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Value};

    #[test]
    fn only_whole_patches_are_left() {
        let (mut patches, mut around) = (Mask::new(9, 5), Mask::new(9, 5));
        let _ = patches.fill_rect(Rect::new(0, 0, 3, 3), Value::Paint);
        let _ = patches.fill_rect(Rect::new(3, 3, 1, 1), Value::Paint);
        let _ = patches.fill_rect(Rect::new(6, 1, 2, 2), Value::Paint);
        let _ = around.fill_rect(Rect::new(0, 0, 3, 3), Value::Paint);
        let _ = around.fill_rect(Rect::new(5, 0, 4, 4), Value::Paint);
        // The first patch has a corner outside.
        let left = patches.enclosed_by(&around);
        assert_eq!(left.bounding_box(), Some(Rect::new(6, 1, 2, 2)));
        assert_eq!(patches.enclosed_by(&patches), patches);
        assert!(patches.enclosed_by(&Mask::new(9, 5)).is_empty());
    }
}
