//! Keeping patches that look like scratches: connected, somewhere strong, and long.
//!
//! Nothing is asked of a patch that a larger patch could fail, so that more sensitivity never
//! finds less; that it is thin has been seen to by the square before.

/// A pixel that is damage by itself.
pub(super) const STRONG: u8 = 2;
/// A pixel that is damage if it is connected to a strong one (Canny 1986, hysteresis).
pub(super) const WEAK: u8 = 1;

/// Sets pixels of patches that are at least `length` long to 255 and all others to 0.
pub(super) fn keep_long(marks: &mut [u8], size: (usize, usize), length: usize) {
    const SEEN: u8 = 3;
    let mut patch: Vec<usize> = Vec::new();
    for start in 0..marks.len() {
        if marks[start] != STRONG {
            continue;
        }
        patch.clear();
        patch.push(start);
        marks[start] = SEEN;
        let mut next = 0;
        while let Some(&at) = patch.get(next) {
            next += 1;
            for neighbour in neighbours(at, size) {
                if matches!(marks[neighbour], STRONG | WEAK) {
                    marks[neighbour] = SEEN;
                    patch.push(neighbour);
                }
            }
        }
        let value = if is_long(&patch, size.0, length) {
            255
        } else {
            0
        };
        for &at in &patch {
            marks[at] = value;
        }
    }
    for mark in marks.iter_mut().filter(|mark| **mark != 255) {
        *mark = 0;
    }
}

/// Whether the diagonal of the bounds, which no curve inside is shorter than end to end, reaches
/// `length`.
fn is_long(patch: &[usize], columns: usize, length: usize) -> bool {
    let spread = |along: fn(usize, usize) -> usize| {
        let values = patch.iter().map(|&at| along(at, columns));
        let (least, most) = values.fold((usize::MAX, 0), |(a, b), v| (a.min(v), b.max(v)));
        (most - least + 1) as f64
    };
    spread(|at, columns| at % columns).hypot(spread(|at, columns| at / columns)) >= length as f64
}

/// The pixels touching one at a side or a corner.
fn neighbours(at: usize, (width, height): (usize, usize)) -> impl Iterator<Item = usize> {
    let (x, y) = (at % width, at / width);
    let rows = y.saturating_sub(1)..(y + 2).min(height);
    rows.flat_map(move |v| (x.saturating_sub(1)..(x + 2).min(width)).map(move |u| v * width + u))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(rows: &[&str], length: usize) -> Vec<u8> {
        let columns = rows[0].len();
        let mut marks: Vec<u8> = rows.concat().bytes().map(|b| b - b'0').collect();
        keep_long(&mut marks, (columns, rows.len()), length);
        marks.iter().map(|&m| m / 255).collect()
    }

    #[test]
    fn weak_pixels_count_only_beside_strong_ones() {
        let rows = ["1112100", "0000000", "1111111"];
        assert_eq!(kept(&rows, 4)[..7], [1, 1, 1, 1, 1, 0, 0]);
        assert_eq!(kept(&rows, 4)[14..], [0; 7]);
    }

    #[test]
    fn short_patches_go_and_diagonals_hold_together() {
        assert_eq!(kept(&["0220", "0000"], 3), [0; 8]);
        let diagonal = kept(&["2000", "0100", "0010", "0002"], 5);
        assert_eq!(diagonal, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    }
}
