//! The sliced Wasserstein distance between two samples (Bonneel et al. 2015).

use nalgebra::{DMatrix, DVector};
use operators::SeededNoise;
use rayon::prelude::*;

/// The mean, over `slices` random directions, of the 1-Wasserstein distance of the two samples
/// along them. Rows are draws; both samples have as many rows and columns.
///
/// The first power and not the second: two exact samples of a mixture with far modes differ by
/// the few draws that fall into other modes, and squares would make that floor the largest part.
///
/// # Panics
/// If the samples differ in shape.
#[must_use]
pub fn sliced_wasserstein(
    a: &DMatrix<f64>,
    b: &DMatrix<f64>,
    slices: usize,
    noise: &mut SeededNoise,
) -> f64 {
    assert_eq!(a.shape(), b.shape(), "samples are compared draw by draw");
    let directions: Vec<DVector<f64>> = (0..slices)
        .map(|_| DVector::from_fn(a.ncols(), |_, _| noise.next_normal()).normalize())
        .collect();
    let distances: Vec<f64> = directions
        .par_iter()
        .map(|direction| {
            let sorted = |sample: &DMatrix<f64>| {
                let mut along: Vec<f64> = (sample * direction).iter().copied().collect();
                along.sort_by(f64::total_cmp);
                along
            };
            let pairs = std::iter::zip(sorted(a), sorted(b));
            pairs.map(|(a, b)| (a - b).abs()).sum::<f64>() / a.nrows() as f64
        })
        .collect();
    // Summed in order, so that the distance does not depend on the number of threads.
    distances.iter().sum::<f64>() / slices as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_its_mean_length_along_a_direction() {
        let mut noise = SeededNoise::new(1, 0);
        let a = DMatrix::from_fn(200, 3, |_, _| noise.next_normal());
        let b = DMatrix::from_fn(200, 3, |i, j| a[(i, j)] + [3.0, 0.0, 4.0][j]);
        assert_eq!(sliced_wasserstein(&a, &a, 50, &mut noise), 0.0);
        // In three dimensions a unit vector's component is uniform on [-1, 1]: half on average.
        let distance = sliced_wasserstein(&a, &b, 20_000, &mut noise);
        assert!((distance - 2.5).abs() < 0.04, "{distance}");
    }
}
