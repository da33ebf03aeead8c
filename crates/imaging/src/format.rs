//! The file formats photos are read from and written to, and what each can hold.

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize};

use crate::{Depth, ImagingError};

/// A file format.
///
/// | format | depths | alpha | pixels |
/// | --- | --- | --- | --- |
/// | PNG | 8, 16 | yes | exact |
/// | TIFF | 8, 16, float | yes | exact |
/// | WebP (lossless) | 8 | yes | exact |
/// | JPEG | 8 | no | compressed anew |
/// | BMP | 8 | yes | exact |
///
/// The module `metadata` has what each holds beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG, baseline.
    Jpeg,
    /// WebP, written losslessly.
    WebP,
    /// Tagged Image File Format.
    Tiff,
    /// Windows bitmap.
    Bmp,
}

/// The extensions of each format, the usual one first.
pub(crate) const ENDINGS: [(FileFormat, &[&str]); 5] = [
    (FileFormat::Png, &["png", "apng"]),
    (
        FileFormat::Jpeg,
        &["jpg", "jpeg", "jpe", "jfif", "jif", "pjpeg", "pjp"],
    ),
    (FileFormat::WebP, &["webp"]),
    (FileFormat::Tiff, &["tif", "tiff"]),
    (FileFormat::Bmp, &["bmp", "dib"]),
];

/// Formats that are opened but not written, and their extensions. Stereo files are JPEG files.
pub(crate) const ONLY_READ: [(&str, &[&str]); 4] = [
    ("JPEG XL", &["jxl"]),
    ("AVIF", &["avif", "avifs"]),
    ("HEIC", &["heic", "heif", "hif"]),
    (
        "camera raw",
        &[
            "dng", "nef", "cr2", "cr3", "arw", "orf", "rw2", "raf", "pef", "srw", "raw",
        ],
    ),
];

/// The formats that are written and their usual extensions, for messages.
pub(crate) fn writable() -> String {
    let each = ENDINGS.map(|(format, endings)| {
        let usual: Vec<String> = endings.iter().take(2).map(|e| format!(".{e}")).collect();
        format!("{format} ({})", usual.join(", "))
    });
    listed(&each)
}

/// Names as a list: `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

/// Every format that is read, for messages.
pub(crate) fn readable() -> String {
    let written = FileFormat::ALL.iter().map(ToString::to_string);
    let all = written.chain(ONLY_READ.map(|(name, _)| name.to_owned()));
    listed(&all.collect::<Vec<_>>())
}

impl FileFormat {
    /// Every format, in the order a menu should list them.
    pub const ALL: [Self; 5] = [Self::Png, Self::Jpeg, Self::WebP, Self::Tiff, Self::Bmp];

    /// The format a file name asks for, by its extension in any letter case; JPEG has several that
    /// browsers and old programs use.
    ///
    /// # Errors
    /// [`ImagingError::Unsupported`], listing the supported extensions.
    pub fn from_path(path: &Path) -> Result<Self, ImagingError> {
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let known = ENDINGS.iter().find(|(_, endings)| {
            let wanted = extension.as_deref();
            wanted.is_some_and(|wanted| endings.contains(&wanted))
        });
        known
            .map(|(format, _)| *format)
            .ok_or_else(|| ImagingError::Unsupported {
                name: path.display().to_string(),
                reason: format!(
                    "its extension names no format that can be written; use {}",
                    writable()
                ),
            })
    }

    /// Every extension under which a photo may be written, without the dot.
    pub fn writable_endings() -> Vec<&'static str> {
        let each = ENDINGS.iter().flat_map(|(_, endings)| *endings);
        each.copied().collect()
    }

    /// Every extension under which a photo may be found, without the dot. What a file is, its bytes
    /// tell.
    pub fn readable_endings() -> Vec<&'static str> {
        let mut all = Self::writable_endings();
        all.extend(ONLY_READ.iter().flat_map(|(_, endings)| *endings));
        all.push("mpo");
        all
    }

    /// The usual extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Tiff => "tif",
            Self::Bmp => "bmp",
        }
    }

    /// Whether the format stores an alpha channel. Where it does not, alpha is blended over white.
    pub const fn holds_alpha(self) -> bool {
        !matches!(self, Self::Jpeg)
    }

    /// Whether a colour profile is kept.
    pub const fn holds_profile(self) -> bool {
        !matches!(self, Self::Bmp)
    }

    /// Whether EXIF and XMP are kept; TIFF has EXIF as tags.
    pub const fn holds_exif(self) -> bool {
        !matches!(self, Self::Bmp)
    }

    /// Whether every pixel is changed a little by storing it.
    pub const fn is_lossy(self) -> bool {
        matches!(self, Self::Jpeg)
    }

    /// The depth the format stores when `wanted` is asked for: `wanted`, or the deepest it holds.
    pub fn nearest_depth(self, wanted: Depth) -> Depth {
        match self {
            Self::Tiff => wanted,
            Self::Png => wanted.min(Depth::Sixteen),
            Self::Jpeg | Self::WebP | Self::Bmp => Depth::Eight,
        }
    }

    /// The longest side the format can store, in pixels.
    pub const fn max_side(self) -> usize {
        match self {
            Self::WebP => 16_383,
            Self::Jpeg | Self::Bmp => 65_535,
            Self::Png | Self::Tiff => i32::MAX as usize,
        }
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_name_formats_in_any_case() {
        for format in FileFormat::ALL {
            let path = format!("a.b/photo.{}", format.extension().to_ascii_uppercase());
            assert_eq!(
                FileFormat::from_path(Path::new(&path)).expect("a known extension"),
                format
            );
        }
    }

    #[test]
    fn a_jpeg_has_many_names() {
        for name in ["a.jfif", "a.JPE", "a.jif", "a.pjpeg"] {
            assert_eq!(
                FileFormat::from_path(Path::new(name)).ok(),
                Some(FileFormat::Jpeg)
            );
        }
    }

    #[test]
    fn an_unknown_extension_is_told_what_would_work() {
        for name in ["photo.gif", "photo", "png"] {
            let message = FileFormat::from_path(Path::new(name))
                .expect_err("not writable")
                .to_string();
            assert!(
                message.contains(name) && message.contains(".webp"),
                "{message}"
            );
        }
    }
}
