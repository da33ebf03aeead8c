//! What can go wrong between a file and a photo, shaped by cause.
//!
//! Every message names the file or value at fault and what to do about it; the window and the
//! command line print it as it stands.

use std::{io, path::PathBuf};

use crate::{FileFormat, shown};

/// An error of this crate. `Send + Sync + 'static`, so it can cross the worker's channel.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImagingError {
    /// The operating system would not hand over the file.
    #[error("cannot read {}: {source}. Check that the file exists and that you may read it.", shown(&path.to_string_lossy()))]
    Read {
        /// The file that was asked for.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The operating system would not take the file. Whatever was there before is untouched.
    #[error("cannot write {}: {source}. Choose a folder that exists and that you may write to.", shown(&path.to_string_lossy()))]
    Write {
        /// The file that was to be written.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The bytes are not a whole, valid picture.
    #[error(
        "{} cannot be decoded: {}. The file may be damaged or cut short; try another copy of it.",
        shown(name),
        shown(reason)
    )]
    Decode {
        /// The file's name as the user knows it.
        name: String,
        /// The decoder's reason.
        reason: String,
    },
    /// The encoder refused the picture.
    #[error(
        "the picture cannot be stored as {format}: {}. Choose another format.",
        shown(reason)
    )]
    Encode {
        /// The format that was asked for.
        format: FileFormat,
        /// The encoder's reason.
        reason: String,
    },
    /// The picture has more pixels than the limits allow.
    #[error(
        "{} has {width} × {height} pixels, which is {} megapixels; at most {} can be opened. \
         Make a smaller copy, or cut it into parts, with another program first.",
        shown(name), megapixels(width.saturating_mul(*height)), megapixels(*max_pixels)
    )]
    TooLarge {
        /// The file's name as the user knows it.
        name: String,
        /// Width in pixels, from the file's header.
        width: u64,
        /// Height in pixels, from the file's header.
        height: u64,
        /// Most pixels allowed.
        max_pixels: u64,
    },
    /// Reading the picture would need more memory than the limits allow.
    #[error(
        "{} needs {} MiB of memory to be opened; at most {} are allowed. Make a smaller copy, or \
         one with fewer bits per sample, with another program first.",
        shown(name), needed.div_ceil(1 << 20), max_alloc >> 20
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
    #[error(
        "{} is empty: it holds no pixels. Choose another picture.",
        shown(name)
    )]
    Empty {
        /// The file's name, or what was empty.
        name: String,
    },
    /// A file, format or colour model this crate does not handle.
    #[error("{} is not supported: {}.", shown(name), shown(reason))]
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

/// A number of pixels in millions, rounded so that what is too much reads as more than the most.
fn megapixels(pixels: u64) -> u64 {
    pixels.div_ceil(1_000_000)
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
