//! A question that has to be answered first: what it is about, and what each answer does.

use crate::request::Requests;
use crate::shell::command::Command;
use crate::shell::state::State;

/// How an answer is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// What Enter does.
    Usual,
    /// Another way.
    Other,
    /// Something is lost.
    Loses,
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What its button says.
    pub name: String,
    /// What it does; `None` only closes the question.
    pub command: Option<Command>,
    /// How it is meant.
    pub weight: Weight,
}

impl Answer {
    /// An answer.
    pub(crate) fn new(name: &str, weight: Weight, command: Option<Command>) -> Self {
        Self {
            name: name.to_owned(),
            command,
            weight,
        }
    }
}

/// An open question.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// What is asked.
    pub title: String,
    /// What there is to know, in whole sentences.
    pub text: String,
    /// The answers, the usual one first.
    pub answers: Vec<Answer>,
    /// Which answer Escape gives.
    pub escape: usize,
}

impl State {
    /// Gives an answer to the open question.
    pub(crate) fn answer(&mut self, index: usize) -> Requests {
        let Some(mut question) = self.question.take() else {
            return Vec::new();
        };
        if index >= question.answers.len() {
            self.question = Some(question);
            return Vec::new();
        }
        match question.answers.swap_remove(index).command {
            Some(command) => self.apply(command),
            None => Vec::new(),
        }
    }
}
