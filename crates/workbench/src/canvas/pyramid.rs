//! Half-size copies of a photo for zooms below 100 %.

use super::grid;

/// One level above the photo itself.
pub(crate) struct Level {
    /// Width and height.
    pub(crate) size: (usize, usize),
    /// Packed RGBA.
    pub(crate) rgba: Vec<u8>,
}

/// Levels 1 and above of a picture of which `rgba` gives all pixels. Takes about 0.1 s for 24
/// megapixels: not on the window's thread.
pub(crate) fn build(size: (usize, usize), rgba: impl FnOnce() -> Vec<u8>) -> Vec<Level> {
    let count = grid::levels(size.0, size.1);
    let mut levels: Vec<Level> = Vec::with_capacity(count.saturating_sub(1));
    let mut whole = Some(rgba);
    for _ in 1..count {
        let next = match (levels.last(), whole.take()) {
            (Some(level), _) => halved(&level.rgba, level.size),
            (None, Some(rgba)) => halved(&rgba(), size),
            (None, None) => break,
        };
        levels.push(next);
    }
    levels
}

/// Means of 2 x 2 pixels; at odd edges of what there is.
fn halved(rgba: &[u8], (width, height): (usize, usize)) -> Level {
    let size = (width.div_ceil(2), height.div_ceil(2));
    let mut out = Vec::with_capacity(size.0 * size.1 * 4);
    for y in 0..size.1 {
        let top = &rgba[2 * y * width * 4..][..width * 4];
        let bottom = &rgba[(2 * y + 1).min(height - 1) * width * 4..][..width * 4];
        for x in 0..size.0 {
            let (left, right) = (2 * x * 4, (2 * x + 1).min(width - 1) * 4);
            for c in 0..4 {
                let sum = u16::from(top[left + c])
                    + u16::from(top[right + c])
                    + u16::from(bottom[left + c])
                    + u16::from(bottom[right + c]);
                out.push(((sum + 2) / 4) as u8);
            }
        }
    }
    Level { size, rgba: out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_means_also_at_odd_edges() {
        let gray =
            |values: &[u8]| -> Vec<u8> { values.iter().flat_map(|v| [*v, *v, *v, 255]).collect() };
        let level = halved(&gray(&[0, 4, 100, 8, 12, 200, 50, 70, 30]), (3, 3));
        assert_eq!(level.size, (2, 2));
        assert_eq!(level.rgba, gray(&[6, 150, 60, 30]));
    }
}
