//! Checked parameter values, read by type.

use std::collections::BTreeMap;

use crate::error::OperatorError;
use crate::family::Family;
use crate::parameter::{Kind, Parameter};
use crate::words::Word;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Whole(usize),
    Word(&'static str, Option<f64>),
    Text(String),
}

impl Value {
    /// `text` as the parameter accepts it, or why it does not, to follow the text.
    pub(crate) fn read(parameter: &Parameter, text: &str) -> Result<Self, String> {
        match parameter.kind {
            Kind::Number(range) => range.read(text).map(Self::Number),
            Kind::Whole(range) => range.read(text).map(Self::Whole),
            Kind::Choice(words) => {
                Word::read(words, text).map(|(word, number)| Self::Word(word, number))
            }
            Kind::WordOr { word, .. } if text == word => Ok(Self::Word(word, None)),
            Kind::WordOr { word, number, .. } => number
                .read(text)
                .map(Self::Number)
                .map_err(|reason| format!("{reason}, nor the word {word}")),
            Kind::Path | Kind::File => Ok(Self::Text(text.to_owned())),
        }
    }
}

/// The values of all parameters of a family.
#[derive(Clone, Debug)]
pub struct Values {
    family: Family,
    values: BTreeMap<&'static str, Value>,
}

impl Values {
    pub(crate) fn new(family: Family, values: BTreeMap<&'static str, Value>) -> Self {
        Self { family, values }
    }

    /// Whether the family has a parameter of that key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// A number.
    ///
    /// # Errors
    /// [`OperatorError::Parameter`] if the family declares no number of that key; so all below for
    /// their kinds.
    pub fn number(&self, key: &str) -> Result<f64, OperatorError> {
        self.get(key, |value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
    }

    /// A whole number.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn whole(&self, key: &str) -> Result<usize, OperatorError> {
        self.get(key, |value| match value {
            Value::Whole(number) => Some(*number),
            _ => None,
        })
    }

    /// The word of a choice, without its number.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn word(&self, key: &str) -> Result<&'static str, OperatorError> {
        Ok(self.word_and_number(key)?.0)
    }

    /// The word of a choice, and the number behind it if one was written.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn word_and_number(&self, key: &str) -> Result<(&'static str, Option<f64>), OperatorError> {
        self.get(key, |value| match value {
            Value::Word(word, number) => Some((*word, *number)),
            _ => None,
        })
    }

    /// The number that stands in place of a word; `None` for the word.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn number_or_word(&self, key: &str) -> Result<Option<f64>, OperatorError> {
        self.get(key, |value| match value {
            Value::Number(number) => Some(Some(*number)),
            Value::Word(..) => Some(None),
            _ => None,
        })
    }

    /// A path of points, or the name of a file, as written.
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn text(&self, key: &str) -> Result<&str, OperatorError> {
        self.get(key, |value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// A refusal of a value for a reason that only its reader can know.
    #[must_use]
    pub fn refuse(&self, key: &str, reason: &str) -> OperatorError {
        self.family.refusal(key, reason)
    }

    fn get<'a, T>(
        &'a self,
        key: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, OperatorError> {
        let value = self.values.get(key).and_then(read);
        value.ok_or_else(|| {
            let reason = "this family declares no such parameter of this kind";
            self.family.refusal(key, reason)
        })
    }
}
