//! `tweedie devices`.

use std::process::ExitCode;

use anyhow::Result;

use super::say;

pub(crate) fn run() -> Result<ExitCode> {
    for device in engine::devices() {
        say(format!("{:<7} {device}", device.choice.to_string()));
    }
    Ok(ExitCode::SUCCESS)
}
