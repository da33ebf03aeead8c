//! Which noise levels a preconditioned network is trained on.
//!
//! `ln(sigma)` is normal, so that most examples lie where restoration happens (Karras et al. 2022, table 1,
//! whose mean is -1.2 and whose spread is 1.2), and a small share is uniform in it, so that no level of the
//! schedule is unknown.

use serde::{Deserialize, Serialize};

use crate::random::Stream;

/// The distribution of noise levels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseLevels {
    /// The mean of `ln(sigma)`.
    pub mean: f64,
    /// The standard deviation of `ln(sigma)`.
    pub spread: f64,
    /// The share of examples whose `ln(sigma)` is uniform over [`RANGE`](Self::RANGE).
    pub uniform: f64,
}

impl Default for NoiseLevels {
    fn default() -> Self {
        Self {
            mean: -1.4,
            spread: 1.4,
            uniform: 0.05,
        }
    }
}

impl NoiseLevels {
    /// The least and the largest noise level, beside a picture in the model range. That of 1000 linear steps
    /// is 0.01 to 157.
    pub const RANGE: [f64; 2] = [0.005, 160.0];

    /// One noise level.
    pub(crate) fn sample(&self, stream: &mut Stream) -> f64 {
        let [least, most] = Self::RANGE;
        // Every number is sampled, also where it is not needed, to keep addresses simple.
        let (chance, normal, even) = (stream.unit(), stream.normal(), stream.unit());
        if chance <= self.uniform {
            return least * libm::pow(most / least, even);
        }
        libm::exp(self.mean + self.spread * normal).clamp(least, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn logarithms(levels: NoiseLevels) -> Vec<f64> {
        let mut stream = Stream::new(3, Purpose::Timestep, 0, 0);
        let each = (0..40_000).map(|_| levels.sample(&mut stream).ln());
        each.collect()
    }

    #[test]
    fn levels_are_distributed_as_said() {
        let normal = logarithms(NoiseLevels {
            uniform: 0.0,
            ..NoiseLevels::default()
        });
        let count = normal.len() as f64;
        let mean = normal.iter().sum::<f64>() / count;
        let spread = normal.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / count;
        // Five standard errors; both ends of the range cut hardly anything off.
        assert!((mean + 1.4).abs() < 0.04, "{mean}");
        assert!((spread.sqrt() - 1.4).abs() < 0.03, "{spread}");
        let even = logarithms(NoiseLevels {
            uniform: 1.0,
            ..NoiseLevels::default()
        });
        let [least, most] = NoiseLevels::RANGE.map(f64::ln);
        let mean = even.iter().sum::<f64>() / count;
        assert!((mean - f64::midpoint(least, most)).abs() < 0.08, "{mean}");
        let inside = |l: &f64| (least - 1e-9..=most + 1e-9).contains(l);
        assert!(even.iter().chain(&normal).all(inside));
        // A twentieth of the default reaches far beyond the bulk.
        let high = logarithms(NoiseLevels::default());
        let high = high.iter().filter(|l| **l > 4.0).count() as f64 / count;
        assert!((0.003..0.009).contains(&high), "{high}");
    }
}
