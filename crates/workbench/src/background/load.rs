//! Decoding photos and masks.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{Mask, Photo};
use sha2::{Digest, Sha256};

use desk::{Opened, Source};

const DEMO: &[u8] = engine::demo::DAMAGED;
const DEMO_MASK: &[u8] = engine::demo::MASK;

/// Opens a photo, and a mask over it. A mask that cannot be used does not keep the photo closed.
pub(super) fn open(path: PathBuf, mask: Option<&Path>) -> Result<Opened, String> {
    let photo = Photo::open_what_is_there(&path).map_err(|e| e.to_string())?;
    let sha256 = hash(&path).ok();
    let (mask, mask_error) = match mask.map(|path| fitting_mask(path, &photo)) {
        None => (None, None),
        Some(Ok(mask)) => (Some(mask), None),
        Some(Err(reason)) => (None, Some(reason)),
    };
    Ok(Opened {
        source: Source::File(path),
        photo: Arc::new(photo),
        mask,
        mask_error,
        sha256,
        session: None,
    })
}

/// Opens the bundled photograph with its mask.
pub(super) fn demo() -> Result<Opened, String> {
    let decode = |bytes, name| Photo::decode(bytes, name).map_err(|e| e.to_string());
    let photo = decode(DEMO, "the demo photograph")?;
    let mask = Mask::from_photo(&decode(DEMO_MASK, "the demo mask")?);
    Ok(Opened {
        source: Source::Demo,
        photo: Arc::new(photo),
        mask: Some(mask),
        mask_error: None,
        sha256: None,
        session: None,
    })
}

/// Opens a picture from the clipboard, as packed RGBA.
pub(super) fn pasted(width: usize, height: usize, rgba: &[u8]) -> Result<Opened, String> {
    let photo = Photo::from_rgba8(width, height, rgba).map_err(|e| e.to_string())?;
    Ok(Opened {
        source: Source::Clipboard,
        photo: Arc::new(photo),
        mask: None,
        mask_error: None,
        sha256: None,
        session: None,
    })
}

/// SHA-256 of a file in hexadecimal.
pub(super) fn hash(path: &Path) -> std::io::Result<String> {
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

/// Opens a mask.
pub(super) fn mask(path: &Path) -> Result<Mask, String> {
    Mask::open(path).map_err(|e| e.to_string())
}

fn fitting_mask(path: &Path, photo: &Photo) -> Result<Mask, String> {
    let mask = mask(path)?;
    if (mask.width(), mask.height()) == (photo.width(), photo.height()) {
        return Ok(mask);
    }
    Err(format!(
        "the mask {} is {} × {} pixels but the photo is {} × {}; it was left out",
        path.display(),
        mask.width(),
        mask.height(),
        photo.width(),
        photo.height()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_photograph_opens_with_its_mask() {
        let opened = demo().expect("the bundled files are whole");
        let mask = opened.mask.expect("it has a mask");
        assert_eq!(mask.width(), opened.photo.width());
        assert_eq!(mask.height(), opened.photo.height());
        assert!(!mask.is_empty());
    }
}
