//! The parameters of operators and samplers as fields that a window can show: a control, its present text,
//! and the words beside it. Everything comes from the registries.

use std::ops::RangeInclusive;

use engine::{Family, Kind, Parameter, Range, WholeRange, Word};

/// What a parameter is changed with.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// One of a few words.
    Choice(Vec<Choice>),
    /// A number.
    Number(Number),
    /// A word, or a number in its stead.
    WordOrNumber {
        /// The word, as written and as a title.
        word: &'static str,
        /// What stands for a number, as a title.
        instead: &'static str,
        /// The number; its `usual` is what to begin with.
        number: Number,
    },
    /// Anything that can be typed.
    Text,
}

/// A word that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As written.
    pub text: String,
    /// Its name.
    pub title: String,
    /// One sentence on what it does; may be empty.
    pub help: &'static str,
}

/// A number that can be set.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// What a slider covers.
    pub offered: RangeInclusive<f64>,
    /// The smallest difference: 1 of whole numbers, 2 of odd ones, 0 of all others.
    pub step: f64,
    /// What to begin with.
    pub usual: f64,
    /// Its unit; may be empty.
    pub unit: &'static str,
}

/// One parameter of a family as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The parameter.
    pub key: &'static str,
    /// Its name.
    pub title: &'static str,
    /// One sentence on what it does to the picture.
    pub help: &'static str,
    /// What it is changed with.
    pub control: Control,
    /// The text it means when none is written.
    pub default: Option<String>,
    /// Another parameter and the words of it with which this one counts.
    only_with: Option<(&'static str, &'static [&'static str])>,
}

impl Field {
    /// Every parameter of a family, in its order.
    #[must_use]
    pub fn all(family: &Family) -> Vec<Self> {
        family.parameters.iter().map(Self::of).collect()
    }

    fn of(parameter: &Parameter) -> Self {
        Self {
            key: parameter.key,
            title: parameter.title,
            help: parameter.help,
            control: control(parameter.kind),
            default: parameter.default(),
            only_with: parameter.only_with,
        }
    }

    /// Whether it counts, where `text` gives the present text of any parameter.
    #[must_use]
    pub fn counts(&self, text: impl Fn(&str) -> Option<String>) -> bool {
        let Some((key, words)) = self.only_with else {
            return true;
        };
        let text = text(key).unwrap_or_default();
        let word = text.split(':').next().unwrap_or_default();
        words.contains(&word)
    }
}

fn control(kind: Kind) -> Control {
    match kind {
        Kind::Number(range) => Control::Number(number(range)),
        Kind::Whole(range) => Control::Number(whole(range)),
        Kind::Choice(words) => Control::Choice(words.iter().flat_map(choices).collect()),
        Kind::WordOr {
            word,
            instead,
            number: range,
        } => Control::WordOrNumber {
            word,
            instead,
            number: number(range),
        },
        Kind::Path | Kind::File => Control::Text,
    }
}

fn choices(word: &Word) -> impl Iterator<Item = Choice> {
    let help = word.help;
    let offered = word.offered().into_iter();
    offered.map(move |(text, title)| Choice { text, title, help })
}

fn number(range: Range) -> Number {
    Number {
        offered: range.offered.0..=range.offered.1,
        step: 0.0,
        usual: range.default,
        unit: range.unit,
    }
}

fn whole(range: WholeRange) -> Number {
    Number {
        offered: range.low as f64..=range.high as f64,
        step: if range.odd { 2.0 } else { 1.0 },
        usual: range.default as f64,
        unit: range.unit,
    }
}

#[cfg(test)]
mod tests {
    use engine::{Chain, Spec, check_operator, check_sampler};

    use super::*;

    /// What a control can set, at its ends and in between.
    fn settable(field: &Field) -> Vec<String> {
        let ends = |number: &Number| {
            let ends = [number.offered.start(), number.offered.end(), &number.usual];
            ends.map(ToString::to_string)
        };
        match &field.control {
            Control::Choice(choices) => choices.iter().map(|choice| choice.text.clone()).collect(),
            Control::Number(number) => ends(number).to_vec(),
            Control::WordOrNumber { word, number, .. } => {
                let words = std::iter::once((*word).to_owned());
                words.chain(ends(number)).collect()
            }
            Control::Text => Vec::new(),
        }
    }

    /// What has to be written beside a field for it to count.
    fn beside(family: &Family, field: &Field) -> Spec {
        let spec = Spec::named(family.name);
        match field.only_with {
            Some((key, words)) => spec.with(key, words[0]),
            None => spec,
        }
    }

    #[test]
    fn every_parameter_of_every_sampler_can_be_set_to_all_that_is_offered() {
        let inpaint: Chain = "inpaint".parse().expect("valid");
        for family in engine::sampler_families() {
            for field in Field::all(&family) {
                let place = format!("{} {}", family.name, field.key);
                assert_ne!(field.control, Control::Text, "{place}: nothing is offered");
                for value in settable(&field) {
                    let spec = beside(&family, &field).with(field.key, &value);
                    check_sampler(&spec, &inpaint).unwrap_or_else(|e| panic!("{place}: {e}"));
                }
            }
        }
    }

    /// Sizes that one picture cannot hold are refused, everything else is taken.
    #[test]
    fn every_parameter_of_every_operator_can_be_set_to_what_is_offered() {
        for family in engine::operator_families() {
            for field in Field::all(&family) {
                let place = format!("{} {}", family.name, field.key);
                let text = field.control == Control::Text;
                assert_eq!(text, field.default.is_none(), "{place}");
                for value in settable(&field) {
                    let spec = Spec::named(family.name).with(field.key, &value);
                    let Err(error) = check_operator(&Chain(vec![spec])) else {
                        continue;
                    };
                    let reason = error.to_string();
                    assert!(
                        !reason.contains("is not a") && !reason.contains("unknown"),
                        "{place}={value}: {reason}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_probe_length_counts_beside_probes_alone() {
        let families = engine::sampler_families();
        let family = families.iter().find(|family| family.name == "ca-dps");
        let fields = Field::all(family.expect("registered"));
        let field = fields.iter().find(|field| field.key == "probe-step");
        let field = field.expect("registered");
        assert!(field.counts(|_| Some("probe:4".to_owned())));
        assert!(!field.counts(|_| Some("secant".to_owned())));
        assert!(!field.counts(|_| None));
    }
}
