//! Words for a person at a terminal: on standard output what was done, on standard error what to know
//! beside it and what went wrong.
//!
//! Names of files and priors are other people's text: control characters, which a terminal would obey,
//! are shown by their codes, and a name or reason of any length is cut. A stream that is closed is no
//! error of ours; one that is full loses what was asked for, and the program then does not end with 0.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The longest name that is shown whole, in characters.
const NAME: usize = 300;
/// The longest sentence that is shown whole: a name, a reason and words around them.
const SENTENCE: usize = 700;

/// Whether something that was said on standard output is lost.
static LOST: AtomicBool = AtomicBool::new(false);

/// A line on standard output.
pub(crate) fn say(line: impl Display) {
    let written = writeln!(std::io::stdout(), "{}", clean(&line.to_string()));
    if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// A line on standard error about something worth knowing.
pub(crate) fn note(text: impl Display) {
    complain(format!("note: {text}"));
}

/// A line on standard error about something that is probably not meant.
pub(crate) fn warn(text: impl Display) {
    complain(format!("warning: {text}"));
}

/// A line on standard error. Where nobody can read it, nothing can be done about it.
pub(crate) fn complain(line: impl Display) {
    let line = cut(&clean(&line.to_string()), SENTENCE);
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Lines on standard error about how the program is called, as long as they are.
pub(crate) fn complain_at_length(text: impl Display) {
    let _ = write!(std::io::stderr(), "{}", clean(&text.to_string()));
}

/// Whether standard output could not take everything, for another reason than that nobody listens.
pub(crate) fn output_is_lost() -> bool {
    let unsaid = std::io::stdout()
        .flush()
        .is_err_and(|e| e.kind() != ErrorKind::BrokenPipe);
    unsaid || LOST.load(Ordering::Relaxed)
}

/// A path as it can be shown: on one line, and of bounded length.
pub(crate) fn shown(path: &Path) -> String {
    one_line(&path.display().to_string())
}

/// Text of others on one line, and of bounded length.
pub(crate) fn one_line(text: &str) -> String {
    cut(&clean(&text.replace('\n', "\\n")), NAME)
}

/// Text without characters that a terminal obeys, but for the ends of lines.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            // Characters that turn the direction of what follows show one name for another.
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                out.extend(character.escape_unicode());
            }
            control if control.is_control() => {
                out.push_str(&format!("\\x{:02x}", u32::from(control)));
            }
            plain => out.push(plain),
        }
    }
    out
}

/// At most about so many characters: what is longer loses its middle.
fn cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let tail = most / 4;
    let head: String = text.chars().take(most - tail).collect();
    let tail: String = text.chars().skip(count - tail).collect();
    format!("{head} […] {tail}")
}

/// Long words of a sentence, cut: names and reasons of others within our own words.
pub(crate) fn bounded(text: &str) -> String {
    let words = text.split(' ').map(|word| cut(word, NAME));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown_by_its_code() {
        assert_eq!(
            clean("a\u{1b}[31mb\rc\u{9b}d\x07"),
            "a\\x1b[31mb\\x0dc\\x9bd\\x07"
        );
        assert_eq!(clean("photo\u{202e}gpj.exe"), "photo\\u{202e}gpj.exe");
        assert_eq!(clean("Café 写真 😀\n\tb"), "Café 写真 😀\n\tb");
        assert_eq!(shown(Path::new("a\nb")), "a\\nb");
    }

    #[test]
    fn long_names_lose_their_middle() {
        let long = format!("{}.png", "x".repeat(5000));
        let short = shown(Path::new(&long));
        assert!(short.chars().count() < 320 && short.ends_with("xx.png"));
        let sentence = bounded(&format!("cannot read {long}: no"));
        assert!(sentence.starts_with("cannot read xx") && sentence.ends_with(".png: no"));
        assert!(sentence.len() < 350);
        assert_eq!(cut("short", 10), "short");
    }
}
