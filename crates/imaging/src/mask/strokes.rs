//! Drawing into a mask: brush strokes, rectangles, lassos.
//!
//! Coordinates are in photo pixels with the origin at the top left corner, so pixel `(x, y)` has its
//! centre at `(x + 0.5, y + 0.5)`. A shape takes exactly the pixels whose centre it covers.

use super::{Mask, Value};
use crate::Rect;

impl Mask {
    /// One segment of a round brush: every pixel whose centre is at most `radius` from the line
    /// between `from` and `to`. Equal ends give a disc.
    ///
    /// Returns the rectangle that may have changed; `None` when the stroke covers no pixel or a
    /// number is not finite.
    pub fn stamp(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        radius: f32,
        value: Value,
    ) -> Option<Rect> {
        let capsule = Capsule::new(from, to, radius)?;
        let mut dirty: Option<Rect> = None;
        for run in capsule.runs((self.width, self.height)) {
            self.fill_run(run.y, run.x, run.right(), value);
            dirty = Some(dirty.map_or(run, |rect| rect.union(run)));
        }
        dirty
    }

    /// Every pixel of `rect`, cut to the mask. Returns the rectangle that may have changed.
    pub fn fill_rect(&mut self, rect: Rect, value: Value) -> Option<Rect> {
        let inside = rect.intersection(self.bounds())?;
        for y in inside.y..inside.bottom() {
            self.fill_run(y, inside.x, inside.right(), value);
        }
        Some(inside)
    }

    /// Every pixel whose centre the closed polygon goes around (nonzero winding: a lasso that crosses
    /// itself leaves no holes). A centre exactly on an edge belongs to the polygon to its right or
    /// below it, so that polygons sharing an edge neither overlap nor leave a gap.
    ///
    /// Returns the rectangle that may have changed; `None` when no centre is inside or a number is
    /// not finite.
    pub fn fill_polygon(&mut self, corners: &[(f32, f32)], value: Value) -> Option<Rect> {
        if !corners.iter().all(|(x, y)| x.is_finite() && y.is_finite()) {
            return None;
        }
        let (top, bottom) = corners.iter().fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(top, bottom), &(_, y)| (top.min(f64::from(y)), bottom.max(f64::from(y))),
        );
        let mut dirty: Option<Rect> = None;
        for y in covered(top, bottom, self.height) {
            for (left, right) in spans(corners, y as f64 + 0.5) {
                // Centres in `left <= x + 0.5 < right`; `as` saturates beyond the mask.
                let start = ((left - 0.5).ceil().max(0.0) as usize).min(self.width);
                let end = ((right - 0.5).ceil().max(0.0) as usize).min(self.width);
                if start < end {
                    self.fill_run(y, start, end, value);
                    let run = Rect::new(start, y, end - start, 1);
                    dirty = Some(dirty.map_or(run, |rect| rect.union(run)));
                }
            }
        }
        dirty
    }

    fn fill_run(&mut self, y: usize, start: usize, end: usize, value: Value) {
        self.data[y * self.width + start..y * self.width + end].fill(value.byte());
    }
}

/// The points within `radius` of a segment.
pub(super) struct Capsule {
    from: (f64, f64),
    to: (f64, f64),
    radius: f64,
}

impl Capsule {
    /// `None` when a number is not finite, or the radius is negative.
    pub(super) fn new(from: (f32, f32), to: (f32, f32), radius: f32) -> Option<Self> {
        let finite = [from.0, from.1, to.0, to.1, radius]
            .iter()
            .all(|value| value.is_finite());
        (finite && radius >= 0.0).then(|| Self {
            from: (f64::from(from.0), f64::from(from.1)),
            to: (f64::from(to.0), f64::from(to.1)),
            radius: f64::from(radius),
        })
    }

    /// The pixels of a mask of this size whose centres it covers, as rectangles of one row.
    pub(super) fn runs(&self, (width, height): (usize, usize)) -> impl Iterator<Item = Rect> {
        let rows = covered(
            self.top() - self.radius,
            self.bottom() + self.radius,
            height,
        );
        rows.filter_map(move |y| {
            let center = y as f64 + 0.5;
            let (left, right) = self.reach(center);
            let mut columns = covered(left, right, width);
            let covers = |x: &usize| self.covers(*x as f64 + 0.5, center);
            // The capsule is convex: its pixels in a row are one run.
            let first = columns.find(covers)?;
            let last = columns.rev().find(covers).unwrap_or(first);
            Some(Rect::new(first, y, last + 1 - first, 1))
        })
    }

    fn top(&self) -> f64 {
        self.from.1.min(self.to.1)
    }

    fn bottom(&self) -> f64 {
        self.from.1.max(self.to.1)
    }

