//! The one entrance: whatever happens comes in here, and nothing else changes the state.

use engine::{DeviceChoice, Event};

use super::input::{Begin, Input};
use super::state::{ShellState, State};
use crate::common::notice::Notice;
use crate::recipe::DescribePrior;
use crate::request::{Requests, one};
use crate::session::{FindLeftovers, OpenPhoto, is_session};

impl State {
    /// Takes in what happened. What the outside world has to do next is returned, in order.
    pub fn update(&mut self, input: Input) -> Requests {
        self.0.take_in(input)
    }
}

impl ShellState {
    fn take_in(&mut self, input: Input) -> Requests {
        let asked = self.question.is_some();
        let requests = self.take_in_input(input);
        // What has to be answered first lies over everything else.
        if self.question.is_some() && !asked {
            self.overlay = None;
        }
        requests
    }

    fn take_in_input(&mut self, input: Input) -> Requests {
        match input {
            Input::Begin(begin) => self.begin(*begin),
            Input::Command(command) => self.apply(command),
            Input::Answer(answer) => answer.take_in(self),
            Input::Event(event) => self.hear(*event),
            Input::Preview(preview) => one(self.see(&preview)),
            Input::Devices(devices) => {
                self.devices = devices;
                Vec::new()
            }
            Input::NoWorker(error) => {
                self.notice = Some(Notice::error(&error.to_string()));
                Vec::new()
            }
            Input::Tick(now) => self.tick(now),
            Input::Settled => {
                let mut requests = one(self.refresh_histogram());
                requests.extend(self.foresee());
                requests
            }
        }
    }

    fn begin(&mut self, begin: Begin) -> Requests {
        if let Some(loaded) = begin.loaded {
            (self.preferences, self.remembered) = (loaded.preferences, loaded.remembered);
            self.notice = loaded.complaint.map(|text| Notice::error(&text));
            self.tour = (!self.remembered.tour_seen).then_some(0);
        }
        self.settings.device = match begin.device {
            DeviceChoice::Auto => self.preferences.device,
            asked => asked,
        };
        let open = match begin.photo {
            Some(photo) if is_session(&photo) => self.open(photo),
            Some(photo) => {
                self.loading = Some(photo.display().to_string());
                let mask = begin.mask;
                OpenPhoto::File { photo, mask }.into()
            }
            None => {
                self.loading = Some("the demo photograph".to_owned());
                OpenPhoto::Demo.into()
            }
        };
        let describe = DescribePrior(self.settings.prior.clone()).into();
        vec![open, describe, FindLeftovers.into()]
    }

    /// The worker speaks of one of its jobs.
    pub(crate) fn hear(&mut self, event: Event) -> Requests {
        let job = event.job();
        if self
            .importing
            .as_ref()
            .is_some_and(|import| import.job == job)
        {
            return self.hear_import(event);
        }
        if self.is_of_batch(job) {
            return self.hear_batch(event);
        }
        if self.pace.timing == Some(job) {
            return self.hear_timing(&event);
        }
        self.hear_run(event)
    }
}
