//! Complete runs of the authors' DPS and RED-diff with their recorded noise.

use std::collections::VecDeque;

use burn::tensor::{Device, Tensor};
use diffusion::{Prior, Schedule};
use operators::registry::Context;
use operators::{Chain, KernelImage, LinearOperator, NoiseSource, OperatorError};
use samplers::{Balance, Dps, Problem, RedDiff, Sampler, Weighting};
use tests::{Recorded, data, difference};

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

fn operator(task: &str, recorded: &Recorded) -> Box<dyn LinearOperator> {
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

fn replay_dps(task: &str) {
    let recorded = Recorded::open("samplers.safetensors");
    let get = |name: &str| recorded.tensor::<4>(&format!("dps.{task}.{name}"));
    let (prior, operator) = (prior(), operator(task, &recorded));
    let schedule = prior.schedule.respaced("20").expect("possible");
    let problem = problem(&prior, operator.as_ref(), get("y"), &schedule);
    let mut noise = Replay(
        std::iter::once(get("x_T"))
            .chain(each(get("noise")))
            .collect(),
    );
    let (xs, x0_hats) = (get("x"), get("x0_hat"));

    let sampler = Dps { scale: 0.3 };
    let mut state = sampler.init(&problem, &mut noise).expect("starts");
    for step in 0..20 {
        sampler
            .step(&problem, &mut state, &mut noise)
            .expect("steps");
        if step < 5 {
            let x = difference(&state.x, &xs.clone().narrow(0, step, 1));
            let x0_hat = difference(&state.estimate, &x0_hats.clone().narrow(0, step, 1));
            assert!(
                x <= 1e-4 && x0_hat <= 1e-4,
                "{task} step {step}: {x:e}, {x0_hat:e}"
            );
        }
    }
    let off = difference(&state.x, &get("final"));
    assert!(off <= 1e-2, "{task}: the final image is off by {off:e}");
    assert_eq!(
        (problem.cost().evaluations, problem.cost().products),
        (20, 20)
    );
}

fn problem<'a>(
    prior: &'a Prior,
    operator: &'a dyn LinearOperator,
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
fn dps_inpainting() {
    replay_dps("inpaint");
}

#[test]
fn dps_deblurring() {
    replay_dps("gaussian9");
}

#[test]
fn dps_enlarging() {
    replay_dps("bicubic4");
}

fn replay_red_diff(task: &str, weighting: Weighting, name: &str) {
    let recorded = Recorded::open("samplers.safetensors");
    let get = |what: &str| recorded.tensor::<4>(&format!("reddiff.{task}.{name}.{what}"));
    let (prior, operator) = (prior(), operator(task, &recorded));
    let (_, timesteps) = recorded.values("reddiff.timesteps");
    let schedule = prior.schedule.respaced("ddim20").expect("possible");
    for (i, &t) in timesteps.iter().rev().enumerate() {
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
    for task in ["inpaint", "gaussian9", "bicubic4"] {
        replay_red_diff(task, Weighting::Linear, "linear");
    }
}

#[test]
fn red_diff_sqrt() {
    for task in ["inpaint", "gaussian9", "bicubic4"] {
        replay_red_diff(task, Weighting::Sqrt, "sqrt");
    }
}
