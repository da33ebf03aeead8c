//! Which tiles of which pyramid level are needed. No egui types here.
//!
//! Level 0 is the photo; every level above is half as wide and half as high, rounded up.

use imaging::Rect;

/// Side of a tile in pixels of its level. Small enough for every backend (2048 at the least),
/// also with the border of one pixel that hides seams, and to be made within a frame's time.
pub(crate) const TILE: usize = 256;
/// Levels stop once the longer side is at most this.
const SMALLEST: usize = 512;

/// One tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    /// Pyramid level.
    pub(crate) level: usize,
    /// Column of tiles.
    pub(crate) column: usize,
    /// Row of tiles.
    pub(crate) row: usize,
}

impl Tile {
    /// The pixels of the level it shows.
    pub(crate) fn inner(self, level_size: (usize, usize)) -> Rect {
        let (x, y) = (self.column * TILE, self.row * TILE);
        let width = TILE.min(level_size.0.saturating_sub(x));
        let height = TILE.min(level_size.1.saturating_sub(y));
        Rect::new(x, y, width, height)
    }

    /// The pixels its texture holds: one more on every side where there is one, so that
    /// filtering at its edge sees its neighbour.
    pub(crate) fn outer(self, level_size: (usize, usize)) -> Rect {
        let bounds = Rect::new(0, 0, level_size.0, level_size.1);
        self.inner(level_size).expanded(1, bounds)
    }
}

/// Number of levels of a photo's pyramid, level 0 included.
pub(crate) fn levels(width: usize, height: usize) -> usize {
    let (mut side, mut levels) = (width.max(height), 1);
    while side > SMALLEST {
        side = side.div_ceil(2);
        levels += 1;
    }
    levels
}

/// Size of a level.
pub(crate) fn level_size((width, height): (usize, usize), level: usize) -> (usize, usize) {
    let mut size = (width, height);
    for _ in 0..level {
        size = (size.0.div_ceil(2), size.1.div_ceil(2));
    }
    size
}

/// The level to draw at this zoom: never magnified when zoomed out, at most halved by the GPU.
pub(crate) fn level_for(zoom: f32, levels: usize) -> usize {
    if zoom >= 1.0 || zoom <= 0.0 {
        return 0;
    }
    // A hair of tolerance keeps 50 % on level 1 in spite of rounding.
    let level = ((1.0 / zoom).log2() + 1e-3).floor() as usize;
    level.min(levels.saturating_sub(1))
}

/// A rectangle of the photo in pixels of a level, rounded outwards.
pub(crate) fn to_level(rect: Rect, level: usize, level_size: (usize, usize)) -> Rect {
    let (x, y) = (rect.x >> level, rect.y >> level);
    let right = rect.right().div_ceil(1 << level).min(level_size.0);
    let bottom = rect.bottom().div_ceil(1 << level).min(level_size.1);
    Rect::new(x, y, right.saturating_sub(x), bottom.saturating_sub(y))
}

/// The tiles of a level that touch `visible`, a rectangle of that level.
pub(crate) fn tiles(level: usize, visible: Rect) -> Vec<Tile> {
    if visible.is_empty() {
        return Vec::new();
    }
    let columns = visible.x / TILE..visible.right().div_ceil(TILE);
    let rows = visible.y / TILE..visible.bottom().div_ceil(TILE);
    rows.flat_map(|row| {
        columns
            .clone()
            .map(move |column| Tile { level, column, row })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_level_exactly_once() {
        for size in [(6000, 4000), (TILE, TILE), (TILE + 1, 1), (3, 3000)] {
            let all = tiles(0, Rect::new(0, 0, size.0, size.1));
            let area: usize = all.iter().map(|tile| tile.inner(size).area()).sum();
            assert_eq!(area, size.0 * size.1);
            for tile in all {
                let outer = tile.outer(size);
                assert!(outer.width <= TILE + 2 && outer.height <= TILE + 2);
                assert!(outer.contains_rect(tile.inner(size)));
            }
        }
    }

    #[test]
    fn the_level_follows_the_zoom() {
        assert_eq!(level_for(8.0, 5), 0);
        assert_eq!(level_for(1.0, 5), 0);
        assert_eq!(level_for(0.51, 5), 0);
        assert_eq!(level_for(0.5, 5), 1);
        assert_eq!(level_for(0.13, 5), 2);
        assert_eq!(level_for(0.01, 5), 4);
    }

    #[test]
    fn sizes_round_up_and_stop() {
        assert_eq!(levels(512, 300), 1);
        assert_eq!(levels(513, 300), 2);
        assert_eq!(levels(6000, 4000), 5);
        assert_eq!(level_size((513, 301), 1), (257, 151));
    }

    #[test]
    fn dirty_rectangles_round_outwards() {
        let size = level_size((1000, 1000), 2);
        assert_eq!(
            to_level(Rect::new(5, 7, 3, 1), 2, size),
            Rect::new(1, 1, 1, 1)
        );
        assert_eq!(
            to_level(Rect::new(3, 3, 2, 2), 2, size),
            Rect::new(0, 0, 2, 2)
        );
        assert_eq!(
            to_level(Rect::new(0, 0, 1000, 1000), 2, size),
            Rect::new(0, 0, 250, 250)
        );
    }

    #[test]
    fn only_visible_tiles_are_asked_for() {
        assert_eq!(tiles(0, Rect::new(TILE - 24, 0, 48, 10)).len(), 2);
        assert_eq!(tiles(0, Rect::new(TILE, 0, 10, 10)).len(), 1);
        assert!(tiles(0, Rect::new(5, 5, 0, 9)).is_empty());
    }
}
