//! The authors' runs of DPS and RED-diff with the noise they drew, and what they ran on.

use std::collections::VecDeque;

use burn::tensor::{Device, Tensor};
use diffusion::{Prior, Schedule};
use operators::registry::Context;
use operators::{Chain, KernelImage, NoiseSource, Operator, OperatorError};
use samplers::Problem;

use tests::{Recorded, data};

/// Steps of each recorded run.
pub(crate) const STEPS: usize = 20;

pub(crate) fn recording() -> Recorded {
    Recorded::open("samplers.safetensors")
}

/// What was measured. That of `gaussian9` was overwritten in the recording by the result of a later
/// run, because RED-diff started at the measurement itself and its optimiser works in place; it was
/// drawn again, and the test of DPS holds it against every recorded residual.
pub(crate) fn measurement(task: &str) -> Tensor<4> {
    let recorded = match task {
        "gaussian9" => Recorded::open("gaussian9.safetensors"),
        _ => recording(),
    };
    recorded.tensor(&format!("dps.{task}.y"))
}

/// Hands out what was recorded, in order.
pub(crate) struct Replay(VecDeque<Tensor<4>>);

impl NoiseSource for Replay {
    fn normal(&mut self, shape: [usize; 4], _: &Device) -> Tensor<4> {
        let next = self.0.pop_front().expect("as many draws as recorded");
        assert_eq!(next.dims(), shape);
        next
    }
}

impl Replay {
    pub(crate) fn new(draws: impl IntoIterator<Item = Tensor<4>>) -> Self {
        Self(draws.into_iter().collect())
    }
}

pub(crate) fn each(stack: Tensor<4>) -> impl Iterator<Item = Tensor<4>> {
    (0..stack.dims()[0]).map(move |i| stack.clone().narrow(0, i, 1))
}

fn no_kernel(_: &str) -> Result<KernelImage, OperatorError> {
    Err(OperatorError::Kernel {
        reason: "none here".to_owned(),
    })
}

pub(crate) fn operator(task: &str) -> Box<dyn Operator> {
    let chain: Chain = match task {
        "inpaint" => "inpaint",
        "gaussian9" => "gaussian-blur:size=9,std=1.5",
        "bicubic4" => "bicubic:factor=4",
        other => panic!("no task {other}"),
    }
    .parse()
    .expect("known");
    let (_, mask) = recording().values("mask");
    let measured: Vec<bool> = mask.iter().map(|&m| m > 0.5).collect();
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &no_kernel,
    };
    chain.build((32, 32), None, &context).expect("fits")
}

pub(crate) fn prior() -> Prior {
    Prior::open(&data("unet_updown_scaleshift.pt"), None, &Device::flex()).expect("loads")
}

pub(crate) fn problem<'a>(
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
