//! Tweedie: restore photographs by sampling from a posterior.
//!
//! Without a command the window opens; with one, everything the window does is done here.
//! Exit codes: 0 done, 1 failed, 2 called wrongly, 130 stopped by
//! Ctrl-C.

mod cli;
mod commands;
mod interrupt;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TWEEDIE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    match commands::run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            // Causes that only repeat their parent are not worth a line.
            let mut last = error.to_string();
            eprintln!("error: {last}");
            for cause in error.chain().skip(1) {
                let text = cause.to_string();
                if !last.contains(&text) {
                    eprintln!("  because: {text}");
                }
                last = text;
            }
            ExitCode::FAILURE
        }
    }
}
