//! Texts under keywords: PNG's text chunks, and the comments of JPEG files.

use super::{MOST, jpeg};

/// A text under a keyword, as a chunk of a PNG file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(super) kind: [u8; 4],
    pub(super) data: Vec<u8>,
}

/// The keyword that a JPEG comment gets, and an international text's four empty fields after it.
const COMMENT: &[u8] = b"Comment\0";
const PLAIN: &[u8] = &[0; 4];
/// What a text takes beside its letters.
const OVERHEAD: usize = 64;

impl Note {
    /// A JPEG comment; `None` for an empty one. What is no UTF-8 is taken for Latin-1.
    pub(crate) fn comment(text: &[u8]) -> Option<Self> {
        let latin = || text.iter().map(|byte| char::from(*byte)).collect();
        let text = std::str::from_utf8(text).map_or_else(|_| latin(), str::to_owned);
        let text = text.trim_end_matches('\0');
        let data = [COMMENT, PLAIN, text.as_bytes()].concat();
        let kind = *b"iTXt";
        (!text.is_empty()).then_some(Self { kind, data })
    }

    /// A plain text of a PNG file, with its keyword.
    #[cfg(test)]
    pub(crate) fn other(data: &[u8]) -> Self {
        let (kind, data) = (*b"tEXt", data.to_vec());
        Self { kind, data }
    }

    /// The text for a JPEG comment, if it is one and short enough.
    pub(super) fn as_comment(&self) -> Option<Vec<u8>> {
        let text = self.data.strip_prefix(COMMENT)?;
        let text = match &self.kind {
            b"tEXt" => text.iter().map(|byte| char::from(*byte)).collect(),
            b"iTXt" => std::str::from_utf8(text.strip_prefix(PLAIN)?)
                .ok()?
                .to_owned(),
            _ => return None,
        };
        Some(text.into_bytes()).filter(|text: &Vec<u8>| text.len() <= jpeg::MOST_COMMENT)
    }
}

/// Texts up to [`MOST`] bytes; those that come later are counted, not kept.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) kept: Vec<Note>,
    bytes: usize,
    /// Whether any were left out.
    pub(super) full: bool,
}

impl Notes {
    pub(super) fn push(&mut self, note: Note) {
        self.bytes = self.bytes.saturating_add(note.data.len() + OVERHEAD);
        if self.bytes > MOST {
            self.full = true;
        } else {
            self.kept.push(note);
        }
    }
}
