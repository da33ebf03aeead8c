//! What becomes of a picture that is exported: what its format loses, and whether it is compressed.

use std::path::Path;

use imaging::{FileFormat, Photo, SaveOptions};

/// What a format means for a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The format.
    pub format: FileFormat,
    /// What is lost, as a sentence.
    pub lost: Option<String>,
}

impl Terms {
    /// For a photo under a name; `None` where the name says no format.
    pub(crate) fn of(photo: &Photo, path: &Path) -> Option<Self> {
        let format = FileFormat::from_path(path).ok()?;
        let lost = imaging::losses(photo, format, &SaveOptions::default()).sentence();
        Some(Self { format, lost })
    }

    /// What compression does, as a sentence; `None` where every pixel is kept.
    #[must_use]
    pub fn compression(&self) -> Option<String> {
        self.format.is_lossy().then(|| {
            format!(
                "Every pixel of a {} is compressed anew, also where nothing was restored; PNG and \
                 TIFF keep them bit for bit.",
                self.format
            )
        })
    }

    /// What to say once it is done: what was lost, and how it was compressed.
    pub(crate) fn done(&self, quality: u8) -> String {
        let anew = self.compression().map(|_| format!(" at quality {quality}"));
        let lost = self.lost.as_ref().map(|lost| format!(" {lost}"));
        format!("{}.{}", anew.unwrap_or_default(), lost.unwrap_or_default())
    }
}

/// The quality to begin with.
pub(crate) fn usual_quality() -> u8 {
    SaveOptions::default().quality
}

/// How a picture is stored at a quality.
pub(crate) fn options(quality: u8) -> SaveOptions {
    SaveOptions {
        quality: quality.clamp(1, 100),
        ..SaveOptions::default()
    }
}
