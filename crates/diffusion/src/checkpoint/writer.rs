//! Writing safetensors one tensor at a time, so that a network is never in memory twice.
//!
//! The header stands in front of the numbers but is known only behind them: room is left for it
//! and filled up with spaces, as the format allows.

use std::io::{Seek, SeekFrom, Write};

use half::f16;
use serde_json::{Map, Value, json};

use crate::error::DiffusionError;

/// The number format that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    #[default]
    Single,
    /// 16 bits: half the size, three decimal digits.
    Half,
}

/// Writes a file of named tensors.
pub struct SafetensorsWriter<W> {
    out: W,
    room: usize,
    at: usize,
    precision: Precision,
    header: Map<String, Value>,
}

impl<W: Write + Seek> SafetensorsWriter<W> {
    /// Starts a file of at most `tensors` tensors whose names take `names` bytes in all.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn new(
        mut out: W,
        precision: Precision,
        tensors: usize,
        names: usize,
    ) -> std::io::Result<Self> {
        // An entry without its name: type, up to four sides, two offsets, and what JSON needs.
        let room = (64 + names + 160 * tensors).next_multiple_of(8);
        out.write_all(&(room as u64).to_le_bytes())?;
        out.write_all(&vec![b' '; room])?;
        Ok(Self {
            out,
            room,
            at: 0,
            precision,
            header: Map::new(),
        })
    }

    /// Appends a tensor.
    ///
    /// # Errors
    /// [`DiffusionError::Mismatch`] if a value is too large for the precision,
    /// [`DiffusionError::Write`] if it cannot be written.
    pub fn write(
        &mut self,
        name: &str,
        shape: &[usize],
        values: &[f32],
    ) -> Result<(), DiffusionError> {
        const CHUNK: usize = 1 << 14;
        let mut bytes = Vec::with_capacity(4 * CHUNK);
        let start = self.at;
        for part in values.chunks(CHUNK) {
            bytes.clear();
            match self.precision {
                Precision::Single => bytes.extend(part.iter().flat_map(|v| v.to_le_bytes())),
                Precision::Half => {
                    if let Some(large) = part.iter().find(|v| !f16::from_f32(**v).is_finite()) {
                        return Err(DiffusionError::Mismatch {
                            reason: format!(
                                "`{name}` holds {large}, which 16 bits cannot; write 32 (without \
                                 --half)"
                            ),
                        });
                    }
                    bytes.extend(part.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()));
                }
            }
            self.out.write_all(&bytes).map_err(DiffusionError::Write)?;
            self.at += bytes.len();
        }
        let dtype = match self.precision {
            Precision::Single => "F32",
            Precision::Half => "F16",
        };
        let entry = json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, self.at] });
        self.header.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Writes the header; returns what was written into.
    ///
    /// # Errors
    /// [`DiffusionError::Write`] if it cannot be written.
    pub fn finish(mut self) -> Result<W, DiffusionError> {
        let header = Value::Object(self.header).to_string();
        if header.len() > self.room {
            return Err(DiffusionError::Mismatch {
                reason: "more tensors came than were announced".to_owned(),
            });
        }
        self.out
            .seek(SeekFrom::Start(8))
            .and_then(|_| self.out.write_all(header.as_bytes()))
            .and_then(|()| self.out.flush())
            .map_err(DiffusionError::Write)?;
        Ok(self.out)
    }
}
