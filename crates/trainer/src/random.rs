//! Random numbers with an address.
//!
//! Every number that training or measuring draws comes from a stream named by what it is for and
//! by where it stands, such as (seed, noise, step 41, picture 3). Nothing depends on how many
//! numbers were drawn before, so a run that goes on after a kill draws what it would have drawn.

use operators::SeededNoise;

/// What a stream is for; part of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Which crop of which picture.
    Crop = 1,
    /// The noise added to a crop.
    Noise = 2,
    /// The timestep of a crop.
    Timestep = 3,
    /// A network's first weights.
    Weights = 4,
    /// The order in which pictures are picked for measuring.
    Order = 5,
    /// The start of an unconditional sample.
    Sample = 6,
}

/// One stream of random numbers.
pub(crate) struct Stream(SeededNoise);

impl Stream {
    pub(crate) fn new(seed: u64, purpose: Purpose, step: u64, index: u64) -> Self {
        Self(SeededNoise::at([seed, purpose as u64, step, index]))
    }

    /// Uniform on (0, 1], never zero.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.next_unit()
    }

    /// Uniform on `0..count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0.next_below(count)
    }

    /// One draw from N(0, 1).
    pub(crate) fn normal(&mut self) -> f64 {
        self.0.next_normal()
    }

    /// Draws from N(0, 1).
    pub(crate) fn normals(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.normal() as f32).collect()
    }

    /// `0..count` in random order (Fisher–Yates).
    pub(crate) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_address_matters() {
        let draw = |seed, purpose, step, index| Stream::new(seed, purpose, step, index).normal();
        let first = draw(1, Purpose::Noise, 2, 3);
        assert_eq!(first, draw(1, Purpose::Noise, 2, 3));
        for other in [
            draw(0, Purpose::Noise, 2, 3),
            draw(1, Purpose::Crop, 2, 3),
            draw(1, Purpose::Noise, 3, 3),
            draw(1, Purpose::Noise, 2, 4),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn draws_lie_where_they_should() {
        let mut stream = Stream::new(5, Purpose::Order, 0, 0);
        let mut seen = [0_u32; 7];
        for _ in 0..7000 {
            seen[stream.below(7)] += 1;
        }
        assert!(seen.iter().all(|&n| (850..1150).contains(&n)), "{seen:?}");
        let mut order = stream.order(50);
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
        let draws = stream.normals(100_000);
        let mean = draws.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
        let square = draws.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / 1e5;
        // Five standard errors.
        assert!(mean.abs() < 0.016 && (square - 1.0).abs() < 0.023);
    }
}
