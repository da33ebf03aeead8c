//! The gradient by the weights: the tape run back to every layer's parameters.

use std::ops::Range;

use burn::module::ParamId;
use rayon::prelude::*;

use super::elementwise;
use super::modulation;
use super::picture::Picture;
use super::program::{GIVEN, Operation, Program, Step};
use super::tape::{Kept, Purpose, Tape, in_the_pool};

/// Where a layer's weight and bias are in the vector of all weights; nowhere for a bias it does not have.
pub(crate) type Place = [Range<usize>; 2];

/// The place of each step, for those that have one.
pub(crate) type Places = Vec<Option<Place>>;

impl Program {
    /// The place of every step; `None` if one of its layers has no place.
    pub(crate) fn places(&self, of: impl Fn(ParamId) -> Option<Range<usize>>) -> Option<Places> {
        let places = self.steps.iter().map(|step| {
            let has_weights = matches!(
                step.operation,
                Operation::Convolve(_) | Operation::Normalise(_) | Operation::RmsActivate(_)
            );
            match step.parameters[..] {
                [weight, bias] => Some(Some([of(weight)?, of(bias)?])),
                [gain] => Some(Some([of(gain)?, 0..0])),
                _ => (!has_weights).then_some(None),
            }
        });
        places.collect()
    }

    /// Takes other weights.
    pub(crate) fn set(&mut self, places: &Places, weights: &[f32]) {
        let steps = self.steps.par_iter_mut().zip(places);
        steps.for_each(|(step, place)| {
            let Some([weight, bias]) = place else { return };
            let (weight, bias) = (&weights[weight.clone()], &weights[bias.clone()]);
            match &mut step.operation {
                Operation::Convolve(convolution) => convolution.set(weight, bias),
                Operation::Normalise(normalisation) => normalisation.set(weight, bias),
                Operation::RmsActivate(rms) => rms.set(weight),
                _ => {}
            }
        });
    }

    /// The value of the last step, and what [`add_slopes`](Self::add_slopes) needs.
    pub(crate) fn record_to_learn(&self, picture: Picture, sinusoids: Picture) -> (Picture, Tape) {
        in_the_pool(|| self.record(picture, sinusoids, Purpose::Learning))
    }

    /// Adds the slope of `cotangent · output` by the weights to `slopes`.
    pub(crate) fn add_slopes(
        &self,
        tape: Tape,
        cotangent: Picture,
        places: &Places,
        slopes: &mut [f32],
    ) {
        in_the_pool(|| {
            let mut cotangents: Vec<Option<Picture>> = vec![None; self.steps.len() + GIVEN];
            *cotangents.last_mut().expect("programs are not empty") = Some(cotangent);
            let steps = self.steps.iter().enumerate().zip(places).zip(tape.kept);
            for (((i, step), place), kept) in steps.rev() {
                let Some(cotangent) = cotangents[i + GIVEN].take() else {
                    continue;
                };
                let slopes = place.as_ref().map(|place| {
                    slopes
                        .get_disjoint_mut(place.clone())
                        .expect("parameters do not overlap")
                });
                let parts = step.learn(kept, cotangent, slopes);
                step.hand_on(parts, &mut cotangents);
            }
        });
    }
}

impl Step {
    /// The cotangents of the operands; what is given needs none.
    fn learn(
        &self,
        kept: Kept,
        v: Picture,
        slopes: Option<[&mut [f32]; 2]>,
    ) -> [Option<Picture>; 2] {
        match (&self.operation, kept, slopes) {
            (Operation::Convolve(convolution), Kept::Input(x), Some([weights, bias])) => {
                convolution.add_slopes(&x, &v, weights, bias);
                let is_given = self.first.0 < GIVEN;
                [(!is_given).then(|| convolution.pullback(&v, x.shape)), None]
            }
            (
                Operation::Normalise(normalisation),
                Kept::Normalisation(kept, told),
                Some(slopes),
            ) => {
                let (first, told) =
                    normalisation.pullback_with_slopes(&kept, told.as_deref(), v, slopes);
                [Some(first), told]
            }
            (Operation::RmsActivate(rms), Kept::Input(x), Some([gain, _])) => {
                [Some(rms.pullback_with_slopes(&x, v, gain)), None]
            }
            (Operation::ModulateActivate, Kept::Modulation(x, modulation), _) => {
                modulation::pullback_with_slopes(&x, &modulation, v).map(Some)
            }
            (Operation::Shift, _, _) => {
                let told = elementwise::total(&v);
                [Some(v), Some(told)]
            }
            (_, kept, _) => {
                let (first, second) = self.pullback(kept, v);
                [Some(first), second]
            }
        }
    }
}
