//! At which noise levels a sampler evaluates the denoiser.
//!
//! A schedule of 1000 timesteps spaced evenly spends a third of its steps above `sigma = 12`, where
//! the estimate is hardly better than the mean colour. Karras et al. 2022 (arXiv 2206.00364, eq. 5)
//! place `n` steps by level instead:
//!
//! ```text
//! sigma_i = (high^(1/rho) + i / (n - 1) (low^(1/rho) - high^(1/rho)))^rho,   rho = 7
//! ```
//!
//! from the level of the start, or the highest level at which the prior knows something, down to
//! [`LOWEST`]. Networks that were trained on timesteps get the nearest ones.

use diffusion::{Calibration, Denoiser, DiffusionError, Schedule};
use operators::{Argument, OperatorError, Parameter, Values, Word};

/// The lowest level of a run, model range: 2.6 of 255 levels. The last step goes from there to the estimate
/// itself.
const LOWEST: f64 = 0.02;
/// Steps placed by noise level, as written.
const KARRAS: &str = "karras";
/// Karras et al.'s exponent: the larger, the more steps at low noise.
const RHO: f64 = 7.0;
/// The highest level of a prior that was never measured: above it, photographs drown.
const UNMEASURED: f64 = 80.0;

/// Where samplers of the reverse process may start instead of at noise.
pub(crate) const START: Parameter = Parameter::word_or(
    "start",
    "Start",
    ("noise", "Estimate"),
    1.0,
    (0.01, 1000.0),
)
.help(
    "From pure noise, or from an estimate with noise of this level (1 is as strong as the picture): \
     fewer steps, nearer to the photo.",
);

/// How steps are placed. A choice that says nothing of it means what the papers' code does, so that
/// recipes and recorded runs keep their meaning; presets say `karras` where that was measured to be
/// better.
pub(crate) const LEVELS: Parameter = Parameter::choice(
    "levels",
    "Levels",
    &[
        Word::new(
            "uniform",
            "Uniform",
            "Evenly spaced timesteps, as in the papers' code.",
        ),
        Word::new(
            KARRAS,
            "Karras",
            "By noise level (Karras et al. 2022), which needs fewer steps.",
        )
        .with(Argument {
            letter: "RHO",
            low: 1.0,
            high: 100.0,
            whole: false,
            offered: &[],
        }),
    ],
)
.help("How steps are placed.");

/// How steps are placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spacing {
    /// By noise level, with this exponent.
    Karras(f64),
    /// By timestep, evenly.
    Uniform,
    /// Every timestep there is, however many steps are asked for.
    Every,
}

/// Where a sampler starts and how its steps are placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// How steps are placed.
    pub spacing: Spacing,
    /// The noise level to start at with an estimate; `None` for noise alone.
    pub start: Option<f64>,
}

impl Levels {
    /// Evenly spaced timesteps of the whole schedule, from noise: the papers' own.
    pub const UNIFORM: Self = Self {
        spacing: Spacing::Uniform,
        start: None,
    };

    /// The steps out of the schedule that a network was trained with: at most `steps`, with fewer
    /// where the network has no more timesteps below the start.
    ///
    /// # Errors
    /// [`DiffusionError::Steps`] for a number of steps that the schedule cannot give.
    pub fn schedule(
        &self,
        full: &Schedule,
        steps: usize,
        denoiser: &dyn Denoiser,
    ) -> Result<Schedule, DiffusionError> {
        let rho = match self.spacing {
            Spacing::Karras(rho) => rho,
            Spacing::Uniform => return full.respaced(&steps.to_string()),
            Spacing::Every => return Ok(full.clone()),
        };
        if steps == 0 || steps > full.len() {
            // The same refusal, in the same words.
            return full.respaced(&steps.to_string());
        }
        let top = full.sigma(full.len() - 1);
        let known = denoiser.calibration().map(Calibration::highest);
        let high = self.start.or(known).unwrap_or(UNMEASURED).min(top);
        full.at_levels(&karras(high, LOWEST.min(high), steps, rho))
    }
}

