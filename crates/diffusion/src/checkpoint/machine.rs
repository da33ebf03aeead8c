//! A pickle of tensors, worked through by a machine that builds plain containers only.
//!
//! Only for pickles that `opcodes::check` has let through: every name in them is one of a state dict's.
//! What is no container, text, whole number or tensor becomes [`Value::Other`] and is carried along
//! unread. Source: CPython's `pickletools`, protocols 2 to 5, and `torch/_utils.py`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::convert::Float;

/// Deeper nesting belongs to no state dict.
const DEPTH: usize = 16;

/// What the machine works with.
#[derive(Clone)]
enum Value {
    Mark,
    Other,
    Number(i64),
    Text(Rc<str>),
    Name(Rc<str>),
    Tuple(Rc<[Value]>),
    List(Rc<RefCell<Vec<Value>>>),
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    Storage(Rc<(Float, usize, String)>),
    Tensor(Rc<TensorPlace>),
}

/// Where the numbers of a tensor are.
#[derive(Clone, Debug)]
pub(super) struct TensorPlace {
    /// The storage's name in the archive.
    pub(super) storage: String,
    /// The kind of its numbers, and the bytes of each.
    pub(super) kind: Float,
    /// Bytes of one number.
    pub(super) width: usize,
    /// Numbers in the storage before the tensor's first.
    pub(super) offset: usize,
    /// Its sides.
    pub(super) shape: Vec<usize>,
    /// How many numbers apart neighbours along each side are.
    pub(super) strides: Vec<usize>,
}

/// The tensors of a pickle, by the path of keys that leads to each, joined by dots.
///
/// # Errors
/// Says that the pickle is damaged.
pub(super) fn tensors(pickle: &[u8]) -> Result<Vec<(String, TensorPlace)>, String> {
    let mut machine = Machine {
        rest: pickle,
        stack: Vec::new(),
        memo: HashMap::new(),
    };
    while !machine.step()? {}
    let root = machine.pop()?;
    let mut found = Vec::new();
    collect(&root, "", DEPTH, &mut found);
    Ok(found)
}

fn collect(value: &Value, path: &str, depth: usize, found: &mut Vec<(String, TensorPlace)>) {
    if depth == 0 {
        return;
    }
    let within = |key: &str| match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    match value {
        Value::Tensor(place) => found.push((path.to_owned(), TensorPlace::clone(place))),
        Value::Dict(pairs) => {
            for (key, value) in pairs.borrow().iter() {
                match key {
                    Value::Text(key) => collect(value, &within(key), depth - 1, found),
                    Value::Number(key) => {
                        collect(value, &within(&key.to_string()), depth - 1, found);
                    }
                    _ => {}
                }
            }
        }
        Value::List(items) => {
            for (i, value) in items.borrow().iter().enumerate() {
                collect(value, &within(&i.to_string()), depth - 1, found);
            }
        }
        _ => {}
    }
}

struct Machine<'a> {
    rest: &'a [u8],
    stack: Vec<Value>,
    memo: HashMap<u32, Value>,
}

impl<'a> Machine<'a> {
    /// One operation; true at the end.
    fn step(&mut self) -> Result<bool, String> {
        let code = self.take(1)?[0];
        match code {
            b'.' => return Ok(true),
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'X' | 0x8c | b'U' | 0x8d | b'T' | b'B' | 0x8b | b'C' | 0x8e | 0x96 => {
                self.bytes(code)?;
            }
            b'K' | b'M' | b'J' | 0x8a | b'G' | b'N' | 0x88 | 0x89 => self.constant(code)?,
            b'}' | b']' | 0x8f | b')' | 0x85..=0x87 | b't' | b'l' | 0x91 | b'd' => {
                self.container(code)?;
            }
            b'a' | b'e' | 0x90 => self.append(code == b'a')?,
            b's' | b'u' => self.set(code == b's')?,
            b'q' | b'r' | 0x94 | b'h' | b'j' => self.memorise(code)?,
            b'(' | b'0' | b'b' | b'1' | b'2' => self.rearrange(code)?,
            b'c' | 0x93 | b'Q' | b'R' | 0x81 => self.object(code)?,
            _ => {
                return Err(format!(
                    "its pickle uses operation {code:#04x}, which is unknown"
                ));
            }
        }
        Ok(false)
    }

    /// Text, and bytes of other meanings, after their length in one, four or eight bytes.
    fn bytes(&mut self, code: u8) -> Result<(), String> {
        match code {
            b'X' => self.push_text(4),
            0x8c | b'U' => self.push_text(1),
            0x8d => self.push_text(8),
            b'T' | b'B' | 0x8b => self.push_other(4),
            b'C' => self.push_other(1),
            _ => self.push_other(8),
        }
    }

