//! The running mean of weights: what is kept in the end.

use burn::tensor::Tensor;

/// The decay after `step` updates (from 1): young means forget faster, or the random start would
/// stay in them for long.
pub(crate) fn decay(highest: f64, step: u64) -> f64 {
    highest.min((1.0 + step as f64) / (10.0 + step as f64))
}

/// `mean + (1 - decay) (weights - mean)`.
pub(crate) fn follow(mean: Tensor<1>, weights: &Tensor<1>, decay: f64) -> Tensor<1> {
    let away = weights.clone() - mean.clone();
    mean + away * (1.0 - decay)
}

/// The same for slices.
pub(crate) fn follow_slice(mean: &mut [f32], weights: &[f32], decay: f64) {
    let share = (1.0 - decay) as f32;
    for (mean, weight) in mean.iter_mut().zip(weights) {
        *mean += (weight - *mean) * share;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn the_decay_warms_up() {
        assert_eq!(decay(0.999, 1), 2.0 / 11.0);
        assert_eq!(decay(0.999, 90), 0.91);
        assert_eq!(decay(0.999, 1_000_000), 0.999);
    }

    #[test]
    fn the_mean_follows() {
        let device = Device::flex();
        let mean = Tensor::<1>::from_data([0.0, 1.0], &device);
        let weights = Tensor::<1>::from_data([1.0, 1.0], &device);
        let mean = follow(mean, &weights, 0.75);
        assert_eq!(
            mean.to_data().try_to_vec::<f32>().expect("floats"),
            [0.25, 1.0]
        );
        let mut mean = [0.0, 1.0];
        follow_slice(&mut mean, &[1.0, 1.0], 0.75);
        assert_eq!(mean, [0.25, 1.0]);
    }
}
