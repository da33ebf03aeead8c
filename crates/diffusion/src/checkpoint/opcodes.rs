//! What a pickle would do if it were run: looked through without running it.
//!
//! A pickle is a program. Those of state dicts name only PyTorch's storages and the functions
//! that rebuild tensors from them; any other name is code that somebody wants executed, or an
//! object that is no tensor. The walk keeps count, so that a pickle cannot be endless either.
//! Source: CPython's `pickletools`.

use std::collections::HashMap;

/// A state dict takes about thirty for each tensor, and the largest known has a thousand.
const OPERATION_LIMIT: usize = 400_000;
/// What a state dict may name besides `torch.*Storage` and number types.
const NAMES: &[&str] = &[
    "collections OrderedDict",
    "torch Size",
    "torch._utils _rebuild_parameter",
    "torch._utils _rebuild_tensor",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_tensor_v3",
    "torch.nn.parameter Parameter",
    "torch.storage UntypedStorage",
];
/// PyTorch's number types, as a state dict names them.
const NUMBERS: &[&str] = &[
    "BFloat16Storage",
    "BoolStorage",
    "ByteStorage",
    "CharStorage",
    "DoubleStorage",
    "FloatStorage",
    "HalfStorage",
    "IntStorage",
    "LongStorage",
    "ShortStorage",
    "bfloat16",
    "bool",
    "float16",
    "float32",
    "float64",
    "int16",
    "int32",
    "int64",
    "int8",
    "uint8",
];

/// Walks through one pickle; returns how many bytes it takes.
///
/// # Errors
/// Says which name is not one of a state dict's, or that the pickle is damaged.
pub(super) fn check(bytes: &[u8]) -> Result<usize, String> {
    let mut walk = Walk {
        bytes,
        at: 0,
        memo: HashMap::new(),
        recent: [None, None],
    };
    for _ in 0..OPERATION_LIMIT {
        if walk.step()? {
            return Ok(walk.at);
        }
    }
    Err("its pickle is far longer than that of any state dict; it lists too many tensors, or never \
         ends".to_owned())
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Texts that were put aside.
    memo: HashMap<u32, &'a [u8]>,
    /// The last two values, where they are texts.
    recent: [Option<&'a [u8]>; 2],
}

impl<'a> Walk<'a> {
    /// One operation; true at the end.
    fn step(&mut self) -> Result<bool, String> {
        let code = self.take(1)?[0];
        match code {
            b'.' => return Ok(true),
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                permit(module, name)?;
                self.value(None);
            }
            0x93 => {
                let [module, name] = self.recent;
                let (Some(module), Some(name)) = (module, name) else {
                    return Err("its pickle names something in a roundabout way".to_owned());
                };
                permit(module, name)?;
                self.value(None);
            }
            // INST, OBJ, EXT1, EXT2, EXT4, PERSID, NEWOBJ_EX and the out-of-band buffers.
            b'i' | b'o' | b'P' | 0x82..=0x84 | 0x92 | 0x97 | 0x98 => {
                return Err(format!(
                    "its pickle uses operation {code:#04x}, which no state dict does"
                ));
            }
            b'X' => self.text(4)?,
            0x8c | b'U' => self.text(1)?,
            0x8d => self.text(8)?,
            b'V' | b'S' => {
                let line = self.line()?;
                self.value(Some(line));
            }
            b'T' | b'B' | 0x8b => self.skip_counted(4)?,
            b'C' | 0x8a => self.skip_counted(1)?,
            0x8e | 0x96 => self.skip_counted(8)?,
            b'F' | b'I' | b'L' => {
                self.line()?;
                self.value(None);
            }
            b'K' => self.number(1)?,
            b'M' => self.number(2)?,
            b'J' => self.number(4)?,
            b'G' => self.number(8)?,
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'q' => {
                let index = u32::from(self.take(1)?[0]);
                self.put(index);
            }
            b'r' => {
                let index = self.index()?;
                self.put(index);
            }
            0x94 => self.put(self.memo.len() as u32),
            b'p' => {
                let index = self.written_index()?;
                self.put(index);
            }
            b'h' => {
                let index = u32::from(self.take(1)?[0]);
                self.value(self.memo.get(&index).copied());
            }
            b'j' => {
                let index = self.index()?;
                self.value(self.memo.get(&index).copied());
            }
            b'g' => {
                let index = self.written_index()?;
                self.value(self.memo.get(&index).copied());
            }
            b'('
            | b'0'
            | b'1'
            | b'2'
            | b'N'
            | b'Q'
            | b'R'
            | b'b'
            | b'd'
            | b'}'
            | b'e'
            | b'a'
            | b'l'
            | b']'
            | b's'
            | b't'
            | b')'
            | b'u'
            | 0x81
            | 0x85..=0x89
            | 0x8f..=0x91 => {
                self.value(None);
            }
            _ => {
                return Err(format!(
                    "its pickle uses operation {code:#04x}, which is unknown"
                ));
            }
        }
        Ok(false)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(count);
        let part = end.and_then(|end| self.bytes.get(self.at..end));
        let part = part.ok_or("its pickle is cut short")?;
        self.at += count;
        Ok(part)
    }

    fn line(&mut self) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = self.take(end.ok_or("its pickle is cut short")?)?;
        self.at += 1;
        Ok(line)
    }

    fn counted(&mut self, width: usize) -> Result<&'a [u8], String> {
        let mut count = [0; 8];
        count[..width].copy_from_slice(self.take(width)?);
        let count = usize::try_from(u64::from_le_bytes(count));
        self.take(count.map_err(|e| e.to_string())?)
    }

    fn text(&mut self, width: usize) -> Result<(), String> {
        let text = self.counted(width)?;
        self.value(Some(text));
        Ok(())
    }

    fn skip_counted(&mut self, width: usize) -> Result<(), String> {
        self.counted(width)?;
        self.value(None);
        Ok(())
    }

    fn number(&mut self, width: usize) -> Result<(), String> {
        self.take(width)?;
        self.value(None);
        Ok(())
    }

    fn index(&mut self) -> Result<u32, String> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }

    fn written_index(&mut self) -> Result<u32, String> {
        let digits = self.line()?;
        let text = std::str::from_utf8(digits).ok();
        let index = text.and_then(|text| text.trim().parse().ok());
        index.ok_or_else(|| "its pickle is damaged".to_owned())
    }

    fn value(&mut self, text: Option<&'a [u8]>) {
        self.recent = [self.recent[1], text];
    }

    fn put(&mut self, index: u32) {
        match self.recent[1] {
            Some(text) => self.memo.insert(index, text),
            // Something that is no text: must not be mistaken for one that was there before.
            None => self.memo.insert(index, b"\xff"),
        };
    }
}

