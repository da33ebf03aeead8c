//! Text of others, made fit to be shown: names of files, and what decoders say.

/// The longest that is shown.
const MOST: usize = 300;

/// A text as it may be shown in a terminal or a window: control characters (among them the escape
/// sequences that would colour or clear a terminal) and characters that turn the direction of
/// writing are written as escapes, and what is longer than 300 characters is cut.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == MOST {
            out.push('…');
            break;
        }
        let turns = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_a_terminal_is_escaped_and_long_texts_are_cut() {
        assert_eq!(shown("Grüße 1.png"), "Grüße 1.png");
        assert_eq!(shown("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(shown("gnp.\u{202E}a"), "gnp.\\u{202e}a");
        let long = shown(&"x".repeat(9000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (301, true));
    }
}
