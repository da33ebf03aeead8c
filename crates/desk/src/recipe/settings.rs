//! The settings of the inspector, and the recipe they mean.
//!
//! Settings keep more than a recipe does (the parameters of tasks that are not chosen, whether
//! the seed is locked), so that switching back and forth loses nothing.

use engine::{Chain, DeviceChoice, Draw, Noise, Preset, PriorChoice, Recipe, Spec, check_sampler};
use serde::{Deserialize, Serialize};

use super::task::{Blur, BlurKind, Enlarge, Grey, Jpeg, Task, first_composition, operator};

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
    /// Parameter of [`Task::Colours`].
    pub grey: Grey,
    /// Parameters of [`Task::Jpeg`].
    pub jpeg: Jpeg,
    /// What [`Task::Custom`] is composed of.
    pub custom: Chain,
    /// Standard deviation of the noise on the model range [-1, 1], within [0, 2].
    pub noise: f64,
    /// Photons that stand for white, within [`Self::PHOTONS`], where counting them adds noise.
    pub photons: Option<f64>,
    /// How many pixels beyond the mask to blend into, 0 to [`Recipe::MOST_FEATHER`].
    pub feather: usize,
    /// Whether wide holes are drawn at a coarser scale first; see [`Recipe::coarse_to_fine`].
    pub coarse_to_fine: bool,
    /// Whether the prior is shown large pictures in tiles; see [`Recipe::tiles`].
    pub tiles: bool,
    /// What pictures look like.
    pub prior: PriorChoice,
    /// The sampler with its parameters, for damage that is linear.
    pub sampler: Spec,
    /// The sampler for damage that is not, such as compression, which few can undo; the one that
    /// suits the damage if none was chosen.
    pub other_sampler: Option<Spec>,
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
            grey: Grey::default(),
            jpeg: Jpeg::default(),
            custom: first_composition(),
            noise: recipe.noise,
            photons: recipe.photons,
            feather: recipe.feather,
            coarse_to_fine: recipe.coarse_to_fine,
            tiles: recipe.tiles,
            prior: recipe.prior,
            sampler: recipe.sampler,
            other_sampler: None,
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
    /// The numbers of photons that are offered, and the one to begin with.
    pub const PHOTONS: std::ops::RangeInclusive<f64> = 5.0..=10_000.0;
    /// See [`Self::PHOTONS`].
    pub const USUAL_PHOTONS: f64 = 200.0;
    /// The numbers of candidates that are offered.
    pub const CANDIDATES: std::ops::RangeInclusive<usize> = 1..=8;
    /// The range of steps that is offered: a preset may be three.
    pub const STEPS: std::ops::RangeInclusive<usize> = 1..=250;

    /// The widest feather.
    pub const MOST_FEATHER: usize = Recipe::MOST_FEATHER;

    /// What happened, as the registry of operators has it.
    #[must_use]
    pub fn operator(&self) -> Chain {
        operator(self)
    }

    /// Whether what happened is linear, so that every sampler can undo it.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        match self.task {
            Task::Jpeg | Task::Highlights => false,
            Task::Custom => self.custom.nonlinear().is_none(),
            _ => true,
        }
    }

    /// The sampler that will be used: one is kept for damage that is linear and one for all other,
    /// so that going from card to card changes neither.
    #[must_use]
    pub fn sampler_now(&self) -> Spec {
        if self.is_linear() {
            self.sampler.clone()
        } else {
            self.other_sampler.clone().unwrap_or_else(|| self.usual())
        }
    }

    /// Chooses the sampler for damage of this kind.
    pub fn set_sampler(&mut self, sampler: Spec) {
        if self.is_linear() {
            self.sampler = sampler;
        } else {
            self.other_sampler = Some(sampler);
        }
    }

    /// The preset `preset`, for what happened now.
    pub(crate) fn choose(&mut self, preset: Preset) {
        let draw = preset.draw(&self.operator());
        self.steps = draw.steps;
        if self.is_linear() {
            self.sampler = draw.sampler;
        } else {
            // What is usual need not be written down, and follows what happened.
            self.other_sampler = Some(draw.sampler).filter(|s| *s != self.usual());
        }
    }

    /// Another damage asks for other work: a preset that was chosen for `before` stays chosen. A
    /// sampler of one's own stays what it is.
    pub(crate) fn follow(&mut self, before: &Self) {
        let untouched = self.steps == before.steps
            && self.sampler == before.sampler
            && self.other_sampler == before.other_sampler;
        let (Some(preset), true) = (before.preset(), untouched) else {
            return;
        };
        // One sampler is kept for each kind of damage; the one of the other kind may be of one's own.
        if before.is_linear() == self.is_linear() || Preset::may_choose(&self.sampler_now()) {
            self.choose(preset);
        }
    }

    /// The same for a photo of which nothing is known yet: what happened to the last one, how noisy it was
    /// and how it was compressed, says nothing of the next.
    #[must_use]
    pub(crate) fn for_another_photo(&self) -> Self {
        let usual = Self::default();
        let mut next = Self {
            task: usual.task,
            blur: usual.blur,
            enlarge: usual.enlarge,
            grey: usual.grey,
            jpeg: usual.jpeg,
            custom: usual.custom,
            noise: usual.noise,
            photons: usual.photons,
            ..self.clone()
        };
        next.follow(self);
        next
    }

    /// What damage like this begins with.
    fn usual(&self) -> Spec {
        Preset::default().draw(&self.operator()).sampler
    }

    /// The noise of the measurement.
    #[must_use]
    pub fn noise_model(&self) -> Noise {
        self.recipe().noise_model()
    }

    /// What is still missing before the operator means anything.
    #[must_use]
    pub fn missing(&self) -> Option<&'static str> {
        if self.task != Task::Deblur {
            return None;
        }
        match self.blur.kind {
            BlurKind::Kernel if self.blur.kernel.trim().is_empty() => {
                Some("Choose a kernel file first")
            }
            BlurKind::Path if self.blur.path.is_empty() => {
                Some("Draw the path of the blur on the photo first")
            }
            _ => None,
        }
    }

    /// Whether the pointer draws the path of the blur on the photo.
    #[must_use]
    pub fn draws_path(&self) -> bool {
        self.task == Task::Deblur && self.blur.kind == BlurKind::Path
    }

    /// The recipe these settings mean.
    #[must_use]
    pub fn recipe(&self) -> Recipe {
        Recipe {
            operator: self.operator(),
            noise: self.noise,
            photons: self.photons,
            sampler: self.sampler_now(),
            steps: self.steps,
            seed: self.seed,
            prior: self.prior.clone(),
            device: self.device,
            feather: self.feather,
            coarse_to_fine: self.coarse_to_fine,
            tiles: self.tiles,
            region: None,
            detail: 1.0,
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
        blur.path.retain(|p| p.0.abs() <= 1e6 && p.1.abs() <= 1e6);
        blur.path.truncate(1000);
        self.jpeg.quality = self.jpeg.quality.clamp(1, 100);
        let (least, most) = (*Self::PHOTONS.start(), *Self::PHOTONS.end());
        self.photons = self
            .photons
            .map(|photons| inside(photons, least, most, Self::USUAL_PHOTONS));
        // A sampler for all damage that cannot take all of it would leave no way out.
        let all = Chain(vec![Spec::named("hdr")]);
        self.other_sampler = self
            .other_sampler
            .filter(|sampler| check_sampler(sampler, &all).is_ok());
        if !Enlarge::FACTORS.contains(&self.enlarge.factor) {
            self.enlarge.factor = fallback.enlarge.factor;
        }
        self
    }

    /// The preset these settings are, if they are one.
    #[must_use]
    pub fn preset(&self) -> Option<Preset> {
        let now = Draw {
            sampler: self.sampler_now(),
            steps: self.steps,
        };
        let operator = self.operator();
        Preset::ALL.into_iter().find(|p| p.draw(&operator) == now)
    }

    /// Whether the mask decides where to restore.
    #[must_use]
    pub fn needs_mask(&self) -> bool {
        match self.task {
            Task::Inpaint => true,
            Task::Custom => self.custom.contains("inpaint"),
            _ => false,
        }
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
        let mut settings = Settings::default();
        settings.choose(Preset::Fast);
        let fast = settings.steps;
        assert_eq!(settings.preset(), Some(Preset::Fast));
        settings.steps = 26;
        assert_eq!(settings.preset(), None);
        settings.steps = fast;
        settings.sampler = Spec::named("dps");
        assert_eq!(settings.preset(), None);
    }

    /// A preset means other work for other damage; a choice of one's own stays what it is.
    #[test]
    fn a_preset_follows_what_happened() {
        for preset in Preset::ALL {
            let mut settings = Settings::default();
            settings.choose(preset);
            for task in Task::ALL.into_iter().chain(Task::ALL.into_iter().rev()) {
                let before = settings.clone();
                settings.task = task;
                settings.follow(&before);
                assert_eq!(settings.preset(), Some(preset), "{task:?}");
            }
        }
        let mut settings = Settings {
            steps: 37,
            ..Settings::default()
        };
        settings.set_sampler(Spec::named("pigdm"));
        let before = settings.clone();
        settings.task = Task::Jpeg;
        settings.follow(&before);
        settings.task = Task::Enlarge;
        settings.follow(&before);
        assert_eq!(settings.steps, 37);
        assert_eq!(settings.sampler_now(), Spec::named("pigdm"));
        // A slider that changes the steps means the steps.
        let before = Settings::default();
        let mut settings = Settings {
            steps: 60,
            task: Task::Enlarge,
            ..before.clone()
        };
        settings.follow(&before);
        assert_eq!(settings.steps, 60);
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

    #[test]
    fn damage_that_is_not_linear_has_a_sampler_of_its_own() {
        let mut settings = Settings::default();
        settings.set_sampler("diffpir:zeta=0.5".parse().expect("valid"));
        for task in Task::ALL {
            settings.task = task;
            let linear = !matches!(task, Task::Jpeg | Task::Highlights);
            assert_eq!(settings.is_linear(), linear, "{task:?}");
            assert_eq!(
                settings.operator().nonlinear().is_none(),
                linear,
                "{task:?}"
            );
            let recipe = settings.recipe();
            check_sampler(&recipe.sampler, &recipe.operator).expect("it can undo that");
        }
        settings.task = Task::Highlights;
        assert_eq!(settings.sampler_now().name, "diffpir");
        settings.task = Task::Jpeg;
        assert_eq!(settings.sampler_now().name, "red-diff");
        settings.set_sampler(Spec::named("ca-dps-released"));
        settings.task = Task::Deblur;
        assert_eq!(settings.sampler_now().to_string(), "diffpir:zeta=0.5");
        settings.task = Task::Custom;
        settings.custom = "box:factor=2+jpeg".parse().expect("valid");
        assert_eq!(settings.sampler_now().to_string(), "ca-dps-released");
    }

    #[test]
    fn a_sampler_that_cannot_is_not_read_for_damage_that_is_not_linear() {
        for written in ["ca-dps", "invented", "red-diff:lr=9"] {
            let settings = Settings {
                other_sampler: Some(written.parse().expect("syntax")),
                photons: Some(f64::NAN),
                ..Settings::default()
            };
            let settings = settings.within_range();
            assert_eq!(settings.other_sampler, None, "{written}");
            assert_eq!(settings.photons, Some(Settings::USUAL_PHOTONS));
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut settings = Settings {
            task: Task::Deblur,
            ..Settings::default()
        };
        assert_eq!(settings.missing(), None);
        settings.blur.kind = BlurKind::Path;
        assert!(settings.missing().is_some_and(|text| text.contains("Draw")));
        settings.blur.path = vec![(1.0, 1.0), (4.0, 1.0)];
        assert_eq!(settings.missing(), None);
        settings.blur.kind = BlurKind::Kernel;
        assert!(settings.missing().is_some());
    }
}
