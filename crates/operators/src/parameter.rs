//! A parameter of an operator, a sampler or a baseline, as a value.
//!
//! Everything that is known of a parameter stands here once: parsers check texts against it, help lines
//! and error messages quote it, the window builds a field from it. Nothing reads its meaning out of a
//! sentence.
//!
//! Invariant, which tests over all registries hold: the default is one of the accepted texts.

use crate::words::Word;

/// One parameter that a family takes.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its key as written; `""` for a value that is written without one (`kernel:FILE`).
    pub key: &'static str,
    /// Its name in the window: a few words, capitalised.
    pub title: &'static str,
    /// One sentence on what it does to the result. Range and unit are not part of it.
    pub help: &'static str,
    /// What it accepts.
    pub kind: Kind,
    /// Another parameter and the words of it with which this one counts; `None` if it always does.
    pub only_with: Option<(&'static str, &'static [&'static str])>,
}

/// What a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number.
    Number(Range),
    /// A whole number.
    Whole(WholeRange),
    /// One of a few words; the first is the default.
    Choice(&'static [Word]),
    /// One word, which is the default, or a number instead.
    WordOr {
        /// The word.
        word: &'static str,
        /// What stands for a number in its place, as a title.
        instead: &'static str,
        /// The number; its default is what a control begins with.
        number: Range,
    },
    /// The points of a path, `x y;x y;…` in pixels; required.
    Path,
    /// The name of a file; required.
    File,
}

/// The numbers that a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// The value if none is written.
    pub default: f64,
    /// Its unit, such as `px`; `""` if it has none.
    pub unit: &'static str,
    /// The part of the range that a slider covers.
    pub offered: (f64, f64),
}

/// The whole numbers that a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeRange {
    /// The least.
    pub low: usize,
    /// The largest.
    pub high: usize,
    /// The value if none is written.
    pub default: usize,
    /// Its unit; `""` if it has none.
    pub unit: &'static str,
    /// Whether even numbers are refused: kernels have a centre pixel.
    pub odd: bool,
}

/// Numbers that only tell random things apart: every one is as good as another.
pub(crate) const fn seed(key: &'static str, title: &'static str, help: &'static str) -> Parameter {
    Parameter::whole(key, title, 0, (0, u32::MAX as usize)).help(help)
}

impl Parameter {
    const fn new(key: &'static str, title: &'static str, kind: Kind) -> Self {
        Self {
            key,
            title,
            help: "",
            kind,
            only_with: None,
        }
    }

    /// A number from `low` to `high`, both accepted.
    #[must_use]
    pub const fn number(
        key: &'static str,
        title: &'static str,
        default: f64,
        (low, high): (f64, f64),
    ) -> Self {
        Self::new(key, title, Kind::Number(Range::new(default, low, high)))
    }

    /// A whole number from `low` to `high`, both accepted.
    #[must_use]
    pub const fn whole(
        key: &'static str,
        title: &'static str,
        default: usize,
        (low, high): (usize, usize),
    ) -> Self {
        let range = WholeRange {
            low,
            high,
            default,
            unit: "",
            odd: false,
        };
        Self::new(key, title, Kind::Whole(range))
    }

    /// The side of a kernel: odd, from 3 to 255 px.
    #[must_use]
    pub const fn kernel_side(key: &'static str, title: &'static str, default: usize) -> Self {
        let range = WholeRange {
            low: 3,
            high: 255,
            default,
            unit: "px",
            odd: true,
        };
        Self::new(key, title, Kind::Whole(range))
    }

    /// One of some words.
    #[must_use]
    pub const fn choice(key: &'static str, title: &'static str, words: &'static [Word]) -> Self {
        Self::new(key, title, Kind::Choice(words))
    }

    /// `word`, or a number from `low` to `high`, for which a control says `instead` and begins with
    /// `usual`.
    #[must_use]
    pub const fn word_or(
        key: &'static str,
        title: &'static str,
        (word, instead): (&'static str, &'static str),
        usual: f64,
        (low, high): (f64, f64),
    ) -> Self {
        let number = Range::new(usual, low, high);
        let kind = Kind::WordOr {
            word,
            instead,
            number,
        };
        Self::new(key, title, kind)
    }

    /// The points of a path.
    #[must_use]
    pub const fn path(key: &'static str, title: &'static str) -> Self {
        Self::new(key, title, Kind::Path)
    }

    /// The name of a file, written without a key.
    #[must_use]
    pub const fn file(title: &'static str) -> Self {
        Self::new("", title, Kind::File)
    }

