//! SiLU by itself, where no normalisation stands before it: in the time embedding.

use pulp::{Simd, WithSimd};

use super::picture::Picture;
use super::simd::{dispatch, sigmoid};

/// `x · sigmoid(x)`.
pub(crate) fn activate(mut x: Picture) -> Picture {
    dispatch(Activate { x: &mut x.values });
    x
}

/// The cotangent of `x`.
pub(crate) fn unactivate(x: &Picture, mut cotangent: Picture) -> Picture {
    dispatch(Unactivate {
        x: &x.values,
        v: &mut cotangent.values,
    });
    cotangent
}

struct Activate<'a> {
    x: &'a mut [f32],
}

impl WithSimd for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for x in self.x {
            *x *= sigmoid(*x);
        }
    }
}

struct Unactivate<'a> {
    x: &'a [f32],
    v: &'a mut [f32],
}

impl WithSimd for Unactivate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (v, &x) in self.v.iter_mut().zip(self.x) {
            let s = sigmoid(x);
            *v *= s * (1.0 + x * (1.0 - s));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::testing::{Numbers, check_slope, shape};

    #[test]
    fn the_pullback_is_the_slope() {
        let x = Numbers(1).picture(shape(3, 1, 1, 40));
        check_slope(&x, activate, |v| unactivate(&x, v.clone()));
    }
}
