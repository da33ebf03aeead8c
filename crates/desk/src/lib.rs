//! Everything the window knows, without the window: the crate does not depend on egui.
//!
//! Whatever happens is an [`Input`]; [`State::update`] takes it in and returns [`Requests`] to the
//! world outside, whose answers come back as inputs. Nothing else changes the [`State`].
//!
//! Each feature has a folder with its state, its commands and one exhaustive `match`, its requests and
//! its tests. The folders lie on each other: `shell → session → batch → runs → recipe → mask → photo`,
//! and `common` below them all. A folder's state holds the one below and reads it as its own, so that
//! the compiler refuses a call upwards; a test reads the imports. `batch` lies below `session` because
//! both need the runs and closing the window asks about folders.

#[cfg(test)]
mod arrows;
mod batch;
mod common;
#[cfg(test)]
mod fixtures;
mod layer;
mod mask;
mod outside;
mod photo;
mod recipe;
mod request;
mod runs;
pub mod session;
mod shell;

pub use batch::state::BatchState;
pub use batch::{
    BatchCommand, BatchForm, BatchPath, BatchPhoto, BatchRun, Batches, Fate, MaskChoice, Survey,
    Tally, Turn,
};
pub use common::history::{AnyStep, History};
pub use common::notice::{Notice, Tone};
pub use common::remembered::Remembered;
pub use common::state::CommonState;
pub use mask::command::MaskCommand;
pub use mask::document::{Document, Restored, Source};
pub use mask::edit::Edit;
pub use mask::finder::Finder;
pub use mask::outline::{Outline, Shape};
pub use mask::state::MaskState;
pub use mask::stroke::{Brush, Tool};
pub use outside::{Chooser, Folders, Kind, Outside, Picked, Recovery, StoreError, Window};
pub use photo::command::ViewCommand;
pub use photo::state::PhotoState;
pub use photo::view::{Show, View, Viewport};
pub use recipe::command::{Gesture, ImportCommand, RecipeCommand};
pub use recipe::import_form::{Finding, ImportForm, Importing, is_checkpoint};
pub use recipe::operator_preview::Shown;
pub use recipe::parameter::{Choice, Control, Field, Number};
pub use recipe::prior::PriorCard;
pub use recipe::settings::Settings;
pub use recipe::state::RecipeState;
pub use recipe::task::{Blur, BlurKind, Enlarge, EnlargeMethod, Grey, Jpeg, Task};
pub use recipe::{
    DescribePrior, FindDevices, ImportPrior, InspectPrior, MeasureNoise, PickPrior, PreviewOperator,
};
pub use request::{Answered, BoxedRequest, Broken, Failure, Place, Request, Requests};
pub use runs::active::{Ending, LastRun, Run, pace, spoken};
pub use runs::log::RunLog;
pub use runs::running::scramble;
pub use runs::state::RunsState;
pub use runs::telling::{Telling, Trajectory};
pub use runs::time_estimate::{Foreseen, Foresight};
pub use runs::{
    Archive, Candidate, Changed, Comparison, Content, Damage, Frame, Frames, Gauge, Histogram,
    Kept, Live, MAGNIFIED, Manner, Page, Question, RunCommand, RunId, Runs, Scores, Side,
    Simulation, Spread, Study, Taken, Thumbnail, Ticket, colour, difference, noise_in_words,
    recipe_in_a_line, recipe_in_words, study,
};
pub use session::dialog::{Dialog, Purpose, Target};
pub use session::export::Terms;
pub use session::keymap::Keymap;
pub use session::keys::Keys;
pub use session::preferences::{Preferences, Theme};
pub use session::question::{Answer, Prompt, Weight};
pub use session::state::SessionState;
pub use shell::action::{Action, Group};
pub use shell::capture::Capture;
pub use shell::command::Command;
pub use shell::input::{Begin, Input};
pub use shell::overlay::{HINTS, Overlay, SettingsPage, SettingsWindow};
pub use shell::overlay_command::OverlayCommand;
pub use shell::palette::Palette;
pub use shell::palette_rows::Entry;
pub use shell::settings_file::SettingsError;
pub use shell::state::{ShellState, State};
pub use shell::store::{Loaded, load};
