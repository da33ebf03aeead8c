//! The pictures of an account: whole, and a part at its own size where the whole has to be reduced.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imaging::{Depth, FileFormat, ImagingError, Mask, Photo, Planar, Rect, SaveOptions};

/// The longer side of a picture in pixels.
const SIDE: usize = 900;
/// The longer side of the part at its own size.
const PART: usize = 420;
/// By how much the difference is magnified.
const MAGNIFIED: f32 = 8.0;

/// See the module.
pub(super) struct Pictures<'a> {
    pub(super) before: &'a Photo,
    pub(super) after: &'a Photo,
    pub(super) truth: Option<&'a Photo>,
    pub(super) mask: Option<&'a Mask>,
}

impl Pictures<'_> {
    pub(super) fn write(&self, out: &mut String) -> Result<(), ImagingError> {
        let whole = self.after.bounds();
        self.row("Pictures", whole, out)?;
        let large = whole.width.max(whole.height) > SIDE;
        let one_size = self.before.bounds() == whole;
        if let (true, true, Some(part)) = (large, one_size, self.part()) {
            self.row("A part at its own size", part, out)?;
        }
        Ok(())
    }

    /// Around the largest connected part of the mask.
    fn part(&self) -> Option<Rect> {
        let whole = self.after.bounds();
        let parts = self.mask?.components();
        let largest = parts.iter().max_by_key(|part| part.bounds.area())?.bounds;
        let middle = (
            largest.x + largest.width / 2,
            largest.y + largest.height / 2,
        );
        let (width, height) = (PART.min(whole.width), PART.min(whole.height));
        let x = middle.0.saturating_sub(width / 2).min(whole.width - width);
        let y = middle
            .1
            .saturating_sub(height / 2)
            .min(whole.height - height);
        Some(Rect::new(x, y, width, height))
    }

    /// The pictures under a rectangle of the result.
    fn row(&self, title: &str, part: Rect, out: &mut String) -> Result<(), ImagingError> {
        let _ = writeln!(out, "<h2>{title}</h2>\n<div class=\"pictures\">");
        let one_size = self.before.bounds() == self.after.bounds();
        let before = if one_size { part } else { self.before.bounds() };
        figure("Before", &self.before.planar(before), out)?;
        figure("After", &self.after.planar(part), out)?;
        if let Some(truth) = self.truth.filter(|t| t.bounds() == self.after.bounds()) {
            figure("Truth", &truth.planar(part), out)?;
        }
        if let Some(mask) = self
            .mask
            .filter(|mask| mask.bounds() == self.after.bounds())
        {
            figure("Mask", &mask_picture(&mask.crop(part)), out)?;
        }
        if one_size {
            let mut difference = self.after.planar(part);
            let known = self.before.planar(part);
            for (value, before) in difference.data.iter_mut().zip(&known.data) {
                *value = ((*value - before).abs() * MAGNIFIED).min(1.0);
            }
            figure(&format!("Difference × {MAGNIFIED}"), &difference, out)?;
        }
        out.push_str("</div>\n");
        Ok(())
    }
}

fn mask_picture(mask: &Mask) -> Planar {
    let mut picture = Planar::new(mask.width(), mask.height());
    let plane = picture.width * picture.height;
    for (i, byte) in mask
        .data()
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte > 0)
    {
        for channel in 0..3 {
            picture.data[channel * plane + i] = f32::from(*byte) / 255.0;
        }
    }
    picture
}

fn figure(name: &str, picture: &Planar, out: &mut String) -> Result<(), ImagingError> {
    let longest = picture.width.max(picture.height);
    let small = if longest > SIDE {
        let side = |length: usize| (length * SIDE / longest).max(1);
        Photo::from_planar(
            &picture.resized(side(picture.width), side(picture.height)),
            Depth::Eight,
        )
    } else {
        Photo::from_planar(picture, Depth::Eight)
    };
    // Single pixels of a tiny picture are what one looks at.
    let class = if longest <= 256 {
        " class=\"pixels\""
    } else {
        ""
    };
    let bytes = imaging::encode(&small, FileFormat::Png, &SaveOptions::default())?;
    let _ = writeln!(
        out,
        "<figure{class}><img alt=\"{name}\" src=\"data:image/png;base64,{}\"><figcaption>{name}\
         </figcaption></figure>",
        STANDARD.encode(bytes)
    );
    Ok(())
}
