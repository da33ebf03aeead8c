//! The written form of a choice: `name:key=value,key=value`.
//!
//! Operators and samplers are chosen by text everywhere (command line, recipe, window), so one
//! small grammar serves both. A [`Spec`] is only syntax; a [`Family`](crate::Family) knows which
//! parameters exist and refuses everything else by name.
//!
//! Invariant: `Spec::from_str(spec.to_string()) == spec`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::OperatorError;

/// One choice with its parameters, as written by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Spec {
    /// The name before the colon, such as `gaussian-blur`.
    pub name: String,
    /// The parameters after it. A value without a key (`kernel:FILE`) is stored under `""`.
    pub parameters: BTreeMap<String, String>,
}

impl Spec {
    /// A choice without parameters.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            parameters: BTreeMap::new(),
        }
    }

    /// The same choice with one parameter set.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.parameters.insert(key.to_owned(), value.to_string());
        self
    }
}

impl Spec {
    /// The same choice with one parameter set that was not set before.
    ///
    /// # Errors
    /// [`OperatorError::Parameter`] if it was: two answers to one question contradict each other.
    pub fn with_new(self, key: &str, value: impl fmt::Display) -> Result<Self, OperatorError> {
        match self.parameters.get(key) {
            Some(there) => Err(OperatorError::Parameter {
                reason: format!("given twice, as {there} and as {value}; leave one out"),
                name: self.name,
                key: key.to_owned(),
            }),
            None => Ok(self.with(key, value)),
        }
    }
}

impl FromStr for Spec {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let syntax = |reason: &str| OperatorError::Syntax {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let (name, rest) = text
            .split_once(':')
            .map_or((text, None), |(n, r)| (n, Some(r)));
        let name = name.trim();
        if name.is_empty() {
            return Err(syntax("the name is missing"));
        }
        let mut spec = Self::named(name);
        let Some(rest) = rest else { return Ok(spec) };
        // A lone value may be a path, so it may hold commas; it never holds `=` before one.
        if !rest.contains('=') {
            if rest.trim().is_empty() {
                return Err(syntax("nothing follows the colon"));
            }
            spec.parameters
                .insert(String::new(), unescaped(rest.trim()));
            return Ok(spec);
        }
        for pair in rest.split(',') {
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| syntax("parameters are written key=value"))?;
            let (key, value) = (key.trim(), value.trim());
            if key.is_empty() || value.is_empty() {
                return Err(syntax("parameters are written key=value"));
            }
            if spec
                .parameters
                .insert(key.to_owned(), value.to_owned())
                .is_some()
            {
                return Err(syntax(&format!("`{key}` is given twice")));
            }
        }
        Ok(spec)
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (i, (key, value)) in self.parameters.iter().enumerate() {
            f.write_str(if i == 0 { ":" } else { "," })?;
            if key.is_empty() {
                f.write_str(&escaped(value))?;
            } else {
                write!(f, "{key}={value}")?;
            }
        }
        Ok(())
    }
}

/// The characters of a path that mean something in a written choice or chain, with their codes.
const CODES: [(&str, &str); 3] = [("%", "%25"), ("+", "%2B"), ("=", "%3D")];

/// A path that can be written into a choice: `C++/k.png` becomes `C%2B%2B/k.png`.
fn escaped(path: &str) -> String {
    let each = |text: String, (plain, code): &(&str, &str)| text.replace(plain, code);
    CODES.iter().fold(path.to_owned(), each)
}

/// The path again; any other `%` stands for itself.
fn unescaped(text: &str) -> String {
    let each = |text: String, (plain, code): &(&str, &str)| text.replace(code, plain);
    CODES.iter().rev().fold(text.to_owned(), each)
}

impl TryFrom<String> for Spec {
    type Error = OperatorError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Spec> for String {
    fn from(spec: Spec) -> Self {
        spec.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_survive_a_round_trip() {
        for text in [
            "inpaint",
            "gaussian-blur:size=61,std=3",
            "kernel:a b, c.png",
            "motion-path:points=0 0;3.5 -1;8 2",
        ] {
            assert_eq!(text.parse::<Spec>().expect("parses").to_string(), text);
        }
    }

    #[test]
    fn any_path_survives_a_round_trip() {
        for path in [
            "/home/C++/a=b.png",
            "100%.png",
            "%2B.png",
            "a%25%3D+%",
            "plain.png",
        ] {
            let mut spec = Spec::named("kernel");
            spec.parameters.insert(String::new(), path.to_owned());
            let text = spec.to_string();
            assert!(!text.contains(['+', '=']), "{text}");
            assert_eq!(text.parse::<Spec>().expect("parses"), spec);
        }
    }

    #[test]
    fn malformed_text_is_refused() {
        for text in ["", ":x=1", "a:", "a:x=", "a:=1", "a:x=1,x=2", "a:x=1,2"] {
            assert!(text.parse::<Spec>().is_err(), "{text:?} was accepted");
        }
    }
}
