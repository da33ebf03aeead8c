//! How large everything is drawn: as chosen, as far as the window has room for it.

use egui::Vec2;

/// The smallest window in which nothing overlaps, in points at the size everything is drawn at.
const SMALLEST: Vec2 = Vec2::new(960.0, 540.0);

/// Sizes change in steps, so that letters are not drawn anew with every pixel that a window grows by.
const STEPS: f32 = 20.0;

/// The zoom for a chosen `scale` in percent in a window of this many points at zoom 1.
///
/// Never below 1: a window that is too small at its usual size is kept from being so by its own limit.
pub(super) fn zoom(scale: u16, window: Vec2) -> f32 {
    let room = (window / SMALLEST).min_elem();
    let room = (room * STEPS).floor() / STEPS;
    (f32::from(scale) / 100.0).min(room).max(1.0)
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::*;

    #[test]
    fn what_was_chosen_is_taken_where_there_is_room() {
        assert!((zoom(200, vec2(1920.0, 1080.0)) - 2.0).abs() < 1e-6);
        assert!((zoom(150, vec2(1440.0, 900.0)) - 1.5).abs() < 1e-6);
        assert!((zoom(100, vec2(1120.0, 640.0)) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_small_window_takes_less_but_never_less_than_usual() {
        let small = zoom(200, vec2(1120.0, 640.0));
        assert!((small - 1.15).abs() < 1e-6, "{small}");
        assert!((zoom(200, vec2(300.0, 200.0)) - 1.0).abs() < 1e-6);
    }
}
