//! How far the scans of a JPEG file go, without computing a pixel (ITU-T T.81, annexes F and G).
//!
//! A decoder fills what is missing with gray or with what came before. Here every code of every scan
//! is read and counted, so that a file that ends early is told from one that only lacks its last two
//! bytes, and one whose scan was cut is found out although an end marker follows. Where a file can
//! not be followed (a table that it does not have), it is taken for complete.
//!
//! Cost: about a third of decoding.

use super::bits::{Bits, Huffman};

/// A file has few scans; thousands would take hours.
const MOST_SCANS: usize = 200;

struct Component {
    id: u8,
    across: usize,
    down: usize,
    /// For each block of a progressive file, which coefficients are not zero.
    seen: Vec<u64>,
    /// Which coefficients have all their bits.
    exact: u64,
}

#[derive(Default)]
struct State {
    dc: [Option<Huffman>; 4],
    ac: [Option<Huffman>; 4],
    interval: usize,
    progressive: bool,
    size: (usize, usize),
    components: Vec<Component>,
}

/// One scan's parameters.
struct Scan {
    /// Component, table of the first coefficient, table of the others.
    parts: Vec<(usize, usize, usize)>,
    first: u32,
    last: u32,
    refines: bool,
    low: u8,
}

/// Why a scan could not be followed to its end.
enum Stop {
    /// It ends early, or is damaged.
    Short,
    /// The file lacks a table.
    Unknown,
}

/// Where the first picture ends, without reading its codes.
pub(super) fn ended(file: &[u8]) -> usize {
    let mut at = 2;
    while let Some((marker, body)) = next_marker(file, at) {
        let length = file.get(body..body + 2).and_then(|two| two.first_chunk());
        let length = length.map_or(2, |two| usize::from(u16::from_be_bytes(*two)));
        at = (body + length.max(2)).min(file.len());
        match marker {
            0xD9 => return body,
            0xDA => at = scan_end(file, at),
            _ => {}
        }
    }
    file.len()
}

/// Whether no part of a file's picture is missing.
pub(super) fn complete(file: &[u8]) -> bool {
    let mut state = State::default();
    let mut short = false;
    let mut unknown = false;
    let mut scans = 0;
    let mut at = 2;
    loop {
        let Some((marker, body)) = next_marker(file, at) else {
            let all = state.components.iter().all(|part| part.exact == u64::MAX);
            return unknown || (!short && scans > 0 && all);
        };
        let length = file.get(body..body + 2).and_then(|two| two.first_chunk());
        let length = length.map_or(2, |two| usize::from(u16::from_be_bytes(*two)));
        let data = file.get(body + 2..body + length.max(2)).unwrap_or_default();
        at = (body + length.max(2)).min(file.len());
        match marker {
            0xD9 => {
                let none = state.components.iter().any(|part| part.exact & 1 == 0);
                return unknown || !(short || none && scans > 0);
            }
            0xC4 => state.tables(data),
            0xC0..=0xC2 => state.frame(marker, data),
            0xDD => {
                let two = data.first_chunk().map_or(0, |two| u16::from_be_bytes(*two));
                state.interval = usize::from(two);
            }
            0xDA => {
                scans += 1;
                match state.scan(data) {
                    Some(scan) if scans <= MOST_SCANS && !short => {
                        match state.walk(&scan, &mut Bits::new(file, at)) {
                            Ok(()) => {}
                            Err(Stop::Short) => short = true,
                            Err(Stop::Unknown) => unknown = true,
                        }
                    }
                    Some(_) => {}
                    None => unknown = true,
                }
                at = scan_end(file, at);
            }
            _ => {}
        }
    }
}

/// The next marker at or after a place, and where its length would stand.
fn next_marker(file: &[u8], from: usize) -> Option<(u8, usize)> {
    let mut at = from;
    loop {
        at += file.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        while *file.get(at)? == 0xFF {
            at += 1;
        }
        let marker = file[at];
        at += 1;
        // Neither data nor markers without a body, but for the end.
        if !matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8) {
            return Some((marker, at));
        }
    }
}

