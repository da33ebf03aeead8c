//! What a registry entry says of one operator, sampler or baseline.

use std::collections::BTreeMap;

use crate::error::OperatorError;
use crate::parameter::{Kind, Parameter};
use crate::spec::Spec;
use crate::values::{Value, Values};

/// A name with everything that is said of it: parsers, help, the window and error messages read it here.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The name as written in a [`Spec`].
    pub name: &'static str,
    /// The name as people write it, such as `CA-DPS`.
    pub title: &'static str,
    /// One sentence for a person choosing.
    pub summary: &'static str,
    /// The publication it is from; `""` if it is nobody's.
    pub source: &'static str,
    /// Every parameter it takes.
    pub parameters: &'static [Parameter],
    /// What a person begins with, as written behind the colon, where defaults alone do not serve.
    pub example: &'static str,
}

impl Family {
    /// One without parameters, source and example; the rest is filled in by struct update.
    pub const PLAIN: Self = Self {
        name: "",
        title: "",
        summary: "",
        source: "",
        parameters: &[],
        example: "",
    };

    /// The parameter of that key.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|p| p.key == key)
    }

    /// What a person begins with.
    ///
    /// # Panics
    /// Never: a test reads the examples of all registries.
    #[must_use]
    pub fn begun(&self) -> Spec {
        match self.example {
            "" => Spec::named(self.name),
            example => format!("{}:{example}", self.name)
                .parse()
                .expect("examples are tested"),
        }
    }

    /// Checks keys and values of `spec` and fills in defaults.
    ///
    /// # Errors
    /// [`OperatorError::Parameter`] names an unknown key, a missing required one, a value that is not
    /// accepted, or one that does not count beside another.
    pub fn values(&self, spec: &Spec) -> Result<Values, OperatorError> {
        for key in spec.parameters.keys() {
            if self.parameter(key).is_none() {
                return Err(self.refusal(key, &format!("unknown; it understands: {}", self.keys())));
            }
        }
        let mut values = BTreeMap::new();
        for parameter in self.parameters {
            let given = spec.parameters.get(parameter.key);
            let text = given.cloned().or_else(|| parameter.default());
            let text = text.ok_or_else(|| {
                let reason = format!("required: {}", parameter.accepts());
                self.refusal(parameter.key, &reason)
            })?;
            let value = Value::read(parameter, &text)
                .map_err(|reason| self.refusal(parameter.key, &format!("`{text}` {reason}")))?;
            values.insert(parameter.key, value);
        }
        let values = Values::new(*self, values);
        self.check_conditions(spec, &values)?;
        Ok(values)
    }

    /// Refuses what was written, is not the default, and does not count.
    fn check_conditions(&self, spec: &Spec, values: &Values) -> Result<(), OperatorError> {
        for parameter in self.parameters {
            let Some((key, words)) = parameter.only_with else {
                continue;
            };
            let written = spec.parameters.get(parameter.key);
            let changed = written.is_some_and(|text| Some(text) != parameter.default().as_ref());
            if changed && !words.contains(&values.word(key)?) {
                let reason = format!("counts only with {key} {}", words.join(" or "));
                return Err(self.refusal(parameter.key, &reason));
            }
        }
        Ok(())
    }

    /// What is wrong with an entry, for tests of registries; empty for a good one. Defaults and examples
    /// have to be accepted, titles and sentences to be there.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                faults.push(format!("{}: {what}", self.name));
            }
        };
        let sentence = |text: &str| text.ends_with('.') && text.starts_with(char::is_uppercase);
        expect(!self.title.is_empty(), "no title".to_owned());
        expect(
            sentence(self.summary),
            format!("not a sentence: {}", self.summary),
        );
        for parameter in self.parameters {
            let Parameter {
                key, title, help, ..
            } = parameter;
            expect(!title.is_empty(), format!("{key} has no title"));
            let ends = help.ends_with('.');
            expect(ends, format!("{key}: not a sentence: {help}"));
            if let Some((other, words)) = parameter.only_with {
                let known = self.parameter(other).is_some_and(|other| match other.kind {
                    Kind::Choice(choice) => {
                        words.iter().all(|w| choice.iter().any(|c| c.name == *w))
                    }
                    _ => false,
                });
                expect(
                    known,
                    format!("{key} counts with words that {other} has not"),
                );
            }
        }
        let begun = self.values(&self.begun());
        expect(begun.is_ok(), format!("the example is refused: {begun:?}"));
        faults
    }

    fn keys(&self) -> String {
        let keys: Vec<_> = self.parameters.iter().map(|p| p.key).collect();
        if keys.is_empty() {
            "none".to_owned()
        } else {
            keys.join(", ")
        }
    }

    /// A refusal of the value of a parameter.
    pub(crate) fn refusal(&self, key: &str, reason: &str) -> OperatorError {
        let key = if key.is_empty() { "FILE" } else { key };
        OperatorError::Parameter {
            name: self.name.to_owned(),
            key: key.to_owned(),
            reason: reason.to_owned(),
        }
    }
}
