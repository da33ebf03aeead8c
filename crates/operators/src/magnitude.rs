//! Spectra of which only the magnitudes are known.

use burn::tensor::Tensor;

/// Magnitudes below this have no phase that could be told in f32.
const LEAST: f64 = 1e-12;

/// A spectrum and its magnitudes.
pub(crate) struct Magnitude {
    /// Real part above imaginary part, `[b, c, 2h, w]`.
    spectrum: Tensor<4>,
    /// `[b, c, h, w]`.
    pub(crate) values: Tensor<4>,
}

impl Magnitude {
    /// Of a spectrum with its real part above its imaginary part.
    pub(crate) fn of(spectrum: Tensor<4>) -> Self {
        let height = spectrum.dims()[2] / 2;
        let real = spectrum.clone().narrow(2, 0, height);
        let imaginary = spectrum.clone().narrow(2, height, height);
        Self {
            spectrum,
            values: (real.square() + imaginary.square()).sqrt(),
        }
    }

    /// The gradient of `<|s|, v>` in the spectrum `s`: `v` along the phase, `v s / |s|`. A magnitude
    /// of zero has no gradient.
    pub(crate) fn along_phase(self, v: Tensor<4>) -> Tensor<4> {
        let along = v / self.values.clamp_min(LEAST);
        self.spectrum * Tensor::cat(vec![along.clone(), along], 2)
    }
}

/// Of all pictures whose magnitudes are those of `x`, but for shifts, the one nearest to `wanted`: each
/// channel, or its negative, or the half turn of either.
pub(crate) fn alike(x: Tensor<4>, wanted: &Tensor<4>) -> Tensor<4> {
    let turned = x.clone().flip([2, 3]);
    let off = |t: &Tensor<4>| (t.clone() - wanted.clone()).square().sum_dim(2).sum_dim(3);
    let others = [-x.clone(), -turned.clone(), turned];
    let (nearest, _) = others
        .into_iter()
        .fold((x.clone(), off(&x)), |best, other| {
            let (nearest, least) = best;
            let here = off(&other);
            let better = here.clone().lower(least.clone()).float();
            let chosen = nearest * (better.clone() * -1.0 + 1.0) + other * better;
            (chosen, here.min_pair(least))
        });
    nearest
}
