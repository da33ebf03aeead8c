//! Complete runs of the authors' DPS with their recorded noise.

use burn::tensor::Tensor;
use samplers::{Dps, Problem, Sampler, State};

use tests::{Recorded, difference};

use crate::runs::{Replay, STEPS, each, measurement, operator, prior, problem, recording};

/// The state before step `step` as it was recorded.
fn recorded_state(problem: &Problem<'_>, recorded: &Recorded, task: &str, step: usize) -> State {
    let x = if step == 0 {
        recorded.tensor(&format!("dps.{task}.x_T"))
    } else {
        recorded
            .tensor::<4>(&format!("dps.{task}.x"))
            .narrow(0, step - 1, 1)
    };
    let mut state = State::new(problem, x);
    state.remaining = STEPS - step;
    state
}

/// Each step of a run by itself, from the recorded iterate, to 1e-5 in the network's `eps`:
/// `x0_hat` divides by `sqrt(ab)`, 0.0064 in the first step, and the network's rounding with it.
///
/// Returns the steps in which rounding decides whether a value is clipped: its gradient is there or not,
/// and what guidance makes of the step is not compared.
fn replay_step_by_step(task: &str) -> Vec<usize> {
    let recorded = recording();
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let (prior, operator) = (prior(), operator(task));
    let schedule = prior.schedule.respaced("20").expect("possible");
    let problem = problem(&prior, operator.as_ref(), measurement(task), &schedule);
    let (xs, x0_hats, draws) = (get("x"), get("x0_hat"), get("noise"));
    let mut undecided = Vec::new();
    for step in 0..STEPS {
        let mut state = recorded_state(&problem, &recorded, task, step);
        let mut noise = Replay::new([draws.clone().narrow(0, step, 1)]);
        Dps {
            scale: 0.3,
            levels: samplers::Levels::UNIFORM,
        }
        .step(&problem, &mut state, &mut noise)
        .expect("steps");
        let bound = 1e-5 / schedule.alpha_bar(STEPS - 1 - step).sqrt();
        let x0_hat = difference(&state.estimate, &x0_hats.clone().narrow(0, step, 1));
        assert!(
            x0_hat <= bound,
            "{task} step {step}: x0_hat off by {x0_hat:e}"
        );
        let x = difference(&state.x, &xs.clone().narrow(0, step, 1));
        if clipped(&state.estimate) == clipped(&x0_hats.clone().narrow(0, step, 1)) {
            assert!(x <= bound, "{task} step {step}: x off by {x:e}");
        } else {
            undecided.push(step);
        }
    }
    undecided
}

/// Which values lie on the clip, where guidance has no gradient.
fn clipped(x0_hat: &Tensor<4>) -> Vec<bool> {
    let values: Vec<f32> = x0_hat.to_data().try_to_vec().expect("f32");
    values.iter().map(|v| v.abs() >= 1.0).collect()
}

/// A whole run on its own: the first five steps within 1e-4, the result within 1e-2.
fn replay(task: &str) {
    let recorded = recording();
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let xs = run(task, 1.0);
    for (step, x) in xs.iter().take(5).enumerate() {
        let off = difference(x, &get("x").narrow(0, step, 1));
        assert!(off <= 1e-4, "{task} step {step}: off by {off:e}");
    }
    let off = difference(&xs[STEPS - 1], &get("final"));
    assert!(off <= 1e-2, "{task}: the final image is off by {off:e}");
}

/// All iterates with the recorded noise, `x_T` scaled.
fn run(task: &str, scale: f64) -> Vec<Tensor<4>> {
    let recorded = recording();
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let (prior, operator) = (prior(), operator(task));
    let schedule = prior.schedule.respaced("20").expect("possible");
    let problem = problem(&prior, operator.as_ref(), measurement(task), &schedule);
    let start = get("x_T") * scale;
    let mut noise = Replay::new(std::iter::once(start).chain(each(get("noise"))));
    let sampler = Dps {
        scale: 0.3,
        levels: samplers::Levels::UNIFORM,
    };
    let mut state = sampler.init(&problem, &mut noise).expect("starts");
    let xs = (0..STEPS)
        .map(|_| {
            sampler
                .step(&problem, &mut state, &mut noise)
                .expect("steps");
            state.x.clone()
        })
        .collect();
    assert_eq!(
        (problem.cost().evaluations, problem.cost().products),
        (20, 20)
    );
    xs
}

#[test]
fn enlarging() {
    replay("bicubic4");
    assert!(replay_step_by_step("bicubic4").is_empty());
}

/// Run on its own, this recording cannot be reproduced by anyone: see the next test.
#[test]
fn inpainting_step_by_step() {
    assert!(replay_step_by_step("inpaint").is_empty());
}

/// With random weights and `1 / sqrt(ab) = 157` in the first step, DPS inpainting is chaotic: a few
/// units in the last place of `x_T` move the result by more than a tenth of the range.
#[test]
fn inpainting_amplifies_rounding() {
    let result = |units: u32| {
        let scale = 1.0 + f64::from(units) * f64::from(f32::EPSILON);
        run("inpaint", scale)[STEPS - 1].clone()
    };
    let first = result(0);
    let offs: Vec<f64> = (1..8)
        .map(|units| difference(&first, &result(units)))
        .collect();
    assert!(
        offs.iter().any(|off| *off > 0.1),
        "the result moved by {offs:?} only: replay the whole run instead"
    );
}

/// The measurement of `gaussian9` was drawn again from the seed of the run: it leaves the residuals
/// that were recorded, and the recorded iterates follow from it.
#[test]
fn deblurring() {
    let recorded = recording();
    let operator = operator("gaussian9");
    let y = measurement("gaussian9");
    let (_, norms) = recorded.values("dps.gaussian9.residual_norm");
    for (x0_hat, norm) in each(recorded.tensor("dps.gaussian9.x0_hat")).zip(norms) {
        let residual = y.clone() - operator.apply(x0_hat);
        let ours = f64::from(residual.powi_scalar(2).sum().sqrt().into_scalar::<f32>());
        assert!((ours - norm).abs() <= 1e-5 * norm, "{ours} for {norm}");
    }
    replay("gaussian9");
    // In step 11 one value lies on the clip to within rounding.
    assert!(replay_step_by_step("gaussian9").len() <= 1);
}
