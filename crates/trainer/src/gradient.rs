//! The loss of a batch and its gradient, a part of the batch at a time.

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use diffusion::Network;

use crate::batch::Example;
use crate::parameters::{flat_gradient, lifted};
use crate::precision::Precision;
use crate::tensors::upload;

/// The weighted mean squared error over a batch and its gradient by the flat weights.
pub(crate) struct Slope {
    /// The network, to be used again.
    pub(crate) network: Network,
    /// What the gradient is of: one number.
    pub(crate) loss: Tensor<1>,
    /// The error without weights, which validation measures as well: one number.
    pub(crate) error: Tensor<1>,
    /// As long as the weights.
    pub(crate) gradient: Tensor<1>,
}

/// Differentiates the loss of `batch`, at most `micro` examples at a time: memory goes with
/// `micro`, the result does not (but for rounding). With 16-bit floats the loss is multiplied by
/// `scale` on the way; a gradient that is not finite then says that it is too large.
pub(crate) fn slope(
    network: Network,
    weights: &Tensor<1>,
    batch: &[Example],
    (side, micro): (usize, usize),
    (precision, scale): (Precision, f64),
    device: &Device,
) -> Slope {
    let network = lifted(network, weights, precision.dtype());
    let mut sums: Option<[Tensor<1>; 3]> = None;
    for part in batch.chunks(micro.max(1)) {
        let share = part.len() as f64 / batch.len() as f64;
        let (loss, error) = loss(&network, part, (side, precision), device);
        let (loss, error) = (loss * share, error * share);
        let mut gradients = (loss.clone() * scale).backward();
        let gradient = flat_gradient(&network, &mut gradients);
        let loss = loss.inner();
        sums = Some(match sums {
            None => [loss, error, gradient],
            Some([l, e, g]) => [l + loss, e + error, g + gradient],
        });
    }
    let [loss, error, gradient] = sums.expect("a batch holds at least one example");
    Slope {
        network,
        loss,
        error,
        gradient: if scale == 1.0 {
            gradient
        } else {
            gradient / scale
        },
    }
}

/// With the weights and without; only the first can be differentiated.
fn loss(
    network: &Network,
    part: &[Example],
    (side, precision): (usize, Precision),
    device: &Device,
) -> (Tensor<1>, Tensor<1>) {
    let join = |values: fn(&Example) -> &Vec<f32>| {
        let joined = part
            .iter()
            .flat_map(|example| values(example).iter().copied());
        upload(joined.collect(), side, device)
    };
    let conditions: Vec<f32> = part.iter().map(|example| example.condition).collect();
    let weights: Vec<f32> = part.iter().map(|example| example.weight).collect();
    let weights = Tensor::<4>::from_data(TensorData::new(weights, [part.len(), 1, 1, 1]), device);
    let noisy = join(|example| &example.noisy).cast(precision.dtype());
    let predicted = network.forward(noisy, &conditions).cast(FloatDType::F32);
    let errors = (predicted - join(|example| &example.target)).square();
    let plain = errors.clone().inner().mean();
    ((errors * weights).mean(), plain)
}

#[cfg(test)]
mod tests {
    use diffusion::PreconditionedConfig;

    use super::*;
    use crate::initial::Initial;
    use crate::preset::Preset;
    use crate::random::{Purpose, Stream};
    use crate::settings::Length;
    use crate::tensors::download;
    use crate::vectors::vector;

    /// Central differences at weights spread over the whole network, in every kind of layer.
    #[test]
    fn the_gradient_is_the_slope() {
        let mut settings = Preset::Small
            .settings(16, Length::Iterations(1))
            .expect("valid");
        settings.model = PreconditionedConfig::new(16, &[8, 16], &[1, 1], &[1]).into();
        let device = Device::flex();
        let start = vector(&settings, &mut Initial::new(1)).expect("a network");
        let network = Network::build(&settings.model, &mut Initial::new(1), &device);
        let network = network.expect("a network");
        // Away from the start, where whole layers are zero.
        let count = start.len();
        let start = Tensor::<1>::from_data(TensorData::new(start, [count]), &device);
        let away = Stream::new(1, Purpose::Noise, 0, 0).normals(count);
        let weights =
            start + Tensor::<1>::from_data(TensorData::new(away, [count]), &device) * 0.02;
        let batch: Vec<Example> = (0..2)
            .map(|index| Example {
                noisy: Stream::new(2, Purpose::Noise, 0, index).normals(3 * 16 * 16),
                target: Stream::new(2, Purpose::Noise, 1, index).normals(3 * 16 * 16),
                condition: -0.9 + 0.7 * index as f32,
                weight: 0.5 + index as f32,
            })
            .collect();
        let full = (Precision::F32, 1.0);
        let at =
            |network, weights: &Tensor<1>| slope(network, weights, &batch, (16, 2), full, &device);
        let first = at(network, &weights);
        let gradient = download(first.gradient).expect("computed");
        assert_eq!(gradient.len(), count);
        let mut network = first.network;
        // Along random directions: every weight takes part, and f32 has enough digits.
        for index in 0..4 {
            let direction = Stream::new(3, Purpose::Noise, 0, index).normals(count);
            let expected: f64 = gradient
                .iter()
                .zip(&direction)
                .map(|(g, d)| f64::from(*g) * f64::from(*d))
                .sum();
            let direction = Tensor::<1>::from_data(TensorData::new(direction, [count]), &device);
            let mut ends = [0.0; 2];
            for (end, sign) in ends.iter_mut().zip([1.0, -1.0]) {
                let there = weights.clone() + direction.clone() * (sign * 1e-4);
                let slope = at(network, &there);
                network = slope.network;
                *end = f64::from(download(slope.loss).expect("computed")[0]);
            }
            let found = (ends[0] - ends[1]) / 2e-4;
            let close = (found - expected).abs() < 0.02 * expected.abs() + 0.02;
            assert!(close, "{found} {expected}");
        }
        // 16-bit floats point the same way, whatever the scale.
        let half = (Precision::F16, 1024.0);
        let half = slope(network, &weights, &batch, (16, 2), half, &device);
        let half = download(half.gradient).expect("computed");
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
            products.sum()
        };
        let (own, full) = (dot(&half, &half), dot(&gradient, &gradient));
        let cosine = dot(&half, &gradient) / (own * full).sqrt();
        assert!(
            cosine > 0.999 && (own / full - 1.0).abs() < 0.02,
            "{cosine} {own} {full}"
        );
    }
}
