//! What is in a PyTorch archive, before anybody unpacks it.
//!
//! `torch.save` writes a ZIP archive of stored entries: `NAME/data.pkl`, the pickle, and one
//! `NAME/data/N` for each storage. Anything compressed, overlapping or reaching beyond the file
//! was made by someone else, and is refused here, before a reader could be led to allocate what
//! a header claims. Source: APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// More entries than any network has tensors.
const ENTRY_LIMIT: u64 = 16_384;
/// A longer directory than so many entries need.
const DIRECTORY_LIMIT: u64 = 4 << 20;
/// The pickle of the largest network known to us takes 0.3 MB.
const PICKLE_LIMIT: u64 = 8 << 20;
/// The fixed part of the header before an entry.
pub(super) const LOCAL_HEADER: u64 = 30;

/// What a checked archive holds.
pub(super) struct Contents {
    /// The pickle's bytes.
    pub(super) pickle: Vec<u8>,
    /// The storages: where the local header of each starts, and how many bytes it has.
    pub(super) storages: HashMap<String, (u64, u64)>,
    /// Where the entry that tells the order of bytes starts, and how long it is.
    byte_order: Option<(u64, u64)>,
}

/// Where the bytes of the entry begin whose local header is at `start`: that repeats the name and may be
/// longer than the directory's entry.
pub(super) fn data_start(header: &[u8], start: u64) -> Result<u64, String> {
    let lengths = u64::from(u16_at(header, 26)?) + u64::from(u16_at(header, 28)?);
    Ok(start + LOCAL_HEADER + lengths)
}

impl Contents {
    /// Refuses numbers that are stored with the high byte first, as no machine does on which networks
    /// are trained.
    pub(super) fn check_byte_order(&self, file: &mut File) -> Result<(), String> {
        let Some((start, size)) = self.byte_order else {
            return Ok(());
        };
        let length = file.metadata().map_err(|e| e.to_string())?.len();
        let header = read(file, length, start, LOCAL_HEADER)?;
        let order = read(file, length, data_start(&header, start)?, size.min(16))?;
        if order.trim_ascii() == b"little" {
            return Ok(());
        }
        Err("its numbers are not stored with the low byte first".to_owned())
    }
}

/// Checks the archive and returns what it holds.
pub(super) fn contents(file: &mut File) -> Result<Contents, String> {
    let length = file.metadata().map_err(|e| e.to_string())?.len();
    let directory = Directory::find(file, length)?;
    let bytes = read(file, length, directory.start, directory.length)?;
    let mut rest = bytes.as_slice();
    let mut pickle = None;
    let mut stored = 0_u64;
    let mut storages = HashMap::new();
    let mut byte_order = None;
    for _ in 0..directory.entries {
        let entry = Entry::parse(&mut rest)?;
        if entry.method != 0 || entry.packed != entry.size {
            return Err(format!(
                "its entry `{}` is compressed, which PyTorch never does",
                entry.name
            ));
        }
        stored = stored.saturating_add(entry.size);
        let end = entry.start.saturating_add(entry.size);
        if end > directory.start || stored > length {
            return Err(format!(
                "its entry `{}` claims {} bytes, which the file does not hold",
                entry.name, entry.size
            ));
        }
        let mut parts = entry.name.rsplit('/');
        let file_name = parts.next().unwrap_or_default();
        let place = (entry.start, entry.size);
        if parts.next() == Some("data") {
            let _ = storages.insert(file_name.to_owned(), place);
        } else if file_name == "byteorder" {
            byte_order = Some(place);
        }
        if file_name.ends_with(".pkl") {
            if file_name != "data.pkl" || pickle.is_some() {
                return Err(format!(
                    "it holds `{}` as well: that is a program or several objects, and a state \
                     dict is one pickle; save `model.state_dict()`",
                    entry.name
                ));
            }
            pickle = Some(entry);
        }
    }
    let entry = pickle.ok_or("it is an archive without `data.pkl`")?;
    if entry.size > PICKLE_LIMIT {
        return Err(format!("its pickle claims {} bytes", entry.size));
    }
    let header = read(file, length, entry.start, LOCAL_HEADER)?;
    let start = data_start(&header, entry.start)?;
    Ok(Contents {
        pickle: read(file, length, start, entry.size)?,
        storages,
        byte_order,
    })
}

