//! Decodes a photo, and perhaps its mask.

use std::path::PathBuf;

use imaging::ImagingError;

use super::opened::Opened;
use super::state::SessionState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Decode a photo, and perhaps its mask.
#[derive(Debug)]
pub enum OpenPhoto {
    /// A file.
    File {
        /// The photo.
        photo: PathBuf,
        /// The mask.
        mask: Option<PathBuf>,
    },
    /// The bundled photograph.
    Demo,
    /// A picture from the clipboard.
    Pasted {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// `4 * width * height` bytes, packed RGBA.
        rgba: Vec<u8>,
    },
}

impl Request for OpenPhoto {
    type State = SessionState;
    type Answer = Result<Opened, ImagingError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        match self {
            Self::File { photo, mask } => Opened::file(photo, mask.as_deref()),
            Self::Demo => Opened::demo(),
            Self::Pasted {
                width,
                height,
                rgba,
            } => Opened::pasted(*width, *height, rgba),
        }
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        match flat(answer) {
            Ok(opened) => state.arrived(opened),
            Err(error) => {
                state.not_opened(&error);
                Vec::new()
            }
        }
    }
}