/// Where the data of a scan end: at the first marker that is no restart.
fn scan_end(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = file
        .get(at..)
        .and_then(|rest| rest.iter().position(|b| *b == 0xFF))
    {
        at += found;
        match file.get(at + 1) {
            Some(0 | 0xD0..=0xD7) => at += 2,
            Some(0xFF) => at += 1,
            _ => return at,
        }
    }
    file.len()
}

impl State {
    fn tables(&mut self, mut data: &[u8]) {
        while let Some((head, rest)) = data.split_first() {
            let Some((counts, rest)) = rest.split_first_chunk::<16>() else {
                return;
            };
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let Some((values, rest)) = rest.split_at_checked(length) else {
                return;
            };
            let tables = if head >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            if let Some(place) = tables.get_mut(usize::from(head & 15)) {
                *place = Huffman::new(counts, values);
            }
            data = rest;
        }
    }

    fn frame(&mut self, marker: u8, data: &[u8]) {
        let [_, h1, h2, w1, w2, _, parts @ ..] = data else {
            return;
        };
        self.progressive = marker == 0xC2;
        let word = |a: &u8, b: &u8| usize::from(u16::from_be_bytes([*a, *b]));
        self.size = (word(w1, w2), word(h1, h2));
        let parts = parts.chunks_exact(3).take(4);
        self.components = parts
            .map(|part| Component {
                id: part[0],
                across: usize::from(part[1] >> 4).clamp(1, 4),
                down: usize::from(part[1] & 15).clamp(1, 4),
                seen: Vec::new(),
                exact: 0,
            })
            .collect();
    }

    fn scan(&self, data: &[u8]) -> Option<Scan> {
        let (count, rest) = data.split_first()?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(*count))?;
        let parts: Option<Vec<_>> = parts
            .chunks_exact(2)
            .map(|pair| {
                let known = |part: &Component| part.id == pair[0];
                let index = self.components.iter().position(known)?;
                Some((
                    index,
                    usize::from(pair[1] >> 4 & 3),
                    usize::from(pair[1] & 3),
                ))
            })
            .collect();
        let parts = parts.filter(|parts| !parts.is_empty())?;
        let [first, last, bits] = *rest.first_chunk()?;
        let (first, last, bits) = if self.progressive {
            (first, last, bits)
        } else {
            (0, 63, 0)
        };
        (first <= last && last <= 63).then_some(Scan {
            parts,
            first: first.into(),
            last: last.into(),
            refines: bits >> 4 != 0,
            low: bits & 15,
        })
    }

    /// Blocks across and down of a component: those that hold pixels, or those of whole groups.
    fn blocks(&self, index: usize, whole: bool) -> (usize, usize) {
        let most = |f: fn(&Component) -> usize| self.components.iter().map(f).max().unwrap_or(1);
        let (across, down) = (most(|part| part.across), most(|part| part.down));
        let part = &self.components[index];
        let (width, height) = self.size;
        if whole {
            let groups = (width.div_ceil(8 * across), height.div_ceil(8 * down));
            (groups.0 * part.across, groups.1 * part.down)
        } else {
            let width = (width * part.across).div_ceil(across);
            let height = (height * part.down).div_ceil(down);
            (width.div_ceil(8), height.div_ceil(8))
        }
    }

    /// Reads every block of a scan.
    fn walk(&mut self, scan: &Scan, bits: &mut Bits<'_>) -> Result<(), Stop> {
        let alone = scan.parts.len() == 1;
        let (index, _, _) = scan.parts[0];
        let (wide, high) = if alone {
            self.blocks(index, false)
        } else {
            let (across, down) = self.blocks(index, true);
            let part = &self.components[index];
            (across / part.across, down / part.down)
        };
        if self.progressive {
            for index in 0..self.components.len() {
                let (across, down) = self.blocks(index, true);
                self.components[index].seen.resize(across * down, 0);
            }
        }
        let mut run = 0;
        let total = wide * high;
        for group in 0..total {
            if self.interval > 0 && group > 0 && group.is_multiple_of(self.interval) {
                run = 0;
                if !bits.restart() {
                    return Err(Stop::Short);
                }
            }
            let place = (group % wide, group / wide);
            self.group(scan, bits, place, alone, &mut run)?;
            // Some writers leave out bits of the last group.
            if bits.short && group + 1 < total {
                return Err(Stop::Short);
            }
        }
        let all = (u64::MAX >> (63 - (scan.last - scan.first))) << scan.first;
        for (index, _, _) in &scan.parts {
            if scan.low == 0 {
                self.components[*index].exact |= all;
            }
        }
        Ok(())
    }

    /// Reads the blocks of one group: one block of a component alone, or those of all.
    fn group(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        (x, y): (usize, usize),
        alone: bool,
        run: &mut u32,
    ) -> Result<(), Stop> {
        for (index, dc, ac) in &scan.parts {
            let stride = self.blocks(*index, true).0;
            let part = &mut self.components[*index];
            let (across, down) = if alone {
                (1, 1)
            } else {
                (part.across, part.down)
            };
            for block in 0..across * down {
                let (column, row) = (x * across + block % across, y * down + block / across);
                let (dc, ac) = (self.dc[*dc].as_ref(), self.ac[*ac].as_ref());
                if self.progressive {
                    let seen = part.seen.get_mut(row * stride + column);
                    let seen = seen.ok_or(Stop::Unknown)?;
                    progressive(scan, bits, dc, ac, seen, run)?;
                } else {
                    sequential(bits, dc.ok_or(Stop::Unknown)?, ac.ok_or(Stop::Unknown)?)?;
                }
            }
        }
        Ok(())
    }
}

