//! Mirrored borders as index arithmetic: which pixel stands behind the edge.

/// Mirrors about the CENTRE of the border pixel (`… 2 1 | 0 1 2 …`), PyTorch's `reflect`.
pub(crate) fn about_pixel(index: isize, length: usize) -> usize {
    if length == 1 {
        return 0;
    }
    let period = 2 * (length - 1);
    let folded = index.rem_euclid(period as isize) as usize;
    folded.min(period - folded)
}

/// Mirrors about the EDGE of the border pixel (`… 1 0 | 0 1 …`), MATLAB's `symmetric`.
pub(crate) fn about_edge(index: isize, length: usize) -> usize {
    let period = 2 * length;
    let folded = index.rem_euclid(period as isize) as usize;
    folded.min(period - 1 - folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_mirrors_match_their_definitions() {
        let pixel: Vec<_> = (-4..8).map(|i| about_pixel(i, 4)).collect();
        assert_eq!(pixel, [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]);
        let edge: Vec<_> = (-4..8).map(|i| about_edge(i, 4)).collect();
        assert_eq!(edge, [3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0]);
        assert_eq!(about_pixel(-9, 1), 0, "a single pixel mirrors onto itself");
    }
}
