//! What [`crate::State::apply`] asks the outside world to do, and what it hears back.

use std::path::PathBuf;
use std::sync::Arc;

use engine::{
    Answers, BatchRequest, Chain, DeviceInfo, Draw, Glimpse, ImportRequest, Inspection, Job, JobId,
    Noise, Pair, PriorChoice, PriorSummary, Simulated, TimingRequest, Work,
};
use imaging::{Mask, Photo, Rect, SaveOptions, ScratchSearch};

use crate::batch::{BatchPath, Turn};
use crate::mask::document::Source;
use crate::remembered::Remembered;
use crate::runs::telling::{Telling, Trajectory};
use crate::runs::time_estimate::Foreseen;
use crate::runs::{Content, Damage, Gauge, Histogram, Live, Question, RunId, Spread, Study};
use crate::session::dialog::Purpose;
use crate::session::preferences::Preferences;
use crate::session::{Leftover, Mark, Refusal, Request, Resumed, Snapshot};

/// A wish. Carried out off the window's thread wherever it can take long.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Decode a photo, and perhaps its mask.
    Load {
        /// The photo.
        photo: PathBuf,
        /// The mask.
        mask: Option<PathBuf>,
    },
    /// Decode the bundled photograph.
    LoadDemo,
    /// Decode a mask.
    LoadMask(PathBuf),
    /// Make small pictures of what an operator and noise do.
    Glimpse(Chain, Noise),
    /// Look for scratches in a photo.
    FindScratches(Arc<Photo>, ScratchSearch),
    /// Measure a photo's noise, outside of a mask.
    MeasureNoise(Arc<Photo>, Arc<Mask>),
    /// Store a photo.
    SavePhoto(Arc<Photo>, PathBuf, SaveOptions),
    /// Put a report together and store it.
    SaveReport(Box<Telling>, PathBuf),
    /// Put an animation together and store it.
    SaveFilm(Box<Trajectory>, PathBuf),
    /// Store a mask.
    SaveMask(Arc<Mask>, PathBuf),
    /// Ask the system's file chooser, starting at a path.
    Browse(Purpose, PathBuf),
    /// Read what a prior says of itself.
    DescribePrior(PriorChoice),
    /// Ask the system's chooser for a checkpoint: a folder (true) or a file.
    PickPrior(bool, PathBuf),
    /// Find out what a checkpoint is.
    InspectPrior(PathBuf, Box<Answers>),
    /// Import a checkpoint.
    Import(Box<ImportRequest>),
    /// Ask the system's chooser for a path of a batch.
    PickBatchPath(BatchPath, PathBuf),
    /// Look a folder over; the number comes back with the answer.
    Survey(u64, Box<BatchRequest>),
    /// Read a photo of a batch and its mask.
    OpenPair(Turn, Box<Pair>),
    /// Restore a photo of a batch.
    SubmitPair(Box<Job>),
    /// Store the result of a photo of a batch, which took so many seconds.
    StorePair(Turn, f64, Arc<Photo>, PathBuf),
    /// Start a restoration.
    Submit(Box<Job>),
    /// Stop it.
    Stop(JobId),
    /// Hold it or let it go on.
    SetPaused(bool),
    /// Read a session and its photo.
    LoadSession(Request),
    /// Store a session.
    SaveSession(Box<Snapshot>, PathBuf),
    /// Store the session where a crash cannot reach it.
    Autosave(Box<Snapshot>),
    /// Nothing of this window needs recovering any more.
    ForgetAutosave,
    /// The simulation of this window needs recovering no more.
    ForgetSimulation,
    /// Throw away what a crash left behind.
    ForgetLeftover(PathBuf),
    /// Write the settings file.
    StorePreferences(Box<Preferences>),
    /// Write down what is remembered.
    StoreRemembered(Box<Remembered>),
    /// Ask the system for what is on the clipboard.
    Paste,
    /// Put text on the clipboard.
    Copy(String),
    /// Work out a run's thumbnail and figures.
    Study(Box<Question>),
    /// The same for all runs of a session that was opened.
    StudyAll(Vec<Question>),
    /// Find out how much work a restoration is.
    Foresee(Box<Foreseen>),
    /// Time a prior on a device, on a window of this mask.
    Time(Box<TimingRequest>),
    /// Measure an estimate against the truth.
    Gauge(Box<Gauge>),
    /// Work out where candidates disagree.
    Spread(Vec<(RunId, Content)>),
    /// Count a picture's levels.
    CountLevels(Content),
    /// Simulate damage.
    Damage(Box<Damage>),
    /// Close the window.
    Quit,
}

