//! Going on from an estimate: what was not measured stays near it when little noise is added to it, in
//! every sampler that has a level to start at.

use burn::tensor::{Device, Tensor};
use diffusion::WhiteGaussian;
use operators::{LinearOperator, SeededNoise};
use samplers::registry::SAMPLERS;

use crate::{SHAPE, Setup};

#[test]
fn what_was_not_measured_stays_near_the_estimate_gone_on_from() {
    let setup = Setup::new("50");
    let denoiser = WhiteGaussian::new(0.25);
    let unseen = (setup.operator.measured().expect("masked") * -1.0 + 1.0).expand(SHAPE);
    let pixels = unseen.clone().sum().into_scalar::<f32>();
    let mut seen = 0;
    for entry in SAMPLERS {
        let family = &entry.family;
        if !family.parameters.iter().any(|p| p.key == "start") {
            continue;
        }
        seen += 1;
        let text = format!("{}:start=0.3", family.name);
        let sampler = samplers::parse(&text.parse().expect("valid")).expect("registered");
        let mean = |estimate: f32| {
            let estimate = Tensor::full(SHAPE, estimate, &Device::flex());
            let problem = setup.problem(&denoiser, &|| false);
            let problem = problem.with_initial(estimate.clone());
            // A run stopped before its first step still has what it went on from, without noise.
            let state = sampler.init(&problem, &mut SeededNoise::new(3, 0));
            let kept = state.expect("starts").estimate - estimate;
            let moved = kept.abs().max().into_scalar::<f32>();
            assert!(
                moved < 1e-6,
                "{text}: the estimate is {moved} off before a step"
            );
            let x = sampler.run(&problem, &mut SeededNoise::new(3, 0));
            let x = x.expect("runs") * unseen.clone();
            x.sum().into_scalar::<f32>() / pixels
        };
        let [low, high] = [-1.0, 1.0].map(mean);
        // The prior draws towards its mean, 0: at this level by a quarter.
        assert!(low < -0.4 && high > 0.4, "{text}: {low} and {high}");
    }
    assert!(seen > 5, "only {seen} samplers start at a level");
}