    fn covers(&self, x: f64, y: f64) -> bool {
        let (ax, ay) = (x - self.from.0, y - self.from.1);
        let (bx, by) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let length = bx * bx + by * by;
        let t = if length > 0.0 {
            ((ax * bx + ay * by) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (dx, dy) = (ax - t * bx, ay - t * by);
        dx * dx + dy * dy <= self.radius * self.radius
    }

    /// Columns the capsule may reach in the row at `y`, a little generous: those within `radius` of
    /// the part of the segment whose rows are within `radius` of `y`. Keeps a long diagonal stroke
    /// from testing its whole bounding box.
    fn reach(&self, y: f64) -> (f64, f64) {
        let slope = self.to.1 - self.from.1;
        let at = |row: f64| {
            let t = if slope == 0.0 {
                0.0
            } else {
                ((row - self.from.1) / slope).clamp(0.0, 1.0)
            };
            self.from.0 + t * (self.to.0 - self.from.0)
        };
        let ends = if slope == 0.0 {
            (self.from.0, self.to.0)
        } else {
            (at(y - self.radius), at(y + self.radius))
        };
        // One pixel of slack swallows rounding; `covers` decides.
        let margin = self.radius + 1.0;
        (ends.0.min(ends.1) - margin, ends.0.max(ends.1) + margin)
    }
}

/// Pixels whose centre may lie in `low..=high`, cut to `0..size`; `as` saturates.
fn covered(low: f64, high: f64, size: usize) -> std::ops::Range<usize> {
    let start = ((low - 0.5).floor().max(0.0) as usize).min(size);
    let end = ((high + 0.5).ceil().max(0.0) as usize).min(size);
    start..end.max(start)
}

/// Where a horizontal line is inside the polygon, left to right.
fn spans(corners: &[(f32, f32)], y: f64) -> Vec<(f64, f64)> {
    let mut crossings: Vec<(f64, i32)> = Vec::new();
    for (i, &(x0, y0)) in corners.iter().enumerate() {
        let (x1, y1) = corners[(i + 1) % corners.len()];
        let (x0, y0, x1, y1) = (f64::from(x0), f64::from(y0), f64::from(x1), f64::from(y1));
        // Half-open in y: a corner on the line is counted for one of its two edges only.
        if (y0 <= y) != (y1 <= y) {
            let x = x0 + (y - y0) / (y1 - y0) * (x1 - x0);
            crossings.push((x, if y1 > y0 { 1 } else { -1 }));
        }
    }
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut winding = 0;
    let mut inside = Vec::new();
    for pair in crossings.windows(2) {
        winding += pair[0].1;
        if winding != 0 {
            inside.push((pair[0].0, pair[1].0));
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disc_takes_the_centres_it_covers() {
        let mut mask = Mask::new(5, 5);
        assert_eq!(
            mask.stamp((2.5, 2.5), (2.5, 2.5), 1.0, Value::Paint),
            Some(Rect::new(1, 1, 3, 3))
        );
        assert_eq!(mask.count(), 5);
        assert_eq!(mask.stamp((2.0, 2.0), (2.0, 2.0), 0.7, Value::Paint), None);
        assert_eq!(
            mask.stamp((2.5, 2.5), (2.5, 2.5), 0.0, Value::Erase),
            Some(Rect::new(2, 2, 1, 1))
        );
        assert_eq!(mask.count(), 4);
    }

    #[test]
    fn strokes_outside_or_without_numbers_do_nothing() {
        let mut mask = Mask::new(8, 8);
        assert_eq!(
            mask.stamp((-50.0, 3.0), (-20.0, 3.0), 5.0, Value::Paint),
            None
        );
        assert_eq!(
            mask.stamp((f32::NAN, 3.0), (2.0, 3.0), 5.0, Value::Paint),
            None
        );
        assert_eq!(
            mask.stamp((1.0, 3.0), (2.0, 3.0), f32::INFINITY, Value::Paint),
            None
        );
        assert_eq!(mask.stamp((1.0, 3.0), (2.0, 3.0), -1.0, Value::Paint), None);
        assert_eq!(mask.fill_rect(Rect::new(8, 0, 3, 3), Value::Paint), None);
        assert_eq!(mask.fill_polygon(&[], Value::Paint), None);
        assert_eq!(
            mask.fill_polygon(&[(0.0, 0.0), (8.0, 8.0)], Value::Paint),
            None
        );
        assert!(mask.is_empty());
        assert_eq!(
            mask.stamp((-1e30, 4.0), (1e30, 4.0), 1e30, Value::Paint),
            Some(mask.bounds())
        );
    }

    #[test]
    fn polygons_sharing_an_edge_tile_without_overlap() {
        let (mut left, mut right) = (Mask::new(10, 6), Mask::new(10, 6));
        left.fill_polygon(
            &[(0.0, 0.0), (4.5, 0.0), (4.5, 6.0), (0.0, 6.0)],
            Value::Paint,
        );
        right.fill_polygon(
            &[(4.5, 0.0), (10.0, 0.0), (10.0, 6.0), (4.5, 6.0)],
            Value::Paint,
        );
        assert_eq!(left.count() + right.count(), 60);
        right.invert();
        assert_eq!(left, right);
    }

    #[test]
    fn a_lasso_crossing_itself_has_no_hole() {
        let star: Vec<(f32, f32)> = (0..5)
            .map(|i| (i as f32 * 2.0 * 2.0 * std::f32::consts::PI / 5.0).sin_cos())
            .map(|(s, c)| (20.0 + 18.0 * s, 20.0 - 18.0 * c))
            .collect();
        let mut mask = Mask::new(40, 40);
        mask.fill_polygon(&star, Value::Paint);
        assert_eq!(mask.get(20, 20), 255);
        assert_eq!(mask.get(1, 1), 0);
    }
}
