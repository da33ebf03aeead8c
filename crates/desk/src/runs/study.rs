//! What is worked out about a picture beside the window's thread: a thumbnail of where it
//! changed, how close it is to a known truth, its histogram.

use std::sync::Arc;

use imaging::{Mask, Photo, Rect, masked_psnr, psnr, ssim};

use super::kept::RunId;
use crate::photo::content::Content;

/// A small picture, packed RGBA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// `4 * width * height` bytes.
    pub rgba: Vec<u8>,
}

/// How close a restoration is to the truth, on sRGB values with peak 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Peak signal-to-noise ratio over the whole picture in dB; infinite when equal.
    pub psnr: f64,
    /// Structural similarity over the whole picture, up to 1; NaN below 11 pixels a side.
    pub ssim: f64,
    /// PSNR over the restored pixels alone, in dB, when there was a mask.
    pub masked: Option<f64>,
}

impl Scores {
    /// Names and figures, the most telling first.
    #[must_use]
    pub fn in_words(&self) -> Vec<(&'static str, String)> {
        let mut words = Vec::new();
        words.extend(self.masked.map(|m| ("PSNR under the mask", decibels(m))));
        words.push(("PSNR", decibels(self.psnr)));
        let ssim = (!self.ssim.is_nan()).then(|| ("SSIM", format!("{:.4}", self.ssim)));
        words.extend(ssim);
        words
    }

    /// The one figure that tells most.
    #[must_use]
    pub fn short(&self) -> String {
        decibels(self.masked.unwrap_or(self.psnr))
    }
}

fn decibels(value: f64) -> String {
    if value.is_infinite() {
        "equal".to_owned()
    } else {
        format!("{value:.2} dB")
    }
}

/// A question about a picture.
#[derive(Clone, Debug)]
pub struct Question {
    /// The run it belongs to.
    pub run: RunId,
    /// The picture.
    pub content: Content,
    /// The truth, if it is known.
    pub truth: Option<Arc<Photo>>,
    /// Where it was restored, when not everywhere.
    pub mask: Option<Arc<Mask>>,
    /// How close it is to a truth that is not at hand any more.
    pub known: Option<Scores>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Where it changed, made small.
    pub thumbnail: Thumbnail,
    /// How close it is to the truth.
    pub scores: Option<Scores>,
}

impl Study {
    /// Memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.thumbnail.rgba.len()
    }
}

/// The longer side of a thumbnail in pixels.
pub(crate) const THUMBNAIL: usize = 192;

/// Answers the question. Reads every pixel once if the truth is known: not on the window's thread.
#[must_use]
pub fn study(question: &Question) -> Study {
    let Question {
        content,
        truth,
        mask,
        known,
        ..
    } = question;
    let thumbnail = thumbnail(content, attention(content), THUMBNAIL);
    let scores = truth
        .as_ref()
        .and_then(|truth| scores(content, truth, mask.as_deref()))
        .or(*known);
    Study { thumbnail, scores }
}

fn scores(content: &Content, truth: &Photo, mask: Option<&Mask>) -> Option<Scores> {
    let restored = content.to_photo();
    if restored.bounds() != truth.bounds() {
        return None;
    }
    let (a, b) = (
        restored.planar(restored.bounds()),
        truth.planar(truth.bounds()),
    );
    let mask = mask.filter(|mask| mask.bounds() == truth.bounds() && !mask.is_empty());
    Some(Scores {
        psnr: psnr(&a, &b),
        ssim: ssim(&a, &b),
        masked: mask.map(|mask| masked_psnr(&a, &b, mask)),
    })
}

