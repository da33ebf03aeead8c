//! A checkpoint against the answers that another program recorded.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{Answers, Checkpoint, Level, Prior, inspect};

use crate::device::{self, DeviceChoice};
use crate::error::EngineError;
use crate::memory::{self, Runner};

/// How far one recorded case is from what we compute: `max |ours - theirs| / max |theirs|`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseError {
    /// The case, such as `case0`.
    pub case: String,
    /// Of the network's output.
    pub output: f64,
    /// Of the vector-Jacobian product of `eps` with respect to the input.
    pub vjp: f64,
}

/// Runs every `caseN.{x, t, output, cotangent, vjp_eps}` of a safetensors file through a
/// checkpoint. Cost: one evaluation and one product for each picture. `output` starts with the
/// noise also for networks that predict something else. Cases of a preconditioned network may state
/// `sigma`, the standard deviation of the noise beside the unscaled picture, in the place of `t`.
///
/// # Errors
/// [`EngineError`] if the checkpoint or the file cannot be used, or would not fit into memory.
pub fn verify_prior(
    model: &Path,
    config: Option<&Path>,
    answers: &Answers,
    io: &Path,
    device: DeviceChoice,
) -> Result<Vec<CaseError>, EngineError> {
    let (device, _) = device::open(device)?;
    let found = inspect(model, config, answers)?;
    memory::check_weights(found.parameters, Runner::of(&device), memory::available())?;
    let prior = Prior::open_with(model, config, answers, &device)?;
    let mut recorded = Checkpoint::open(io)?;
    let mut cases: Vec<String> = recorded
        .shapes()
        .filter_map(|(name, _)| name.strip_suffix(".x").map(str::to_owned))
        .collect();
    cases.sort();
    if cases.is_empty() {
        return Err(EngineError::Recipe(format!(
            "{} holds no cases: tensors called case0.x, case0.t, case0.output, … are expected",
            io.display()
        )));
    }
    cases
        .iter()
        .map(|case| verify_case(case, &mut recorded, &prior, &device))
        .collect()
}

fn verify_case(
    case: &str,
    recorded: &mut Checkpoint,
    prior: &Prior,
    device: &Device,
) -> Result<CaseError, EngineError> {
    let (shape, x) = recorded.take_any(&format!("{case}.x"))?;
    let stride = prior.config.model.stride()?;
    let [pictures, channels, height, width] = shape[..] else {
        return Err(bad_case(case, "x is not [batch, channel, height, width]"));
    };
    if channels != 3
        || height == 0
        || width == 0
        || height % stride != 0
        || width % stride != 0
        || pictures == 0
    {
        return Err(bad_case(
            case,
            &format!("x is {shape:?}; sides must be multiples of {stride}"),
        ));
    }
    let levels = levels(case, recorded, prior, pictures)?;
    let outputs = prior.config.model.out_channels();
    let output = recorded.take(
        &format!("{case}.output"),
        &[pictures, outputs, height, width],
    )?;
    let cotangent = recorded.take(&format!("{case}.cotangent"), &shape)?;
    let vjp = recorded.take(&format!("{case}.vjp_eps"), &shape)?;

    let picture = [1, channels, height, width];
    let size = channels * height * width;
    let upload =
        |values: &[f32]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), picture), device);
    let mut worst = (Worst::default(), Worst::default());
    for (i, &level) in levels.iter().enumerate() {
        let part = i * size..(i + 1) * size;
        let at = prior.denoiser.linearise(upload(&x[part.clone()]), level);
        let mut ours = read(at.prediction.eps)?;
        if let Some(logits) = at.prediction.variance_logits {
            ours.extend(read(logits)?);
        }
        let all = i * outputs * height * width;
        worst
            .0
            .compare(&ours, &output[all..all + outputs * height * width]);
        let product = read((at.pullback)(upload(&cotangent[part.clone()])))?;
        worst.1.compare(&product, &vjp[part]);
    }
    Ok(CaseError {
        case: case.to_owned(),
        output: worst.0.relative(),
        vjp: worst.1.relative(),
    })
}

/// The noise level of each picture of a case.
fn levels(
    case: &str,
    recorded: &mut Checkpoint,
    prior: &Prior,
    pictures: usize,
) -> Result<Vec<Level>, EngineError> {
    let by_sigma = format!("{case}.sigma");
    if recorded.contains(&by_sigma) {
        if prior.config.model.preconditioned().is_none() {
            return Err(bad_case(
                case,
                "it states sigma, and this network is told timesteps",
            ));
        }
        let sigmas = recorded.take(&by_sigma, &[pictures])?;
        let level = |sigma: f32| {
            if !(sigma > 0.0 && sigma.is_finite()) {
                return Err(bad_case(
                    case,
                    &format!("sigma is {sigma}, which is no noise level"),
                ));
            }
            let variance = f64::from(sigma) * f64::from(sigma);
            Ok(Level::new(1.0 / (1.0 + variance), 0))
        };
        return sigmas.into_iter().map(level).collect();
    }
    let timesteps = recorded.take(&format!("{case}.t"), &[pictures])?;
    let level = |t: f32| {
        if t >= 0.0 && (t as usize) < prior.schedule.len() && t.fract() == 0.0 {
            return Ok(prior.schedule.level(t as usize));
        }
        let reason = format!("t is {t}, which is not a timestep");
        Err(bad_case(case, &reason))
    };
    timesteps.into_iter().map(level).collect()
}

fn bad_case(case: &str, reason: &str) -> EngineError {
    EngineError::Recipe(format!("the recorded {case} cannot be used: {reason}"))
}

pub(super) fn read(tensor: Tensor<4>) -> Result<Vec<f32>, EngineError> {
    let data = tensor
        .try_into_data()
        .map_err(|e| EngineError::Device(format!("the device did not answer: {e:?}")))?;
    Ok(data.iter::<f32>().collect())
}

/// The largest difference and the largest value seen.
#[derive(Default)]
pub(super) struct Worst {
    difference: f64,
    value: f64,
}

impl Worst {
    pub(super) fn compare(&mut self, ours: &[f32], theirs: &[f32]) {
        if ours.len() != theirs.len() {
            self.difference = f64::INFINITY;
        }
        for (a, b) in ours.iter().zip(theirs) {
            let difference = f64::from((a - b).abs());
            // A comparison with a number that is none must not look like agreement.
            if difference.is_nan() || difference > self.difference {
                self.difference = if difference.is_nan() {
                    f64::INFINITY
                } else {
                    difference
                };
            }
            self.value = self.value.max(f64::from(b.abs()));
        }
    }

    pub(super) fn relative(&self) -> f64 {
        self.difference / self.value.max(1e-30)
    }
}
