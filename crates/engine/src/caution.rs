//! What a person should know before a run, or after it: that a result is likely to be worse than the
//! simple estimate it starts from.

use crate::recipe::Recipe;
use crate::report::Report;

/// A result whose last residual is more than this many times the noise does not explain the photo.
const UNEXPLAINED: f64 = 3.0;
/// Photos are rounded to 8 bits, so that residuals below this (model range) say nothing.
const ROUNDING: f64 = 0.01;

/// What to know before a recipe is run; `None` if there is nothing. A recipe that cannot be run has no
/// caution, but an error of its own.
#[must_use]
pub fn caution(recipe: &Recipe) -> Option<String> {
    let noise = recipe.noise_model();
    let choice = samplers::with_operator_defaults(&recipe.sampler, &recipe.operator, noise);
    let sampler = samplers::parse(&choice).ok()?;
    let fewest = sampler.fewest_steps();
    (recipe.steps < fewest).then(|| {
        format!(
            "{} with {} steps is likely to be worse than the simple estimate it starts from: take at \
             least {fewest} steps, or a preset",
            crate::sampler_title(&choice.name),
            recipe.steps
        )
    })
}

/// What to know about a result: a run that ended far from the photo has failed, whatever it looks like.
pub(crate) fn verdict(report: &Report) -> Option<String> {
    let last = *report.residuals.last()?;
    let noise = report.sigma_y.max(ROUNDING);
    // What a compression rounds away, or a limit cuts off, is in the residual as well.
    let linear = report.recipe.operator.nonlinear().is_none();
    (linear && !report.stopped && last > UNEXPLAINED * noise).then(|| {
        format!(
            "the result does not explain the photo: its residual is {last:.3}, {:.0} times the noise; \
             take more steps, a preset, or another noise level",
            last / noise
        )
    })
}

#[cfg(test)]
mod tests {
    use operators::Spec;

    use super::*;

    fn of(sampler: &str, operator: &str, steps: usize) -> Option<String> {
        caution(&Recipe {
            operator: operator.parse().expect("valid"),
            sampler: sampler.parse::<Spec>().expect("valid"),
            steps,
            ..Recipe::default()
        })
    }

    #[test]
    fn few_steps_are_cautioned_against_and_presets_are_not() {
        let caution = of("dps", "gaussian-blur", 50).expect("far too few");
        assert!(
            caution.contains("DPS") && caution.contains("1000"),
            "{caution}"
        );
        assert!(of("ca-dps", "inpaint", 4).is_some());
        assert!(of("ca-dps:start=0.5,levels=karras", "gaussian-blur", 4).is_none());
        assert!(of("posterior-mean", "identity", 2).is_none());
        for operator in [
            "inpaint",
            "gaussian-blur",
            "motion-blur",
            "jpeg",
            "hdr",
            "identity",
            "mri",
            "grayscale",
        ] {
            let chain = operator.parse().expect("valid");
            for preset in samplers::Preset::ALL {
                let plan = preset.draw(&chain);
                let said = of(&plan.sampler.to_string(), operator, plan.steps);
                assert_eq!(said, None, "{operator}, {preset}");
            }
        }
    }
}
