//! Writing a picture. What its format cannot hold is said on standard error before the work begins,
//! while another format can still be chosen; what only the result loses is said before it is written.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, ensure};
use imaging::{FileFormat, ImagingError, Loss, Losses, Photo, SaveOptions};

use crate::terminal::{note, shown};

/// Whether it was said that pixels are compressed anew: for the hundred files of a batch once is enough.
static ANEW: AtomicBool = AtomicBool::new(false);

/// A picture that will be written.
pub(super) struct Saving {
    path: PathBuf,
    format: FileFormat,
    options: SaveOptions,
    /// What was said.
    told: Vec<Loss>,
}

impl Saving {
    /// Says what `photo` loses in the file of this name; of the result, little more is known before
    /// it is there than its size.
    ///
    /// # Errors
    /// When the name's ending is of no format, or the format cannot hold a picture of this size.
    pub(super) fn foretold(
        photo: &Photo,
        (width, height): (usize, usize),
        path: &Path,
        options: SaveOptions,
    ) -> Result<Self> {
        let format = FileFormat::from_path(path)?;
        let longest = width.max(height);
        ensure!(
            longest <= format.max_side(),
            "{}: {format} holds no side longer than {} pixels, and the result will be {width} x \
             {height}; name a PNG or TIFF file",
            shown(path),
            format.max_side()
        );
        let losses = imaging::losses(photo, format, &options);
        let anew = format.is_lossy() && !ANEW.swap(true, Ordering::Relaxed);
        if let Some(remark) = remark(&losses, anew.then_some(options.quality)) {
            note(format!("{}: {remark}", shown(path)));
        }
        Ok(Self {
            path: path.to_owned(),
            format,
            options,
            told: losses.list,
        })
    }

    /// Where it will be written.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Saves the result. What it loses beyond what was said, such as the profile of a photo that is
    /// gray no longer, is said first.
    pub(super) fn save(&self, result: &Photo) -> Result<(), ImagingError> {
        let mut losses = imaging::losses(result, self.format, &self.options);
        losses.list.retain(|loss| !self.told.contains(loss));
        if let Some(sentence) = losses.sentence() {
            note(format!("{}: {sentence}", shown(&self.path)));
        }
        imaging::save(result, &self.path, &self.options)
    }
}

/// Says what is lost, then saves at once.
pub(super) fn save(photo: &Photo, path: &Path, options: SaveOptions) -> Result<()> {
    let size = (photo.width(), photo.height());
    Ok(Saving::foretold(photo, size, path, options)?.save(photo)?)
}

/// What is lost, and at which quality pixels are compressed anew, if that is to be said.
fn remark(losses: &Losses, quality: Option<u8>) -> Option<String> {
    let format = losses.format;
    let anew = quality.map(|quality| {
        format!(
            "Every pixel of a {format} is compressed anew (quality {quality}); PNG and TIFF keep them."
        )
    });
    let parts: Vec<String> = losses.sentence().into_iter().chain(anew).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_noted() {
        let clear = Photo::from_rgba8(1, 1, &[1, 2, 3, 4]).expect("one pixel");
        let losses = |format| imaging::losses(&clear, format, &SaveOptions::default());
        assert_eq!(remark(&losses(FileFormat::Png), None), None);
        let jpeg = remark(&losses(FileFormat::Jpeg), Some(80)).expect("much is lost");
        assert!(jpeg.starts_with("JPEG keeps no transparency. Every pixel"));
        assert!(jpeg.contains("quality 80"));
    }

    #[test]
    fn a_side_that_the_format_cannot_hold_is_refused_before_the_work() {
        let photo = Photo::from_rgba8(1, 1, &[1, 2, 3, 255]).expect("one pixel");
        let saving = |name: &str| {
            Saving::foretold(&photo, (20_000, 9), name.as_ref(), SaveOptions::default())
        };
        let refused = saving("out.webp").err().expect("too long").to_string();
        assert!(
            refused.contains("16383") && refused.contains("20000 x 9"),
            "{refused}"
        );
        assert!(saving("out.png").is_ok());
    }
}
