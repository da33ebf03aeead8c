//! Filling what a mask goes around.
//!
//! A hole is a patch of kept pixels that cannot reach the photo's edge by steps to the side: the
//! mask touches at corners, so what it encloses must not leak through them.

use super::{KEEP, Mask, RESTORE};

/// Marks kept pixels that reach the edge while the flood is under way.
const OUTSIDE: u8 = 1;

impl Mask {
    /// The mask with every hole filled: a circle drawn around damage becomes a disc.
    pub fn filled(&self) -> Self {
        let (width, height) = (self.width, self.height);
        if self.data.is_empty() {
            return self.clone();
        }
        let mut data = self.data.clone();
        let mut open: Vec<usize> = Vec::new();
        let border = (0..width)
            .flat_map(|x| [x, (height - 1) * width + x])
            .chain((0..height).flat_map(|y| [y * width, (y + 1) * width - 1]));
        for start in border {
            reach(&mut data, start, &mut open);
            while let Some(at) = open.pop() {
                let (x, y) = (at % width, at / width);
                if x > 0 {
                    reach(&mut data, at - 1, &mut open);
                }
                if x + 1 < width {
                    reach(&mut data, at + 1, &mut open);
                }
                if y > 0 {
                    reach(&mut data, at - width, &mut open);
                }
                if y + 1 < height {
                    reach(&mut data, at + width, &mut open);
                }
            }
        }
        for byte in &mut data {
            *byte = if *byte == OUTSIDE { KEEP } else { RESTORE };
        }
        Self {
            width,
            height,
            data,
        }
    }
}

fn reach(data: &mut [u8], at: usize, open: &mut Vec<usize>) {
    if let Some(byte) = data.get_mut(at).filter(|byte| **byte == KEEP) {
        *byte = OUTSIDE;
        open.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Value};

    fn ring(mask: &mut Mask, rect: Rect) {
        mask.fill_rect(rect, Value::Paint);
        let inner = Rect::new(rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2);
        mask.fill_rect(inner, Value::Erase);
    }

    #[test]
    fn a_ring_becomes_a_disc_and_an_open_one_does_not() {
        let mut mask = Mask::new(12, 9);
        ring(&mut mask, Rect::new(2, 1, 6, 5));
        assert_eq!(mask.filled().count(), 30);
        mask.fill_rect(Rect::new(4, 1, 1, 1), Value::Erase);
        assert_eq!(mask.filled(), mask);
    }

    #[test]
    fn a_ring_closed_by_corners_holds() {
        let mut mask = Mask::new(5, 5);
        for (x, y) in [(2, 1), (1, 2), (3, 2), (2, 3)] {
            mask.fill_rect(Rect::new(x, y, 1, 1), Value::Paint);
        }
        assert_eq!(mask.filled().count(), 5);
    }

    #[test]
    fn the_edge_of_the_photo_closes_nothing() {
        let mut mask = Mask::new(6, 6);
        ring(&mut mask, Rect::new(0, 0, 6, 6));
        assert_eq!(
            mask.filled().count(),
            36,
            "a ring along the edge has an inside"
        );
        let mut corner = Mask::new(6, 6);
        corner.fill_rect(Rect::new(3, 0, 1, 4), Value::Paint);
        corner.fill_rect(Rect::new(0, 3, 4, 1), Value::Paint);
        assert_eq!(
            corner.filled(),
            corner,
            "a patch at the photo's edge is open"
        );
        assert!(Mask::new(0, 4).filled().is_empty() && Mask::new(4, 0).filled().is_empty());
    }
}
