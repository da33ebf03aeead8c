//! Which parts of a tile there is anything in. Most of a mask's tiles is transparent, and to blend what
//! cannot be seen over the whole photo takes a processor that plays the GPU as long as the photo.

use egui::ColorImage;
use imaging::Rect;

use super::grid::TILE;

/// Side of a cell in pixels of the tile's level.
const CELL: usize = 32;
/// Cells on a side of a tile.
const CELLS: usize = TILE / CELL;

/// A bit for every cell of a tile, row by row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cover(u64);

const _: () = assert!(CELLS * CELLS == u64::BITS as usize, "a bit for every cell");

impl Cover {
    /// Adds the cells in which something of `image` can be seen; it lies at `place`, and the tile at `inner`,
    /// both in pixels of the level. Filtering spreads a pixel to its neighbours, so those count as well.
    pub(super) fn add(&mut self, image: &ColorImage, place: Rect, inner: Rect) {
        for (y, row) in image.pixels.chunks_exact(place.width.max(1)).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, pixel)| pixel.a() > 0) {
                let rows = cells(place.y + y, inner.y);
                for row in rows {
                    for column in cells(place.x + x, inner.x) {
                        self.0 |= 1 << (row * CELLS + column);
                    }
                }
            }
        }
    }

    /// Looks again at the cells that a change at `place` may have filled or emptied. `pixels` gives the
    /// image of a part of `outer`, the tile with its border; what was looked at is returned with its image.
    pub(super) fn look_again(
        &mut self,
        place: Rect,
        (inner, outer): (Rect, Rect),
        pixels: impl FnOnce(Rect) -> ColorImage,
    ) -> (Rect, ColorImage) {
        let side = |at: usize, length: usize, start: usize| {
            let last = (at + length).saturating_sub(1);
            *cells(at, start).start()..=*cells(last, start).end()
        };
        let rows = side(place.y, place.height, inner.y);
        let columns = side(place.x, place.width, inner.x);
        for row in rows.clone() {
            for column in columns.clone() {
                self.0 &= !(1 << (row * CELLS + column));
            }
        }
        let cells = Rect::new(
            inner.x + columns.start() * CELL,
            inner.y + rows.start() * CELL,
            (columns.end() + 1 - columns.start()) * CELL,
            (rows.end() + 1 - rows.start()) * CELL,
        );
        // Their neighbours count as well, and a change may lie on the border itself.
        let seen = cells.expanded(1, outer).union(place);
        let image = pixels(seen);
        self.add(&image, seen, inner);
        (seen, image)
    }

    /// The covered parts of the tile at `inner`, in pixels of the level: runs of cells, row by row.
    pub(super) fn parts(self, inner: Rect) -> Vec<Rect> {
        let mut parts = Vec::new();
        for row in 0..CELLS {
            let mut column = 0;
            while column < CELLS {
                let covered = |column: &usize| self.0 >> (row * CELLS + column) & 1 == 1;
                let end = (column..CELLS).find(|c| !covered(c)).unwrap_or(CELLS);
                let run = Rect::new(
                    inner.x + column * CELL,
                    inner.y + row * CELL,
                    (end - column) * CELL,
                    CELL,
                );
                parts.extend(run.intersection(inner).filter(|part| !part.is_empty()));
                column = end + 1;
            }
        }
        parts
    }
}

/// The cells that a pixel or its neighbours lie in, along one side of a tile that begins at `start`. What lies
/// on a tile's border reaches into its outermost cells.
fn cells(at: usize, start: usize) -> std::ops::RangeInclusive<usize> {
    let cell = |at: usize| (at.saturating_sub(start) / CELL).min(CELLS - 1);
    cell(at.saturating_sub(1))..=cell(at + 1)
}

#[cfg(test)]
mod tests {
    use egui::Color32;

    use super::*;

    const INNER: Rect = Rect::new(TILE, 0, TILE, TILE);

