//! What has been opened: a photo, perhaps with a mask, perhaps within a session.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{ImagingError, Mask, Photo};

use super::Resumed;
use crate::mask::document::Source;
use crate::photo::load;

/// A decoded photo.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Where it came from.
    pub source: Source,
    /// The photo.
    pub photo: Arc<Photo>,
    /// Its mask, if one was asked for and fits.
    pub mask: Option<Mask>,
    /// Why the mask could not be used.
    pub mask_error: Option<String>,
    /// SHA-256 of the photo's file in hexadecimal, where it is known.
    pub sha256: Option<String>,
    /// The session it was opened with.
    pub session: Option<Box<Resumed>>,
}

/// Why a mask is left out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MaskError {
    /// It cannot be read.
    #[error(transparent)]
    Picture(#[from] ImagingError),
    /// It has another size than the photo.
    #[error(
        "the mask {} is {} × {} pixels but the photo is {} × {}; it was left out",
        path.display(), mask.0, mask.1, photo.0, photo.1
    )]
    Size {
        /// The mask's file.
        path: PathBuf,
        /// Width and height of the mask.
        mask: (usize, usize),
        /// Width and height of the photo.
        photo: (usize, usize),
    },
}

impl Opened {
    fn new(source: Source, photo: Photo) -> Self {
        Self {
            source,
            photo: Arc::new(photo),
            mask: None,
            mask_error: None,
            sha256: None,
            session: None,
        }
    }

    /// Opens a photo, and a mask over it. A mask that cannot be used does not keep the photo closed.
    ///
    /// # Errors
    /// Those of [`Photo::open_what_is_there`].
    pub(crate) fn file(path: &Path, mask: Option<&Path>) -> Result<Self, ImagingError> {
        let (photo, sha256) = load::open(path)?;
        let (mask, mask_error) = match mask.map(|path| fitting_mask(path, &photo)) {
            None => (None, None),
            Some(Ok(mask)) => (Some(mask), None),
            Some(Err(error)) => (None, Some(error.to_string())),
        };
        Ok(Self {
            mask,
            mask_error,
            sha256,
            ..Self::new(Source::File(path.to_owned()), photo)
        })
    }

    /// Opens the bundled photograph with its mask.
    ///
    /// # Errors
    /// [`ImagingError::Decode`], which a test rules out.
    pub(crate) fn demo() -> Result<Self, ImagingError> {
        let (photo, mask) = load::demo()?;
        Ok(Self {
            mask: Some(mask),
            ..Self::new(Source::Demo, photo)
        })
    }

    /// A picture from the clipboard, as packed RGBA.
    ///
    /// # Errors
    /// Those of [`Photo::from_rgba8`].
    pub(crate) fn pasted(width: usize, height: usize, rgba: &[u8]) -> Result<Self, ImagingError> {
        let photo = Photo::from_rgba8(width, height, rgba)?;
        Ok(Self::new(Source::Clipboard, photo))
    }
}

fn fitting_mask(path: &Path, photo: &Photo) -> Result<Mask, MaskError> {
    let mask = Mask::open(path)?;
    let (found, wanted) = (
        (mask.width(), mask.height()),
        (photo.width(), photo.height()),
    );
    if found == wanted {
        return Ok(mask);
    }
    Err(MaskError::Size {
        path: path.to_owned(),
        mask: found,
        photo: wanted,
    })
}
