//! The tables of items (ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12, section 9.3): what each is,
//! where its data lie, what properties it has, and which refers to which.

use std::collections::BTreeMap;

use super::super::boxes::{Numbers, boxes};

/// The most parts of data that are followed: a table may name parts without taking a byte for them.
const PARTS: usize = 100_000;

/// The kinds of items that are pictures, coded or made of others.
const PICTURES: [&[u8; 4]; 11] = [
    b"av01", b"hvc1", b"hev1", b"avc1", b"jpeg", b"j2k1", b"vvc1", b"unci", b"grid", b"iden",
    b"iovl",
];

/// One item.
pub(super) struct Item<'a> {
    pub(super) kind: [u8; 4],
    /// Of what type its data are, if it is a file.
    pub(super) content: &'a [u8],
    pub(super) hidden: bool,
    /// Where the lowest byte of its flags lies in the file.
    pub(super) flags_at: usize,
    /// Where its data lie: 0 in the file, 1 within the tables, 2 in another item.
    pub(super) method: u16,
    /// Offsets and lengths; a length of 0 goes to the end.
    pub(super) extents: Vec<(u64, u64)>,
    /// Whether each is essential, and its place among all properties, from 1.
    pub(super) properties: Vec<(bool, usize)>,
}

impl Item<'_> {
    pub(super) fn is_picture(&self) -> bool {
        PICTURES.contains(&&self.kind)
    }
}

/// One item's reference to others.
pub(super) struct Reference {
    pub(super) kind: [u8; 4],
    pub(super) from: u32,
    pub(super) to: Vec<u32>,
}

/// `iinf`: the items, whose table begins at this place of the file.
pub(super) fn named(data: &[u8], at: usize) -> Option<BTreeMap<u32, Item<'_>>> {
    let mut numbers = Numbers(data);
    let count = match numbers.version()? {
        (0, _) => 2,
        _ => 4,
    };
    numbers.number(count)?;
    let first = 4 + count;
    let mut items = BTreeMap::new();
    for part in boxes(numbers.0).filter(|part| part.kind == *b"infe") {
        let mut numbers = Numbers(part.data);
        let (version, flags) = numbers.version()?;
        // Versions 0 and 1 are of files without pictures.
        let id = match version {
            2 => numbers.u16()?.into(),
            3 => numbers.u32()?,
            _ => continue,
        };
        numbers.u16()?;
        let kind = *numbers.bytes(4)?.first_chunk()?;
        let mut texts = numbers.0.split(|byte| *byte == 0).skip(1);
        let item = Item {
            kind,
            content: texts.next().unwrap_or_default(),
            hidden: flags & 1 == 1,
            flags_at: at + first + part.at + 3,
            method: 0,
            extents: Vec::new(),
            properties: Vec::new(),
        };
        items.entry(id).or_insert(item);
    }
    Some(items)
}

/// `iloc`: where the data lie.
pub(super) fn located(data: &[u8], items: &mut BTreeMap<u32, Item<'_>>) -> Option<()> {
    let mut numbers = Numbers(data);
    let (version, _) = numbers.version()?;
    let widths = numbers.u16()?;
    let width = |shift: u16| usize::from(widths >> shift & 15);
    let (offset_width, length_width, base_width) = (width(12), width(8), width(4));
    let index_width = if version == 0 { 0 } else { width(0) };
    let wide = if version < 2 { 2 } else { 4 };
    let mut left = PARTS;
    for _ in 0..numbers.number(wide)? {
        let id = numbers.number(wide)? as u32;
        let method = if version == 0 { 0 } else { numbers.u16()? & 15 };
        // Data of another file are not looked for.
        let elsewhere = numbers.u16()? != 0;
        let base = numbers.number(base_width)?;
        let mut extents = Vec::new();
        for _ in 0..numbers.u16()? {
            left = left.checked_sub(1)?;
            numbers.number(index_width)?;
            let offset = base.checked_add(numbers.number(offset_width)?)?;
            extents.push((offset, numbers.number(length_width)?));
        }
        if let Some(item) = items.get_mut(&id).filter(|_| !elsewhere) {
            (item.method, item.extents) = (method, extents);
        }
    }
    Some(())
}

/// `ipma`: the properties of each item.
pub(super) fn described(data: &[u8], items: &mut BTreeMap<u32, Item<'_>>) -> Option<()> {
    let mut numbers = Numbers(data);
    let (version, flags) = numbers.version()?;
    let id_width = if version < 1 { 2 } else { 4 };
    let width = if flags & 1 == 1 { 2 } else { 1 };
    for _ in 0..numbers.u32()? {
        let id = numbers.number(id_width)? as u32;
        let mut properties = Vec::new();
        for _ in 0..numbers.u8()? {
            let place = numbers.number(width)? as usize;
            let essential = 1 << (8 * width - 1);
            properties.push((place & essential != 0, place & (essential - 1)));
        }
        if let Some(item) = items.get_mut(&id) {
            item.properties = properties;
        }
    }
    Some(())
}

/// `iref`: which item refers to which.
pub(super) fn references(data: &[u8]) -> Option<Vec<Reference>> {
    let mut numbers = Numbers(data);
    let width = if numbers.version()?.0 == 0 { 2 } else { 4 };
    let mut all = Vec::new();
    for part in boxes(numbers.0) {
        let mut numbers = Numbers(part.data);
        let from = numbers.number(width)? as u32;
        let mut to = Vec::new();
        for _ in 0..numbers.u16()? {
            to.push(numbers.number(width)? as u32);
        }
        let kind = part.kind;
        all.push(Reference { kind, from, to });
    }
    Some(all)
}
