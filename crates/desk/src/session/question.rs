//! A question that has to be answered first: what it is about, and what each answer does.

use super::SessionCommand;

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
    pub command: Option<SessionCommand>,
    /// How it is meant.
    pub weight: Weight,
}

impl Answer {
    /// An answer.
    pub(crate) fn new(name: &str, weight: Weight, command: Option<SessionCommand>) -> Self {
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

/// An answer that does something.
pub(crate) fn answer(name: &str, weight: Weight, command: SessionCommand) -> Answer {
    Answer::new(name, weight, Some(command))
}