    /// Numbers, and what is true, false or nothing.
    fn constant(&mut self, code: u8) -> Result<(), String> {
        let bytes = match code {
            b'K' => self.take(1)?,
            b'M' => self.take(2)?,
            b'J' => self.take(4)?,
            b'G' => self.take(8)?,
            0x8a => self.counted(1)?,
            _ => &[],
        };
        let value = match (code, bytes) {
            (b'K', [a]) => Value::Number(i64::from(*a)),
            (b'M', [a, b]) => Value::Number(i64::from(u16::from_le_bytes([*a, *b]))),
            (b'J', [a, b, c, d]) => Value::Number(i64::from(i32::from_le_bytes([*a, *b, *c, *d]))),
            (0x8a, bytes) => whole(bytes),
            _ => Value::Other,
        };
        self.stack.push(value);
        Ok(())
    }

    /// Containers: empty ones, and those of what lies on top of the stack.
    fn container(&mut self, code: u8) -> Result<(), String> {
        let value = match code {
            b'}' => Value::Dict(Rc::default()),
            b']' | 0x8f => Value::List(Rc::default()),
            b')' => Value::Tuple(Rc::new([])),
            0x85..=0x87 => return self.tuple(usize::from(code - 0x84)),
            b't' => Value::Tuple(self.pop_to_mark()?.into()),
            b'd' => Value::Dict(Rc::new(RefCell::new(pairs(self.pop_to_mark()?)?))),
            _ => Value::List(Rc::new(RefCell::new(self.pop_to_mark()?))),
        };
        self.stack.push(value);
        Ok(())
    }

    /// Puts the top of the stack into the memo, or pushes something from there.
    fn memorise(&mut self, code: u8) -> Result<(), String> {
        let index = match code {
            0x94 => self.memo.len() as u32,
            b'q' | b'h' => u32::from(self.take(1)?[0]),
            _ => self.index()?,
        };
        match code {
            b'h' | b'j' => self.get(index),
            _ => self.put(index),
        }
    }

    /// Marks, takes off and doubles what is on the stack.
    fn rearrange(&mut self, code: u8) -> Result<(), String> {
        match code {
            b'(' => self.stack.push(Value::Mark),
            b'1' => drop(self.pop_to_mark()?),
            b'2' => {
                let top = self.stack.last().cloned().ok_or_else(damaged)?;
                self.stack.push(top);
            }
            // `b` sets the state of an object: attributes of a dict, of which none is a tensor.
            _ => drop(self.pop()?),
        }
        Ok(())
    }

    /// Names of functions, calls of them, and storages.
    fn object(&mut self, code: u8) -> Result<(), String> {
        match code {
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.name(module, name);
            }
            0x93 => {
                let (name, module) = (self.text()?, self.text()?);
                self.name(module.as_bytes(), name.as_bytes());
            }
            b'Q' => {
                let id = self.pop()?;
                self.stack.push(storage(&id));
            }
            _ => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.stack.push(call(&function, &arguments)?);
            }
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (part, rest) = self.rest.split_at_checked(count).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(part)
    }

    fn line(&mut self) -> Result<&'a [u8], String> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let line = self.take(end.ok_or_else(damaged)?)?;
        self.take(1)?;
        Ok(line)
    }

    fn counted(&mut self, width: usize) -> Result<&'a [u8], String> {
        let mut count = [0; 8];
        count[..width].copy_from_slice(self.take(width)?);
        let count = usize::try_from(u64::from_le_bytes(count)).map_err(|_| damaged())?;
        self.take(count)
    }

    fn index(&mut self) -> Result<u32, String> {
        let bytes = self.take(4)?.try_into().map_err(|_| damaged())?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn pop(&mut self) -> Result<Value, String> {
        self.stack.pop().ok_or_else(damaged)
    }

    fn text(&mut self) -> Result<Rc<str>, String> {
        match self.pop()? {
            Value::Text(text) => Ok(text),
            _ => Err(damaged()),
        }
    }

    fn name(&mut self, module: &[u8], name: &[u8]) {
        let [module, name] = [module, name].map(String::from_utf8_lossy);
        self.stack
            .push(Value::Name(format!("{module} {name}").into()));
    }

    fn push_text(&mut self, width: usize) -> Result<(), String> {
        let text = String::from_utf8_lossy(self.counted(width)?);
        self.stack.push(Value::Text(text.into()));
        Ok(())
    }

    fn push_other(&mut self, width: usize) -> Result<(), String> {
        self.counted(width)?;
        self.stack.push(Value::Other);
        Ok(())
    }

    fn tuple(&mut self, count: usize) -> Result<(), String> {
        let start = self.stack.len().checked_sub(count).ok_or_else(damaged)?;
        let items: Vec<Value> = self.stack.drain(start..).collect();
        self.stack.push(Value::Tuple(items.into()));
        Ok(())
    }

    /// What lies above the last mark, which goes as well.
    fn pop_to_mark(&mut self) -> Result<Vec<Value>, String> {
        let mark = self
            .stack
            .iter()
            .rposition(|value| matches!(value, Value::Mark));
        let items = self.stack.split_off(mark.ok_or_else(damaged)?);
        Ok(items.into_iter().skip(1).collect())
    }

    fn append(&mut self, one: bool) -> Result<(), String> {
        let items = if one {
            vec![self.pop()?]
        } else {
            self.pop_to_mark()?
        };
        if let Some(Value::List(list)) = self.stack.last() {
            list.borrow_mut().extend(items);
        }
        Ok(())
    }

    fn set(&mut self, one: bool) -> Result<(), String> {
        let pairs = if one {
            let (value, key) = (self.pop()?, self.pop()?);
            vec![(key, value)]
        } else {
            pairs(self.pop_to_mark()?)?
        };
        if let Some(Value::Dict(dict)) = self.stack.last() {
            dict.borrow_mut().extend(pairs);
        }
        Ok(())
    }

    fn put(&mut self, index: u32) -> Result<(), String> {
        let top = self.stack.last().cloned().ok_or_else(damaged)?;
        let _ = self.memo.insert(index, top);
        Ok(())
    }

    fn get(&mut self, index: u32) -> Result<(), String> {
        let value = self.memo.get(&index).cloned().ok_or_else(damaged)?;
        self.stack.push(value);
        Ok(())
    }
}

