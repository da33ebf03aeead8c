//! Steps placed by noise level instead of by timestep.

use super::Schedule;
use crate::error::DiffusionError;

impl Schedule {
    /// The same schedule for a network of continuous noise levels: steps that are placed by level
    /// need not be rounded to timesteps.
    #[must_use]
    pub fn continuous(mut self) -> Self {
        self.continuous = true;
        self
    }

    /// The noise level of step `i`, `sigma_i = sqrt((1 - ab) / ab)`, rising with `i`.
    #[must_use]
    pub fn sigma(&self, i: usize) -> f64 {
        self.level(i).sigma()
    }

    /// Steps at these noise levels, in any order: one entry for each, rounded to the nearest timestep
    /// that the network knows unless it knows all levels. No step lies above the highest level that
    /// was asked for (but for the lowest timestep, if all lie above it). Where several levels round
    /// to one timestep, the lower ones move down; what finds no timestep is left out.
    ///
    /// # Errors
    /// [`DiffusionError::Steps`] for no level, or one that is not a positive number.
    pub fn at_levels(&self, sigmas: &[f64]) -> Result<Self, DiffusionError> {
        let mut sigmas = sigmas.to_vec();
        sigmas.sort_by(f64::total_cmp);
        let sound = |sigma: &f64| sigma.is_finite() && *sigma > 0.0;
        if sigmas.is_empty() || !sigmas.iter().all(sound) {
            return Err(DiffusionError::Steps {
                steps: format!("{sigmas:?}"),
                length: self.len(),
                reason: "noise levels are numbers above 0, and at least one is needed".to_owned(),
            });
        }
        if self.continuous {
            sigmas.dedup();
            let alpha_bar = sigmas.iter().map(|sigma| 1.0 / (1.0 + sigma * sigma));
            let timesteps = sigmas.iter().map(|s| self.timesteps[self.nearest(*s)]);
            return self.retaining(&alpha_bar.collect::<Vec<_>>(), timesteps.collect());
        }
        let indices = self.rounded(&sigmas);
        let alpha_bar: Vec<f64> = indices.iter().map(|&i| self.alpha_bar[i]).collect();
        let timesteps = indices.iter().map(|&i| self.timesteps[i]).collect();
        self.retaining(&alpha_bar, timesteps)
    }

    /// Different indices for ascending levels, from the highest down.
    fn rounded(&self, sigmas: &[f64]) -> Vec<usize> {
        let mut indices = Vec::with_capacity(sigmas.len());
        let mut free = self.len();
        for (place, sigma) in sigmas.iter().enumerate().rev() {
            if free == 0 {
                break;
            }
            let mut index = self.nearest(*sigma);
            if place + 1 == sigmas.len() && index > 0 && self.sigma(index) > *sigma {
                index -= 1;
            }
            free = index.min(free - 1);
            indices.push(free);
        }
        indices.reverse();
        indices
    }

    /// The step whose noise level is nearest by ratio.
    fn nearest(&self, sigma: f64) -> usize {
        let above = (0..self.len())
            .collect::<Vec<_>>()
            .partition_point(|&i| self.sigma(i) < sigma);
        match above {
            0 => 0,
            _ if above == self.len() => above - 1,
            _ if sigma / self.sigma(above - 1) < self.sigma(above) / sigma => above - 1,
            _ => above,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{NoiseSchedule, Schedule};

    fn linear() -> Schedule {
        Schedule::new(NoiseSchedule::Linear, 1000).expect("usual")
    }

    #[test]
    fn levels_are_rounded_to_timesteps_and_never_above_the_highest() {
        let placed = linear()
            .at_levels(&[0.7, 0.1, 0.3, 0.02])
            .expect("possible");
        assert_eq!(placed.len(), 4);
        for (i, asked) in [0.02, 0.1, 0.3, 0.7].into_iter().enumerate() {
            let found = placed.sigma(i);
            assert!((found / asked).ln().abs() < 0.2, "{asked}: {found}");
            assert_eq!(placed.alpha_bar(i), linear().alpha_bar(placed.timestep(i)));
        }
        assert!(placed.sigma(3) <= 0.7);
    }

    #[test]
    fn levels_that_meet_move_apart_and_what_finds_no_place_is_left_out() {
        let placed = linear().at_levels(&[0.02; 10]).expect("possible");
        let steps: Vec<usize> = (0..placed.len()).map(|i| placed.timestep(i)).collect();
        let highest = steps.len() - 1;
        assert_eq!(steps, (0..=highest).collect::<Vec<_>>());
        assert!(placed.sigma(highest) <= 0.02 && linear().sigma(highest + 1) > 0.02);
        let low = linear().at_levels(&[1e-5]).expect("possible");
        assert_eq!(low.timestep(0), 0);
    }

    #[test]
    fn continuous_levels_are_exact() {
        let asked = [0.0123, 0.456, 7.89];
        let placed = linear().continuous().at_levels(&asked).expect("possible");
        for (i, asked) in asked.into_iter().enumerate() {
            assert!((placed.sigma(i) / asked - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn levels_that_are_none_are_refused() {
        for levels in [&[][..], &[0.0], &[0.1, f64::NAN], &[-1.0]] {
            assert!(linear().at_levels(levels).is_err(), "{levels:?}");
        }
    }
}
