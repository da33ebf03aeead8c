//! Everything the window knows: the photo, the mask, the settings, the history, the run and the
//! view. [`State::apply`] is the one place that changes it. The crate does not depend on egui.

mod action;
mod actions;
mod availability;
mod batch;
mod capture;
mod command;
mod dialog;
mod edit;
mod effect;
mod export;
mod files;
mod finder;
mod foresight;
mod fuzzy;
mod glimpse;
mod history;
mod import;
mod keymap;
mod keys;
mod mask_commands;
mod noise;
mod notice;
mod open_document;
mod outline;
mod overlay;
mod palette;
mod parameter;
mod path;
mod preferences;
mod question;
mod receive;
mod remembered;
mod run;
mod run_commands;
mod runs;
pub mod session;
mod settings;
mod stage;
mod state;
mod step_title;
mod stroke;
mod task;
mod telling;
mod view;
mod view_commands;

#[cfg(test)]
mod export_tests;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod mask_tests;
#[cfg(test)]
mod path_tests;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod state_tests;

pub use action::{Action, Group};
pub use batch::{
    BatchCommand, BatchForm, BatchPath, BatchPhoto, BatchRun, Batches, Fate, MaskChoice, Survey,
    Tally, Turn,
};
pub use capture::Capture;
pub use command::{Command, Gesture};
pub use dialog::{Dialog, Purpose, Target};
pub use effect::{Effect, Message, Opened, Picked};
pub use export::Terms;
pub use finder::Finder;
pub use foresight::{Foreseen, Foresight};
pub use glimpse::Shown;
pub use history::{History, Step};
pub use import::{Finding, ImportCommand, ImportForm, Importing, is_checkpoint};
pub use keymap::Keymap;
pub use keys::Keys;
pub use mask_commands::MaskCommand;
pub use notice::{Notice, Tone};
pub use open_document::{Document, Restored, Source};
pub use outline::{Outline, Shape};
pub use overlay::{HINTS, Overlay, OverlayCommand, SettingsPage, SettingsWindow};
pub use palette::{Entry, Palette};
pub use parameter::{Choice, Control, Field, Number};
pub use preferences::{Preferences, Theme};
pub use question::{Answer, Prompt, Weight};
pub use remembered::Remembered;
pub use run::{Ending, LastRun, Run, pace, spoken};
pub use run_commands::scramble;
pub use runs::{
    Archive, Candidate, Changed, Comparison, Content, Damage, Frame, Frames, Gauge, Histogram,
    Kept, Live, MAGNIFIED, Manner, Page, Question, RunCommand, RunId, Runs, Scores, Side,
    Simulation, Spread, Study, Taken, Thumbnail, Ticket, colour, difference, noise_in_words,
    recipe_in_a_line, recipe_in_words, study,
};
pub use settings::Settings;
pub use state::{PriorCard, State};
pub use stroke::{Brush, Tool};
pub use task::{Blur, BlurKind, Enlarge, EnlargeMethod, Grey, Jpeg, Task};
pub use telling::{Telling, Trajectory};
pub use view::{Show, View, Viewport};