/// Where the central directory lies.
struct Directory {
    start: u64,
    length: u64,
    entries: u64,
}

impl Directory {
    fn find(file: &mut File, length: u64) -> Result<Self, String> {
        const END: &[u8] = b"PK\x05\x06";
        let tail = length.min(22 + 65_535);
        let bytes = read(file, length, length - tail, tail)?;
        let at = bytes
            .windows(4)
            .rposition(|window| window == END)
            .filter(|at| bytes.len() - at >= 22)
            .ok_or("its archive is cut short: there is no directory at its end")?;
        let end = &bytes[at..];
        let mut directory = Self {
            entries: u64::from(u16_at(end, 10)?),
            length: u64::from(u32_at(end, 12)?),
            start: u64::from(u32_at(end, 16)?),
        };
        // Beyond what 32 bits hold, and always in PyTorch's writer, a longer record comes first.
        let locator = at.checked_sub(20).map(|at| &bytes[at..at + 20]);
        if let Some(locator) = locator.filter(|l| l.starts_with(b"PK\x06\x07")) {
            let record = read(file, length, u64_at(locator, 8)?, 56)?;
            if !record.starts_with(b"PK\x06\x06") {
                return Err("its archive's directory is damaged".to_owned());
            }
            directory = Self {
                entries: u64_at(&record, 32)?,
                length: u64_at(&record, 40)?,
                start: u64_at(&record, 48)?,
            };
        }
        if directory.entries > ENTRY_LIMIT || directory.length > DIRECTORY_LIMIT {
            return Err(format!(
                "its archive claims {} entries in {} bytes",
                directory.entries, directory.length
            ));
        }
        Ok(directory)
    }
}

/// One entry of the directory.
struct Entry {
    name: String,
    method: u16,
    packed: u64,
    size: u64,
    /// Where its local header starts.
    start: u64,
}

impl Entry {
    fn parse(rest: &mut &[u8]) -> Result<Self, String> {
        let damaged = || "its archive's directory is damaged".to_owned();
        let bytes = *rest;
        if !bytes.starts_with(b"PK\x01\x02") {
            return Err(damaged());
        }
        let sizes = [28, 30, 32].map(|at| u16_at(bytes, at).map(usize::from));
        let [name, extra, comment] = sizes;
        let (name, extra, comment) = (name?, extra?, comment?);
        let all = 46 + name + extra + comment;
        if bytes.len() < all {
            return Err(damaged());
        }
        let mut entry = Self {
            name: String::from_utf8_lossy(&bytes[46..46 + name]).into_owned(),
            method: u16_at(bytes, 10)?,
            packed: u64::from(u32_at(bytes, 20)?),
            size: u64::from(u32_at(bytes, 24)?),
            start: u64::from(u32_at(bytes, 42)?),
        };
        entry.widen(&bytes[46 + name..46 + name + extra])?;
        *rest = &bytes[all..];
        Ok(entry)
    }

    /// Fields of 32 bits that are full continue in an extra field, in this order.
    fn widen(&mut self, mut extra: &[u8]) -> Result<(), String> {
        while extra.len() >= 4 {
            let (tag, length) = (u16_at(extra, 0)?, usize::from(u16_at(extra, 2)?));
            let field = extra.get(4..4 + length).ok_or("its archive is damaged")?;
            if tag == 1 {
                let full = u64::from(u32::MAX);
                let mut at = 0;
                for value in [&mut self.size, &mut self.packed, &mut self.start] {
                    if *value == full {
                        *value = u64_at(field, at)?;
                        at += 8;
                    }
                }
            }
            extra = &extra[4 + length..];
        }
        Ok(())
    }
}

fn read(file: &mut File, whole: u64, start: u64, length: u64) -> Result<Vec<u8>, String> {
    if start.checked_add(length).is_none_or(|end| end > whole) {
        return Err("its archive points beyond its end".to_owned());
    }
    let mut bytes = vec![0; length as usize];
    file.seek(SeekFrom::Start(start))
        .and_then(|_| file.read_exact(&mut bytes))
        .map_err(|e| e.to_string())?;
    Ok(bytes)
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], String> {
    let part = bytes.get(at..at + N).ok_or("its archive is cut short")?;
    Ok(part.try_into().expect("as long as asked for"))
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, String> {
    part(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, String> {
    part(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Result<u64, String> {
    part(bytes, at).map(u64::from_le_bytes)
}
