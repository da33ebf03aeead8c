//! Directories of tags, of which TIFF files and EXIF blocks are made (TIFF 6.0, section 2).
//!
//! Invariants: what is read lies within the block and is together no longer than it, however the
//! entries overlap; values are held little-endian and written in the order of the target.

/// The order of a number's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// As the header says; `None` for what is no TIFF, or a BigTIFF.
    pub(super) fn of(block: &[u8]) -> Option<Self> {
        match block.get(..4)? {
            b"II*\0" => Some(Self::Little),
            b"MM\0*" => Some(Self::Big),
            _ => None,
        }
    }

    fn u16(self, block: &[u8], at: usize) -> Option<u16> {
        let bytes = block.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    fn u32(self, block: &[u8], at: usize) -> Option<u32> {
        let bytes = block.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }

    /// Values from this order to little-endian, or the other way: it is the same.
    fn turned(self, kind: u16, mut data: Vec<u8>) -> Vec<u8> {
        if self == Self::Big {
            // The two numbers of a fraction are turned one by one.
            let number = match kind {
                5 | 10 => 4,
                kind => size(kind).unwrap_or(1),
            };
            data.chunks_exact_mut(number).for_each(<[u8]>::reverse);
        }
        data
    }

    fn put16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn put32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// Bytes of one value.
fn size(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 => Some(8),
        _ => None,
    }
}

/// A tag with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) tag: u16,
    /// BYTE 1, ASCII 2, SHORT 3, LONG 4, RATIONAL 5, UNDEFINED 7, …
    pub(super) kind: u16,
    /// The values, little-endian.
    pub(super) data: Vec<u8>,
}

impl Entry {
    pub(super) fn new(tag: u16, kind: u16, data: &[u8]) -> Self {
        let data = data.to_vec();
        Self { tag, kind, data }
    }

    pub(super) fn long(tag: u16, value: u32) -> Self {
        Self::new(tag, 4, &value.to_le_bytes())
    }

    pub(super) fn short(tag: u16, value: u16) -> Self {
        Self::new(tag, 3, &value.to_le_bytes())
    }

    /// The first value, of SHORT or LONG.
    pub(super) fn number(&self) -> Option<u32> {
        match (self.kind, self.data.as_slice()) {
            (3, [a, b, ..]) => Some(u32::from(u16::from_le_bytes([*a, *b]))),
            (4 | 13, [a, b, c, d, ..]) => Some(u32::from_le_bytes([*a, *b, *c, *d])),
            _ => None,
        }
    }

    /// The first value, of RATIONAL.
    pub(super) fn fraction(&self) -> Option<f64> {
        let number = |at: usize| Order::Little.u32(&self.data, at).map(f64::from);
        if self.kind != 5 {
            return None;
        }
        Some(number(0)? / number(4)?).filter(|value| value.is_finite())
    }
}

/// Finds a tag.
pub(super) fn find(entries: &[Entry], tag: u16) -> Option<&Entry> {
    entries.iter().find(|entry| entry.tag == tag)
}

/// The first directory of a block.
pub(super) fn first(block: &[u8]) -> Option<Vec<Entry>> {
    let at = Order::of(block)?.u32(block, 4)?;
    directory(block, at)
}

/// The directory at an offset. Entries that cannot be read are left out.
pub(super) fn directory(block: &[u8], at: u32) -> Option<Vec<Entry>> {
    let order = Order::of(block)?;
    let at = usize::try_from(at).ok()?;
    let count = usize::from(order.u16(block, at)?);
    // Entries may all point at the same bytes; together they get no more than the block has.
    let mut left = block.len();
    let entry = |index: usize| {
        let at = at.checked_add(2 + 12 * index)?;
        let (tag, kind) = (order.u16(block, at)?, order.u16(block, at + 2)?);
        let values = usize::try_from(order.u32(block, at + 4)?).ok()?;
        let length = size(kind)?.checked_mul(values)?;
        let from = if length <= 4 {
            at + 8
        } else {
            usize::try_from(order.u32(block, at + 8)?).ok()?
        };
        let data = block.get(from..from.checked_add(length)?)?;
        left = left.checked_sub(length)?;
        let data = order.turned(kind, data.to_vec());
        Some(Entry { tag, kind, data })
    };
    Some((0..count).filter_map(entry).collect())
}

