//! Tweedie: restore photographs by sampling from a posterior.
//!
//! Without a command the window opens; with one, everything the window does is done here.
//! Exit codes: 0 done, 1 failed, 2 called wrongly, 130 stopped by
//! Ctrl-C.

mod cli;
mod commands;
mod failure;
mod interrupt;
mod progress;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TWEEDIE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let code = match commands::run(cli::parse()) {
        Ok(code) => code,
        Err(error) => failure::report(&error),
    };
    if code == ExitCode::SUCCESS && terminal::output_is_lost() {
        terminal::complain("error: standard output is full or broken; not everything was said");
        return ExitCode::FAILURE;
    }
    code
}
