//! Why the window could not be shown.

/// Why the window could not be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkbenchError {
    /// There is no screen to show it on.
    #[error(
        "there is no display to open the window on; `tweedie demo` shows what Tweedie does \
         without one, and `tweedie restore PHOTO` restores a photograph"
    )]
    NoDisplay,
    /// Neither renderer could be started.
    #[error("the window could not be drawn: {0}; try `--renderer glow`, or `tweedie restore`")]
    Graphics(String),
}
