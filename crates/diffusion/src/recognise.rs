//! What a checkpoint is: read from its names, its shapes and the files beside it.
//!
//! Shapes determine most of a guided-diffusion network. What they leave open (how attention is
//! split into heads and laid out, the size of the pictures, the noise) comes from the
//! configuration beside the file, from a table of known checkpoints, or from the person; it is
//! never guessed silently. Nothing here reads a weight.

mod answers;
mod infer;
mod known;
mod preconditioned;

use std::path::Path;

pub(crate) use answers::plea;
pub use answers::{Answers, Field};

use crate::architecture::Architecture;
use crate::checkpoint::Checkpoint;
use crate::classes;
use crate::diffusers;
use crate::error::DiffusionError;
use crate::prior::{
    DIFFUSERS, GUIDED_DIFFUSION, PRECONDITIONED, PriorConfig, PriorFiles, Process, ignored,
    is_record, leave_heads_open, read_text,
};
use crate::unet::{Heads, UNetConfig};

/// What was found out about a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// Its files.
    pub files: PriorFiles,
    /// How many weights it holds.
    pub parameters: usize,
    /// The known checkpoint whose shapes it has.
    pub known: Option<&'static str>,
    /// What shapes and files say, in words: a name and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// What nobody stated, and the usual value that was taken instead.
    pub assumed: Vec<String>,
    /// What has to be said before it can be used.
    pub missing: Vec<Field>,
    /// The configuration, once nothing is missing.
    pub config: Option<PriorConfig>,
}

impl Inspection {
    /// The configuration.
    ///
    /// # Errors
    /// [`DiffusionError::Undetermined`] if something has to be said first.
    pub fn into_config(self) -> Result<PriorConfig, DiffusionError> {
        self.config.ok_or(DiffusionError::Undetermined {
            path: self.files.weights.display().to_string(),
            missing: self.missing,
        })
    }
}

/// Finds out what a prior folder or a checkpoint is. `config` names its configuration if that
/// does not lie beside it; `answers` go before anything that is looked up.
///
/// # Errors
/// [`DiffusionError`] if it cannot be read, is of a kind that is not supported, or contradicts
/// its configuration, or if an answer is none.
pub fn inspect(
    path: &Path,
    config: Option<&Path>,
    answers: &Answers,
) -> Result<Inspection, DiffusionError> {
    answers.check()?;
    let files = PriorFiles::find(path, config)?;
    let mut inspection = Inspection {
        parameters: 0,
        known: None,
        facts: Vec::new(),
        assumed: Vec::new(),
        missing: Vec::new(),
        config: None,
        files,
    };
    let checkpoint = Checkpoint::open(&inspection.files.weights)?;
    inspection.parameters = checkpoint
        .shapes()
        .filter(|(name, _)| !NO_WEIGHTS.contains(name))
        .map(|(_, shape)| shape.iter().product::<usize>())
        .sum();
    inspection
        .assumed
        .extend(checkpoint.chosen().map(str::to_owned));
    match inspection.files.config.clone() {
        Some(file) => inspection.read_file(&file, &checkpoint, answers)?,
        None => inspection.read_shapes(&checkpoint, answers)?,
    }
    if let Some(config) = &mut inspection.config {
        if let (GUIDED_DIFFUSION, Some(model)) = (config.layout.as_str(), config.model.unet()) {
            classes::check(&checkpoint, model)?;
        }
        config.parameters.get_or_insert(inspection.parameters);
        if let Some(name) = answers.name.as_ref().filter(|name| !name.is_empty()) {
            config.name.clone_from(name);
        }
        if inspection.facts.is_empty() {
            inspection.facts = describe(&config.model);
        }
    }
    Ok(inspection)
}

/// Tensors of a checkpoint that the network has no weights for.
const NO_WEIGHTS: [&str; 2] = ["label_emb.weight", "freqs"];

/// An architecture in words.
fn describe(architecture: &Architecture) -> Vec<(&'static str, String)> {
    match architecture {
        Architecture::UNet(config) => infer::describe(config),
        Architecture::Preconditioned(config) => preconditioned::describe(config),
    }
}

