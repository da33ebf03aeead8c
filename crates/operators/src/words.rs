//! Words that a parameter accepts, some of them with a number behind a colon (`probe:4`).

/// One word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word {
    /// As written.
    pub name: &'static str,
    /// Its name in the window.
    pub title: &'static str,
    /// One sentence on what it does; `""` where the title says it.
    pub help: &'static str,
    /// The number that may follow it.
    pub argument: Option<Argument>,
}

/// The number behind a word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Argument {
    /// What stands for it in help, such as `K`.
    pub letter: &'static str,
    /// The least.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// Whether it has to be a whole number.
    pub whole: bool,
    /// Those that the window offers, as they are written.
    pub offered: &'static [&'static str],
}

impl Word {
    /// A word without a number.
    #[must_use]
    pub const fn new(name: &'static str, title: &'static str, help: &'static str) -> Self {
        Self {
            name,
            title,
            help,
            argument: None,
        }
    }

    /// The same with a number that may follow.
    #[must_use]
    pub const fn with(mut self, argument: Argument) -> Self {
        self.argument = Some(argument);
        self
    }

    /// Which of `words` a text names, and the number behind it.
    ///
    /// # Errors
    /// The words there are, if it is none of them or its number is out of range.
    pub fn read(words: &'static [Self], text: &str) -> Result<(&'static str, Option<f64>), String> {
        let refused = || format!("is not known; write {}", Self::listed(words));
        let (name, number) = match text.split_once(':') {
            None => (text, None),
            Some((name, number)) => (name, Some(number)),
        };
        let word = words.iter().find(|word| word.name == name);
        let word = word.ok_or_else(refused)?;
        let Some(number) = number else {
            return Ok((word.name, None));
        };
        let argument = word.argument.ok_or_else(refused)?;
        let number: f64 = number.parse().map_err(|_| refused())?;
        let fits = (argument.low..=argument.high).contains(&number)
            && (!argument.whole || number.fract() == 0.0);
        if fits {
            Ok((word.name, Some(number)))
        } else {
            let Argument {
                letter, low, high, ..
            } = argument;
            Err(format!("is out of range; {letter} is from {low} to {high}"))
        }
    }

    /// All of them as a list: `secant, probe:K or full`.
    #[must_use]
    pub fn listed(words: &[Self]) -> String {
        let written: Vec<String> = words.iter().map(Self::form).collect();
        match &written[..] {
            [] => String::new(),
            [only] => only.clone(),
            [others @ .., last] => format!("{} or {last}", others.join(", ")),
        }
    }

    /// Everything of it that the window offers, with its title.
    #[must_use]
    pub fn offered(&self) -> Vec<(String, String)> {
        let plain = (self.name.to_owned(), self.title.to_owned());
        match self.argument {
            None => vec![plain],
            Some(argument) => {
                let with = |number: &&str| {
                    let written = format!("{}:{number}", self.name);
                    (written, format!("{} {number}", self.title))
                };
                let numbered = argument.offered.iter().map(with);
                // Without a number, a word means its first.
                let bare = argument.offered.is_empty().then_some(plain);
                bare.into_iter().chain(numbered).collect()
            }
        }
    }

    fn form(&self) -> String {
        match self.argument {
            None => self.name.to_owned(),
            Some(argument) => format!("{}:{}", self.name, argument.letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[Word] = &[
        Word::new("secant", "Secant", ""),
        Word::new("probe", "Probe", "").with(Argument {
            letter: "K",
            low: 1.0,
            high: 64.0,
            whole: true,
            offered: &["1", "4"],
        }),
    ];

    #[test]
    fn words_are_read_with_their_numbers() {
        let read = |text| Word::read(WORDS, text);
        assert_eq!(read("secant"), Ok(("secant", None)));
        assert_eq!(read("probe"), Ok(("probe", None)));
        assert_eq!(read("probe:4"), Ok(("probe", Some(4.0))));
        for text in ["Secant", "secant:1", "probe:x", "probe:", ""] {
            let reason = read(text).expect_err(text);
            assert_eq!(reason, "is not known; write secant or probe:K");
        }
        for text in ["probe:0", "probe:65", "probe:1.5", "probe:nan"] {
            assert!(read(text).expect_err(text).contains("1 to 64"), "{text}");
        }
    }

    #[test]
    fn what_is_offered_can_be_read() {
        for (text, _) in WORDS.iter().flat_map(Word::offered) {
            assert!(Word::read(WORDS, &text).is_ok(), "{text}");
        }
    }
}
