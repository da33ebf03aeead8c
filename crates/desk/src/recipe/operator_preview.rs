//! Small pictures of what the chosen operator does, asked for whenever it changes.

use engine::{Chain, Glimpse, Noise};

use super::settings::Settings;

/// What is known of an operator's effect.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// What pictures are being made of: one at a time, however fast a slider is drawn.
    pub(crate) pending: Option<(Chain, Noise)>,
    /// What pictures were made of last.
    pub(crate) of: Option<(Chain, Noise)>,
    /// Its pictures; the previous ones until they are there, so that nothing flickers.
    pub pictures: Option<Glimpse>,
    /// Why there are none.
    pub(crate) reason: Option<String>,
    /// Counts the pictures, so that textures know when to change.
    pub serial: u64,
}

impl Shown {
    /// Why what happened cannot be computed, as far as is known: a kernel file that cannot be read,
    /// steps of a composition that do not go together.
    #[must_use]
    pub fn problem(&self, settings: &Settings) -> Option<&str> {
        let of = self.of.as_ref().map(|(chain, _)| chain);
        let same = of.is_some_and(|of| *of == settings.operator());
        self.reason.as_deref().filter(|_| same)
    }

    /// Whether what is shown is of these settings, and nothing else is being made.
    #[must_use]
    pub fn is_settled(&self, settings: &Settings) -> bool {
        let now = (settings.operator(), settings.noise_model());
        let plain = settings.task == crate::Task::Inpaint;
        self.pending.is_none() && (plain || self.of.as_ref() == Some(&now))
    }

    /// Why a sampler cannot undo what happened, as far as is known.
    #[must_use]
    pub fn refusal(&self, settings: &Settings, sampler: &str) -> Option<String> {
        let operator = settings.operator();
        if operator.nonlinear().is_some() {
            // Known at once.
            let refused = engine::check_sampler(&engine::Spec::named(sampler), &operator);
            return refused.err().map(|error| error.to_string());
        }
        let of = self.of.as_ref().map(|(chain, _)| chain);
        let pictures = self.pictures.as_ref().filter(|_| of == Some(&operator))?;
        let refused = pictures.refused.iter().find(|(name, _)| *name == sampler);
        refused.map(|(_, reason)| reason.clone())
    }

    /// The same where it stands in the way: drawn masks may fit into a photo that are too large for
    /// a small picture.
    pub(crate) fn obstacle(&self, settings: &Settings) -> Option<&str> {
        let drawn = |spec: &engine::Spec| spec.name.ends_with("-mask");
        let fits = settings.operator().0.iter().any(drawn);
        self.problem(settings).filter(|_| !fits)
    }
}