impl Inspection {
    fn read_file(
        &mut self,
        file: &Path,
        checkpoint: &Checkpoint,
        answers: &Answers,
    ) -> Result<(), DiffusionError> {
        let text = read_text(file)?;
        let mut json: serde_json::Value = serde_json::from_str(&text)
            .map_err(|e| DiffusionError::config(format!("{}: {e}", file.display())))?;
        if diffusers::is_unet(&json) {
            return self.read_diffusers(json, answers);
        }
        if is_record(&json)
            || json
                .get("layout")
                .is_some_and(|name| name == PRECONDITIONED)
        {
            return self.read_preconditioned(json, file, checkpoint, answers);
        }
        if json.get("model").is_none() {
            self.assumed.extend(ignored(&json));
        }
        if json.get("model").is_none() && leave_heads_open(&json) {
            let inferred = infer::infer(checkpoint)?;
            let known = known::look_up(&inferred);
            self.known = known.map(|known| known.name);
            let Some(heads) = answers.heads.or(known.map(|known| known.heads)) else {
                self.facts = inferred.facts();
                self.missing.push(Field::Heads);
                return Ok(());
            };
            let (field, value) = match heads {
                Heads::Number(number) => ("num_heads", number),
                Heads::Width(width) => ("num_head_channels", width),
            };
            json[field] = value.into();
        }
        let mut config = PriorConfig::from_value(json, &self.files.name())?;
        let is_own = config.layout == GUIDED_DIFFUSION;
        if let Architecture::UNet(model) = &mut config.model {
            answers.apply(model, &mut config.diffusion);
            model.check()?;
            // Tensors that are no such network at all are better explained by its loader.
            if let Some(inferred) = infer::infer(checkpoint).ok().filter(|_| is_own) {
                inferred.compare(model, file)?;
            }
        }
        self.config = Some(config);
        Ok(())
    }

    fn read_preconditioned(
        &mut self,
        json: serde_json::Value,
        file: &Path,
        checkpoint: &Checkpoint,
        answers: &Answers,
    ) -> Result<(), DiffusionError> {
        let mut config = PriorConfig::from_value(json, &self.files.name())?;
        if let Architecture::Preconditioned(model) = &mut config.model {
            preconditioned::apply(answers, model, &mut config.diffusion)?;
            if let Some(found) = preconditioned::infer(checkpoint)? {
                preconditioned::compare(&found, model, file)?;
            }
        }
        self.config = Some(config);
        Ok(())
    }

    fn read_diffusers(
        &mut self,
        json: serde_json::Value,
        answers: &Answers,
    ) -> Result<(), DiffusionError> {
        let Some(mut model) = diffusers::read_unet(json, answers.image_size)? else {
            self.missing.push(Field::ImageSize);
            return Ok(());
        };
        let mut process = match &self.files.scheduler {
            Some(file) => {
                let json = serde_json::from_str(&read_text(file)?)
                    .map_err(|e| DiffusionError::config(format!("{}: {e}", file.display())))?;
                diffusers::read_scheduler(json)?
            }
            None => {
                self.assumed.push(
                    "1000 linear steps and noise prediction, as in DDPMScheduler: there is no \
                     scheduler_config.json"
                        .to_owned(),
                );
                Process::default()
            }
        };
        answers.apply(&mut model, &mut process);
        model.check()?;
        self.config = Some(PriorConfig::bare(
            &self.files.name(),
            DIFFUSERS,
            model,
            process,
        ));
        Ok(())
    }

    fn read_shapes(
        &mut self,
        checkpoint: &Checkpoint,
        answers: &Answers,
    ) -> Result<(), DiffusionError> {
        if checkpoint.contains("conv_in.weight") {
            return Err(DiffusionError::config(format!(
                "{} holds the weights of a diffusers model; its config.json has to lie beside it",
                self.files.weights.display()
            )));
        }
        if let Some(mut model) = preconditioned::infer(checkpoint)? {
            let mut process = Process::default();
            self.assumed = preconditioned::assumptions(answers, &model);
            preconditioned::apply(answers, &mut model, &mut process)?;
            let name = self.files.name();
            let config = PriorConfig::bare(&name, PRECONDITIONED, model, process);
            self.config = Some(config);
            return Ok(());
        }
        let inferred = infer::infer(checkpoint)?;
        let known = known::look_up(&inferred);
        self.known = known.map(|known| known.name);
        self.facts = inferred.facts();
        if let Some(rows) = inferred.classes
            && answers.num_classes.and_then(|n| n.checked_add(1)) != Some(rows)
        {
            return Err(DiffusionError::Mismatch {
                reason: classes::refusal(rows, answers.num_classes),
            });
        }
        let told = Answers {
            image_size: answers.image_size.or(known.map(|k| k.image_size)),
            heads: answers.heads.or(known.map(|k| k.heads)),
            attention_order: answers.attention_order.or(known.map(|k| k.attention_order)),
            noise_schedule: answers
                .noise_schedule
                .clone()
                .or(known.map(|k| k.noise_schedule.clone())),
            ..answers.clone()
        };
        self.missing = told.missing();
        if known.is_none() {
            let mut usual = Vec::new();
            if told.steps.is_none() {
                usual.push("1000 steps");
            }
            if told.prediction.is_none() {
                usual.push("noise prediction");
            }
            if !usual.is_empty() {
                let usual = usual.join(" and ");
                self.assumed
                    .push(format!("{usual}, as nothing states otherwise"));
            }
        }
        if !self.missing.is_empty() {
            return Ok(());
        }
        let mut model: UNetConfig = inferred.config(told.image_size.unwrap_or_default())?;
        let mut process = Process::default();
        told.apply(&mut model, &mut process);
        model.check()?;
        self.config = Some(PriorConfig::bare(
            &self.files.name(),
            GUIDED_DIFFUSION,
            model,
            process,
        ));
        Ok(())
    }
}
