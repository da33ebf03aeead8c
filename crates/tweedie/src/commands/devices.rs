//! `tweedie devices`.

use std::process::ExitCode;

use crate::terminal::say;
use anyhow::Result;

pub(crate) fn run() -> Result<ExitCode> {
    for device in engine::devices() {
        say(format!("{:<7} {device}", device.choice.to_string()));
    }
    Ok(ExitCode::SUCCESS)
}
