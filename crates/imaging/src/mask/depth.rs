//! How far inside the mask its pixels lie.

use super::{KEEP, Mask};
use crate::Rect;

/// For every masked pixel the distance to the nearest one that is not masked, counting diagonal steps as
/// one (chessboard distance): 1 at the mask's edge. Beyond the photo's border nothing is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depths {
    bounds: Rect,
    /// Row by row within `bounds`, which leaves room for a pixel that is not masked on every side that
    /// has one.
    depths: Vec<u16>,
}

impl Mask {
    /// See [`Depths`]. Two passes over the bounds of what is masked, two bytes for each of its pixels.
    #[must_use]
    pub fn depths(&self) -> Depths {
        let bounds = self.bounding_box().map_or(Rect::new(0, 0, 0, 0), |tight| {
            tight.expanded(1, self.bounds())
        });
        let Rect { width, height, .. } = bounds;
        let mut depths = vec![0_u16; bounds.area()];
        for y in 0..height {
            for x in 0..width {
                if self.get(bounds.x + x, bounds.y + y) != KEEP {
                    depths[y * width + x] = u16::MAX;
                }
            }
        }
        let mut settle = |x: usize, y: usize, neighbours: [(isize, isize); 4]| {
            let mut least = u16::MAX;
            for (dx, dy) in neighbours {
                let (x, y) = (x.checked_add_signed(dx), y.checked_add_signed(dy));
                if let (Some(x), Some(y)) = (x, y)
                    && x < width
                    && y < height
                {
                    least = least.min(depths[y * width + x]);
                }
            }
            let here = &mut depths[y * width + x];
            *here = (*here).min(least.saturating_add(1));
        };
        for y in 0..height {
            for x in 0..width {
                settle(x, y, [(-1, -1), (0, -1), (1, -1), (-1, 0)]);
            }
        }
        for y in (0..height).rev() {
            for x in (0..width).rev() {
                settle(x, y, [(1, 1), (0, 1), (-1, 1), (1, 0)]);
            }
        }
        Depths { bounds, depths }
    }
}

impl Depths {
    /// Of the deepest pixel within `area`, in pixels of the photo; 0 if none there is masked.
    #[must_use]
    pub fn deepest(&self, area: Rect) -> usize {
        let Some(area) = area.intersection(self.bounds) else {
            return 0;
        };
        let rows = (area.y..area.bottom()).flat_map(|y| {
            let start = (y - self.bounds.y) * self.bounds.width;
            &self.depths[start + area.x - self.bounds.x..start + area.right() - self.bounds.x]
        });
        rows.max().map_or(0, |deepest| usize::from(*deepest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    /// By its definition.
    fn depth(mask: &Mask, (x, y): (usize, usize)) -> usize {
        let free = |(fx, fy)| mask.get(fx, fy) == KEEP;
        let all = (0..mask.height()).flat_map(|y| (0..mask.width()).map(move |x| (x, y)));
        let distances = all
            .filter(|at| free(*at))
            .map(|(fx, fy)| x.abs_diff(fx).max(y.abs_diff(fy)));
        distances.min().unwrap_or(usize::from(u16::MAX))
    }

    #[test]
    fn depths_are_the_distances_to_what_is_known() {
        let mut mask = Mask::new(23, 17);
        mask.stamp((7.0, 6.0), (12.0, 9.0), 4.0, Value::Paint);
        mask.fill_rect(Rect::new(15, 8, 8, 9), Value::Paint);
        mask.fill_rect(Rect::new(17, 11, 1, 1), Value::Erase);
        let depths = mask.depths();
        for y in 0..17 {
            for x in 0..23 {
                let found = depths.deepest(Rect::new(x, y, 1, 1));
                assert_eq!(found, depth(&mask, (x, y)), "({x}, {y})");
            }
        }
        assert!(
            depths.deepest(Rect::new(15, 12, 8, 5)) > 3,
            "the border tells nothing"
        );
        assert_eq!(depths.deepest(Rect::new(0, 0, 2, 2)), 0);
    }

    #[test]
    fn nothing_is_deep_in_an_empty_mask_and_all_in_a_full_one() {
        let whole = Rect::new(0, 0, 6, 4);
        let mut mask = Mask::new(6, 4);
        assert_eq!(mask.depths().deepest(whole), 0);
        mask.fill_rect(whole, Value::Paint);
        assert_eq!(mask.depths().deepest(whole), usize::from(u16::MAX));
    }
}