/// Appends a directory with others that hang below it, each under the tag that points there.
/// Returns its offset; `None` when that does not fit into 32 bits.
pub(super) fn append(
    out: &mut Vec<u8>,
    mut entries: Vec<Entry>,
    below: Vec<(u16, Vec<Entry>)>,
) -> Option<u32> {
    let order = Order::of(out)?;
    entries.extend(below.iter().map(|(tag, _)| Entry::long(*tag, 0)));
    entries.sort_by_key(|entry| entry.tag);
    let at = append_one(out, order, &entries)?;
    for (tag, entries_below) in below {
        let to = append(out, entries_below, Vec::new())?;
        let index = entries.iter().position(|entry| entry.tag == tag)?;
        let value = usize::try_from(at).ok()? + 2 + 12 * index + 8;
        out[value..value + 4].copy_from_slice(&order.put32(to));
    }
    Some(at)
}

fn append_one(out: &mut Vec<u8>, order: Order, entries: &[Entry]) -> Option<u32> {
    if !out.len().is_multiple_of(2) {
        out.push(0);
    }
    let at = u32::try_from(out.len()).ok()?;
    out.extend(order.put16(u16::try_from(entries.len()).ok()?));
    let mut beyond = Vec::new();
    let begin = out.len() + 12 * entries.len() + 4;
    for entry in entries {
        let values = entry.data.len() / size(entry.kind)?;
        out.extend(order.put16(entry.tag));
        out.extend(order.put16(entry.kind));
        out.extend(order.put32(u32::try_from(values).ok()?));
        let mut data = order.turned(entry.kind, entry.data.clone());
        if data.len() <= 4 {
            data.resize(4, 0);
            out.extend(data);
        } else {
            out.extend(order.put32(u32::try_from(begin + beyond.len()).ok()?));
            beyond.extend(data);
            if !beyond.len().is_multiple_of(2) {
                beyond.push(0);
            }
        }
    }
    // No other directory follows.
    out.extend([0; 4]);
    out.extend(beyond);
    u32::try_from(out.len()).ok()?;
    Some(at)
}

/// An EXIF block of a directory and those below it.
pub(super) fn block(entries: Vec<Entry>, below: Vec<(u16, Vec<Entry>)>) -> Option<Vec<u8>> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    append(&mut out, entries, below)?;
    Some(out)
}

/// Makes another directory the first one.
pub(super) fn lead(out: &mut [u8], to: u32) {
    if let Some(order) = Order::of(out) {
        out[4..8].copy_from_slice(&order.put32(to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<Entry> {
        vec![
            Entry::new(0x010F, 2, b"TWEEDIE\0"),
            Entry::short(0x0112, 1),
            Entry::new(0x011A, 5, &[[44, 1, 0, 0], [1, 0, 0, 0]].concat()),
        ]
    }

    #[test]
    fn what_is_written_is_read_in_both_orders() {
        let below = vec![Entry::new(0x9003, 2, b"2024:05:01 10:11:12\0")];
        for head in [b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"] {
            let mut out = head.to_vec();
            let at = append(&mut out, some(), vec![(0x8769, below.clone())]);
            assert_eq!(at, Some(8));
            let read = first(&out).expect("a directory");
            assert_eq!(read[..3], some()[..]);
            assert_eq!(read[2].fraction(), Some(300.0));
            let to = read[3].number().expect("a pointer");
            assert_eq!(directory(&out, to), Some(below.clone()));
        }
    }

    #[test]
    fn entries_that_overlap_do_not_fill_the_memory() {
        // 2000 entries, each of which claims the whole block.
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend(2000_u16.to_le_bytes());
        let whole = 10 + 12 * 2000_u32 + 4;
        for _ in 0..2000 {
            bytes.extend([0x0F, 1, 1, 0]);
            bytes.extend(whole.to_le_bytes());
            bytes.extend([0; 4]);
        }
        bytes.extend([0; 4]);
        assert_eq!(first(&bytes).map(|entries| entries.len()), Some(1));
    }

    #[test]
    fn nonsense_is_no_directory() {
        for bytes in [
            &b"II*\0"[..],
            b"",
            b"II*\0\xFF\xFF\xFF\xFF",
            b"PK\x03\x04aaaaaaaa",
        ] {
            assert_eq!(first(bytes), None);
        }
    }
}
