//! EXIF blocks: the camera's notes, carried along as bytes.
//!
//! Invariant: a stored block starts at its TIFF header (`II*\0` or `MM\0*`), and its orientation tag,
//! if any, reads "upright", because the pixels beside it have been turned already.

use image::metadata::Orientation;

const PREFIX: &[u8] = b"Exif\0\0";

/// Splits a decoder's block into the block to keep and the orientation it asked for.
///
/// Some WebP writers keep the JPEG prefix `Exif\0\0`, which hides the orientation from readers that
/// expect the TIFF header first; it is taken off here.
pub(crate) fn normalized(block: Vec<u8>) -> (Vec<u8>, Option<Orientation>) {
    let mut block = match block.strip_prefix(PREFIX) {
        Some(inner) => inner.to_vec(),
        None => block,
    };
    let orientation = Orientation::remove_from_exif_chunk(&mut block);
    (block, orientation)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with one entry: orientation.
    fn block(orientation: u8) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        bytes.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn orientation_is_read_once_and_reset() {
        let (kept, orientation) = normalized(block(6));
        assert_eq!(orientation, Some(Orientation::Rotate90));
        assert_eq!(kept, block(1));
    }

    #[test]
    fn the_jpeg_prefix_is_taken_off() {
        let mut prefixed = PREFIX.to_vec();
        prefixed.extend(block(3));
        assert_eq!(
            normalized(prefixed),
            (block(1), Some(Orientation::Rotate180))
        );
    }

    #[test]
    fn nonsense_is_kept_as_it_is() {
        assert_eq!(normalized(vec![1, 2, 3]), (vec![1, 2, 3], None));
    }
}
