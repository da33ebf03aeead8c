//! The widest vectors this processor has, and an exponential the compiler can vectorise.
//!
//! The build targets the plainest x86-64, so the choice is made when running, by `pulp`. What is
//! dispatched is compiled once for each kind of processor, as far as it is `#[inline(always)]`:
//! closures are not (so neither is what one does in `map` or `from_fn`), and stay at the plainest.

use pulp::{Arch, Simd, WithSimd};

/// Runs `operation` compiled for the best instruction set there is.
#[inline]
pub(super) fn dispatch<Operation: WithSimd>(operation: Operation) -> Operation::Output {
    let arch = Arch::new();
    // Burn asks `pulp` for AVX-512 only, so its own choice would skip AVX2.
    #[cfg(target_arch = "x86_64")]
    if let (Arch::Scalar, Some(simd)) = (arch, pulp::x86::V3::try_new()) {
        return Simd::vectorize(simd, operation);
    }
    arch.dispatch(operation)
}

/// `e^x` to 2e-7 relative, for `x` in [-87, 88]; beyond, its value at the nearer end.
///
/// Powers of two are split off by rounding in the mantissa, and the rest is the polynomial of
/// Moshier's Cephes `expf`.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding 1.5 · 2^23 leaves the rounded integer in the lowest bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let power = rounded - ROUND;
    let rest = x - power * LN_2_HIGH - power * LN_2_LOW;
    let mut series = 1.987_569_1e-4;
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        series = series * rest + coefficient;
    }
    let fraction = series * rest * rest + rest + 1.0;
    fraction * f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23))
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_rounding() {
        for i in -87_000..=88_000 {
            let x = i as f32 / 1000.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) / exact - 1.0).abs();
            assert!(error < 2e-7, "e^{x} is off by {error:e}");
        }
        assert_eq!(exp(-1e30), exp(-87.0));
        assert!(exp(f32::NAN).is_nan());
    }
}
