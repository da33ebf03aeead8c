//! Measures the noise of a photo.

use std::sync::Arc;

use imaging::{Mask, Photo};

use super::state::RecipeState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Too little of the photo is unmasked.
#[derive(Debug, thiserror::Error)]
#[error("too little of the photo is unmasked to measure its noise")]
pub struct TooLittle;

/// Measure a photo's noise outside of a mask.
#[derive(Debug)]
pub struct MeasureNoise {
    /// The photo.
    pub photo: Arc<Photo>,
    /// What is left out.
    pub mask: Arc<Mask>,
}

impl Request for MeasureNoise {
    type State = RecipeState;
    /// The standard deviation in units of full range.
    type Answer = Result<f64, TooLittle>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        imaging::noise_level(&self.photo, Some(&self.mask)).ok_or(TooLittle)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut RecipeState) -> Requests {
        state.noise_measured(&self.photo, flat(answer))
    }
}
