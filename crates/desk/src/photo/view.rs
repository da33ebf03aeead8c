//! Where on the canvas the picture lies: zoom, centre, and what is shown.
//!
//! Zoom is physical screen pixels per photo pixel, so 1.0 is true 100 % on every screen. Canvas
//! positions are in points (what pointer events speak); `density` is physical pixels per point.

/// The canvas on the screen, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Physical pixels per point.
    pub density: f32,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            left: 0.0,
            top: 0.0,
            width: 800.0,
            height: 600.0,
            density: 1.0,
        }
    }
}

impl Viewport {
    fn center(self) -> (f32, f32) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}

/// Which picture the canvas shows once there is a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Show {
    /// The photo as opened, with the mask over it.
    #[default]
    Original,
    /// The original left of the divider, the restored picture right of it.
    Split,
    /// The restored picture.
    Restored,
}

/// How the picture is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Physical screen pixels per photo pixel.
    pub zoom: f32,
    /// The photo position in the middle of the canvas, in photo pixels.
    pub center: (f32, f32),
    /// Where the canvas is.
    pub viewport: Viewport,
    /// Whether the whole picture is to be shown, also after the canvas changes size.
    pub fitted: bool,
    /// What is shown.
    pub show: Show,
    /// Whether the original is shown for as long as a key is held.
    pub peeking: bool,
    /// Whether the canvas is halved, with the same part of two pictures in either half.
    pub side_by_side: bool,
    /// Where the divider of [`Show::Split`] lies, as a fraction of the photo's width.
    pub divider: f32,
    /// Whether the mask is drawn over the photo.
    pub mask_visible: bool,
    /// How strongly the mask covers the photo, 0.1 to 1.
    pub mask_opacity: f32,
    /// Whether the drawer is open.
    pub drawer_open: bool,
    /// Whether the advanced settings are unfolded.
    pub advanced_open: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            center: (0.0, 0.0),
            viewport: Viewport::default(),
            fitted: true,
            show: Show::default(),
            peeking: false,
            side_by_side: false,
            divider: 0.5,
            mask_visible: true,
            mask_opacity: 0.55,
            drawer_open: false,
            advanced_open: false,
        }
    }
}

impl View {
    /// The range of zoom.
    pub const ZOOM: std::ops::RangeInclusive<f32> = 0.01..=64.0;
    /// Room left around a fitted picture, in points.
    const MARGIN: f32 = 24.0;

