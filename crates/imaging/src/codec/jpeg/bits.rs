//! Bits of a JPEG's scan, and its Huffman codes (ITU-T T.81, annexes B, C and F.2.2).

/// Reads bits up to the next marker. Past it come zeros, and `short` is set.
pub(super) struct Bits<'a> {
    file: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Whether bits were taken that are not there.
    pub(super) short: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn new(file: &'a [u8], at: usize) -> Self {
        Self {
            file,
            at,
            held: 0,
            count: 0,
            short: false,
        }
    }

    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match (self.file.get(self.at), self.file.get(self.at + 1)) {
                // Data of FF are followed by 00; FF may also stand before a marker, repeated.
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                (Some(0xFF), _) | (None, _) => return,
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    fn skip(&mut self, bits: u32) {
        if bits > self.count {
            self.short = true;
            (self.held, self.count) = (0, 0);
        } else {
            self.held <<= bits;
            self.count -= bits;
        }
    }

    /// The next bits, 16 at most.
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        if bits == 0 {
            return 0;
        }
        self.fill();
        let value = (self.held >> (64 - bits)) as u32;
        self.skip(bits);
        value
    }

    /// Goes past a restart marker, and past data that were not needed; `false` if another marker
    /// comes first.
    pub(super) fn restart(&mut self) -> bool {
        (self.held, self.count) = (0, 0);
        loop {
            match (self.file.get(self.at), self.file.get(self.at + 1)) {
                (Some(0xFF), Some(0xD0..=0xD7)) => {
                    self.at += 2;
                    return true;
                }
                (Some(0xFF), Some(0 | 0xFF)) => self.at += 1,
                (Some(0xFF), _) | (None, _) => return false,
                (Some(_), _) => self.at += 1,
            }
        }
    }
}

/// A table of codes.
pub(super) struct Huffman {
    /// By the first nine bits: length and value, or zero where the code is longer.
    fast: [u16; 512],
    /// By length: the first code that is longer, in sixteen bits.
    above: [u32; 17],
    /// By length: from a code to the place of its value.
    shift: [i32; 17],
    values: Vec<u8>,
}

impl Huffman {
    /// Of how many codes there are of each length, and their values.
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let mut table = Self {
            fast: [0; 512],
            above: [0; 17],
            shift: [0; 17],
            values: values.to_vec(),
        };
        let (mut code, mut place) = (0_u32, 0_usize);
        for (index, count) in counts.iter().enumerate() {
            let length = index + 1;
            table.shift[length] = i32::try_from(place).ok()? - i32::try_from(code).ok()?;
            for _ in 0..*count {
                if code >= 1 << length {
                    return None;
                }
                let value = u16::from(*values.get(place)?);
                if length <= 9 {
                    let first = (code as usize) << (9 - length);
                    let entry = u16::try_from(length).ok()? << 8 | value;
                    table.fast[first..first + (1 << (9 - length))].fill(entry);
                }
                code += 1;
                place += 1;
            }
            table.above[length] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// The next value; `None` for a code that is none.
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> Option<u8> {
        bits.fill();
        let code = (bits.held >> 48) as u32;
        let entry = self.fast[(code >> 7) as usize];
        if entry != 0 {
            bits.skip(u32::from(entry >> 8));
            return Some(entry as u8);
        }
        let length = (10..=16).find(|length| code < self.above[*length])?;
        bits.skip(length as u32);
        let code = i32::try_from(code >> (16 - length)).ok()?;
        let place = usize::try_from(code + self.shift[length]).ok()?;
        self.values.get(place).copied()
    }
}