    /// What it does, in a sentence.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// The unit of a number.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        match &mut self.kind {
            Kind::Number(range) | Kind::WordOr { number: range, .. } => range.unit = unit,
            Kind::Whole(range) => range.unit = unit,
            Kind::Choice(_) | Kind::Path | Kind::File => {}
        }
        self
    }

    /// The part of its range that a slider covers.
    #[must_use]
    pub const fn offered(mut self, low: f64, high: f64) -> Self {
        if let Kind::Number(range) = &mut self.kind {
            range.offered = (low, high);
        }
        self
    }

    /// It counts only while the parameter `key` is one of `words`.
    #[must_use]
    pub const fn only_with(mut self, key: &'static str, words: &'static [&'static str]) -> Self {
        self.only_with = Some((key, words));
        self
    }

    /// The text it means when none is written; `None` if it is required.
    #[must_use]
    pub fn default(&self) -> Option<String> {
        match self.kind {
            Kind::Number(range) => Some(range.default.to_string()),
            Kind::Whole(range) => Some(range.default.to_string()),
            Kind::Choice(words) => words.first().map(|word| word.name.to_owned()),
            Kind::WordOr { word, .. } => Some(word.to_owned()),
            Kind::Path | Kind::File => None,
        }
    }

    /// What it accepts, in a few words: `0.1 to 50 px`, `luma or mean`.
    #[must_use]
    pub fn accepts(&self) -> String {
        match self.kind {
            Kind::Number(range) => range.written(),
            Kind::Whole(range) => range.written(),
            Kind::Choice(words) => Word::listed(words),
            Kind::WordOr { word, number, .. } => format!("{word}, or {}", number.written()),
            Kind::Path => "x y;x y;… in px, x to the right, y downwards".to_owned(),
            Kind::File => "the name of a file".to_owned(),
        }
    }

    /// How its key is written in help: `FILE` for a value without one.
    #[must_use]
    pub fn written_key(&self) -> &'static str {
        if self.key.is_empty() {
            "FILE"
        } else {
            self.key
        }
    }
}

impl Range {
    const fn new(default: f64, low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            default,
            unit: "",
            offered: (low, high),
        }
    }

    /// `text` as a number within the range.
    ///
    /// # Errors
    /// What it is not, to follow the text.
    pub fn read(&self, text: &str) -> Result<f64, String> {
        let number = text.parse().ok();
        let within = number.filter(|value| (self.low..=self.high).contains(value));
        within.ok_or_else(|| format!("is not a number from {} to {}", self.low, self.high))
    }

    fn written(&self) -> String {
        with_unit(format!("{} to {}", self.low, self.high), self.unit)
    }
}

impl WholeRange {
    /// `text` as a whole number within the range.
    ///
    /// # Errors
    /// What it is not, to follow the text.
    pub fn read(&self, text: &str) -> Result<usize, String> {
        let (low, high) = (self.low, self.high);
        let number: Option<usize> = text.parse().ok();
        let within = number.filter(|value| (low..=high).contains(value));
        match within {
            None => Err(format!("is not a whole number from {low} to {high}")),
            Some(even) if self.odd && even % 2 == 0 => {
                Err("is even; a kernel has a centre pixel".to_owned())
            }
            Some(value) => Ok(value),
        }
    }

    fn written(&self) -> String {
        if self.high >= u32::MAX as usize {
            return "a whole number".to_owned();
        }
        let odd = if self.odd { "odd, " } else { "" };
        with_unit(format!("{odd}{} to {}", self.low, self.high), self.unit)
    }
}

fn with_unit(text: String, unit: &str) -> String {
    match unit {
        "" => text,
        unit => format!("{text} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted_is_written_from_the_values() {
        let std = Parameter::number("std", "Blur strength", 3.0, (0.1, 50.0)).unit("px");
        assert_eq!(std.accepts(), "0.1 to 50 px");
        assert_eq!(std.default().as_deref(), Some("3"));
        let side = Parameter::kernel_side("size", "Kernel side", 61);
        assert_eq!(side.accepts(), "odd, 3 to 255 px");
        assert_eq!(seed("seed", "Seed", "").accepts(), "a whole number");
        let start = Parameter::word_or("start", "Start", ("noise", "Level"), 1.0, (0.01, 1000.0));
        assert_eq!(start.accepts(), "noise, or 0.01 to 1000");
        assert_eq!(start.default().as_deref(), Some("noise"));
        assert_eq!(Parameter::file("Kernel file").default(), None);
    }

    #[test]
    fn numbers_outside_and_words_are_refused() {
        let range = Range::new(1.0, 0.5, 2.0);
        assert_eq!(range.read("0.5"), Ok(0.5));
        for text in ["0.4", "2.1", "nan", "inf", "two", ""] {
            let reason = range.read(text).expect_err(text);
            assert_eq!(reason, "is not a number from 0.5 to 2");
        }
        let Kind::Whole(side) = Parameter::kernel_side("size", "", 3).kind else {
            panic!("a side is whole");
        };
        assert_eq!(side.read("255"), Ok(255));
        assert!(side.read("4").expect_err("even").contains("centre"));
        assert!(side.read("257").is_err() && side.read("3.5").is_err());
    }
}
