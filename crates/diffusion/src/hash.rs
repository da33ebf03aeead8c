//! SHA-256, by which a file of weights is known.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::DiffusionError;

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file in hexadecimal; the file is never in memory as a whole.
///
/// # Errors
/// [`DiffusionError::File`] if it cannot be read.
pub fn file_sha256(path: &Path) -> Result<String, DiffusionError> {
    let file_error = |source| DiffusionError::file(path, source);
    let mut file = File::open(path).map_err(file_error)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk).map_err(file_error)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&chunk[..n]),
        }
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
