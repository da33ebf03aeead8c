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
    left_out: Option<Arc<Mask>>,
}

impl MaskLayer {
    /// A layer without tiles; `name` tells its textures apart.
    pub(crate) fn new(name: &'static str, color: [u8; 3]) -> Self {
        Self {
            tiles: Tiles::translucent(name),
            color,
            left_out: None,
        }
    }

    /// Brings the textures up to date where the mask changed.
    pub(crate) fn update(&mut self, mask: &Mask, dirty: Rect) {
        let size = (mask.width(), mask.height());
        let (color, left_out) = (self.color, self.left_out.as_deref());
        self.tiles.update(dirty, size, |level, rect| {
            coverage((mask, left_out), level, rect, color)
        });
    }

    /// Shows only what is not in this mask as well.
    pub(crate) fn leave_out(&mut self, mask: Option<&Arc<Mask>>) {
        if self.left_out.as_ref().map(Arc::as_ptr) != mask.map(Arc::as_ptr) {
            self.left_out = mask.cloned();
            self.tiles.clear();
        }
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
        let (color, left_out) = (self.color, self.left_out.as_deref());
        let _ = self
            .tiles
            .paint(painter, placement, (size, level), tint, |rect| {
                coverage((mask, left_out), level, rect, color)
            });
    }
}

/// A rectangle of a level: how much of each block is masked and not left out. Thin scratches must stay
/// visible from afar, so a block that is half covered already shows the full colour.
fn coverage(
    (mask, left_out): (&Mask, Option<&Mask>),
    level: usize,
    rect: Rect,
    color: [u8; 3],
) -> ColorImage {
    let side = 1 << level;
    let (width, height, data) = (mask.width(), mask.height(), mask.data());
    let left_out = left_out.filter(|left_out| left_out.bounds() == mask.bounds());
    let count = |row: usize, columns: std::ops::Range<usize>| {
        let at = row * width + columns.start..row * width + columns.end;
        let row = &data[at.clone()];
        match left_out {
            None => row.iter().filter(|value| **value != 0).count(),
            Some(mask) => {
                let pairs = row.iter().zip(&mask.data()[at]);
                pairs.filter(|(value, out)| **value & !**out != 0).count()
            }
        }
    };
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
            let masked: usize = rows.clone().map(|row| count(row, columns.clone())).sum();
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
        let image = coverage((&mask, None), 2, Rect::new(0, 0, 3, 2), [255, 0, 0]);
        assert_eq!(image.size, [3, 2]);
        let alphas: Vec<u8> = image.pixels.iter().map(Color32::a).collect();
        assert_eq!(alphas, [0, 128, 0, 0, 128, 0]);

        // A row of blocks without any of it, between others.
        let mut mask = Mask::new(2, 6);
        let _ = mask.fill_rect(Rect::new(0, 0, 2, 2), Value::Paint);
        let _ = mask.fill_rect(Rect::new(0, 4, 1, 1), Value::Paint);
        let image = coverage((&mask, None), 1, Rect::new(0, 0, 1, 3), [255, 0, 0]);
        let alphas: Vec<u8> = image.pixels.iter().map(Color32::a).collect();
        assert_eq!(alphas, [255, 0, 128]);
    }

    #[test]
    fn at_full_size_pixels_are_masked_or_not() {
        let mut mask = Mask::new(4, 1);
        let _ = mask.fill_rect(Rect::new(2, 0, 1, 1), Value::Paint);
        let image = coverage((&mask, None), 0, Rect::new(1, 0, 2, 1), [255, 0, 0]);
        assert_eq!(image.pixels[0].a(), 0);
        assert_eq!(image.pixels[1].a(), 255);
    }

    #[test]
    fn what_is_left_out_is_not_shown() {
        let mut mask = Mask::new(4, 2);
        let _ = mask.fill_rect(Rect::new(1, 0, 2, 1), Value::Paint);
        let before = mask.clone();
        let _ = mask.fill_rect(Rect::new(2, 0, 2, 1), Value::Paint);
        let shown = |left_out| {
            let image = coverage((&mask, left_out), 0, Rect::new(0, 0, 4, 2), [255, 0, 0]);
            image
                .pixels
                .iter()
                .map(|pixel| pixel.a() > 0)
                .collect::<Vec<_>>()
        };
        let none = [false; 4];
        assert_eq!(
            shown(Some(&before)),
            [[false, false, false, true], none].concat()
        );
        let other = Mask::new(3, 2);
        // A mask of another photo is none of this one's.
        let whole = [[false, true, true, true], none].concat();
        assert_eq!(shown(Some(&other)), whole);
        assert_eq!(shown(None), whole);
    }
}
