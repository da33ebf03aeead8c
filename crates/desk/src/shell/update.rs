//! The one entrance: whatever happens comes in here, and nothing else changes the state.

use std::any::{Any, TypeId};

use engine::DeviceChoice;

use super::input::{Begin, Input};
use super::state::State;
use crate::common::notice::Notice;
use crate::recipe::DescribePrior;
use crate::request::{Requests, Whole, one};
use crate::session::{FindLeftovers, OpenPhoto, is_session};

impl State {
    /// Takes in what happened. What the outside world has to do next is returned, in order.
    pub fn update(&mut self, input: Input) -> Requests {
        match input {
            Input::Begin(begin) => self.begin(*begin),
            Input::Command(command) => self.apply(command),
            Input::Answer(answer) => answer.take_in(self),
            Input::Event(event) => self.hear(event),
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
}

impl Whole for State {
    fn part(&mut self, part: TypeId) -> Option<&mut dyn Any> {
        (part == TypeId::of::<Self>()).then_some(self as &mut dyn Any)
    }
}
