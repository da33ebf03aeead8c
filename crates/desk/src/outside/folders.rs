//! Where the window keeps what outlives it.

use std::path::PathBuf;

use etcetera::AppStrategy;

/// Where the window keeps what outlives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// For settings.
    pub config: PathBuf,
    /// For what is remembered, and for recovery.
    pub state: PathBuf,
}

impl Folders {
    /// The folders of the person who runs the program; `None` without a home.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let strategy = etcetera::app_strategy::choose_native_strategy(etcetera::AppStrategyArgs {
            app_name: "tweedie".to_owned(),
            ..Default::default()
        })
        .ok()?;
        Some(Self {
            config: strategy.config_dir(),
            state: strategy.state_dir().unwrap_or_else(|| strategy.data_dir()),
        })
    }

    /// The settings file.
    pub(crate) fn settings(&self) -> PathBuf {
        self.config.join("settings.json")
    }

    /// The file of what is remembered.
    pub(crate) fn remembered(&self) -> PathBuf {
        self.state.join("remembered.json")
    }
}
