//! What a person can do with runs.

use super::compare::{Manner, Side};
use super::kept::RunId;

/// The pages of the drawer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// Residual and facts of a run.
    #[default]
    Run,
    /// `x0_hat` over the steps.
    Steps,
    /// The candidates of the latest batch.
    Candidates,
    /// All runs, and those that wait.
    History,
    /// Distance from the truth, histogram.
    Quality,
}

impl Page {
    /// All pages in the order of the tabs.
    pub const ALL: [Self; 5] = [
        Self::Run,
        Self::Steps,
        Self::Candidates,
        Self::History,
        Self::Quality,
    ];

    /// The tab's name.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::Steps => "Steps",
            Self::Candidates => "Candidates",
            Self::History => "History",
            Self::Quality => "Quality",
        }
    }
}

/// One action on runs.
#[derive(Clone, Debug, PartialEq)]
pub enum RunCommand {
    /// Begins a restoration, or queues it behind the one that is on.
    Restore,
    /// Holds the run, or lets it go on.
    TogglePause,
    /// Stops the run and keeps the best so far.
    Stop,

    /// Opens a page of the drawer.
    Turn(Page),
    /// Shows a run without accepting it.
    Show(RunId),
    /// Compares a run with what is shown.
    CompareWith(RunId),
    /// Makes a run the current result; undo takes it back.
    Accept(RunId),
    /// Draws it again: the same recipe, seed and mask.
    Rerun(RunId),
    /// Goes on from where a run was stopped, or from the moment that is looked at.
    GoOn(Option<RunId>),
    /// Copies its recipe as JSON.
    CopyRecipe(RunId),
    /// Forgets it.
    Delete(RunId),

    /// Takes a waiting run off the queue.
    Unqueue(RunId),
    /// Takes them all off.
    ClearQueue,
    /// Asks whether to stop, because somebody wants to paint while a run is on.
    AskToEdit,
    /// Goes on computing with the mask as it was, and frees it for marks of the next run.
    MarkMeanwhile,
    /// Stops everything, so that the mask can be changed at once.
    StopAndEdit,
    /// Goes on computing.
    KeepRunning,

    /// Whether a click on the picture accepts the shown run at that patch alone.
    Blend(bool),
    /// Accepts the shown run inside the part of its mask at a photo position.
    BlendAt((f32, f32)),
    /// Makes the average of the candidates the current result; undo takes it back.
    Average,
    /// Makes the current result the photo to work on; undo takes it back.
    BuildOn,
    /// Shows or hides where the candidates disagree.
    ToggleSpread,

    /// How two pictures are compared.
    Compare(Manner),
    /// What is compared: the left picture.
    Left(Side),
    /// What is compared: the right picture, which is also the one that is shown alone.
    Right(Side),
    /// Exchanges left and right.
    Swap,

    /// Looks at a moment of the run, by its place in the filmstrip; none returns.
    Inspect(Option<usize>),

    /// The seed of the simulated noise.
    SimulationSeed(u64),
}
