//! A task made ready: its operator for crops of one size, and its measurements.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use imaging::{Mask, Photo, Planar};
use operators::registry::Context;
use operators::{Chain, KernelImage, LinearOperator, NoiseSource, Operator, OperatorError};

use crate::error::EvaluationError;
use crate::mask_choice::MaskChoice;
use crate::pictures::sha256;
use crate::plan::{Plan, Task};
use crate::random::{self, Purpose};
use crate::tensors::{numbers, upload};

/// See the module.
pub(crate) struct Prepared {
    pub(crate) chain: Chain,
    pub(crate) operator: Box<dyn Operator>,
    /// Pixels of the picture itself that were lost.
    pub(crate) hole: Option<Mask>,
}

impl Prepared {
    pub(crate) fn new(task: &Task, plan: &Plan, device: &Device) -> Result<Self, EvaluationError> {
        let side = plan.crop / task.operator.factor()?;
        let mask = match &task.mask {
            Some(choice) => Some(choice.mask(side, side, plan.seed)?),
            None => None,
        };
        let known: Option<Vec<bool>> = mask.map(|m| m.data().iter().map(|&b| b == 0).collect());
        let context = Context {
            device,
            measured: known.as_deref(),
            load_kernel: &load_kernel,
        };
        let size = (plan.crop, plan.crop);
        let operator = task.operator.build(size, None, &context)?;
        let hole = hole(operator.as_ref())?;
        Ok(Self {
            chain: task.operator.clone(),
            operator,
            hole,
        })
    }

    /// `A x + noise · n`, zero where nothing was measured.
    pub(crate) fn measure(
        &self,
        truth: &Planar,
        plan: &Plan,
        picture: usize,
        device: &Device,
    ) -> Tensor<4> {
        let clean = self.operator.apply(upload(truth, device));
        let mut noise = random::stream(plan.seed, Purpose::Measurement, picture, 0);
        let measured = clean.clone() + noise.normal(clean.dims(), device) * plan.noise;
        match self.operator.measured() {
            Some(mask) => {
                let shape = measured.dims();
                measured * mask.expand(shape)
            }
            None => measured,
        }
    }
}

/// Whatever operator it is: where it selects pixels of the picture and some are missing.
fn hole(operator: &dyn Operator) -> Result<Option<Mask>, EvaluationError> {
    let (height, width) = operator.input_size();
    let selects = operator.linear().is_ok_and(LinearOperator::selects);
    if !selects || operator.output_size() != (height, width) {
        return Ok(None);
    }
    let Some(known) = operator.measured() else {
        return Ok(None);
    };
    let lost = |&known: &f32| if known > 0.5 { 0 } else { 255 };
    let bytes = numbers(known)?.iter().map(lost).collect();
    Ok(Some(Mask::from_data(width, height, bytes)?))
}

/// SHA-256 of every file that a task reads, by name.
///
/// # Errors
/// [`EvaluationError::File`] if one cannot be read.
pub fn files_read(tasks: &[Task]) -> Result<BTreeMap<String, String>, EvaluationError> {
    let mut files = BTreeMap::new();
    let mut add = |path: &Path| {
        let bytes = std::fs::read(path).map_err(|e| EvaluationError::file(path, e))?;
        files.insert(path.display().to_string(), sha256(&bytes));
        Ok::<(), EvaluationError>(())
    };
    for task in tasks {
        if let Some(MaskChoice::File(path)) = &task.mask {
            add(path)?;
        }
        for spec in &task.operator.0 {
            if let Some(path) = spec.parameters.get("").filter(|_| spec.name == "kernel") {
                add(Path::new(path))?;
            }
        }
    }
    Ok(files)
}

/// A kernel image: brightness times opacity is weight.
pub(crate) fn load_kernel(file: &str) -> Result<KernelImage, OperatorError> {
    let photo = Photo::open(file.as_ref()).map_err(|error| OperatorError::Kernel {
        reason: error.to_string(),
    })?;
    let bounds = photo.bounds();
    let planes = photo.planar(bounds);
    let size = (bounds.width, bounds.height);
    Ok(KernelImage::from_colours(size, &planes.data, &photo.rgba8(bounds))?.0)
}
