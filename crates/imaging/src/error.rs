//! What can go wrong between a file and a photo, shaped by cause.
//!
//! Every message names the file or value at fault and what to do about it; the window and the
//! command line print it as it stands.

use std::{io, path::PathBuf};

use crate::FileFormat;

/// An error of this crate. `Send + Sync + 'static`, so it can cross the worker's channel.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImagingError {
    /// The operating system would not hand over the file.
    #[error("cannot read {}: {source}. Check that the file exists and that you may read it.", path.display())]
    Read {
        /// The file that was asked for.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The operating system would not take the file. Whatever was there before is untouched.
    #[error("cannot write {}: {source}. Choose a folder that exists and that you may write to.", path.display())]
    Write {
        /// The file that was to be written.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The bytes are not a whole, valid picture.
    #[error(
        "{name} cannot be decoded: {reason}. The file may be damaged or cut short; try another copy of it."
    )]
    Decode {
        /// The file's name as the user knows it.
        name: String,
        /// The decoder's reason.
        reason: String,
    },
    /// The encoder refused the picture.
    #[error("the picture cannot be stored as {format}: {reason}. Choose another format.")]
    Encode {
        /// The format that was asked for.
        format: FileFormat,
        /// The encoder's reason.
        reason: String,
    },
    /// The picture has more pixels than the limits allow.
    #[error(
        "{name} says it is {width} × {height} pixels; at most {max_side} per side and {max_pixels} in all can be opened. \
         Make a smaller copy with another program first."
    )]
    TooLarge {
        /// The file's name as the user knows it.
        name: String,
        /// Width in pixels, from the file's header.
        width: u64,
        /// Height in pixels, from the file's header.
        height: u64,
        /// Longest side allowed, in pixels.
        max_side: u32,
        /// Most pixels allowed.
        max_pixels: u64,
    },
    /// Reading the picture would need more memory than the limits allow.
    #[error(
        "{name} needs more memory than allowed: {needed} bytes of at most {max_alloc}. Make a smaller copy with another program first."
    )]
    TooHeavy {
        /// The file's name as the user knows it.
        name: String,
        /// Bytes needed, at least.
        needed: u64,
        /// Bytes allowed.
        max_alloc: u64,
    },
    /// There are no pixels.
    #[error("{name} is empty: it holds no pixels. Choose another picture.")]
    Empty {
        /// The file's name, or what was empty.
        name: String,
    },
    /// A file, format or colour model this crate does not handle.
    #[error("{name} is not supported: {reason}.")]
    Unsupported {
        /// The file's name as the user knows it.
        name: String,
        /// What is not supported and what would be.
        reason: String,
    },
    /// A picture that marks nothing, taken as a mask.
    #[error(
        "{name} cannot be used as a mask: {reason}. Mark the damage in white on black, or in any colour on a transparent layer."
    )]
    Mask {
        /// The file's name as the user knows it.
        name: String,
        /// Why nothing is marked.
        reason: String,
    },
    /// Two sizes that must agree do not.
    #[error("{what} has the wrong size: expected {expected}, found {found}.")]
    SizeMismatch {
        /// What was measured, with its unit.
        what: &'static str,
        /// The size it must have.
        expected: usize,
        /// The size it has.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_cross_threads_and_name_the_file() {
        fn crossing<T: std::error::Error + Send + Sync + 'static>() {}
        crossing::<ImagingError>();
        let error = ImagingError::Read {
            path: PathBuf::from("/photos/grandma.png"),
            source: io::Error::from(io::ErrorKind::NotFound),
        };
        assert!(error.to_string().contains("/photos/grandma.png"));
    }
}
