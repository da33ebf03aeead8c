//! The settings of the inspector, and the recipe they mean.
//!
//! Settings keep more than a recipe does (the parameters of tasks that are not chosen, whether
//! the seed is locked), so that switching back and forth loses nothing.

use engine::{DeviceChoice, PriorChoice, Recipe, Spec};
use serde::{Deserialize, Serialize};

use super::task::{Blur, Enlarge, Task, operator};

/// Everything the inspector shows. Session files hold it; what an older one lacks is as by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What happened.
    pub task: Task,
    /// Parameters of [`Task::Deblur`].
    pub blur: Blur,
    /// Parameters of [`Task::Enlarge`].
    pub enlarge: Enlarge,
    /// Standard deviation of the noise on the model range [-1, 1], within [0, 2].
    pub noise: f64,
    /// How many pixels beyond the mask to blend into, 0 to [`Recipe::MOST_FEATHER`].
    pub feather: usize,
    /// What pictures look like.
    pub prior: PriorChoice,
    /// The sampler with its parameters.
    pub sampler: Spec,
    /// Reverse-process steps.
    pub steps: usize,
    /// Seed of the noise.
    pub seed: u64,
    /// Whether every run uses the same seed; otherwise each run draws another.
    pub seed_locked: bool,
    /// Restorations drawn one after another for one press of Restore, each with its own seed.
    pub candidates: usize,
    /// Where to compute.
    pub device: DeviceChoice,
}

impl Default for Settings {
    fn default() -> Self {
        let recipe = Recipe::default();
        Self {
            task: Task::Inpaint,
            blur: Blur::default(),
            enlarge: Enlarge::default(),
            noise: recipe.noise,
            feather: recipe.feather,
            prior: recipe.prior,
            sampler: recipe.sampler,
            steps: recipe.steps,
            seed: recipe.seed,
            seed_locked: true,
            candidates: 1,
            device: recipe.device,
        }
    }
}

impl Settings {
    /// The highest seed that is offered; six digits can be read aloud.
    pub const SEED_MAX: u64 = 999_999;
    /// The largest noise level that is offered, on the model range.
    pub const NOISE_MAX: f64 = 0.5;
    /// The numbers of candidates that are offered.
    pub const CANDIDATES: std::ops::RangeInclusive<usize> = 1..=8;
    /// The range of steps that is offered.
    pub const STEPS: std::ops::RangeInclusive<usize> = 5..=250;

    /// The widest feather.
    pub const MOST_FEATHER: usize = Recipe::MOST_FEATHER;

    /// The recipe these settings mean.
    #[must_use]
    pub fn recipe(&self) -> Recipe {
        Recipe {
            operator: operator(self.task, &self.blur, self.enlarge),
            noise: self.noise,
            photons: None,
            sampler: self.sampler.clone(),
            steps: self.steps,
            seed: self.seed,
            prior: self.prior.clone(),
            device: self.device,
            feather: self.feather,
            from: None,
        }
    }

    /// These settings with every number within what is offered, as a file edited by hand may not
    /// have them.
    #[must_use]
    pub fn within_range(mut self) -> Self {
        let fallback = Self::default();
        let inside = |value: f64, least: f64, most: f64, usual: f64| {
            if value.is_finite() {
                value.clamp(least, most)
            } else {
                usual
            }
        };
        self.noise = inside(self.noise, 0.0, Self::NOISE_MAX, fallback.noise);
        self.steps = self.steps.clamp(*Self::STEPS.start(), *Self::STEPS.end());
        self.seed = self.seed.min(Self::SEED_MAX);
        self.feather = self.feather.min(Self::MOST_FEATHER);
        let (least, most) = (*Self::CANDIDATES.start(), *Self::CANDIDATES.end());
        self.candidates = self.candidates.clamp(least, most);
        let (blur, usual) = (&mut self.blur, fallback.blur);
        blur.std = inside(blur.std, 0.3, 10.0, usual.std);
        blur.length = inside(blur.length, 2.0, 100.0, usual.length);
        blur.angle = inside(blur.angle, -90.0, 90.0, usual.angle);
        if !Enlarge::FACTORS.contains(&self.enlarge.factor) {
            self.enlarge.factor = fallback.enlarge.factor;
        }
        self
    }

    /// The preset these settings are, if they are one.
    #[must_use]
    pub fn preset(&self) -> Option<Preset> {
        let sampler = Recipe::default().sampler;
        Preset::ALL
            .into_iter()
            .find(|p| p.steps() == self.steps && self.sampler == sampler)
    }

    /// Whether the mask decides where to restore.
    #[must_use]
    pub fn needs_mask(&self) -> bool {
        self.task == Task::Inpaint
    }

    /// The noise level on the range [0, 1].
    #[must_use]
    pub fn noise_unit(&self) -> f64 {
        self.noise / 2.0
    }

    /// The noise level in 8-bit levels.
    #[must_use]
    pub fn noise_levels(&self) -> f64 {
        self.noise * 127.5
    }
}

/// How much work to spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// 25 steps.
    Fast,
    /// 50 steps.
    Balanced,
    /// 100 steps.
    Best,
}

impl Preset {
    /// All presets, quickest first.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    /// Its steps.
    #[must_use]
    pub fn steps(self) -> usize {
        match self {
            Self::Fast => 25,
            Self::Balanced => 50,
            Self::Best => 100,
        }
    }

    /// Its name.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Fast => "Fast",
            Self::Balanced => "Balanced",
            Self::Best => "Best",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_settings_mean_the_default_recipe() {
        assert_eq!(Settings::default().recipe(), Recipe::default());
        assert_eq!(Settings::default().preset(), Some(Preset::Balanced));
    }

    #[test]
    fn a_preset_is_recognised_only_when_nothing_else_differs() {
        let mut settings = Settings {
            steps: 25,
            ..Settings::default()
        };
        assert_eq!(settings.preset(), Some(Preset::Fast));
        settings.steps = 26;
        assert_eq!(settings.preset(), None);
        settings.steps = 25;
        settings.sampler = Spec::named("dps");
        assert_eq!(settings.preset(), None);
    }

    #[test]
    fn noise_is_told_in_three_units() {
        let settings = Settings {
            noise: 0.04,
            ..Settings::default()
        };
        assert!((settings.noise_unit() - 0.02).abs() < 1e-12);
        assert!((settings.noise_levels() - 5.1).abs() < 1e-12);
    }
}
