//! A margin around the picture, mirrored, so that squares at the edge are full.

/// The picture with `margin` more pixels on every side, mirrored without repeating the edge.
/// Beyond the far side of a small picture the last pixel stays.
pub(super) fn extended(
    values: &[u8],
    (width, height): (usize, usize),
    margin: usize,
) -> (Vec<u8>, (usize, usize)) {
    let size = (width + 2 * margin, height + 2 * margin);
    let columns: Vec<usize> = (0..size.0).map(|x| mirrored(x, margin, width)).collect();
    let mut extended = Vec::with_capacity(size.0 * size.1);
    for y in 0..size.1 {
        let row = &values[mirrored(y, margin, height) * width..][..width];
        extended.extend(columns.iter().map(|&x| row[x]));
    }
    (extended, size)
}

/// The place inside that a place of the extended line shows.
fn mirrored(extended: usize, margin: usize, length: usize) -> usize {
    let last = length - 1;
    let inside = extended.abs_diff(margin);
    if extended > margin + last {
        last.saturating_sub(inside - last)
    } else {
        inside.min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_mirrors_and_small_pictures_are_filled_up() {
        let (extended_row, size) = extended(&[1, 2, 3, 4], (4, 1), 2);
        assert_eq!(size, (8, 5));
        for row in extended_row.chunks_exact(8) {
            assert_eq!(row, [3, 2, 1, 2, 3, 4, 3, 2]);
        }
        assert_eq!(extended(&[7], (1, 1), 3).0, [7; 49]);
    }
}
