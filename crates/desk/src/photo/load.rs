//! Decoding photos and masks.

use std::io::Read;
use std::path::Path;

use imaging::{ImagingError, Mask, Photo};
use sha2::{Digest, Sha256};

const DEMO: &[u8] = engine::demo::DAMAGED;
const DEMO_MASK: &[u8] = engine::demo::MASK;

/// Opens a photo, and the SHA-256 of its file in hexadecimal where that can be read again.
///
/// # Errors
/// Those of [`Photo::open_what_is_there`].
pub(crate) fn open(path: &Path) -> Result<(Photo, Option<String>), ImagingError> {
    let photo = Photo::open_what_is_there(path)?;
    Ok((photo, hash(path).ok()))
}

/// The bundled photograph with its mask.
///
/// # Errors
/// [`ImagingError::Decode`], which a test rules out.
pub(crate) fn demo() -> Result<(Photo, Mask), ImagingError> {
    let photo = Photo::decode(DEMO, "the demo photograph")?;
    let mask = Mask::from_photo(&Photo::decode(DEMO_MASK, "the demo mask")?);
    Ok((photo, mask))
}

/// SHA-256 of a file in hexadecimal.
///
/// # Errors
/// The system's.
pub(crate) fn hash(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    let digest = hasher.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_photograph_opens_with_its_mask() {
        let (photo, mask) = demo().expect("the bundled files are whole");
        assert_eq!(mask.width(), photo.width());
        assert_eq!(mask.height(), photo.height());
        assert!(!mask.is_empty());
    }
}
