//! The brush, and the stroke that is being drawn.

use std::sync::Arc;

use imaging::{Mask, Rect, Value};

use super::outline::Shape;

/// What the pointer does on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Marks pixels as damaged.
    #[default]
    Brush,
    /// Takes marks away.
    Eraser,
    /// Marks a rectangle.
    Rectangle,
    /// Marks what the pointer goes around.
    Lasso,
    /// Marks what straight lines go around.
    Polygon,
    /// Proposes marks on scratches.
    Finder,
    /// Moves the picture.
    Pan,
}

/// Size of the brush and the eraser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brush {
    /// Diameter in pixels of the photo.
    pub diameter: f32,
}

impl Tool {
    /// The shape that it draws, if it draws one.
    #[must_use]
    pub fn shape(self) -> Option<Shape> {
        match self {
            Self::Rectangle => Some(Shape::Rectangle),
            Self::Lasso => Some(Shape::Lasso),
            Self::Polygon => Some(Shape::Polygon),
            Self::Brush | Self::Eraser | Self::Finder | Self::Pan => None,
        }
    }

    /// Whether it draws with the brush.
    #[must_use]
    pub fn has_size(self) -> bool {
        matches!(self, Self::Brush | Self::Eraser)
    }
}

impl Brush {
    /// The thinnest that a pen draws, as a share of the brush.
    const THINNEST: f32 = 0.1;

    /// Its radius in photo pixels under a pen that presses so hard, 0 to 1.
    #[must_use]
    pub fn radius(self, pressure: f32) -> f32 {
        let share = if pressure.is_finite() {
            pressure.clamp(Self::THINNEST, 1.0)
        } else {
            1.0
        };
        (share * self.diameter / 2.0).max(0.5)
    }

    /// The smallest and the largest diameter.
    pub const RANGE: std::ops::RangeInclusive<f32> = 1.0..=600.0;

    /// The next size up or down: a quarter more or less, at least one pixel.
    #[must_use]
    pub fn resized(self, larger: bool) -> Self {
        let d = self.diameter;
        let next = if larger {
            (d * 1.25).max(d + 1.0)
        } else {
            (d / 1.25).min(d - 1.0)
        };
        Self {
            diameter: next.round().clamp(*Self::RANGE.start(), *Self::RANGE.end()),
        }
    }

    /// A size that suits a photo of this size.
    #[must_use]
    pub fn for_photo(width: usize, height: usize) -> Self {
        let side = width.min(height) as f32;
        Self {
            diameter: (side / 32.0).round().clamp(4.0, 120.0),
        }
    }
}

/// A stroke between press and release.
#[derive(Clone, Debug)]
pub(crate) struct OpenStroke {
    /// The mask as it was. Shared until the first stamp, so an undo patch costs one copy.
    pub before: Arc<Mask>,
    /// What is stamped.
    pub value: Value,
    /// The last point in photo pixels.
    pub last: (f32, f32),
    /// The radius there.
    pub radius: f32,
    /// What has changed so far.
    pub dirty: Option<Rect>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_light_touch_is_thin_but_never_nothing() {
        let brush = Brush { diameter: 40.0 };
        assert_eq!((brush.radius(1.0), brush.radius(0.5)), (20.0, 10.0));
        assert_eq!((brush.radius(0.0), brush.radius(-3.0)), (2.0, 2.0));
        assert_eq!((brush.radius(7.0), brush.radius(f32::NAN)), (20.0, 20.0));
        assert_eq!(Brush { diameter: 1.0 }.radius(0.1), 0.5);
    }

    #[test]
    fn brush_sizes_always_move_and_stay_in_range() {
        let mut brush = Brush { diameter: 1.0 };
        for _ in 0..60 {
            let next = brush.resized(true);
            assert!(next.diameter > brush.diameter || next.diameter == *Brush::RANGE.end());
            brush = next;
        }
        assert_eq!(brush.diameter, *Brush::RANGE.end());
        for _ in 0..60 {
            brush = brush.resized(false);
        }
        assert_eq!(brush.diameter, 1.0);
    }
}
