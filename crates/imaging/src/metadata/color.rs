//! What PNG files say of their colours beside a profile (PNG, third edition, section 11.3.2), carried
//! as bytes into the PNG file that is saved. No other format that is written has a place for it.

use std::fmt;

/// The chunks that are carried.
const KINDS: [([u8; 4], &str); 7] = [
    (*b"cICP", "cICP"),
    (*b"mDCV", "mDCV"),
    (*b"cLLI", "cLLI"),
    (*b"gAMA", "gAMA"),
    (*b"cHRM", "cHRM"),
    (*b"sRGB", "sRGB"),
    (*b"sBIT", "sBIT"),
];

/// One of the chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColorChunk {
    kind: [u8; 4],
    data: Vec<u8>,
}

impl ColorChunk {
    /// `None` for other chunks, and for one that is too long to be sound.
    pub(crate) fn new(kind: [u8; 4], data: &[u8]) -> Option<Self> {
        let known = KINDS.iter().any(|(known, _)| *known == kind);
        let data = data.to_vec();
        (known && data.len() <= 32).then_some(Self { kind, data })
    }

    /// The chunk for pixels of so many channels and bits. Significant bits are said of each channel,
    /// and may be no more than there are; the others say nothing of channels.
    pub(super) fn for_pixels(&self, channels: usize, bits: u8) -> Option<([u8; 4], Vec<u8>)> {
        if self.kind != *b"sBIT" {
            return Some((self.kind, self.data.clone()));
        }
        let (color, alpha) = match self.data.as_slice() {
            [gray] => ([*gray; 3], bits),
            [gray, alpha] => ([*gray; 3], *alpha),
            [red, green, blue] => ([*red, *green, *blue], bits),
            [red, green, blue, alpha] => ([*red, *green, *blue], *alpha),
            _ => return None,
        };
        let mut data = color[..if channels <= 2 { 1 } else { 3 }].to_vec();
        data.extend(channels.is_multiple_of(2).then_some(alpha));
        let sound = data.iter().all(|bits| *bits > 0);
        let data = data.into_iter().map(|found| found.min(bits)).collect();
        sound.then_some((self.kind, data))
    }
}

/// Which chunks there are. Its `Display` is a list, such as `gAMA and cHRM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColorChunks(u8);

impl ColorChunks {
    pub(crate) fn of(chunks: &[ColorChunk]) -> Self {
        let has = |kind: &[u8; 4]| chunks.iter().any(|chunk| chunk.kind == *kind);
        let found = KINDS.iter().enumerate().filter(|(_, (kind, _))| has(kind));
        Self(found.fold(0, |all, (bit, _)| all | 1 << bit))
    }
}

impl fmt::Display for ColorChunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = KINDS.iter().enumerate();
        let names: Vec<&str> = all
            .filter(|(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, (_, name))| *name)
            .collect();
        match names.as_slice() {
            [rest @ .., last] if !rest.is_empty() => {
                write!(f, "{} and {last}", rest.join(", "))
            }
            names => f.write_str(&names.concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_bits_follow_the_channels() {
        let chunk = ColorChunk::new(*b"sBIT", &[5, 6, 5]).expect("known");
        let data = |channels, bits| chunk.for_pixels(channels, bits).map(|(_, data)| data);
        assert_eq!(data(3, 8), Some(vec![5, 6, 5]));
        assert_eq!(data(4, 8), Some(vec![5, 6, 5, 8]));
        assert_eq!(data(1, 8), Some(vec![5]));
        let deep = ColorChunk::new(*b"sBIT", &[12]).expect("known");
        assert_eq!(deep.for_pixels(3, 8), Some((*b"sBIT", vec![8, 8, 8])));
        assert_eq!(ColorChunk::new(*b"tRNS", &[0]), None);
    }

    #[test]
    fn names_are_listed() {
        let chunks: Vec<_> = [*b"gAMA", *b"cHRM", *b"sRGB"]
            .iter()
            .filter_map(|kind| ColorChunk::new(*kind, &[0]))
            .collect();
        assert_eq!(ColorChunks::of(&chunks).to_string(), "gAMA, cHRM and sRGB");
        assert_eq!(ColorChunks::of(&chunks[..1]).to_string(), "gAMA");
    }
}
