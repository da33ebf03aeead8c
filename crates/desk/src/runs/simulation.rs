//! Simulated damage: the open photo is taken for the truth, so that a restoration can be measured
//! against it.

use std::sync::Arc;

use engine::{EngineError, Recipe, Simulated};
use imaging::{Mask, Photo};

use super::Runs;
use super::study::{THUMBNAIL, Thumbnail, thumbnail};
use crate::common::history::History;
use crate::mask::document::Document;
use crate::photo::content::Content;

/// What waits for the end of a simulation.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// What was measured: the undamaged photo, or the middle of it where its spectrum was.
    pub truth: Arc<Photo>,
    /// The operator and the noise that damaged it; its seed is that of the noise.
    pub recipe: Recipe,
    /// Where pixels were lost, if the operator lost any.
    pub mask: Option<Arc<Mask>>,
    /// The logarithm of the magnitudes, where a spectrum was measured: then the open picture is no
    /// measurement, but its zero-filled reconstruction.
    pub spectrum: Option<Arc<Thumbnail>>,
    pub(crate) document: Document,
    pub(crate) runs: Runs,
    pub(crate) history: History,
}

/// The damage to simulate.
#[derive(Clone, Debug)]
pub struct Damage {
    /// The truth.
    pub truth: Arc<Photo>,
    /// Where pixels are lost, if the operator loses any.
    pub mask: Option<Arc<Mask>>,
    /// Operator and noise; its seed is that of the noise.
    pub recipe: Recipe,
}

impl Damage {
    /// Computes it: the same every time. Not on the window's thread.
    ///
    /// # Errors
    /// Those of [`engine::simulate`].
    pub fn simulate(&self) -> Result<Simulated, EngineError> {
        let recipe = &self.recipe;
        let mask = self.mask.as_deref();
        let noise = recipe.noise_model();
        engine::simulate(&self.truth, mask, &recipe.operator, noise, recipe.seed)
    }
}

impl Simulation {
    /// The whole photo whose damage is simulated, and where it came from.
    #[must_use]
    pub fn photo(&self) -> &Document {
        &self.document
    }

    /// What was done to it.
    #[must_use]
    pub fn damage(&self) -> Damage {
        Damage {
            truth: Arc::clone(&self.document.photo),
            mask: self.mask.clone(),
            recipe: self.recipe.clone(),
        }
    }
}

/// A spectrum as it is shown.
pub(crate) fn shown(spectrum: &imaging::Planar) -> Thumbnail {
    let picture = Photo::from_planar(spectrum, imaging::Depth::Eight);
    let whole = picture.bounds();
    thumbnail(&Content::Whole(Arc::new(picture)), whole, THUMBNAIL)
}
