//! All that the window shows, and the one `apply` that changes it.

use engine::{DeviceChoice, DeviceInfo, PriorChoice, PriorSummary};

use super::command::Command;
use super::overlay::Overlay;
use crate::batch::Batches;
use crate::common::notice::Notice;
use crate::common::remembered::Remembered;
use crate::mask::document::Document;
use crate::mask::finder::Finder;
use crate::mask::stroke::{Brush, Tool};
use crate::photo::view::View;
use crate::recipe::DescribePrior;
use crate::recipe::import::{ImportForm, Importing};
use crate::recipe::operator_preview::Shown;
use crate::recipe::settings::Settings;
use crate::request::{BoxedRequest, Requests};
use crate::runs::Runs;
use crate::runs::active::{LastRun, Run};
use crate::runs::history::History;
use crate::runs::time_estimate::Foresight;
use crate::session::Kept;
use crate::session::dialog::Dialog;
use crate::session::preferences::Preferences;
use crate::session::question::Prompt;

/// What is known of the chosen prior.
#[derive(Clone, Debug)]
pub enum PriorCard {
    /// It is being read.
    Reading,
    /// It is usable.
    Known(Box<PriorSummary>),
    /// It is not, and why.
    Unusable(String),
}

/// The state of the window.
#[derive(Clone, Debug)]
pub struct State {
    /// The open photo.
    pub document: Option<Document>,
    /// The inspector's settings.
    pub settings: Settings,
    /// Undo and redo.
    pub history: History,
    /// How the picture is looked at.
    pub view: View,
    /// What the pointer does.
    pub tool: Tool,
    /// The brush, or the eraser where that was chosen last: each has a size of its own.
    pub brush: Brush,
    /// The other of the two.
    pub(crate) spare_brush: Brush,
    /// Which of them is at hand.
    pub(crate) brush_of: Tool,
    /// How hard the pen presses, 0 to 1; 1 of everything else that draws.
    pub pressure: f32,
    /// What the chosen operator does.
    pub glimpse: Shown,
    /// The scratch finder.
    pub finder: Finder,
    /// Whether the photo's noise is being measured.
    pub measuring_noise: bool,
    /// The restoration under way.
    pub run: Option<Run>,
    /// The last one that ended.
    pub last_run: Option<LastRun>,
    /// The runs of the open photo.
    pub runs: Runs,
    /// How long things take.
    pub pace: Foresight,
    /// The message shown.
    pub notice: Option<Notice>,
    /// The open file dialog.
    pub dialog: Option<Dialog>,
    /// The open form that imports a checkpoint.
    pub import: Option<ImportForm>,
    /// The import under way.
    pub importing: Option<Importing>,
    /// Folders of photos.
    pub batches: Batches,
    /// The devices of this computer; empty until they are known.
    pub devices: Vec<DeviceInfo>,
    /// The chosen prior.
    pub prior: PriorCard,
    /// What is being loaded.
    pub loading: Option<String>,
    /// How the work is kept.
    pub kept: Kept,
    /// What was chosen once and for all.
    pub preferences: Preferences,
    /// What is remembered from one start to the next.
    pub remembered: Remembered,
    /// What lies over the window.
    pub overlay: Option<Overlay>,
    /// What has to be answered first.
    pub question: Option<Prompt>,
    /// The hint of the tour that is shown.
    pub tour: Option<usize>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            document: None,
            settings: Settings::default(),
            history: History::default(),
            view: View::default(),
            tool: Tool::default(),
            brush: Brush { diameter: 24.0 },
            spare_brush: Brush { diameter: 24.0 },
            brush_of: Tool::Brush,
            pressure: 1.0,
            glimpse: Shown::default(),
            finder: Finder::default(),
            measuring_noise: false,
            run: None,
            last_run: None,
            runs: Runs::default(),
            pace: Foresight::default(),
            notice: None,
            dialog: None,
            import: None,
            importing: None,
            batches: Batches::default(),
            devices: Vec::new(),
            prior: PriorCard::Reading,
            loading: None,
            kept: Kept::default(),
            preferences: Preferences::default(),
            remembered: Remembered::default(),
            overlay: None,
            question: None,
            tour: None,
        }
    }
}

impl State {
    /// Carries out a command. The only place where a person's action changes anything.
    ///
    /// A command that is not available (see [`State::obstacle`]) does nothing. What the outside
    /// world has to do is returned.
    pub(crate) fn apply(&mut self, command: Command) -> Requests {
        if self.obstacle(&command).is_some() {
            return Vec::new();
        }
        if !command.is_passive() {
            self.history.end_gesture(&self.settings);
        }
        let prior = self.settings.prior.clone();
        let mut requests = Requests::new();
        self.carry_out(command, &mut requests);
        requests.extend(self.ask_for_glimpse());
        requests.extend(self.describe_if_changed(&prior));
        self.settle_sides();
        requests
    }

    /// A prior that was not chosen before has to be read.
    pub(crate) fn describe_if_changed(&mut self, before: &PriorChoice) -> Option<BoxedRequest> {
        if self.settings.prior == *before {
            return None;
        }
        self.prior = PriorCard::Reading;
        Some(DescribePrior(self.settings.prior.clone()).into())
    }

    fn carry_out(&mut self, command: Command, requests: &mut Requests) {
        match command {
            Command::View(command) => self.apply_view(command),
            Command::Mask(command) => self.apply_mask(command, requests),
            Command::Recipe(command) => self.apply_recipe(command, requests),
            Command::Runs(command) => self.apply_runs(command, requests),
            Command::Session(command) => self.apply_session(command, requests),
            Command::Batch(command) => self.apply_batch(command, requests),
            Command::Overlay(command) => self.apply_overlay(command, requests),
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::TravelTo(steps) => self.travel_to(steps),
            Command::Quit => requests.extend(self.quit()),
        }
    }

    /// The device that computes now, or would if a run were started.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceInfo> {
        if let Some(plan) = self.run.as_ref().and_then(|run| run.plan.as_ref()) {
            return Some(&plan.device);
        }
        self.chosen_device()
    }

    /// The device that would compute if a run were started.
    pub(crate) fn chosen_device(&self) -> Option<&DeviceInfo> {
        let of = |choice| self.devices.iter().find(|device| device.choice == choice);
        match self.settings.device {
            DeviceChoice::Auto => self
                .devices
                .iter()
                .find(|d| matches!(d.choice, DeviceChoice::Gpu(_)) && !d.software)
                .or_else(|| of(DeviceChoice::Cpu)),
            choice => of(choice),
        }
    }
}
