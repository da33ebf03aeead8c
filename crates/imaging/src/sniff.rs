//! What a file is, by its first bytes: for folders in which names tell nothing, or lie.

use std::{fs::File, io::Read, path::Path};

use crate::{
    FileFormat,
    codec::{Known, recognised},
};

/// The format of a file, by its content. `None` if it is no regular file, cannot be read, or is no
/// picture of a format that is also written. Reads 64 bytes.
#[must_use]
pub fn sniff(path: &Path) -> Option<FileFormat> {
    // A pipe would keep whoever opens it waiting.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    let file = File::open(path).ok()?;
    file.take(64).read_to_end(&mut head).ok()?;
    match recognised(&head) {
        Ok(Known::Format(format)) => Some(format),
        Ok(Known::JpegXl | Known::Heif | Known::Raw) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Depth, Photo, Planar, SaveOptions, encode};

    #[test]
    fn the_content_counts_and_not_the_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let photo = Photo::from_planar(&Planar::new(8, 8), Depth::Eight);
        for format in FileFormat::ALL {
            let bytes = encode(&photo, format, &SaveOptions::default()).expect("encoded");
            let path = folder.path().join("photo");
            std::fs::write(&path, bytes).expect("written");
            assert_eq!(sniff(&path), Some(format));
        }
        let text = folder.path().join("notes.png");
        std::fs::write(&text, "no picture").expect("written");
        assert_eq!(sniff(&text), None);
        assert_eq!(sniff(folder.path()), None);
        assert_eq!(sniff(&folder.path().join("nowhere")), None);
    }
}
