//! Directories of tags, of which TIFF files, BigTIFF files and EXIF blocks are made (TIFF 6.0,
//! section 2; "BigTIFF Design", AWare Systems, 2007). BigTIFF is read; what is written is TIFF.
//!
//! Invariants: what is read lies within the block and is together no longer than it, however the
//! entries overlap; values are held little-endian and written in the order of the target.

/// The order of a number's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    /// As the header says; `None` for what is no TIFF, or a BigTIFF.
    pub(crate) fn of(block: &[u8]) -> Option<Self> {
        Form::of(block)
            .filter(|form| !form.wide)
            .map(|form| form.order)
    }

    pub(crate) fn u16(self, block: &[u8], at: usize) -> Option<u16> {
        let bytes = block.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    pub(crate) fn u32(self, block: &[u8], at: usize) -> Option<u32> {
        let bytes = block.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }

    pub(crate) fn u64(self, block: &[u8], at: usize) -> Option<u64> {
        let bytes = block.get(at..at.checked_add(8)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
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

    pub(crate) fn put16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(crate) fn put32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// How a block counts: the order of bytes, and whether offsets have 64 bits (BigTIFF) or 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) order: Order,
    pub(crate) wide: bool,
}

impl Form {
    /// As the header says; `None` for what is neither TIFF nor BigTIFF.
    pub(crate) fn of(block: &[u8]) -> Option<Self> {
        let (order, wide) = match block.get(..4)? {
            b"II*\0" => (Order::Little, false),
            b"MM\0*" => (Order::Big, false),
            b"II+\0" => (Order::Little, true),
            b"MM\0+" => (Order::Big, true),
            _ => return None,
        };
        Some(Self { order, wide })
    }

    /// An offset, or a count of values.
    fn word(self, block: &[u8], at: usize) -> Option<usize> {
        let number = if self.wide {
            self.order.u64(block, at)?
        } else {
            u64::from(self.order.u32(block, at)?)
        };
        usize::try_from(number).ok()
    }

    /// Bytes of an offset, before the entries, and of an entry.
    const fn sizes(self) -> (usize, usize, usize) {
        if self.wide { (8, 8, 20) } else { (4, 2, 12) }
    }

    /// Where the first directory lies.
    pub(crate) fn start(self, block: &[u8]) -> Option<usize> {
        self.word(block, if self.wide { 8 } else { 4 })
    }

    /// How many entries the directory at an offset has.
    fn count(self, block: &[u8], at: usize) -> Option<usize> {
        if self.wide {
            self.word(block, at)
        } else {
            self.order.u16(block, at).map(usize::from)
        }
    }

    /// Where the directory after the one at an offset lies; `None` after the last.
    pub(crate) fn next(self, block: &[u8], at: usize) -> Option<usize> {
        let (_, head, entry) = self.sizes();
        let entries = self.count(block, at)?.checked_mul(entry)?;
        let to = self.word(block, at.checked_add(head)?.checked_add(entries)?)?;
        (to != 0).then_some(to)
    }

    /// The entries of the directory at an offset, each with where its values lie in the block. What
    /// cannot be read is left out; together the values are no longer than the block.
    pub(crate) fn places(self, block: &[u8], at: usize) -> Option<Vec<Place>> {
        let (word, head, size_of_entry) = self.sizes();
        let count = self.count(block, at)?;
        let most = block.len() / size_of_entry;
        // Entries may all point at the same bytes; together they get no more than the block has.
        let mut left = block.len();
        let place = |index: usize| {
            let at = at.checked_add(head + size_of_entry * index)?;
            // Whole, though a short value needs less: whoever changes it writes all of it.
            block.get(at..at.checked_add(size_of_entry)?)?;
            let (tag, kind) = (self.order.u16(block, at)?, self.order.u16(block, at + 2)?);
            let length = size(kind)?.checked_mul(self.word(block, at + 4)?)?;
            let inline = at + 4 + word;
            let from = if length <= word {
                inline
            } else {
                self.word(block, inline)?
            };
            block.get(from..from.checked_add(length)?)?;
            left = left.checked_sub(length)?;
            Some(Place {
                tag,
                kind,
                entry: at,
                from,
                length,
            })
        };
        Some((0..count.min(most)).filter_map(place).collect())
    }

    /// The directory at an offset.
    pub(crate) fn directory(self, block: &[u8], at: usize) -> Option<Vec<Entry>> {
        let places = self.places(block, at)?.into_iter();
        let entry = |place: Place| {
            let data = block[place.from..place.from + place.length].to_vec();
            Entry {
                tag: place.tag,
                kind: place.kind,
                data: self.order.turned(place.kind, data),
            }
        };
        Some(places.map(entry).collect())
    }
}

/// Where a tag lies in its block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) tag: u16,
    pub(crate) kind: u16,
    /// The entry itself.
    pub(crate) entry: usize,
    /// Its values.
    pub(crate) from: usize,
    /// Bytes of them.
    pub(crate) length: usize,
}

/// Bytes of one value.
fn size(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

/// A tag with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) tag: u16,
    /// BYTE 1, ASCII 2, SHORT 3, LONG 4, RATIONAL 5, UNDEFINED 7, …
    pub(crate) kind: u16,
    /// The values, little-endian.
    pub(crate) data: Vec<u8>,
}

impl Entry {
    pub(crate) fn new(tag: u16, kind: u16, data: &[u8]) -> Self {
        let data = data.to_vec();
        Self { tag, kind, data }
    }

    pub(crate) fn long(tag: u16, value: u32) -> Self {
        Self::new(tag, 4, &value.to_le_bytes())
    }

    pub(crate) fn short(tag: u16, value: u16) -> Self {
        Self::new(tag, 3, &value.to_le_bytes())
    }

    /// The first value, of a whole number without a sign.
    pub(crate) fn number(&self) -> Option<u64> {
        self.numbers().next()
    }

    /// The values, of whole numbers without a sign; none of other kinds.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        let size = match self.kind {
            1 | 7 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => usize::MAX,
        };
        self.data.chunks_exact(size).map(|bytes| {
            bytes
                .iter()
                .rev()
                .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
        })
    }

    /// The values, of RATIONAL; one over nothing is left as it is divided.
    pub(crate) fn fractions(&self) -> impl Iterator<Item = f64> + '_ {
        let size = if self.kind == 5 { 8 } else { usize::MAX };
        self.data.chunks_exact(size).map(|bytes| {
            let number = |at: usize| Order::Little.u32(bytes, at).map_or(0.0, f64::from);
            number(0) / number(4)
        })
    }

    /// A whole number of 64 bits becomes one of 32, if it fits: TIFF and EXIF have no other.
    pub(crate) fn narrowed(self) -> Option<Self> {
        match self.kind {
            16..=18 => Some(Self::long(self.tag, u32::try_from(self.number()?).ok()?)),
            _ => Some(self),
        }
    }

    /// The first value, of RATIONAL.
    pub(crate) fn fraction(&self) -> Option<f64> {
        self.fractions().next().filter(|value| value.is_finite())
    }
}

