//! `tweedie prior verify`, `import` and `measure`.

use std::process::ExitCode;

use anyhow::Result;

use super::{measure, say};
use crate::cli::PriorCommand;

/// Recorded answers come from other machines; beyond this the network is another one.
const TOLERANCE: f64 = 1e-3;

pub(crate) fn run(command: PriorCommand) -> Result<ExitCode> {
    match command {
        PriorCommand::Verify {
            model,
            config,
            io,
            device,
        } => {
            let cases = engine::verify_prior(&model, config.as_deref(), &io, device)?;
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
        PriorCommand::Import {
            model,
            config,
            output,
        } => {
            let config = engine::import_prior(&model, config.as_deref(), &output)?;
            say(format!(
                "imported {} ({} weights) into {}",
                config.name,
                config.parameters.unwrap_or(0),
                output.display()
            ));
            Ok(ExitCode::SUCCESS)
        }
        PriorCommand::Measure(args) => measure::run(&args),
    }
}
