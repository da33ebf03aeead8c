//! The posterior mean of a picture with noise: one denoiser evaluation.
//!
//! Where the measurement is the picture with Gaussian noise, `y = x0 + sigma_y n`, it is itself a point
//! of the diffusion process: `x_t = sqrt(ab) y` with `(1 - ab) / ab = sigma_y²`. Tweedie's formula then
//! gives `E[x0 | y]` at once (Efron 2011, eq. 2.8; Robbins 1956). No estimate has a smaller mean squared
//! error; texture that the noise hid is averaged away, which a sample would invent.
//!
//! Networks that were trained on timesteps are told the one nearest to the noise's level. Where the
//! noise differs from value to value, its root mean variance is the level.
//!
//! Cost: one evaluation, no product. It takes no operator but `identity`.

use diffusion::Level;
use operators::{Family, NoiseSource, Values};

use crate::error::SamplerError;
use crate::estimate::Estimate;
use crate::footprint::Footprint;
use crate::levels::{Levels, Spacing};
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::requirement::{Requirement, check_built};
use crate::sampler::{Sampler, State, StepReport};

const NAME: &str = "posterior-mean";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "Posterior mean",
        summary: "One evaluation: the least error and no invented texture; for noise alone.",
        source: "Tweedie's formula (Robbins 1956)",
        ..Family::PLAIN
    },
    defaults: &[],
    build,
};

fn build(_: &Values) -> Built {
    Ok(Box::new(PosteriorMean))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PosteriorMean;

/// The noise's own level: exactly, and by the nearest timestep of the schedule.
fn level(problem: &Problem<'_>) -> Level {
    let schedule = problem.schedule;
    let variance = problem.sigma_y * problem.sigma_y;
    let apart = |i: &usize| (problem.noise_to_signal(*i).ln() - variance.ln()).abs();
    let nearest = (0..schedule.len())
        .min_by(|a, b| apart(a).total_cmp(&apart(b)))
        .expect("schedules are not empty");
    // Less noise than the schedule's least is as much as none, and a network knows no level for it.
    let least = problem.noise_to_signal(0).min(1.0);
    let alpha_bar = 1.0 / (1.0 + variance.max(least));
    Level::new(alpha_bar, schedule.timestep(nearest))
}

impl Sampler for PosteriorMean {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fewest_steps(&self) -> usize {
        1
    }

    fn footprint(&self) -> Footprint {
        Footprint::forward(4.25)
    }

    fn requirement(&self) -> Requirement {
        Requirement::Identity
    }

    /// All of the schedule, to find the noise's level in it.
    fn levels(&self) -> Levels {
        Levels {
            spacing: Spacing::Every,
            start: None,
        }
    }

    fn steps(&self, _: &diffusion::Schedule) -> usize {
        1
    }

    /// The measurement itself; no noise is drawn.
    fn init(&self, problem: &Problem<'_>, _: &mut dyn NoiseSource) -> Result<State, SamplerError> {
        check_built(self, problem.operator, &problem.device())?;
        let mut state = State::new(problem, problem.initial());
        state.remaining = 1;
        Ok(state)
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        _: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let level = level(problem);
        let x = state.x.clone() * level.alpha_bar().sqrt();
        let eps = problem.evaluate_at(x, level)?.eps;
        // In units of the picture: x0_hat = y - sigma eps.
        let mean = state.x.clone() - eps * level.sigma();
        crate::sampler::check_finite(&mean, 0, "noise prediction")?;
        let mean = problem.within_range(mean);
        let Estimate { x0_hat, level, .. } = Estimate::of(problem, state, mean)?;
        state.advance(x0_hat.clone(), x0_hat);
        Ok(StepReport::plain(level))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use diffusion::{Denoiser, NoiseSchedule, Schedule, WhiteGaussian};
    use operators::registry::Context;
    use operators::{Chain, SeededNoise};

    use super::*;
    use crate::check;

    const SHAPE: [usize; 4] = [1, 3, 9, 12];

    fn built(chain: &str, seen: Option<(usize, usize)>) -> Box<dyn operators::Operator> {
        let device = Device::flex();
        let context = Context {
            device: &device,
            measured: Some(&[true; 108]),
            load_kernel: &|_| unreachable!("no kernel is asked for"),
        };
        let chain: Chain = chain.parse().expect("valid");
        chain.build((9, 12), seen, &context).expect("it fits")
    }

    /// Of white Gaussian data the posterior mean is the Wiener filter, `v / (v + sigma²) y`.
    #[test]
    fn it_is_the_exact_mean_at_every_noise_level() {
        let (variance, device) = (0.25, Device::flex());
        let denoiser = WhiteGaussian::new(variance);
        let full = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let schedule = PosteriorMean
            .levels()
            .schedule(&full, 50, &denoiser)
            .expect("all of it");
        let operator = built("identity", None);
        let y = SeededNoise::new(3, 0).normal(SHAPE, &device);
        for sigma in [0.02, 0.1, 0.37, 1.0] {
            let never = || false;
            let problem = Problem::new(
                &denoiser,
                operator.as_ref(),
                y.clone(),
                sigma,
                &schedule,
                &never,
            );
            let mean = PosteriorMean.run(&problem, &mut SeededNoise::new(0, 0));
            let expected = y.clone() * (variance / (variance + sigma * sigma));
            let off: f32 = (mean.expect("runs") - expected).abs().max().into_scalar();
            assert!(off < 1e-5, "sigma {sigma}: off by {off:e}");
            assert_eq!(problem.cost().evaluations, 1);
            assert_eq!(problem.cost().products, 0);
            // A network of timesteps is told the one whose level is nearest.
            let told = level(&problem).timestep();
            let apart = |t: usize| (full.sigma(t) / sigma).ln().abs();
            assert!(apart(told) <= apart(told + 1) && apart(told) <= apart(told - 1));
        }
    }

    #[test]
    fn whatever_happened_besides_noise_is_refused() {
        let (device, denoiser) = (Device::flex(), WhiteGaussian::new(0.25));
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let spec = operators::Spec::named(NAME);
        for (chain, seen, taken) in [
            ("identity", None, true),
            ("identity", Some((7, 12)), true),
            ("inpaint", None, false),
            ("gaussian-blur:size=3,std=1", None, false),
            ("identity+box:factor=3", None, false),
        ] {
            let operator = built(chain, seen);
            let y = operator.apply(Tensor::zeros(SHAPE, &device));
            let never = || false;
            let problem = Problem::new(&denoiser, operator.as_ref(), y, 0.1, &schedule, &never);
            let ended = PosteriorMean.run(&problem, &mut SeededNoise::new(0, 0));
            let refused = SamplerError::NeedsIdentity { sampler: NAME };
            assert_eq!(ended.err(), (!taken).then_some(refused.clone()), "{chain}");
            let written = chain.parse().expect("valid");
            let known = check(&spec, &written, &|_| unreachable!("no kernel"));
            assert_eq!(known.err(), (!taken).then_some(refused), "{chain}");
        }
        assert!(denoiser.range().is_none());
    }
}
