//! `tweedie prior inspect`, `verify`, `import` and `measure`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use engine::{DeviceChoice, EngineError, ImportRequest, Precision, PriorChoice};

use super::files::check_file_or_folder;
use super::{calibration, measure};
use crate::cli::{CheckpointArgs, PriorCommand};
use crate::interrupt::{self, Interrupt};
use crate::terminal::{complain, say};

/// Recorded answers come from other machines; beyond this the network is another one.
const TOLERANCE: f64 = 1e-3;

pub(crate) fn run(command: PriorCommand) -> Result<ExitCode> {
    match command {
        PriorCommand::Inspect { checkpoint } => inspect(&checkpoint),
        PriorCommand::Verify {
            checkpoint,
            io,
            device,
        } => verify(&checkpoint, io, device),
        PriorCommand::Import {
            checkpoint,
            output,
            half,
            pictures,
        } => import(&checkpoint, output, half, pictures.as_deref()),
        PriorCommand::Measure(args) => measure::run(&args),
    }
}

fn inspect(checkpoint: &CheckpointArgs) -> Result<ExitCode> {
    check_file_or_folder(&checkpoint.model)?;
    let config = checkpoint.config.as_deref();
    let found = engine::inspect_prior(&checkpoint.model, config, &checkpoint.answers())?;
    // An import reads every value and refuses what is no number; who inspects wants to know.
    engine::check_checkpoint_values(&found.files.weights)?;
    let line = |name: &str, value: &dyn std::fmt::Display| say(format!("{name:<22} {value}"));
    line("Weights file", &found.files.weights.display());
    line("Weights", &found.parameters);
    if let Some(known) = found.known {
        line("Known by its shapes as", &known);
    }
    for (name, value) in &found.facts {
        line(name, value);
    }
    for assumed in &found.assumed {
        line("Assumed", assumed);
    }
    let config = found.into_config()?;
    let json = serde_json::to_string_pretty(&config).context("it cannot be shown as JSON")?;
    say(json);
    Ok(ExitCode::SUCCESS)
}

fn verify(
    checkpoint: &CheckpointArgs,
    io: Option<PathBuf>,
    device: DeviceChoice,
) -> Result<ExitCode> {
    let model = checkpoint.model.as_path();
    check_file_or_folder(model)?;
    let io = io.or_else(|| recorded_beside(model)).with_context(|| {
        format!(
            "no recorded answers lie beside {}; name them with --io FILE",
            model.display()
        )
    })?;
    let config = checkpoint.config.as_deref();
    let cases = engine::verify_prior(model, config, &checkpoint.answers(), &io, device)?;
    let mut agrees = true;
    for case in cases {
        // Written so that a comparison with NaN counts as a difference.
        let close = case.output <= TOLERANCE && case.vjp <= TOLERANCE;
        agrees &= close;
        say(format!(
            "{:<8} output {:.2e}  vjp {:.2e}  {}",
            case.case,
            case.output,
            case.vjp,
            if close { "ok" } else { "DIFFERS" }
        ));
    }
    Ok(if agrees {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Where recorded answers are expected.
fn recorded_beside(model: &Path) -> Option<PathBuf> {
    let name = "io.safetensors";
    let places = [
        model.join(name),
        model.with_extension(name),
        model.with_file_name(name),
    ];
    places.into_iter().find(|place| place.is_file())
}

fn import(
    checkpoint: &CheckpointArgs,
    output: PathBuf,
    half: bool,
    pictures: Option<&Path>,
) -> Result<ExitCode> {
    check_file_or_folder(&checkpoint.model)?;
    let pictures = match pictures {
        Some(folder) => calibration::crops_of(folder)?,
        None => Vec::new(),
    };
    let request = ImportRequest {
        model: checkpoint.model.clone(),
        config: checkpoint.config.clone(),
        answers: checkpoint.answers(),
        precision: if half {
            Precision::Half
        } else {
            Precision::Single
        },
        output,
    };
    let interrupt = Interrupt::listen()?;
    let imported = match engine::import_prior(&request, &|| interrupt.asked()) {
        Err(stopped @ EngineError::Stopped) => {
            complain(stopped);
            return Ok(ExitCode::from(interrupt::EXIT_CODE));
        }
        other => other?,
    };
    for assumed in &imported.assumed {
        say(format!("assumed: {assumed}"));
    }
    let choice = PriorChoice::Path(request.output.clone());
    match calibration::measure(&choice, &pictures, DeviceChoice::Cpu, &interrupt)? {
        Some(found) => calibration::keep(&choice, &found)?,
        None => return Ok(ExitCode::from(interrupt::EXIT_CODE)),
    }
    say(format!(
        "imported {} ({} weights) into {}",
        imported.config.name,
        imported.config.parameters.unwrap_or(0),
        request.output.display()
    ));
    if half {
        say(format!(
            "16-bit weights differ from the original by {:.1e} of its largest output",
            imported.difference
        ));
    }
    Ok(ExitCode::SUCCESS)
}
