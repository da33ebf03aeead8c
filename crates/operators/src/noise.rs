//! Gaussian noise that is the same on every machine and device.
//!
//! ChaCha12 is counter-based and specified to the bit; the normal transform (Box–Muller) uses
//! `libm`'s logarithm, sine and cosine, which are plain arithmetic and do not depend on the
//! platform. Values are drawn on the CPU in row order and then sent to the device.

use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};

/// Anything that hands out standard normal images, in a fixed order.
pub trait NoiseSource {
    /// `[b, c, h, w]` independent draws from N(0, 1).
    fn normal(&mut self, shape: [usize; 4], device: &Device) -> Tensor<4>;
}

/// The portable generator.
#[derive(Clone, Debug)]
pub struct SeededNoise {
    generator: ChaCha12Rng,
    /// Box–Muller makes two values at once; the second waits here.
    spare: Option<f64>,
}

impl SeededNoise {
    /// Streams of the same seed are independent of each other; windows, measurement noise and
    /// candidates each take their own, so that one never shifts the other.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut noise = Self::at([seed, 0, 0, 0]);
        noise.generator.set_stream(stream);
        noise
    }

    /// The sequence with this address, all 256 bits of it: for draws that are found again by what
    /// they are for and where they stand, however many were drawn before.
    #[must_use]
    pub fn at(address: [u64; 4]) -> Self {
        let mut key = [0; 32];
        for (place, part) in key.chunks_exact_mut(8).zip(address) {
            place.copy_from_slice(&part.to_le_bytes());
        }
        Self {
            generator: ChaCha12Rng::from_seed(key),
            spare: None,
        }
    }

    /// One draw from N(0, 1).
    pub fn next_normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * libm::log(self.next_unit())).sqrt();
        let angle = std::f64::consts::TAU * self.next_unit();
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// Uniform on `0..count`; the bias of the multiplication is below `count / 2^64`.
    pub fn next_below(&mut self, count: usize) -> usize {
        ((u128::from(self.generator.next_u64()) * count as u128) >> 64) as usize
    }

    /// Uniform on (0, 1], never zero, with 53 bits.
    pub fn next_unit(&mut self) -> f64 {
        ((self.generator.next_u64() >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

impl NoiseSource for SeededNoise {
    fn normal(&mut self, shape: [usize; 4], device: &Device) -> Tensor<4> {
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| self.next_normal() as f32)
            .collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}

/// Noise for several pictures in one batch, each from a source of its own, so that a picture meets the
/// noise that it would meet alone.
#[derive(Clone, Debug)]
pub struct NoiseBatch(pub Vec<SeededNoise>);

impl NoiseSource for NoiseBatch {
    /// # Panics
    /// If the batch is not of as many pictures as there are sources, a mistake in the caller.
    fn normal(&mut self, shape: [usize; 4], device: &Device) -> Tensor<4> {
        let [pictures, c, h, w] = shape;
        assert_eq!(pictures, self.0.len(), "a source for each picture");
        let each = self.0.iter_mut();
        Tensor::cat(each.map(|n| n.normal([1, c, h, w], device)).collect(), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_fixed_and_streams_differ() {
        let draw = |seed, stream| {
            let mut noise = SeededNoise::new(seed, stream);
            [
                noise.next_normal(),
                noise.next_normal(),
                noise.next_normal(),
            ]
        };
        assert_eq!(draw(7, 0), draw(7, 0));
        assert_ne!(draw(7, 0), draw(7, 1));
        assert_ne!(draw(7, 0), draw(8, 0));
    }

    #[test]
    fn the_moments_are_those_of_the_standard_normal() {
        let mut noise = SeededNoise::new(1, 0);
        let n = 200_000;
        let draws: Vec<f64> = (0..n).map(|_| noise.next_normal()).collect();
        let moment = |k: i32| draws.iter().map(|x| x.powi(k)).sum::<f64>() / f64::from(n);
        // Five standard errors of each moment.
        let error = 5.0 / f64::from(n).sqrt();
        assert!(moment(1).abs() < error);
        assert!((moment(2) - 1.0).abs() < error * 2_f64.sqrt());
        assert!(moment(3).abs() < error * 15_f64.sqrt());
        assert!((moment(4) - 3.0).abs() < error * 96_f64.sqrt());
    }
}
