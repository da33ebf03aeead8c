//! The mask over the photo, in a translucent colour.

use std::sync::Arc;

use egui::{Color32, ColorImage};
use imaging::{Mask, Rect};

use super::grid;
use super::tiles::{Placement, Tiles};

/// The mask's tiles.
pub(crate) struct MaskLayer {
    tiles: Tiles,
    color: [u8; 3],
}

impl MaskLayer {
    /// A layer without tiles; `name` tells its textures apart.
    pub(crate) fn new(name: &'static str, color: [u8; 3]) -> Self {
        Self {
            tiles: Tiles::translucent(name),
            color,
        }
    }

    /// Brings the textures up to date where the mask changed.
    pub(crate) fn update(&mut self, mask: &Mask, dirty: Rect) {
        let size = (mask.width(), mask.height());
        let color = self.color;
        self.tiles.update(dirty, size, |level, rect| {
            coverage(mask, level, rect, color)
        });
    }

    /// Another photo was opened.
    pub(crate) fn clear(&mut self) {
        self.tiles.clear();
    }

    /// Paints what is visible, covering the photo by `opacity`.
    pub(crate) fn paint(
        &mut self,
        painter: &egui::Painter,
        placement: &Placement,
        mask: &Arc<Mask>,
        opacity: f32,
    ) {
        let size = (mask.width(), mask.height());
        let level = grid::level_for(placement.zoom, grid::levels(size.0, size.1));
        let tint = Color32::WHITE.gamma_multiply(opacity);
        let color = self.color;
        let _ = self
            .tiles
            .paint(painter, placement, (size, level), tint, |rect| {
                coverage(mask, level, rect, color)
            });
    }
}

/// A rectangle of a level: how much of each block is masked. Thin scratches must stay visible
/// from afar, so a block that is half covered already shows the full colour.
fn coverage(mask: &Mask, level: usize, rect: Rect, color: [u8; 3]) -> ColorImage {
    let side = 1 << level;
    let (width, height, data) = (mask.width(), mask.height(), mask.data());
    let mut pixels = Vec::with_capacity(rect.area());
    let clear = |y: usize| {
        let columns = (rect.x * side).min(width)..(rect.right() * side).min(width);
        let mut rows = y * side..((y + 1) * side).min(height);
        rows.all(|row| data[row * width..][columns.clone()].iter().all(|v| *v == 0))
    };
    for y in rect.y..rect.bottom() {
        // Most of a mask is: looking through whole rows is much faster than counting in blocks.
        if clear(y) {
            pixels.resize(pixels.len() + rect.width, Color32::TRANSPARENT);
            continue;
        }
        let rows = y * side..((y + 1) * side).min(height);
        for x in rect.x..rect.right() {
            let columns = x * side..((x + 1) * side).min(width);
            let area = rows.len() * columns.len();
            let masked: usize = rows
                .clone()
                .map(|row| {
                    let row = &data[row * width..][columns.clone()];
                    row.iter().filter(|value| **value != 0).count()
                })
                .sum();
            pixels.push(shade(masked, area, color));
        }
    }
    ColorImage::new([rect.width, rect.height], pixels)
}

fn shade(masked: usize, area: usize, [r, g, b]: [u8; 3]) -> Color32 {
    let share = (2.0 * masked as f32 / area.max(1) as f32).min(1.0);
    let alpha = (share * 255.0).round() as u8;
    Color32::from_rgba_unmultiplied(r, g, b, alpha)
}

#[cfg(test)]
mod tests {
    use imaging::Value;

    use super::*;

    #[test]
    fn a_thin_scratch_stays_visible_from_afar() {
        let mut mask = Mask::new(9, 5);
        let _ = mask.fill_rect(Rect::new(4, 0, 1, 5), Value::Paint);
        let image = coverage(&mask, 2, Rect::new(0, 0, 3, 2), [255, 0, 0]);
        assert_eq!(image.size, [3, 2]);
        let alphas: Vec<u8> = image.pixels.iter().map(Color32::a).collect();
        assert_eq!(alphas, [0, 128, 0, 0, 128, 0]);

        // A row of blocks without any of it, between others.
        let mut mask = Mask::new(2, 6);
        let _ = mask.fill_rect(Rect::new(0, 0, 2, 2), Value::Paint);
        let _ = mask.fill_rect(Rect::new(0, 4, 1, 1), Value::Paint);
        let image = coverage(&mask, 1, Rect::new(0, 0, 1, 3), [255, 0, 0]);
        let alphas: Vec<u8> = image.pixels.iter().map(Color32::a).collect();
        assert_eq!(alphas, [255, 0, 128]);
    }

    #[test]
    fn at_full_size_pixels_are_masked_or_not() {
        let mut mask = Mask::new(4, 1);
        let _ = mask.fill_rect(Rect::new(2, 0, 1, 1), Value::Paint);
        let image = coverage(&mask, 0, Rect::new(1, 0, 2, 1), [255, 0, 0]);
        assert_eq!(image.pixels[0].a(), 0);
        assert_eq!(image.pixels[1].a(), 255);
    }
}
