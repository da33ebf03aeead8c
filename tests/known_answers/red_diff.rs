//! Complete runs of the authors' RED-diff with their recorded noise.

use samplers::{Balance, RedDiff, Sampler, Weighting};

use tests::difference;

use crate::runs::{Replay, STEPS, each, measurement, operator, prior, problem, recording};

fn published(weighting: Weighting) -> RedDiff {
    RedDiff {
        learning_rate: 0.1,
        lambda: 0.25,
        weighting,
        balance: Balance::Published,
        levels: samplers::Levels::UNIFORM,
    }
}

fn replay(task: &str, weighting: Weighting, name: &str) {
    let recorded = recording();
    let get = |what: &str| recorded.tensor::<4>(&format!("reddiff.{task}.{name}.{what}"));
    let (prior, operator) = (prior(), operator(task));
    let (_, timesteps) = recorded.values("reddiff.timesteps");
    let schedule = prior.schedule.respaced("ddim20").expect("possible");
    for (i, &t) in timesteps.iter().enumerate() {
        assert_eq!(schedule.timestep(i), t as usize, "the same timesteps");
    }
    let problem = problem(&prior, operator.as_ref(), measurement(task), &schedule);
    let mut noise = Replay::new(each(get("noise_xt")));
    let sampler = published(weighting);
    let mut state = sampler.init(&problem, &mut noise).expect("starts");
    state.x = get("init");
    for _ in 0..STEPS {
        sampler
            .step(&problem, &mut state, &mut noise)
            .expect("steps");
    }
    let off = difference(&state.x, &get("mu"));
    assert!(
        off <= 1e-2,
        "{task} {name}: the final image is off by {off:e}"
    );
    assert_eq!(
        (problem.cost().evaluations, problem.cost().products),
        (STEPS, 0)
    );
}

#[test]
fn linear() {
    for task in ["inpaint", "bicubic4"] {
        replay(task, Weighting::Linear, "linear");
    }
}

#[test]
fn sqrt() {
    for task in ["inpaint", "bicubic4"] {
        replay(task, Weighting::Sqrt, "sqrt");
    }
}

/// In the recorded runs that deblur, the picture being optimised is the measurement itself, one tensor
/// under two names: the measurement follows every step, the second run begins where the first ended, and
/// only that second result is left. Whoever does the same finds it.
#[test]
fn deblurring_what_it_measures() {
    let recorded = recording();
    let (prior, operator) = (prior(), operator("gaussian9"));
    let schedule = prior.schedule.respaced("ddim20").expect("possible");
    let mut picture = measurement("gaussian9");
    for (weighting, name) in [(Weighting::Linear, "linear"), (Weighting::Sqrt, "sqrt")] {
        let draws = recorded.tensor(&format!("reddiff.gaussian9.{name}.noise_xt"));
        let mut noise = Replay::new(each(draws));
        let sampler = published(weighting);
        let measuring = |y| problem(&prior, operator.as_ref(), y, &schedule);
        let mut state = sampler
            .init(&measuring(picture.clone()), &mut noise)
            .expect("starts");
        state.x = picture;
        for _ in 0..STEPS {
            let problem = measuring(state.x.clone());
            sampler
                .step(&problem, &mut state, &mut noise)
                .expect("steps");
        }
        picture = state.x;
    }
    let off = difference(&picture, &recorded.tensor("reddiff.gaussian9.sqrt.mu"));
    assert!(off <= 1e-2, "the final image is off by {off:e}");
}
