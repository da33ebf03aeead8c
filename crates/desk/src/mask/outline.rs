//! A shape that is being drawn: a rectangle, a lasso or a polygon. The mask changes once it closes.

use imaging::Value;

/// What kind of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// From one corner to the opposite one.
    Rectangle,
    /// The pointer's whole way, closed by a straight line.
    Lasso,
    /// Corner by corner, closed by a double click or Enter.
    Polygon,
    /// The pointer's whole way, which stays open: the path of a blur, nothing of the mask.
    Path,
}

/// The shape so far, in photo pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// What kind of shape.
    pub shape: Shape,
    /// What it will leave behind.
    pub value: Value,
    points: Vec<(f32, f32)>,
}

impl Outline {
    /// A shape that begins at a photo position.
    #[must_use]
    pub fn new(shape: Shape, at: (f32, f32), value: Value) -> Self {
        Self {
            shape,
            value,
            points: vec![at],
        }
    }

    /// Draws on. A polygon only grows by [`add_corner`](Self::add_corner).
    pub(crate) fn extend(&mut self, to: (f32, f32)) {
        match self.shape {
            Shape::Rectangle => {
                self.points.truncate(1);
                self.points.push(to);
            }
            Shape::Lasso | Shape::Path => {
                if self.points.last() != Some(&to) {
                    self.points.push(to);
                }
            }
            Shape::Polygon => {}
        }
    }

    /// The next corner of a polygon.
    pub(crate) fn add_corner(&mut self, at: (f32, f32)) {
        if self.points.last() != Some(&at) {
            self.points.push(at);
        }
    }

    /// Takes the last corner back; false when none is left after that.
    pub(crate) fn remove_corner(&mut self) -> bool {
        self.points.pop();
        !self.points.is_empty()
    }

    /// The corners in order; the last is joined to the first. A rectangle covers whole pixels.
    #[must_use]
    pub fn corners(&self) -> Vec<(f32, f32)> {
        match (self.shape, self.points.as_slice()) {
            (Shape::Rectangle, &[(ax, ay), (bx, by)]) => {
                let (left, right) = (ax.min(bx).floor(), ax.max(bx).ceil());
                let (top, bottom) = (ay.min(by).floor(), ay.max(by).ceil());
                vec![(left, top), (right, top), (right, bottom), (left, bottom)]
            }
            (_, points) => points.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_covers_every_pixel_it_touches_whichever_way_it_is_drawn() {
        for (from, to) in [((2.4, 5.9), (7.1, 1.2)), ((7.1, 1.2), (2.4, 5.9))] {
            let mut outline = Outline::new(Shape::Rectangle, from, Value::Paint);
            outline.extend((100.0, 100.0));
            outline.extend(to);
            let corners = [(2.0, 1.0), (8.0, 1.0), (8.0, 6.0), (2.0, 6.0)];
            assert_eq!(outline.corners(), corners);
        }
    }

    #[test]
    fn a_polygon_grows_by_corners_and_a_lasso_by_moves() {
        let mut polygon = Outline::new(Shape::Polygon, (0.0, 0.0), Value::Paint);
        polygon.extend((9.0, 9.0));
        polygon.add_corner((5.0, 0.0));
        polygon.add_corner((5.0, 0.0));
        assert_eq!(polygon.corners(), [(0.0, 0.0), (5.0, 0.0)]);
        assert!(polygon.remove_corner());
        assert!(!polygon.remove_corner());
        let mut lasso = Outline::new(Shape::Lasso, (0.0, 0.0), Value::Erase);
        lasso.extend((1.0, 0.0));
        lasso.extend((1.0, 0.0));
        lasso.extend((1.0, 2.0));
        assert_eq!(lasso.corners().len(), 3);
    }
}