fn damaged() -> String {
    "its pickle is damaged".to_owned()
}

/// A whole number of at most eight bytes; longer ones are of no use here.
fn whole(bytes: &[u8]) -> Value {
    if bytes.len() > 8 {
        return Value::Other;
    }
    let negative = bytes.last().is_some_and(|byte| *byte > 127);
    let mut wide = [if negative { 0xFF } else { 0 }; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    Value::Number(i64::from_le_bytes(wide))
}

fn pairs(items: Vec<Value>) -> Result<Vec<(Value, Value)>, String> {
    if !items.len().is_multiple_of(2) {
        return Err(damaged());
    }
    let pairs = items
        .chunks_exact(2)
        .map(|pair| (pair[0].clone(), pair[1].clone()));
    Ok(pairs.collect())
}

/// The storage that a persistent id names: `("storage", type, key, location, numbers)`.
fn storage(id: &Value) -> Value {
    let Value::Tuple(parts) = id else {
        return Value::Other;
    };
    let [_, Value::Name(name), key, ..] = &parts[..] else {
        return Value::Other;
    };
    let key = match key {
        Value::Text(key) => key.to_string(),
        Value::Number(key) => key.to_string(),
        _ => return Value::Other,
    };
    let (kind, width) = match name.strip_prefix("torch ") {
        Some("DoubleStorage") => (Float::Double, 8),
        Some("FloatStorage") => (Float::Single, 4),
        Some("HalfStorage") => (Float::Half, 2),
        Some("BFloat16Storage") => (Float::Brain, 2),
        Some("LongStorage") => (Float::Long, 8),
        Some("IntStorage") => (Float::Other, 4),
        Some("ShortStorage") => (Float::Other, 2),
        Some("ByteStorage" | "CharStorage" | "BoolStorage") => (Float::Other, 1),
        _ => return Value::Other,
    };
    Value::Storage(Rc::new((kind, width, key)))
}

/// What a permitted name makes of its arguments.
fn call(function: &Value, arguments: &Value) -> Result<Value, String> {
    let (Value::Name(name), Value::Tuple(arguments)) = (function, arguments) else {
        return Ok(Value::Other);
    };
    match &**name {
        "collections OrderedDict" => {
            let dict: Rc<RefCell<Vec<(Value, Value)>>> = Rc::default();
            if let Some(Value::List(items)) = arguments.first() {
                for item in items.borrow().iter() {
                    if let Value::Tuple(pair) = item
                        && let [key, value] = &pair[..]
                    {
                        dict.borrow_mut().push((key.clone(), value.clone()));
                    }
                }
            }
            Ok(Value::Dict(dict))
        }
        "torch._utils _rebuild_tensor" | "torch._utils _rebuild_tensor_v2" => rebuilt(arguments),
        "torch._utils _rebuild_parameter" | "torch.nn.parameter Parameter" => {
            Ok(arguments.first().cloned().unwrap_or(Value::Other))
        }
        _ => Ok(Value::Other),
    }
}

fn rebuilt(arguments: &[Value]) -> Result<Value, String> {
    let [
        Value::Storage(storage),
        Value::Number(offset),
        shape,
        strides,
        ..,
    ] = arguments
    else {
        return Err(damaged());
    };
    let (kind, width, key) = &**storage;
    let place = TensorPlace {
        storage: key.clone(),
        kind: *kind,
        width: *width,
        offset: usize::try_from(*offset).map_err(|_| damaged())?,
        shape: sides(shape)?,
        strides: sides(strides)?,
    };
    if place.shape.len() != place.strides.len() {
        return Err(damaged());
    }
    Ok(Value::Tensor(Rc::new(place)))
}

fn sides(value: &Value) -> Result<Vec<usize>, String> {
    let Value::Tuple(items) = value else {
        return Err(damaged());
    };
    let side = |value: &Value| match value {
        Value::Number(number) => usize::try_from(*number).ok(),
        _ => None,
    };
    items.iter().map(|v| side(v).ok_or_else(damaged)).collect()
}
