//! Writing a picture, and a note on standard error of what its format cannot hold.

use std::path::Path;

use imaging::{FileFormat, ImagingError, Photo, SaveOptions};

use crate::terminal::{note, shown};

/// Saves a picture and notes what is lost.
pub(super) fn save(photo: &Photo, path: &Path, options: &SaveOptions) -> Result<(), ImagingError> {
    imaging::save(photo, path, options)?;
    if let Some(remark) = remark(photo, FileFormat::from_path(path)?, options) {
        note(format!("{}: {remark}", shown(path)));
    }
    Ok(())
}

fn remark(photo: &Photo, format: FileFormat, options: &SaveOptions) -> Option<String> {
    let lost = imaging::losses(photo, format, options).sentence();
    let anew = format.is_lossy().then(|| {
        format!(
            "Every pixel of a {format} is compressed anew (quality {}); PNG and TIFF keep them.",
            options.quality
        )
    });
    let parts: Vec<String> = lost.into_iter().chain(anew).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_noted() {
        let clear = Photo::from_rgba8(1, 1, &[1, 2, 3, 4]).expect("one pixel");
        let options = SaveOptions {
            quality: 80,
            ..SaveOptions::default()
        };
        assert_eq!(remark(&clear, FileFormat::Png, &options), None);
        let jpeg = remark(&clear, FileFormat::Jpeg, &options).expect("much is lost");
        assert!(jpeg.starts_with("JPEG keeps no transparency. Every pixel"));
        assert!(jpeg.contains("quality 80"));
    }
}