/// The part worth looking at: around what changed, with some of its surroundings, at least 64
/// pixels a side and no narrower than a third of its length. Where what changed is strewn about so
/// widely that little of it could be seen, around the largest patch.
#[must_use]
pub(crate) fn attention(content: &Content) -> Rect {
    let (width, height) = content.size();
    let whole = Rect::new(0, 0, width, height);
    let Content::Patched(_, changed) = content else {
        return whole;
    };
    let Some(mut bounds) = changed.bounds() else {
        return whole;
    };
    if bounds.width.max(bounds.height) > 2 * THUMBNAIL {
        let patches = changed.mask().components();
        let largest = patches.iter().max_by_key(|patch| patch.pixels);
        bounds = largest.map_or(bounds, |patch| patch.bounds);
    }
    let margin = bounds.width.max(bounds.height) / 6;
    let around = bounds.expanded(margin.max(8), whole);
    let least = (around.width.max(around.height) / 3).max(64);
    let (x, w) = widened((around.x, around.width), least, width);
    let (y, h) = widened((around.y, around.height), least, height);
    Rect::new(x, y, w, h)
}

/// A stretch of at least `least` about the same middle, within `0..side`.
fn widened((from, length): (usize, usize), least: usize, side: usize) -> (usize, usize) {
    let wanted = length.max(least).min(side);
    let start = from.saturating_sub((wanted - length.min(wanted)) / 2);
    (start.min(side - wanted), wanted)
}

/// A part of a picture made small: means over a few samples of each block, so that the cost is
/// that of some rows of the picture, whatever its height.
#[must_use]
pub(crate) fn thumbnail(content: &Content, part: Rect, side: usize) -> Thumbnail {
    shrink(part.width, part.height, side, |y| {
        content.rgba8(Rect::new(part.x, part.y + y, part.width, 1))
    })
}

/// Samples taken in each direction of a block.
const SAMPLES: usize = 4;

/// A picture made to fit `side`, never larger than it is; `row` gives packed RGBA.
pub(crate) fn shrink(
    width: usize,
    height: usize,
    side: usize,
    row: impl Fn(usize) -> Vec<u8>,
) -> Thumbnail {
    let scale = (side as f64 / width.max(height).max(1) as f64).min(1.0);
    let shrunk = |length: usize| ((length as f64 * scale).round() as usize).clamp(1, length.max(1));
    let (columns, rows) = (shrunk(width), shrunk(height));
    let block = |index: usize, count: usize, length: usize| {
        let (from, to) = (index * length / count, (index + 1) * length / count);
        let step = (to - from).div_ceil(SAMPLES).max(1);
        (from..to.max(from + 1)).step_by(step)
    };
    let mut rgba = Vec::with_capacity(4 * columns * rows);
    for y in 0..rows {
        let lines: Vec<Vec<u8>> = block(y, rows, height).map(&row).collect();
        for x in 0..columns {
            let (mut sum, mut count) = ([0_usize; 4], 0);
            for line in &lines {
                for at in block(x, columns, width) {
                    for (total, byte) in sum.iter_mut().zip(&line[4 * at..4 * at + 4]) {
                        *total += usize::from(*byte);
                    }
                    count += 1;
                }
            }
            rgba.extend(sum.map(|total| ((total + count / 2) / count) as u8));
        }
    }
    Thumbnail {
        size: (columns, rows),
        rgba,
    }
}

/// How often each 8-bit level occurs, for red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// Pixels of each level in each channel.
    pub counts: [[usize; 256]; 3],
}

impl Histogram {
    /// Counts every pixel: about a second for 24 megapixels, so not on the window's thread.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let (width, height) = content.size();
        let mut counts = [[0; 256]; 3];
        for y in (0..height).step_by(64) {
            let rows = Rect::new(0, y, width, 64.min(height - y));
            for pixel in content.rgba8(rows).chunks_exact(4) {
                for (channel, byte) in counts.iter_mut().zip(pixel) {
                    channel[usize::from(*byte)] += 1;
                }
            }
        }
        Self { counts }
    }

    /// The level that separates the darkest `share` of the values from the others, over all
    /// channels; share 0 to 1.
    #[must_use]
    pub fn level_at(&self, share: f64) -> usize {
        let total: usize = self.counts.iter().flatten().sum();
        let mut seen = 0;
        (0..256)
            .find(|level| {
                seen += self.counts.iter().map(|c| c[*level]).sum::<usize>();
                seen as f64 >= share * total as f64
            })
            .unwrap_or(255)
    }
}
