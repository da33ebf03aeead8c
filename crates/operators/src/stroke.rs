//! Kernels from paths: where the camera pointed while the shutter was open.

use crate::kernel::KernelImage;

/// Spreads the points of a path, all of the same duration, over a `side × side` kernel whose
/// centre pixel is (0, 0); x to the right, y downwards, in pixels. Every point is shared among
/// its four nearest pixels by distance. Points outside are lost, so the weights may sum to less
/// than one; blurs scale them.
pub(crate) fn kernel(path: impl Iterator<Item = (f64, f64)>, side: usize) -> KernelImage {
    let mut weights = vec![0.0; side * side];
    let centre = (side / 2) as f64;
    for (x, y) in path {
        let (x, y) = (x + centre, y + centre);
        let (left, top) = (x.floor(), y.floor());
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let (column, row) = (left + dx, top + dy);
            let share = (1.0 - (x - column).abs()) * (1.0 - (y - row).abs());
            let inside = |v: f64| (0.0..side as f64).contains(&v);
            if inside(column) && inside(row) {
                weights[row as usize * side + column as usize] += share;
            }
        }
    }
    KernelImage {
        width: side,
        height: side,
        weights,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_shared_by_distance() {
        let k = kernel([(0.25, -1.0)].into_iter(), 5);
        assert_eq!(k.weights.iter().sum::<f64>(), 1.0);
        assert_eq!((k.weights[7], k.weights[8]), (0.75, 0.25));
    }

    #[test]
    fn points_outside_are_lost() {
        let k = kernel([(9.0, 0.0), (0.0, 0.0)].into_iter(), 3);
        assert_eq!(k.weights.iter().sum::<f64>(), 1.0);
    }
}