    /// Points per photo pixel.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.zoom / self.viewport.density
    }

    /// The middle of the part of the canvas that holds a whole view of the picture: of the half
    /// in which the column `at` lies, or of everything.
    fn middle(&self, at: f32) -> (f32, f32) {
        let (x, y) = self.viewport.center();
        let quarter = self.viewport.width / 4.0;
        match self.side_by_side {
            false => (x, y),
            true if at < x => (x - quarter, y),
            true => (x + quarter, y),
        }
    }

    /// Width of the part of the canvas that holds a whole view of the picture, in points.
    fn pane_width(&self) -> f32 {
        self.viewport.width / if self.side_by_side { 2.0 } else { 1.0 }
    }

    /// From photo pixels to canvas points; in the left half if the canvas is halved.
    #[must_use]
    pub fn to_canvas(&self, point: (f32, f32)) -> (f32, f32) {
        self.to_half(point, false)
    }

    /// From photo pixels to canvas points in the left or the right half, if the canvas is halved.
    #[must_use]
    pub fn to_half(&self, (x, y): (f32, f32), right: bool) -> (f32, f32) {
        let column = if right {
            f32::INFINITY
        } else {
            f32::NEG_INFINITY
        };
        let (cx, cy) = self.middle(column);
        let scale = self.scale();
        (
            cx + (x - self.center.0) * scale,
            cy + (y - self.center.1) * scale,
        )
    }

    /// From canvas points to photo pixels.
    #[must_use]
    pub fn to_photo(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let (cx, cy) = self.middle(x);
        let scale = self.scale();
        (
            self.center.0 + (x - cx) / scale,
            self.center.1 + (y - cy) / scale,
        )
    }

    /// Zooms by a factor; what lies under `at` (canvas points) stays there.
    pub(crate) fn zoom_by(&mut self, factor: f32, at: (f32, f32)) {
        let (x, y) = self.to_photo(at);
        self.zoom = (self.zoom * factor).clamp(*Self::ZOOM.start(), *Self::ZOOM.end());
        let (moved_x, moved_y) = self.to_photo(at);
        self.center.0 += x - moved_x;
        self.center.1 += y - moved_y;
        self.fitted = false;
    }

    /// Sets the zoom; the middle of the canvas stays.
    pub(crate) fn zoom_to(&mut self, zoom: f32) {
        self.zoom_by(zoom / self.zoom, self.middle(f32::NEG_INFINITY));
    }

    /// Moves the picture by canvas points.
    pub(crate) fn pan_by(&mut self, dx: f32, dy: f32) {
        let scale = self.scale();
        self.center.0 -= dx / scale;
        self.center.1 -= dy / scale;
        self.fitted = false;
    }

    /// Keeps at least the picture's edge in the canvas, so that it cannot be lost.
    pub(crate) fn keep_in_sight(&mut self, width: usize, height: usize) {
        self.center.0 = self.center.0.clamp(0.0, width as f32);
        self.center.1 = self.center.1.clamp(0.0, height as f32);
    }

    /// Shows the whole picture, a small one at a whole factor of at most eight.
    pub(crate) fn fit(&mut self, width: usize, height: usize) {
        let room = |side: f32| (side - 2.0 * Self::MARGIN).max(16.0) * self.viewport.density;
        let zoom = (room(self.pane_width()) / width.max(1) as f32)
            .min(room(self.viewport.height) / height.max(1) as f32);
        // Whole factors keep the pixels of a small picture square.
        let zoom = if zoom >= 2.0 {
            zoom.floor().min(8.0)
        } else {
            zoom
        };
        self.zoom = zoom.clamp(*Self::ZOOM.start(), *Self::ZOOM.end());
        self.center = (width as f32 / 2.0, height as f32 / 2.0);
        self.fitted = true;
    }

    /// The next zoom up or down on the ladder of usual zooms.
    #[must_use]
    pub fn next_zoom(&self, closer: bool) -> f32 {
        const LADDER: [f32; 19] = [
            0.01, 0.02, 0.05, 0.1, 0.167, 0.25, 0.333, 0.5, 0.667, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0,
            8.0, 16.0, 32.0, 64.0,
        ];
        let near = 1.001;
        if closer {
            LADDER
                .into_iter()
                .find(|z| *z > self.zoom * near)
                .unwrap_or(64.0)
        } else {
            LADDER
                .into_iter()
                .rev()
                .find(|z| *z * near < self.zoom)
                .unwrap_or(0.01)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        View {
            viewport: Viewport {
                left: 56.0,
                top: 40.0,
                width: 900.0,
                height: 700.0,
                density: 1.5,
            },
            zoom: 0.75,
            center: (310.0, 220.0),
            ..View::default()
        }
    }

    fn close(a: (f32, f32), b: (f32, f32)) -> bool {
        (a.0 - b.0).abs() < 1e-2 && (a.1 - b.1).abs() < 1e-2
    }

    #[test]
    fn there_and_back_again() {
        let view = view();
        for point in [(0.0, 0.0), (123.4, 567.8), (-40.0, 9000.0)] {
            assert!(close(view.to_photo(view.to_canvas(point)), point));
        }
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut view = view();
        let pointer = (300.0, 500.0);
        for factor in [1.1, 3.0, 0.2, 100.0, 1e-6] {
            let before = view.to_photo(pointer);
            view.zoom_by(factor, pointer);
            assert!(close(view.to_photo(pointer), before), "factor {factor}");
            assert!(View::ZOOM.contains(&view.zoom));
        }
        assert!(!view.fitted);
    }

    #[test]
    fn both_halves_look_at_the_same_place() {
        let mut view = View {
            side_by_side: true,
            ..view()
        };
        for right in [false, true] {
            let at = view.to_half((123.0, 45.0), right);
            assert!(close(view.to_photo(at), (123.0, 45.0)));
            let before = view.to_photo(at);
            view.zoom_by(1.7, at);
            assert!(
                close(view.to_photo(at), before),
                "zoom about either pointer"
            );
        }
        let (left, right) = (
            view.to_half((9.0, 9.0), false),
            view.to_half((9.0, 9.0), true),
        );
        assert!((right.0 - left.0 - view.viewport.width / 2.0).abs() < 1e-3);
        view.fit(900, 700);
        let (edge, _) = view.to_half((900.0, 0.0), false);
        assert!(edge <= view.viewport.left + view.viewport.width / 2.0);
    }

    #[test]
    fn panning_moves_by_points() {
        let mut view = view();
        let before = view.to_canvas((10.0, 10.0));
        view.pan_by(12.0, -7.0);
        assert!(close(
            view.to_canvas((10.0, 10.0)),
            (before.0 + 12.0, before.1 - 7.0)
        ));
    }

    #[test]
    fn a_fitted_picture_is_whole_and_centred() {
        let mut view = view();
        for (w, h) in [(6000, 4000), (400, 3000), (900, 700), (64, 48), (1, 1)] {
            view.fit(w, h);
            let (left, top) = view.to_canvas((0.0, 0.0));
            let (right, bottom) = view.to_canvas((w as f32, h as f32));
            let v = view.viewport;
            assert!(left >= v.left && right <= v.left + v.width, "{w}x{h}");
            assert!(top >= v.top && bottom <= v.top + v.height, "{w}x{h}");
            assert!(close(
                ((left + right) / 2.0, (top + bottom) / 2.0),
                v.center()
            ));
        }
    }

    #[test]
    fn one_hundred_percent_is_one_physical_pixel() {
        let mut view = view();
        view.zoom_to(1.0);
        assert!((view.scale() * view.viewport.density - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_zoom_ladder_always_moves_until_its_ends() {
        let mut view = View {
            zoom: 0.013,
            ..View::default()
        };
        for _ in 0..30 {
            let next = view.next_zoom(true);
            assert!(next > view.zoom || next == 64.0);
            view.zoom = next;
        }
        for _ in 0..30 {
            let next = view.next_zoom(false);
            assert!(next < view.zoom || next == 0.01);
            view.zoom = next;
        }
        assert_eq!(view.zoom, 0.01);
    }

    #[test]
    fn the_picture_cannot_be_lost() {
        let mut view = view();
        view.pan_by(1e7, -1e7);
        view.keep_in_sight(600, 400);
        assert_eq!(view.center, (0.0, 400.0));
    }
}
