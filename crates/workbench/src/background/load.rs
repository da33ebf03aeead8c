//! Decoding photos and masks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{Mask, Photo};

use crate::document::{Opened, Source};

const DEMO: &[u8] = engine::demo::DAMAGED;
const DEMO_MASK: &[u8] = engine::demo::MASK;

/// Opens a photo, and a mask over it. A mask that cannot be used does not keep the photo closed.
pub(super) fn open(path: PathBuf, mask: Option<&Path>) -> Result<Opened, String> {
    let photo = Photo::open(&path).map_err(|e| e.to_string())?;
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
    })
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
