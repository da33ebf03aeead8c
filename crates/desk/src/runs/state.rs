//! The runs of the open photo, and how long things take.

use engine::DeviceInfo;

use super::Runs;
use super::active::{LastRun, Run};
use super::log::RunLog;
use super::time_estimate::Foresight;
use crate::layer::layer;
use crate::recipe::state::RecipeState;

/// The state of the runs, above that of the recipe.
#[derive(Clone, Debug, Default)]
pub struct RunsState {
    /// The settings and what is known about them.
    pub below: RecipeState,
    /// The restoration under way.
    pub run: Option<Run>,
    /// The last one that ended.
    pub last_run: Option<LastRun>,
    /// The runs of the open photo.
    pub runs: Runs,
    /// What they have left behind.
    pub log: RunLog,
    /// How long things take.
    pub pace: Foresight,
    /// Whether the worker restores a folder in turn with what is asked here.
    pub(crate) folder_busy: bool,
}

layer!(RunsState, RecipeState);

impl RunsState {
    /// The device that computes now, or would if a run were started.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceInfo> {
        if let Some(plan) = self.run.as_ref().and_then(|run| run.plan.as_ref()) {
            return Some(&plan.device);
        }
        self.chosen_device()
    }
}