/// Finds a tag.
pub(crate) fn find(entries: &[Entry], tag: u16) -> Option<&Entry> {
    entries.iter().find(|entry| entry.tag == tag)
}

/// The first directory of a block.
pub(crate) fn first(block: &[u8]) -> Option<Vec<Entry>> {
    let form = Form::of(block)?;
    form.directory(block, form.start(block)?)
}

/// The directory at an offset. Entries that cannot be read are left out.
pub(crate) fn directory(block: &[u8], at: u64) -> Option<Vec<Entry>> {
    Form::of(block)?.directory(block, usize::try_from(at).ok()?)
}

/// Appends a directory with others that hang below it, each under the tag that points there.
/// Returns its offset; `None` when that does not fit into 32 bits.
pub(crate) fn append(
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
pub(crate) fn block(entries: Vec<Entry>, below: Vec<(u16, Vec<Entry>)>) -> Option<Vec<u8>> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let narrowed = |entries: Vec<Entry>| entries.into_iter().filter_map(Entry::narrowed).collect();
    let below = below
        .into_iter()
        .map(|(tag, entries)| (tag, narrowed(entries)))
        .collect();
    append(&mut out, narrowed(entries), below)?;
    Some(out)
}

/// Makes another directory the first one.
pub(crate) fn lead(out: &mut [u8], to: u32) {
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
