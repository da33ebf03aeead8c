//! The decomposed form of a name: letters and their accents as characters of their own.
//!
//! Systems write `é` as one character or as two, and both name the same file to a person. Compared are
//! canonical decompositions (Unicode Standard Annex 15, form D) without the reordering of several
//! accents on one letter, which names have in the same order in both forms. The table
//! `decompositions.txt` holds every pair of Unicode 14: a character and the two that it stands for.
//! Hangul is computed (Unicode Standard, section 3.12).

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("decompositions.txt");

/// The first syllable of Hangul, and how many there are.
const SYLLABLES: (u32, u32) = (0xAC00, 11_172);
/// The first leading consonant, vowel and trailing consonant, the last one standing for none.
const PARTS: (u32, u32, u32) = (0x1100, 0x1161, 0x11A7);
/// Vowels and trailing consonants.
const VOWELS: u32 = 21;
const TRAILING: u32 = 28;

static PAIRS: LazyLock<HashMap<char, [char; 2]>> = LazyLock::new(|| {
    let pair = |line: &str| {
        let mut characters = line.chars();
        let mut next = || characters.next();
        Some((next()?, [next()?, next()?]))
    };
    TABLE.lines().filter_map(pair).collect()
});

/// The name with every composed character taken apart.
pub(super) fn decomposed(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        push(&mut out, character);
    }
    out
}

fn push(out: &mut String, character: char) {
    let syllable = u32::from(character).checked_sub(SYLLABLES.0);
    if let Some(index) = syllable.filter(|index| *index < SYLLABLES.1) {
        let trailing = index % TRAILING;
        let vowel = index / TRAILING % VOWELS;
        let leading = index / TRAILING / VOWELS;
        let parts = [PARTS.0 + leading, PARTS.1 + vowel, PARTS.2 + trailing];
        let count = if trailing == 0 { 2 } else { 3 };
        out.extend(parts.into_iter().take(count).filter_map(char::from_u32));
    } else if let Some([first, second]) = PAIRS.get(&character) {
        push(out, *first);
        out.push(*second);
    } else {
        out.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_two_forms_is_one() {
        for (composed, apart) in [
            ("Großmutter Café", "Großmutter Cafe\u{301}"),
            ("Ångström", "A\u{30A}ngstro\u{308}m"),
            // A letter with two accents comes apart twice.
            ("Việt", "Vie\u{323}\u{302}t"),
            ("が", "か\u{3099}"),
            ("한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"),
            ("Ёж", "Е\u{308}ж"),
        ] {
            assert_eq!(decomposed(composed), apart);
            assert_eq!(decomposed(apart), apart);
        }
        assert_eq!(decomposed("plain 写真 😀"), "plain 写真 😀");
    }
}
