//! Half-size copies of a photo for zooms below 100 %.

use egui::{Color32, ColorImage};
use imaging::Rect;

use super::grid;

/// One level above the photo itself, ready for tiles to be cut out of it.
pub(crate) struct Level {
    /// Width and height.
    pub(crate) size: (usize, usize),
    /// Row by row.
    pixels: Vec<Color32>,
}

impl Level {
    /// The part under `rect`, which must lie inside.
    pub(crate) fn cut(&self, rect: Rect) -> ColorImage {
        let mut pixels = Vec::with_capacity(rect.area());
        for y in rect.y..rect.bottom() {
            let row = &self.pixels[y * self.size.0..][rect.x..rect.right()];
            pixels.extend_from_slice(row);
        }
        ColorImage::new([rect.width, rect.height], pixels)
    }
}

/// Levels 1 and above of a picture of which `whole` gives all pixels. Takes about 0.1 s for 24
/// megapixels: not on the window's thread.
pub(crate) fn build(size: (usize, usize), whole: impl FnOnce() -> Vec<Color32>) -> Vec<Level> {
    let count = grid::levels(size.0, size.1);
    let mut levels: Vec<Level> = Vec::with_capacity(count.saturating_sub(1));
    let mut whole = Some(whole);
    for _ in 1..count {
        let next = match (levels.last(), whole.take()) {
            (Some(level), _) => halved(&level.pixels, level.size),
            (None, Some(whole)) => halved(&whole(), size),
            (None, None) => break,
        };
        levels.push(next);
    }
    levels
}

/// Means of 2 x 2 pixels; at odd edges of what there is. Alpha is premultiplied, so that what
/// cannot be seen does not colour what can.
fn halved(pixels: &[Color32], (width, height): (usize, usize)) -> Level {
    let size = (width.div_ceil(2), height.div_ceil(2));
    let mut out = Vec::with_capacity(size.0 * size.1);
    for y in 0..size.1 {
        let top = &pixels[2 * y * width..][..width];
        let bottom = &pixels[(2 * y + 1).min(height - 1) * width..][..width];
        for x in 0..size.0 {
            let (left, right) = (2 * x, (2 * x + 1).min(width - 1));
            let four = [top[left], top[right], bottom[left], bottom[right]];
            let mean = |c: usize| {
                let sum: u16 = four
                    .iter()
                    .map(|pixel| u16::from(pixel.to_array()[c]))
                    .sum();
                ((sum + 2) / 4) as u8
            };
            let [r, g, b, a] = [0, 1, 2, 3].map(mean);
            out.push(Color32::from_rgba_premultiplied(r, g, b, a));
        }
    }
    Level { size, pixels: out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_means_also_at_odd_edges() {
        let gray = |values: &[u8]| -> Vec<Color32> {
            values.iter().map(|v| Color32::from_gray(*v)).collect()
        };
        let level = halved(&gray(&[0, 4, 100, 8, 12, 200, 50, 70, 30]), (3, 3));
        assert_eq!(level.size, (2, 2));
        assert_eq!(level.pixels, gray(&[6, 150, 60, 30]));
        let right = level.cut(Rect::new(1, 0, 1, 2));
        assert_eq!((right.size, right.pixels), ([1, 2], gray(&[150, 30])));
    }
}