fn permit(module: &[u8], name: &[u8]) -> Result<(), String> {
    let name = format!(
        "{} {}",
        String::from_utf8_lossy(module),
        String::from_utf8_lossy(name)
    );
    let number = name
        .strip_prefix("torch ")
        .is_some_and(|n| NUMBERS.contains(&n));
    if number || NAMES.contains(&name.as_str()) {
        return Ok(());
    }
    Err(format!(
        "it would run or build `{}`, which is no part of a state dict; nothing was run. Save \
         `model.state_dict()` alone",
        name.replace(' ', ".").escape_debug()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_are_let_through_and_code_is_named() {
        let good = b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01.";
        assert_eq!(check(good), Ok(good.len()));
        let code: [&[u8]; 3] = [
            b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00ls\x85R.",
            b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x8c\x02ls\x85R.",
            b"\x80\x04\x8c\x06system\x940\x8c\x05posixh\x00\x93\x8c\x02ls\x85R.",
        ];
        for pickle in code {
            let said = check(pickle).expect_err("code");
            assert!(said.contains("posix.system"), "{said}");
        }
        // A value that is not a plain text cannot be named.
        assert!(check(b"\x80\x04K\x01\x8c\x06system\x93.").is_err());
        assert!(check(b"\x80\x02(iposix\nsystem\n.").is_err());
    }

    #[test]
    fn lengths_that_lie_are_seen() {
        assert!(check(b"\x80\x02X\xff\xff\xff\xff.").is_err());
        assert!(check(b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff.").is_err());
        assert!(check(b"").is_err());
        assert!(check(b"\x80").is_err());
    }
}