/// A decoded photo.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Where it came from.
    pub source: Source,
    /// The photo.
    pub photo: Arc<Photo>,
    /// Its mask, if one was asked for and fits.
    pub mask: Option<Mask>,
    /// Why the mask could not be used.
    pub mask_error: Option<String>,
    /// SHA-256 of the photo's file in hexadecimal, where it is known.
    pub sha256: Option<String>,
    /// The session it was opened with.
    pub session: Option<Box<Resumed>>,
}

/// What came of the system's file chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// A path.
    Path(PathBuf),
    /// Nothing: the person changed their mind.
    Nothing,
    /// There is no chooser on this system.
    NoChooser,
}

/// What is said where there is no chooser.
pub(crate) const NO_CHOOSER: &str = "This system has no file chooser; type the path.";

/// An answer.
#[derive(Clone, Debug)]
pub enum Message {
    /// To [`Effect::Load`] and [`Effect::LoadDemo`].
    Opened(Result<Opened, String>),
    /// To [`Effect::LoadMask`].
    MaskOpened(Result<Mask, String>),
    /// To [`Effect::Glimpse`], with what was asked; or why it cannot be shown.
    Glimpsed(Chain, Noise, Result<Box<Glimpse>, String>),
    /// To [`Effect::FindScratches`], with the photo.
    ScratchesFound(Arc<Photo>, Result<Mask, String>),
    /// To [`Effect::MeasureNoise`], with the photo: standard deviation in units of full range.
    NoiseMeasured(Arc<Photo>, Result<f64, String>),
    /// To [`Effect::SavePhoto`] and all others that store something for people to have.
    Saved(Result<PathBuf, String>),
    /// To [`Effect::Browse`].
    Browsed(Purpose, Picked),
    /// To [`Effect::DescribePrior`].
    PriorDescribed(PriorChoice, Result<PriorSummary, String>),
    /// To [`Effect::PickPrior`].
    PriorPicked(Picked),
    /// To [`Effect::InspectPrior`], with what was asked.
    PriorInspected(PathBuf, Box<Answers>, Result<Box<Inspection>, String>),
    /// To [`Effect::PickBatchPath`].
    BatchPathPicked(BatchPath, Picked),
    /// To [`Effect::Survey`]: each photo, and whether its result is there already.
    Surveyed(u64, Result<Vec<(Pair, bool)>, String>),
    /// To [`Effect::OpenPair`].
    PairOpened(Turn, Result<(Arc<Photo>, Option<Arc<Mask>>), String>),
    /// To [`Effect::StorePair`].
    PairStored(Turn, f64, Result<(), String>),
    /// To [`Effect::Study`]; `None` when it broke.
    Studied(RunId, Option<Box<Study>>),
    /// To [`Effect::StudyAll`].
    StudiedAll(Vec<(RunId, Study)>),
    /// To [`Effect::Foresee`], with what was asked; `None` where it cannot be told.
    Foreseen(Box<Foreseen>, Vec<(Draw, Work)>),
    /// To [`Effect::Gauge`], with the place of the estimate; `None` when it broke.
    Gauged((u64, usize, Rect), Option<Live>),
    /// To [`Effect::Spread`]; `None` when the candidates cannot be compared.
    SpreadKnown(Option<Box<Spread>>),
    /// To [`Effect::CountLevels`]; `None` when it broke.
    LevelsCounted(Content, Option<Box<Histogram>>),
    /// To [`Effect::Damage`], with what was asked.
    Damaged(Box<Damage>, Result<Simulated, String>),
    /// The devices of this computer.
    Devices(Vec<DeviceInfo>),
    /// To [`Effect::LoadSession`] when it could not be opened; else [`Message::Opened`].
    SessionRefused(Refusal),
    /// To [`Effect::SaveSession`], with what was saved.
    SessionSaved(Mark, Result<PathBuf, String>),
    /// To [`Effect::Autosave`], with what was saved.
    Autosaved(Mark, Result<(), String>),
    /// What crashes have left behind.
    Leftovers(Vec<Leftover>),
    /// The settings, or what is remembered, are stored.
    Stored,
    /// They could not be stored.
    NotStored(String),
}
