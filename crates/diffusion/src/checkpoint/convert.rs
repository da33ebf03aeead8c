//! Stored numbers to f32.

use half::{bf16, f16};

/// The number formats that weights come in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Float {
    Double,
    Single,
    Half,
    Brain,
    /// Whole numbers, such as recorded timesteps.
    Long,
    /// Anything else.
    Other,
}

impl Float {
    pub(super) fn of(dtype: safetensors::Dtype) -> Self {
        match dtype {
            safetensors::Dtype::F64 => Self::Double,
            safetensors::Dtype::F32 => Self::Single,
            safetensors::Dtype::F16 => Self::Half,
            safetensors::Dtype::BF16 => Self::Brain,
            safetensors::Dtype::I64 => Self::Long,
            _ => Self::Other,
        }
    }
}

/// Little-endian bytes to f32.
pub(super) fn floats(kind: Float, bytes: &[u8]) -> Result<Vec<f32>, String> {
    fn each<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        bytes
            .chunks_exact(N)
            .map(|chunk| read(chunk.try_into().expect("chunks have that length")))
            .collect()
    }
    match kind {
        Float::Double => Ok(each(bytes, |b| f64::from_le_bytes(b) as f32)),
        Float::Single => Ok(each(bytes, f32::from_le_bytes)),
        Float::Half => Ok(each(bytes, |b| f16::from_le_bytes(b).to_f32())),
        Float::Brain => Ok(each(bytes, |b| bf16::from_le_bytes(b).to_f32())),
        Float::Long => Ok(each(bytes, |b| i64::from_le_bytes(b) as f32)),
        Float::Other => Err("its values are not numbers of a kind that is read".to_owned()),
    }
}
