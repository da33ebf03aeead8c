//! Boxes of the ISO base media file format (ISO/IEC 14496-12, section 4.2), of which JPEG XL and HEIF
//! files consist.

/// A box as it lies in its surroundings.
pub(super) struct Part<'a> {
    pub(super) kind: [u8; 4],
    pub(super) data: &'a [u8],
    /// Where its kind and its data begin in the bytes that were asked.
    pub(super) kind_at: usize,
    pub(super) at: usize,
}

/// The boxes in `bytes`, up to where they are damaged. The last may go to their end.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*bytes.get(at..at.checked_add(4)?)?.first_chunk()?);
        let kind = *bytes.get(at + 4..at + 8)?.first_chunk()?;
        let (head, end) = match length {
            0 => (8, bytes.len()),
            1 => {
                let long = u64::from_be_bytes(*bytes.get(at + 8..at + 16)?.first_chunk()?);
                (16, at.checked_add(usize::try_from(long).ok()?)?)
            }
            length => (8, at.checked_add(usize::try_from(length).ok()?)?),
        };
        // A part that is cut short is given as far as it goes.
        let (kind_at, start) = (at + 4, at + head);
        let data = bytes.get(start..end.min(bytes.len()))?;
        at = end;
        Some(Part {
            kind,
            data,
            kind_at,
            at: start,
        })
    })
}

/// The first box of a kind.
pub(super) fn find<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<Part<'a>> {
    boxes(bytes).find(|part| part.kind == *kind)
}

/// Numbers one after another, the high byte first.
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(part)
    }

    /// A number of so many bytes, 0 to 8; no bytes are zero.
    pub(super) fn number(&mut self, count: usize) -> Option<u64> {
        let part = self.bytes(count).filter(|_| count <= 8)?;
        Some(part.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.number(1).map(|value| value as u8)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.number(2).map(|value| value as u16)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.number(4).map(|value| value as u32)
    }

    /// Version and flags, which begin a full box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some(((word >> 24) as u8, word & 0x00FF_FFFF))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_long_short_or_to_the_end() {
        let mut bytes = b"\0\0\0\x0Aabcd12".to_vec();
        bytes.extend(b"\0\0\0\x01efgh\0\0\0\0\0\0\0\x13345");
        bytes.extend(b"\0\0\0\0ijkl6789");
        let found: Vec<_> = boxes(&bytes).map(|part| (part.kind, part.data)).collect();
        assert_eq!(
            found,
            [
                (*b"abcd", &b"12"[..]),
                (*b"efgh", b"345"),
                (*b"ijkl", b"6789")
            ]
        );
        assert!(boxes(&bytes).all(|part| bytes[part.at..].starts_with(part.data)));
        // A box shorter than its head ends the list, for the next would be the same again.
        assert_eq!(boxes(b"\0\0\0\x04abcd").count(), 0);
        assert_eq!(find(&bytes, b"ijkl").map(|part| part.at), Some(37));
    }

    #[test]
    fn numbers_end_where_the_bytes_do() {
        let mut numbers = Numbers(&[1, 2, 3]);
        assert_eq!(
            (numbers.u8(), numbers.u16(), numbers.u8()),
            (Some(1), Some(0x203), None)
        );
        assert_eq!(numbers.number(0), Some(0));
    }
}
