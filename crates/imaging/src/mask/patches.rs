//! Taking whole patches away by touching them.

use super::strokes::Capsule;
use super::{KEEP, Mask};
use crate::Rect;

impl Mask {
    /// This mask without the patches (8-connected, as in [`components`](Self::components)) that have a pixel
    /// whose centre is at most `reach` from the line between `from` and `to`, and the rectangle that
    /// changed. `None` if there is none such, or a number is not finite. Coordinates in photo pixels.
    ///
    /// Copies the mask once something is met; looks only at the line and at what is taken away.
    #[must_use]
    pub fn without_touched(
        &self,
        from: (f32, f32),
        to: (f32, f32),
        reach: f32,
    ) -> Option<(Self, Rect)> {
        let touched = Capsule::new(from, to, reach)?;
        let runs = touched.runs((self.width, self.height));
        let pixels = runs.flat_map(|run| (run.x..run.right()).map(move |x| (x, run.y)));
        let met: Vec<(usize, usize)> = pixels.filter(|(x, y)| self.get(*x, *y) != KEEP).collect();
        let (x, y) = *met.first()?;
        let (mut left, mut changed) = (self.clone(), Rect::new(x, y, 1, 1));
        let mut open = met;
        while let Some((x, y)) = open.pop() {
            let pixel = &mut left.data[y * self.width + x];
            if *pixel == KEEP {
                continue;
            }
            *pixel = KEEP;
            changed = changed.union(Rect::new(x, y, 1, 1));
            for v in y.saturating_sub(1)..(y + 2).min(self.height) {
                let neighbours = x.saturating_sub(1)..(x + 2).min(self.width);
                open.extend(
                    neighbours
                        .filter(|u| left.get(*u, v) != KEEP)
                        .map(|u| (u, v)),
                );
            }
        }
        Some((left, changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    /// A diagonal of three pixels, a pixel, and a bar.
    fn three() -> Mask {
        let mut mask = Mask::new(9, 6);
        for (x, y) in [(0, 0), (1, 1), (2, 2), (5, 0)] {
            let _ = mask.fill_rect(Rect::new(x, y, 1, 1), Value::Paint);
        }
        let _ = mask.fill_rect(Rect::new(4, 4, 5, 2), Value::Paint);
        mask
    }

    #[test]
    fn what_is_touched_goes_whole_and_the_rest_stays() {
        let mask = three();
        let (left, changed) = mask
            .without_touched((0.5, 0.5), (0.5, 0.5), 0.4)
            .expect("met");
        assert_eq!((left.count(), changed), (11, Rect::new(0, 0, 3, 3)));
        assert_eq!(mask.difference(&left), Some(changed));
        // A line past both: between two samples of a fast pointer nothing is missed.
        let (left, _) = mask
            .without_touched((5.5, -3.0), (5.5, 9.0), 0.2)
            .expect("met");
        assert_eq!(left.components().len(), 1);
        assert_eq!(left.get(2, 2), 255);
    }

    #[test]
    fn nothing_near_nothing_gone() {
        let mask = three();
        for (at, reach) in [
            ((3.5, 3.0), 0.6),
            ((-50.0, -50.0), 3.0),
            ((f32::NAN, 0.0), 3.0),
            ((0.5, 0.5), -1.0),
        ] {
            assert!(mask.without_touched(at, at, reach).is_none(), "{at:?}");
        }
        assert!(mask.without_touched((3.5, 3.0), (3.5, 3.0), 2.0).is_some());
    }
}
