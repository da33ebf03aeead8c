//! Growing and shrinking a mask by an exact Euclidean radius.
//!
//! A pixel is in the grown mask when a masked pixel's centre is at most `radius` away. Two passes
//! down and up each column give the distance `g` to the nearest masked pixel in that column; in a
//! row, a column with `g <= radius` then covers the `floor(sqrt(radius² - g²))` pixels to either
//! side, and the union of those runs is counted with a difference array. Linear in the number of
//! pixels, whatever the radius.

use super::{KEEP, Mask, RESTORE};

impl Mask {
    /// The mask grown by `radius` pixels in every direction (a disc), cut at the photo's edge.
    pub fn grown(&self, radius: usize) -> Self {
        let (width, height) = (self.width, self.height);
        // Beyond the diagonal nothing changes any more, and distances stay small integers.
        let radius = radius.min(width + height);
        let distances = self.column_distances(radius);
        let reach: Vec<usize> = (0..=radius)
            .map(|g| (radius * radius - g * g).isqrt())
            .collect();
        let mut data = vec![KEEP; width * height];
        let mut steps = vec![0_i32; width + 1];
        for (row, out) in distances
            .chunks_exact(width.max(1))
            .zip(data.chunks_exact_mut(width.max(1)))
        {
            steps.fill(0);
            for (x, &g) in row.iter().enumerate() {
                if let Some(&half) = reach.get(g as usize) {
                    steps[x.saturating_sub(half)] += 1;
                    steps[(x + half + 1).min(width)] -= 1;
                }
            }
            let mut covering = 0;
            for (byte, step) in out.iter_mut().zip(&steps) {
                covering += step;
                *byte = if covering > 0 { RESTORE } else { KEEP };
            }
        }
        Self {
            width,
            height,
            data,
        }
    }

    /// The mask shrunk by `radius` pixels: what is kept grows into it. The photo's edge does not eat
    /// into the mask, so that damage running out of the picture stays covered.
    pub fn shrunk(&self, radius: usize) -> Self {
        let mut kept = self.clone();
        kept.invert();
        let mut result = kept.grown(radius);
        result.invert();
        result
    }

    /// Rows to the nearest masked pixel in the same column; `radius + 1` stands for "farther".
    fn column_distances(&self, radius: usize) -> Vec<u32> {
        let far = u32::try_from(radius + 1).unwrap_or(u32::MAX);
        let mut distances: Vec<u32> = self
            .data
            .iter()
            .map(|&byte| if byte == RESTORE { 0 } else { far })
            .collect();
        let width = self.width;
        for i in width..distances.len() {
            distances[i] = distances[i].min((distances[i - width] + 1).min(far));
        }
        for i in (0..distances.len().saturating_sub(width)).rev() {
            distances[i] = distances[i].min((distances[i + width] + 1).min(far));
        }
        distances
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Value};

    fn brute_force(mask: &Mask, radius: usize) -> Mask {
        let near = |x: usize, y: usize| {
            (0..mask.height()).any(|v| {
                (0..mask.width()).any(|u| {
                    mask.get(u, v) > 0
                        && x.abs_diff(u).pow(2) + y.abs_diff(v).pow(2) <= radius * radius
                })
            })
        };
        let data = (0..mask.width() * mask.height())
            .map(|i| {
                if near(i % mask.width(), i / mask.width()) {
                    255
                } else {
                    0
                }
            })
            .collect();
        Mask::from_data(mask.width(), mask.height(), data).expect("the size fits")
    }

    fn speckled() -> Mask {
        let mut mask = Mask::new(23, 17);
        for i in [0, 40, 111, 200, 205, 390] {
            mask.fill_rect(Rect::new(i % 23, i / 23, 2, 1), Value::Paint);
        }
        mask
    }

    #[test]
    fn growing_equals_testing_every_distance() {
        for radius in [0, 1, 2, 3, 5, 8, 100] {
            assert_eq!(
                speckled().grown(radius),
                brute_force(&speckled(), radius),
                "radius {radius}"
            );
        }
        assert!(Mask::new(9, 9).grown(4).is_empty());
    }

    #[test]
    fn shrinking_undoes_growing_of_a_disc() {
        let mut disc = Mask::new(40, 40);
        disc.stamp((20.5, 20.5), (20.5, 20.5), 5.0, Value::Paint);
        assert_eq!(disc.grown(4).shrunk(4), disc);
        assert!(disc.shrunk(6).is_empty());
        let mut full = Mask::new(6, 5);
        full.invert();
        assert_eq!(full.shrunk(3), full);
    }
}
