//! Carries out what a person does with folders, and looks them over.

use std::fmt::Display;
use std::sync::Arc;

use engine::Pair;

use super::command::BatchCommand;
use super::form::{BatchPath, Survey};
use super::state::BatchState;
use super::{PickPath, SurveyFolder};
use crate::common::notice::Notice;
use crate::outside::{NO_CHOOSER, Picked};
use crate::recipe::prior::PriorCard;
use crate::request::{BoxedRequest, Requests, one};

impl BatchState {
    /// Carries out a command with batches.
    pub(crate) fn apply_batch(&mut self, command: BatchCommand, requests: &mut Requests) {
        match command {
            BatchCommand::Show => {
                self.end_stroke();
                self.batches.open = true;
                self.batches.form.begin(self.below.document.as_ref());
                requests.extend(self.survey());
            }
            BatchCommand::Path(which, path) => {
                self.batches.form.set_path(which, path);
                requests.extend(self.survey());
            }
            BatchCommand::Masks(choice) => {
                self.batches.form.by = choice;
                requests.extend(self.survey());
            }
            BatchCommand::Suffix(suffix) => {
                self.batches.form.suffix = suffix;
                requests.extend(self.survey());
            }
            BatchCommand::Again(again) => self.batches.form.again = again,
            BatchCommand::Browse(which) => {
                let start = self.batches.form.full_path(which);
                requests.push(PickPath { which, start }.into());
            }
            BatchCommand::Start => requests.extend(self.start_batch()),
            BatchCommand::Stop => requests.extend(self.stop_batch()),
            BatchCommand::SetUp => {
                self.batches.run = None;
                requests.extend(self.survey());
            }
            BatchCommand::Close => self.batches.open = false,
        }
    }

    /// Why a command with batches cannot be carried out.
    pub(crate) fn batch_obstacle(&self, command: &BatchCommand) -> Option<String> {
        let running = self.batches.is_running();
        let reason = match command {
            BatchCommand::Start => return self.batch_start_obstacle(),
            BatchCommand::Stop if !running => "No folder is being restored",
            BatchCommand::Stop if self.batches.run.as_ref().is_some_and(|r| r.stopping) => {
                "Already stopping"
            }
            BatchCommand::SetUp if running => "A folder is being restored",
            _ => return None,
        };
        Some(reason.to_owned())
    }

    fn batch_start_obstacle(&self) -> Option<String> {
        if self.batches.is_running() {
            return Some("A folder is being restored".to_owned());
        }
        if let PriorCard::Unusable(_) = self.prior {
            return Some("Choose another prior: this one cannot be used".to_owned());
        }
        let settings = &self.settings;
        let missing = settings
            .missing()
            .or_else(|| self.glimpse.obstacle(settings));
        missing
            .map(str::to_owned)
            .or_else(|| self.batches.form.obstacle())
    }

    /// Looks the folder over, unless that is being done; then it is done again afterwards.
    pub(crate) fn survey(&mut self) -> Option<BoxedRequest> {
        self.batches.asked += 1;
        if self.batches.surveying || !self.batches.open {
            return None;
        }
        let masked = self.settings.needs_mask();
        let mask = self.document.as_ref().filter(|d| d.masked() > 0);
        let mask = mask.map(|document| Arc::clone(&document.mask));
        let request = match self.batches.form.request(masked, mask) {
            Ok(request) => request,
            Err(why) => {
                self.batches.form.survey = why;
                return None;
            }
        };
        self.batches.surveying = true;
        // What was found stays in sight while it is looked over again, so that nothing jumps.
        if !matches!(self.batches.form.survey, Survey::Known(_)) {
            self.batches.form.survey = Survey::Reading;
        }
        let asked = self.batches.asked;
        let request = Box::new(request);
        Some(SurveyFolder { asked, request }.into())
    }

    /// The folder was looked over.
    pub(crate) fn surveyed(
        &mut self,
        asked: u64,
        found: Result<Vec<(Pair, bool)>, impl Display>,
    ) -> Requests {
        self.batches.surveying = false;
        if asked != self.batches.asked {
            return one(self.survey());
        }
        self.batches.form.survey = match found {
            Ok(pairs) => Survey::Known(pairs.into()),
            Err(reason) => Survey::Refused(Notice::error(&reason.to_string()).text),
        };
        Vec::new()
    }

    /// A path from the system's chooser.
    pub(crate) fn batch_path_picked(&mut self, which: BatchPath, picked: Picked) -> Requests {
        match picked {
            Picked::Path(path) => {
                let form = &mut self.batches.form;
                form.set_path(which, path.display().to_string());
                one(self.survey())
            }
            Picked::Nothing => Vec::new(),
            Picked::NoChooser => {
                self.notice = Some(Notice::error(NO_CHOOSER));
                Vec::new()
            }
        }
    }
}