    fn of(pixels: &[(usize, usize)]) -> Cover {
        let outer = Rect::new(TILE - 1, 0, TILE + 2, TILE + 1);
        let mut image = ColorImage::filled([outer.width, outer.height], Color32::TRANSPARENT);
        for (x, y) in pixels {
            image.pixels[(y - outer.y) * outer.width + x - outer.x] = Color32::WHITE;
        }
        let mut cover = Cover::default();
        cover.add(&image, outer, INNER);
        cover
    }

    #[test]
    fn what_can_be_seen_lies_in_the_parts_and_so_do_its_neighbours() {
        assert_eq!(of(&[]).parts(INNER), []);
        let alone = of(&[(TILE + 40, 50)]).parts(INNER);
        assert_eq!(alone, [Rect::new(TILE + 32, 32, 32, 32)]);
        // At the corner of four cells.
        let corner = of(&[(TILE + 31, 31)]).parts(INNER);
        assert_eq!(
            corner,
            [Rect::new(TILE, 0, 64, 32), Rect::new(TILE, 32, 64, 32)]
        );
        // The border beyond the tile, which filtering sees.
        let beyond = of(&[(TILE - 1, 3), (2 * TILE, 100)]).parts(INNER);
        let expected = [
            Rect::new(TILE, 0, 32, 32),
            Rect::new(2 * TILE - 32, 96, 32, 32),
        ];
        assert_eq!(beyond, expected);
        // Two runs in one row, and a tile that is cut off at the photo's edge.
        let narrow = Rect::new(TILE, 0, 100, 40);
        let parts = of(&[(TILE + 5, 35), (TILE + 70, 35), (TILE + 99, 38)]).parts(narrow);
        let expected = [Rect::new(TILE, 32, 32, 8), Rect::new(TILE + 64, 32, 36, 8)];
        assert_eq!(parts, expected);
    }

    /// Whatever is painted and erased in parts, what is known of the cells is what there is.
    #[test]
    fn a_change_fills_cells_and_empties_them() {
        let outer = Rect::new(TILE - 1, 0, TILE + 2, TILE + 1);
        let blank = || ColorImage::filled([outer.width, outer.height], Color32::TRANSPARENT);
        let (mut image, mut cover) = (blank(), Cover::default());
        let changes = [
            (Rect::new(TILE + 30, 30, 40, 5), true),
            (Rect::new(TILE + 60, 20, 100, 100), true),
            (Rect::new(TILE + 25, 0, 70, 64), false),
            (Rect::new(TILE - 1, 0, 3, TILE + 1), true),
            (Rect::new(TILE + 31, 31, 200, 2), true),
            (Rect::new(TILE, 10, TILE + 1, 200), false),
        ];
        for (place, paint) in changes {
            for y in place.y..place.bottom() {
                for x in place.x..place.right() {
                    let color = if paint {
                        Color32::WHITE
                    } else {
                        Color32::TRANSPARENT
                    };
                    image.pixels[(y - outer.y) * outer.width + x - outer.x] = color;
                }
            }
            let (seen, _) = cover.look_again(place, (INNER, outer), |part| {
                assert!(outer.contains_rect(part), "{part:?}");
                let mut cut = ColorImage::filled([part.width, part.height], Color32::TRANSPARENT);
                for y in 0..part.height {
                    let from = (part.y + y - outer.y) * outer.width + part.x - outer.x;
                    let row = &image.pixels[from..from + part.width];
                    cut.pixels[y * part.width..][..part.width].copy_from_slice(row);
                }
                cut
            });
            assert!(seen.contains_rect(place));
            let mut anew = Cover::default();
            anew.add(&image, outer, INNER);
            assert_eq!(cover, anew, "after {place:?}, {paint}");
        }
    }

    #[test]
    fn every_cell_is_found() {
        let all: Vec<_> = (0..CELLS * CELLS)
            .map(|i| {
                (
                    TILE + CELL / 2 + i % CELLS * CELL,
                    CELL / 2 + i / CELLS * CELL,
                )
            })
            .collect();
        let parts = of(&all).parts(INNER);
        assert_eq!(parts.len(), CELLS);
        assert_eq!(
            parts.iter().map(|part| part.area()).sum::<usize>(),
            INNER.area()
        );
    }
}