/// `count` levels from `high` down to `low`, both included; `high` alone for one.
fn karras(high: f64, low: f64, count: usize, rho: f64) -> Vec<f64> {
    let root = |sigma: f64| sigma.powf(1.0 / rho);
    let share = |i: usize| i as f64 / (count - 1).max(1) as f64;
    let level = |i| (root(high) + share(i) * (root(low) - root(high))).powf(rho);
    let mut levels: Vec<f64> = (0..count).map(level).collect();
    // The exact value, which rounding must not raise.
    levels[0] = high;
    levels
}

/// The value of [`START`] and [`LEVELS`].
pub(crate) fn levels(values: &Values) -> Result<Levels, OperatorError> {
    let start = values.number_or_word("start")?;
    let spacing = match values.word_and_number("levels")? {
        (KARRAS, rho) => Spacing::Karras(rho.unwrap_or(RHO)),
        _ => Spacing::Uniform,
    };
    Ok(Levels { spacing, start })
}

#[cfg(test)]
mod tests {
    use diffusion::{NoiseSchedule, WhiteGaussian};

    use super::*;

    fn linear() -> Schedule {
        Schedule::new(NoiseSchedule::Linear, 1000).expect("usual")
    }

    fn sigmas(levels: Levels, steps: usize) -> Vec<f64> {
        let denoiser = WhiteGaussian::new(0.25);
        let schedule = levels.schedule(&linear().continuous(), steps, &denoiser);
        let schedule = schedule.expect("possible");
        (0..schedule.len())
            .rev()
            .map(|i| schedule.sigma(i))
            .collect()
    }

    /// Their own numbers: `sigma_max = 80`, `sigma_min = 0.02`, 18 steps, of which the second is
    /// 57.585 (Karras et al. 2022, table 1 with `rho = 7`, computed by hand).
    #[test]
    fn they_are_the_published_levels() {
        let levels = Levels {
            spacing: Spacing::Karras(7.0),
            start: Some(80.0),
        };
        let found = sigmas(levels, 18);
        let by_hand = |i: f64| {
            let (high, low) = (80.0_f64.powf(1.0 / 7.0), 0.02_f64.powf(1.0 / 7.0));
            (high + i / 17.0 * (low - high)).powi(7)
        };
        assert_eq!(found.len(), 18);
        for (i, sigma) in found.iter().enumerate() {
            assert!(
                (sigma / by_hand(i as f64) - 1.0).abs() < 1e-6,
                "{i}: {sigma}"
            );
        }
        assert!(found.is_sorted_by(|a, b| a > b));
    }

    #[test]
    fn a_start_is_the_highest_level_and_all_steps_lie_below() {
        let levels = Levels {
            spacing: Spacing::Karras(7.0),
            start: Some(0.7),
        };
        let denoiser = WhiteGaussian::new(0.25);
        let schedule = levels.schedule(&linear(), 5, &denoiser).expect("possible");
        assert_eq!(schedule.len(), 5);
        assert!(schedule.sigma(4) <= 0.7 && schedule.sigma(4) > 0.68);
        let one = levels.schedule(&linear(), 1, &denoiser).expect("possible");
        assert_eq!((one.len(), one.timestep(0)), (1, schedule.timestep(4)));
    }

    #[test]
    fn what_the_schedule_cannot_give_is_refused_either_way() {
        for spacing in [Spacing::Karras(7.0), Spacing::Uniform] {
            let levels = Levels {
                spacing,
                start: None,
            };
            let denoiser = WhiteGaussian::new(0.25);
            assert!(levels.schedule(&linear(), 0, &denoiser).is_err());
            assert!(levels.schedule(&linear(), 1001, &denoiser).is_err());
        }
    }
}
