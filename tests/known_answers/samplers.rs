//! Complete runs of the authors' DPS and RED-diff with their recorded noise.

use std::collections::VecDeque;

use burn::tensor::{Device, Tensor};
use diffusion::{Prior, Schedule};
use operators::registry::Context;
use operators::{Chain, KernelImage, NoiseSource, Operator, OperatorError};
use samplers::{Balance, Dps, Problem, RedDiff, Sampler, State, Weighting};

use tests::{Recorded, data, difference};

/// Steps of each recorded run.
const STEPS: usize = 20;

/// Hands out what was recorded, in order.
struct Replay(VecDeque<Tensor<4>>);

impl NoiseSource for Replay {
    fn normal(&mut self, shape: [usize; 4], _: &Device) -> Tensor<4> {
        let next = self.0.pop_front().expect("as many draws as recorded");
        assert_eq!(next.dims(), shape);
        next
    }
}

fn each(stack: Tensor<4>) -> impl Iterator<Item = Tensor<4>> {
    (0..stack.dims()[0]).map(move |i| stack.clone().narrow(0, i, 1))
}

fn no_kernel(_: &str) -> Result<KernelImage, OperatorError> {
    Err(OperatorError::Kernel {
        reason: "none here".to_owned(),
    })
}

fn operator(task: &str, recorded: &Recorded) -> Box<dyn Operator> {
    let chain: Chain = match task {
        "inpaint" => "inpaint",
        "gaussian9" => "gaussian-blur:size=9,std=1.5",
        "bicubic4" => "bicubic:factor=4",
        other => panic!("no task {other}"),
    }
    .parse()
    .expect("known");
    let (_, mask) = recorded.values("mask");
    let measured: Vec<bool> = mask.iter().map(|&m| m > 0.5).collect();
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &no_kernel,
    };
    chain.build((32, 32), None, &context).expect("fits")
}

fn prior() -> Prior {
    Prior::open(&data("unet_updown_scaleshift.pt"), None, &Device::flex()).expect("loads")
}

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
fn replay_dps_step_by_step(task: &str, measurement_is_whole: bool) {
    let recorded = Recorded::open("samplers.safetensors");
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let (prior, operator) = (prior(), operator(task, &recorded));
    let schedule = prior.schedule.respaced("20").expect("possible");
    let problem = problem(&prior, operator.as_ref(), get("y"), &schedule);
    let (xs, x0_hats, draws) = (get("x"), get("x0_hat"), get("noise"));
    for step in 0..STEPS {
        let mut state = recorded_state(&problem, &recorded, task, step);
        let mut noise = Replay(VecDeque::from([draws.clone().narrow(0, step, 1)]));
        Dps {
            scale: 0.3,
            start: None,
        }
        .step(&problem, &mut state, &mut noise)
        .expect("steps");
        let bound = 1e-5 / schedule.alpha_bar(STEPS - 1 - step).sqrt();
        let x0_hat = difference(&state.estimate, &x0_hats.clone().narrow(0, step, 1));
        assert!(
            x0_hat <= bound,
            "{task} step {step}: x0_hat off by {x0_hat:e}"
        );
        if measurement_is_whole {
            let x = difference(&state.x, &xs.clone().narrow(0, step, 1));
            assert!(x <= bound, "{task} step {step}: x off by {x:e}");
        }
    }
}

/// A whole run on its own: the first five steps within 1e-4, the result within 1e-2.
fn replay_dps(task: &str) {
    let recorded = Recorded::open("samplers.safetensors");
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let xs = dps_run(task, 1.0);
    for (step, x) in xs.iter().take(5).enumerate() {
        let off = difference(x, &get("x").narrow(0, step, 1));
        assert!(off <= 1e-4, "{task} step {step}: off by {off:e}");
    }
    let off = difference(&xs[STEPS - 1], &get("final"));
    assert!(off <= 1e-2, "{task}: the final image is off by {off:e}");
}

