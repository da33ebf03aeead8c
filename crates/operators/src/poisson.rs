//! Poisson counts from the portable generator.
//!
//! Small rates by multiplying uniforms (Knuth); large ones by Hörmann's transformed rejection, PTRS
//! (1993, "The transformed rejection method for generating Poisson random variables"), exact both.

use crate::noise::SeededNoise;

/// From here on rejection is quicker, and the method is made for rates of at least 10.
const LARGE: f64 = 30.0;

/// A count with the mean `rate`, finite and at least 0. It is a whole number.
pub(crate) fn draw(rate: f64, noise: &mut SeededNoise) -> f64 {
    if rate >= LARGE {
        return rejected(rate, noise);
    }
    let limit = libm::exp(-rate);
    let (mut count, mut product) = (0.0, noise.next_unit());
    while product > limit {
        product *= noise.next_unit();
        count += 1.0;
    }
    count
}

fn rejected(rate: f64, noise: &mut SeededNoise) -> f64 {
    let (root, log) = (rate.sqrt(), libm::log(rate));
    let b = 0.931 + 2.53 * root;
    let a = -0.059 + 0.02483 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let quick = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = noise.next_unit() - 0.5;
        let v = noise.next_unit();
        let side = 0.5 - u.abs();
        let count = ((2.0 * a / side + b) * u + rate + 0.43).floor();
        if side >= 0.07 && v <= quick {
            return count;
        }
        if count < 0.0 || (side < 0.013 && v > side) {
            continue;
        }
        let left = libm::log(v * inverse_alpha / (a / (side * side) + b));
        if left <= count * log - rate - libm::lgamma(count + 1.0) {
            return count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, variance and third central moment of a Poisson count are all its rate.
    #[test]
    fn the_first_three_moments_are_the_rate() {
        for rate in [0.0, 0.3, 5.0, 29.9, 30.0, 200.0, 1e6] {
            let mut noise = SeededNoise::new(2, 0);
            let n = 100_000;
            let draws: Vec<f64> = (0..n).map(|_| draw(rate, &mut noise)).collect();
            assert!(draws.iter().all(|k| *k >= 0.0 && k.fract() == 0.0));
            let n = f64::from(n);
            let moment = |k: i32| draws.iter().map(|x| (x - rate).powi(k)).sum::<f64>() / n;
            // Standard errors from the moments of order 2, 4 and 6, the latter two bounded.
            let error = |order: f64| 5.0 * (order / n).sqrt();
            assert!(moment(1).abs() <= error(rate), "{rate}: {}", moment(1));
            let fourth = 3.0 * rate * rate + rate;
            assert!(
                (moment(2) - rate).abs() <= error(fourth),
                "{rate}: {}",
                moment(2)
            );
            let sixth = 15.0 * rate.powi(3) + 25.0 * rate * rate + rate;
            assert!(
                (moment(3) - rate).abs() <= error(sixth),
                "{rate}: {}",
                moment(3)
            );
        }
    }
}
