//! A soft edge outside the mask, for hiding a seam.

use super::{KEEP, Mask};

impl Mask {
    /// How much of a restored pixel to take, 0 to 255: 255 where the mask says restore, falling in
    /// equal steps to 0 beyond `radius` pixels outside of it (distances as in [`Mask::grown`]).
    /// The mask itself is never thinned out, since what lies under it is damage. One byte per
    /// pixel, row by row; work grows with `radius`, which is a few pixels for a seam.
    #[must_use]
    pub fn feathered(&self, radius: usize) -> Vec<u8> {
        let mut weights = self.data.clone();
        let levels = radius + 1;
        for distance in 1..=radius {
            let weight = (255 * (levels - distance) / levels) as u8;
            let reached = self.grown(distance);
            let pairs = weights.iter_mut().zip(reached.data());
            for (byte, _) in pairs.filter(|(byte, reached)| **byte == KEEP && **reached != KEEP) {
                *byte = weight;
            }
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Value};

    #[test]
    fn weights_fall_outwards_in_equal_steps() {
        let mut mask = Mask::new(9, 3);
        mask.fill_rect(Rect::new(0, 0, 3, 3), Value::Paint);
        let row = [255, 255, 255, 191, 127, 63, 0, 0, 0];
        assert_eq!(mask.feathered(3), row.repeat(3));
        assert_eq!(mask.feathered(0), mask.data());
        assert_eq!(Mask::new(2, 2).feathered(5), [0; 4]);
    }
}