/// All iterates with the recorded noise, `x_T` scaled.
fn dps_run(task: &str, scale: f64) -> Vec<Tensor<4>> {
    let recorded = Recorded::open("samplers.safetensors");
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let (prior, operator) = (prior(), operator(task, &recorded));
    let schedule = prior.schedule.respaced("20").expect("possible");
    let problem = problem(&prior, operator.as_ref(), get("y"), &schedule);
    let start = get("x_T") * scale;
    let mut noise = Replay(std::iter::once(start).chain(each(get("noise"))).collect());
    let sampler = Dps {
        scale: 0.3,
        start: None,
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

fn problem<'a>(
    prior: &'a Prior,
    operator: &'a dyn Operator,
    measurement: Tensor<4>,
    schedule: &'a Schedule,
) -> Problem<'a> {
    Problem::new(
        prior.denoiser.as_ref(),
        operator,
        measurement,
        0.05,
        schedule,
        &|| false,
    )
}

#[test]
fn dps_enlarging() {
    replay_dps("bicubic4");
    replay_dps_step_by_step("bicubic4", true);
}

/// Run on its own, this recording cannot be reproduced by anyone: see the next test.
#[test]
fn dps_inpainting_step_by_step() {
    replay_dps_step_by_step("inpaint", true);
}

/// With random weights and `1 / sqrt(ab) = 157` in the first step, DPS inpainting is chaotic: a few
/// units in the last place of `x_T` move the result by more than a tenth of the range.
#[test]
fn dps_inpainting_amplifies_rounding() {
    let result = |units: u32| {
        let scale = 1.0 + f64::from(units) * f64::from(f32::EPSILON);
        dps_run("inpaint", scale)[STEPS - 1].clone()
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

/// The recorded `gaussian9` measurement is not one: RED-diff's optimiser worked in place and
/// left its result there, bit for bit. What does not depend on it is compared all the same.
#[test]
fn dps_deblurring_denoises_alike() {
    let recorded = Recorded::open("samplers.safetensors");
    let y = recorded.tensor::<4>("dps.gaussian9.y");
    let overwritten_by = recorded.tensor::<4>("reddiff.gaussian9.sqrt.mu");
    assert_eq!(
        difference(&y, &overwritten_by).to_bits(),
        0,
        "the recording is whole again"
    );
    replay_dps_step_by_step("gaussian9", false);
}

fn replay_red_diff(task: &str, weighting: Weighting, name: &str) {
    let recorded = Recorded::open("samplers.safetensors");
    let get = |what: &str| recorded.tensor::<4>(&format!("reddiff.{task}.{name}.{what}"));
    let (prior, operator) = (prior(), operator(task, &recorded));
    let (_, timesteps) = recorded.values("reddiff.timesteps");
    let schedule = prior.schedule.respaced("ddim20").expect("possible");
    for (i, &t) in timesteps.iter().enumerate() {
        assert_eq!(schedule.timestep(i), t as usize, "the same timesteps");
    }
    let y = recorded.tensor::<4>(&format!("dps.{task}.y"));
    let problem = problem(&prior, operator.as_ref(), y, &schedule);
    let mut noise = Replay(each(get("noise_xt")).collect());
    let sampler = RedDiff {
        learning_rate: 0.1,
        lambda: 0.25,
        weighting,
        balance: Balance::Published,
        start: None,
    };
    let mut state = sampler.init(&problem, &mut noise).expect("starts");
    state.x = get("init");
    for _ in 0..20 {
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
        (20, 0)
    );
}

#[test]
fn red_diff_linear() {
    for task in ["inpaint", "bicubic4"] {
        replay_red_diff(task, Weighting::Linear, "linear");
    }
}

#[test]
fn red_diff_sqrt() {
    for task in ["inpaint", "bicubic4"] {
        replay_red_diff(task, Weighting::Sqrt, "sqrt");
    }
}
