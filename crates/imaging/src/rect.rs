//! Axis-aligned rectangles of whole pixels.
//!
//! A rectangle covers columns `x..x + width` and rows `y..y + height`. Arithmetic saturates, so no
//! rectangle, however absurd, makes these functions panic.

use serde::{Deserialize, Serialize};

/// A rectangle in pixels; the origin is the picture's top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rect {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Rect {
    /// The rectangle whose top left pixel is `(x, y)`.
    pub const fn new(x: usize, y: usize, width: usize, height: usize) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// The first column to the right of the rectangle.
    pub const fn right(self) -> usize {
        self.x.saturating_add(self.width)
    }

    /// The first row below the rectangle.
    pub const fn bottom(self) -> usize {
        self.y.saturating_add(self.height)
    }

    /// Number of pixels.
    pub const fn area(self) -> usize {
        self.width.saturating_mul(self.height)
    }

    /// Whether the rectangle covers no pixel.
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The smallest rectangle covering both; an empty rectangle adds nothing, wherever it lies.
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self::between(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    /// The pixels in both, or `None` when there are none.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let common = Self::between(
            self.x.max(other.x),
            self.y.max(other.y),
            self.right().min(other.right()),
            self.bottom().min(other.bottom()),
        );
        (!common.is_empty()).then_some(common)
    }

    /// Grown by `margin` pixels on every side, then cut to `bounds`. Empty if nothing is left.
    pub fn expanded(self, margin: usize, bounds: Self) -> Self {
        let grown = Self::between(
            self.x.saturating_sub(margin),
            self.y.saturating_sub(margin),
            self.right().saturating_add(margin),
            self.bottom().saturating_add(margin),
        );
        grown
            .intersection(bounds)
            .unwrap_or(Self::new(bounds.x, bounds.y, 0, 0))
    }

    /// Whether every pixel of `other` is in this rectangle; an empty `other` is in all of them.
    pub const fn contains_rect(self, other: Self) -> bool {
        other.is_empty()
            || (self.x <= other.x
                && self.y <= other.y
                && other.right() <= self.right()
                && other.bottom() <= self.bottom())
    }

    /// Whether the pixel `(x, y)` is in this rectangle.
    pub const fn contains(self, x: usize, y: usize) -> bool {
        self.x <= x && x < self.right() && self.y <= y && y < self.bottom()
    }

    const fn between(left: usize, top: usize, right: usize, bottom: usize) -> Self {
        Self::new(
            left,
            top,
            right.saturating_sub(left),
            bottom.saturating_sub(top),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn union_and_intersection_agree_with_hand_drawn_rectangles() {
        let a = Rect::new(1, 2, 4, 3);
        let b = Rect::new(3, 0, 5, 4);
        assert_eq!(a.union(b), Rect::new(1, 0, 7, 5));
        assert_eq!(a.intersection(b), Some(Rect::new(3, 2, 2, 2)));
        assert_eq!(a.intersection(Rect::new(5, 2, 1, 1)), None);
        assert_eq!(a.union(Rect::new(90, 90, 0, 7)), a);
        assert_eq!(Rect::new(90, 90, 0, 7).union(a), a);
    }

    #[test]
    fn expansion_stops_at_the_bounds() {
        let bounds = Rect::new(0, 0, 10, 8);
        assert_eq!(
            Rect::new(1, 2, 3, 3).expanded(2, bounds),
            Rect::new(0, 0, 6, 7)
        );
        assert_eq!(Rect::new(9, 7, 1, 1).expanded(usize::MAX, bounds), bounds);
        assert!(Rect::new(50, 50, 1, 1).expanded(2, bounds).is_empty());
    }

    #[test]
    fn containment_is_half_open() {
        let rect = Rect::new(2, 3, 4, 5);
        assert!(rect.contains(2, 3) && rect.contains(5, 7));
        assert!(!rect.contains(6, 7) && !rect.contains(5, 8) && !rect.contains(1, 3));
        assert!(rect.contains_rect(rect));
        assert!(!rect.contains_rect(Rect::new(2, 3, 5, 5)));
        assert!(rect.contains_rect(Rect::new(100, 100, 0, 1)));
    }

    #[test]
    fn absurd_rectangles_saturate() {
        let huge = Rect::new(usize::MAX, usize::MAX, usize::MAX, usize::MAX);
        assert_eq!(huge.right(), usize::MAX);
        assert_eq!(huge.area(), usize::MAX);
        assert_eq!(huge.intersection(Rect::new(0, 0, 5, 5)), None);
    }
}
