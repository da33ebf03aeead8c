//! Simulated damage: what waits for its end is saved first, and nothing is lost without a question.

use std::fmt::Display;

use engine::Simulated;

use super::question::{Prompt, Weight, answer};
use super::save::{Aside, Mark, Waiting};
use super::state::SessionState;
use super::{AutosaveSession, ForgetAutosave, SessionCommand, SimulateDamage};
use crate::common::notice::Notice;
use crate::request::{BoxedRequest, Requests};
use crate::runs::Damage;

impl SessionState {
    /// Takes the open photo for the truth, and damages it as the settings say.
    pub(crate) fn simulate(&mut self) -> Option<BoxedRequest> {
        let damage = self.damage_wanted()?;
        self.runs.simulating = true;
        Some(SimulateDamage(Box::new(damage)).into())
    }

    /// The damaged photo is there, or could not be made.
    pub(crate) fn damaged(
        &mut self,
        damage: Damage,
        made: Result<Simulated, impl Display>,
    ) -> Requests {
        self.runs.simulating = false;
        let made = match made {
            Ok(made) => made,
            Err(reason) => {
                self.notice = Some(Notice::error(&reason.to_string()));
                return Vec::new();
            }
        };
        let unsaved = self.is_unsaved();
        // What is about to wait is saved by itself as it is now: the simulation has a file of its own.
        let mut requests = Requests::new();
        if self.runs.simulation.is_none() && self.wants_autosave() {
            let snapshot = self.snapshot();
            requests.extend(snapshot.map(|snapshot| AutosaveSession(snapshot).into()));
        }
        if !self.is_about_open_photo(&damage) {
            return Vec::new();
        }
        if self.begin_simulation(damage, made) {
            self.kept.aside = Some(Aside {
                path: self.kept.path.take(),
                saved: self.kept.saved,
                unsaved,
            });
        }
        // Its history begins anew, so no earlier mark may stand for it.
        (self.kept.saved, self.kept.autosaved) = (Mark::NEVER, Mark::NEVER);
        requests
    }

    /// Leaves the simulation, or asks first if that would lose runs.
    pub(crate) fn leave_or_ask(&mut self, requests: &mut Requests) {
        self.end_stroke();
        if self.loses_simulation() {
            self.kept.waiting = Some(Waiting::LeaveSimulation);
            self.ask_about_simulation();
        } else {
            self.leave_simulation(requests);
        }
    }

    /// Whether leaving the simulation now would lose a run that is kept nowhere else.
    pub(crate) fn loses_simulation(&self) -> bool {
        let saved = self.mark() == self.kept.saved;
        self.is_busy() || (!self.runs.archive.all().is_empty() && !saved)
    }

    /// Asks what becomes of the runs of a simulation that is about to be left.
    pub(crate) fn ask_about_simulation(&mut self) {
        let kept = match self.runs.archive.all().len() {
            0 => String::new(),
            1 => "Its run and its measures are lost unless they are saved. ".to_owned(),
            runs => format!("Its {runs} runs and their measures are lost unless they are saved. "),
        };
        let running = match (self.run.is_some(), self.runs.queue.len()) {
            (false, 0) => "",
            (_, 0) => "The restoration that is running will be stopped. ",
            _ => "The restorations that run and wait will be stopped. ",
        };
        self.question = Some(Prompt {
            title: "Leave the simulation?".to_owned(),
            text: format!("{kept}{running}The photo from before comes back as it was."),
            answers: vec![
                answer("Save first", Weight::Usual, SessionCommand::SaveFirst),
                answer(
                    "Leave without saving",
                    Weight::Loses,
                    SessionCommand::Discard,
                ),
                answer("Stay", Weight::Other, SessionCommand::Stay),
            ],
            escape: 2,
        });
    }

    /// Goes back to the photo from before, with everything that belonged to it.
    pub(crate) fn leave_simulation(&mut self, requests: &mut Requests) {
        if !self.end_simulation(requests) {
            return;
        }
        requests.push(ForgetAutosave::Simulation.into());
        if let Some(aside) = self.kept.aside.take() {
            (self.kept.path, self.kept.saved) = (aside.path, aside.saved);
        }
        self.kept.autosaved = Mark::NEVER;
    }
}
