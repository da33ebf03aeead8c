//! A noise level, as the mathematics and as a network trained on timesteps know it.

/// How much noise there is in `x_t = sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) eps`.
///
/// Exact denoisers and networks of continuous noise levels read [`alpha_bar`](Self::alpha_bar) or
/// [`sigma`](Self::sigma); networks trained on timesteps read [`timestep`](Self::timestep).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    alpha_bar: f64,
    timestep: usize,
}

impl Level {
    /// `alpha_bar` in (0, 1), and the index of the timestep nearest to it in the FULL schedule,
    /// 0-based. [`Schedule::level`](crate::Schedule::level) pairs them.
    #[must_use]
    pub fn new(alpha_bar: f64, timestep: usize) -> Self {
        Self {
            alpha_bar,
            timestep,
        }
    }

    /// The share of the picture's variance that is left, in (0, 1).
    #[must_use]
    pub fn alpha_bar(self) -> f64 {
        self.alpha_bar
    }

    /// The standard deviation of the noise beside an unscaled picture, model range:
    /// `sigma = sqrt((1 - alpha_bar) / alpha_bar)` (Karras et al. 2022's level).
    #[must_use]
    pub fn sigma(self) -> f64 {
        ((1.0 - self.alpha_bar) / self.alpha_bar).sqrt()
    }

    /// The index into the full schedule of the network's training, 0-based.
    #[must_use]
    pub fn timestep(self) -> usize {
        self.timestep
    }
}