fn sequential(bits: &mut Bits<'_>, dc: &Huffman, ac: &Huffman) -> Result<(), Stop> {
    let length = dc.next(bits).ok_or(Stop::Short)?;
    bits.take(u32::from(length & 15));
    let mut k = 1;
    while k < 64 {
        let code = ac.next(bits).ok_or(Stop::Short)?;
        match (code >> 4, code & 15) {
            (15, 0) => k += 16,
            (_, 0) => break,
            (zeros, length) => {
                k += u32::from(zeros) + 1;
                bits.take(u32::from(length));
            }
        }
    }
    Ok(())
}

/// One block of a progressive scan; `run` is how many blocks more have nothing new.
fn progressive(
    scan: &Scan,
    bits: &mut Bits<'_>,
    dc: Option<&Huffman>,
    ac: Option<&Huffman>,
    seen: &mut u64,
    run: &mut u32,
) -> Result<(), Stop> {
    if scan.first == 0 {
        let length = if scan.refines {
            1
        } else {
            let dc = dc.ok_or(Stop::Unknown)?;
            u32::from(dc.next(bits).ok_or(Stop::Short)? & 15)
        };
        bits.take(length);
        return Ok(());
    }
    let ac = ac.ok_or(Stop::Unknown)?;
    let mut k = scan.first;
    if *run == 0 {
        while k <= scan.last {
            let code = ac.next(bits).ok_or(Stop::Short)?;
            let (zeros, length) = (u32::from(code >> 4), u32::from(code & 15));
            if length == 0 && zeros < 15 {
                *run = (1 << zeros) + bits.take(zeros);
                break;
            }
            bits.take(length);
            k = passed(scan, bits, *seen, k, zeros);
            if length > 0 && k <= scan.last {
                *seen |= 1 << k;
            }
            k += 1;
        }
    }
    if *run > 0 {
        *run -= 1;
        if scan.refines {
            passed(scan, bits, *seen, k, u32::MAX);
        }
    }
    Ok(())
}

/// Goes past so many coefficients that are zero. In a scan that refines, those that are not zero
/// come in between, with one bit each, and are not counted.
fn passed(scan: &Scan, bits: &mut Bits<'_>, seen: u64, mut k: u32, mut zeros: u32) -> u32 {
    while k <= scan.last {
        if scan.refines && seen >> k & 1 == 1 {
            bits.take(1);
        } else if zeros == 0 {
            break;
        } else {
            zeros -= 1;
        }
        k += 1;
    }
    k
}
