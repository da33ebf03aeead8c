//! Figures of a picture that decide how it is read as a mask.
//!
//! Everything is counted on 8-bit RGBA, in two passes over the pixels. A picture of 16 bits that uses
//! only the lowest ones (a mask of 0 and 255, or of 10 or 12 bits, in a file of 16) is spread to 8
//! bits first.

use std::collections::{HashMap, HashSet};

use crate::{
    FileFormat, ImagingError, Photo,
    sample::{Sample, with_samples},
};

/// At most this many exactly different colours are labels or flat paint, not shades.
pub(super) const FEW: usize = 16;
/// A channel that differs from another by more than this, of 255, is a colour.
const TINT: u8 = 24;
/// Red above the other two channels by this much, of 255, is a red stroke.
pub(super) const RED: u8 = 100;

/// A picture that is to be read as a mask, and its figures. "Solid" pixels have an alpha of at least
/// one half; colours, shades and edges are those of solid pixels.
pub(super) struct Survey {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Packed RGBA, row by row.
    pub(super) rgba: Vec<u8>,
    /// Pixels that are not solid.
    pub(super) clear: usize,
    /// Solid pixels.
    pub(super) solid: usize,
    /// Different colours, at 5 bits per channel.
    pub(super) colours: usize,
    /// Exactly different colours, or [`FEW`] + 1 for more.
    pub(super) exact: usize,
    /// Pixels that are not gray.
    pub(super) tinted: usize,
    /// Pixels of strong red.
    pub(super) red: usize,
    /// Pixels by their luma.
    pub(super) lumas: [usize; 256],
    /// The most frequent colour at the picture's edge.
    pub(super) ground: [u8; 3],
    /// Whether most of the picture's edge is bright.
    pub(super) bright_edge: bool,
    /// Whether the file's compression blurs edges.
    pub(super) lossy: bool,
    /// The largest value of a colour channel as stored, and the largest possible one.
    pub(super) brightest: (f64, f64),
}

impl Survey {
    /// Counts. `name` is for the message about a picture whose values cannot be placed.
    pub(super) fn of(photo: &Photo, name: &str) -> Result<Self, ImagingError> {
        let (rgba, brightest) = spread(photo, name)?;
        let mut survey = Self {
            width: photo.width(),
            height: photo.height(),
            rgba: Vec::new(),
            clear: 0,
            solid: 0,
            colours: 0,
            exact: 0,
            tinted: 0,
            red: 0,
            lumas: [0; 256],
            ground: [0; 3],
            bright_edge: false,
            lossy: photo.format() == Some(FileFormat::Jpeg),
            brightest,
        };
        survey.count(&rgba);
        survey.look_at_edge(&rgba);
        survey.rgba = rgba;
        Ok(survey)
    }

    fn count(&mut self, rgba: &[u8]) {
        let mut seen = vec![false; 1 << 15];
        let mut exact = HashSet::new();
        for pixel in rgba.chunks_exact(4) {
            if pixel[3] < 128 {
                self.clear += 1;
                continue;
            }
            self.solid += 1;
            let (least, most) = extremes(pixel);
            self.tinted += usize::from(most - least > TINT);
            self.red += usize::from(pixel[0].saturating_sub(pixel[1].max(pixel[2])) > RED);
            self.lumas[usize::from(luma8(pixel))] += 1;
            let [r, g, b] = [0, 1, 2].map(|c| usize::from(pixel[c] >> 3));
            let cell = &mut seen[(r << 10) | (g << 5) | b];
            self.colours += usize::from(!*cell);
            *cell = true;
            if exact.len() <= FEW {
                exact.insert([pixel[0], pixel[1], pixel[2]]);
            }
        }
        self.exact = exact.len();
    }

    fn look_at_edge(&mut self, rgba: &[u8]) {
        let (width, height) = (self.width, self.height);
        let row = |y: usize| (0..width).map(move |x| y * width + x);
        let column = |x: usize| (0..height).map(move |y| y * width + x);
        let edge = row(0)
            .chain(row(height - 1))
            .chain(column(0))
            .chain(column(width - 1));
        let mut found: HashMap<[u8; 3], usize> = HashMap::new();
        let (mut solid, mut bright) = (0, 0);
        for at in edge {
            let pixel = &rgba[4 * at..4 * at + 4];
            if pixel[3] >= 128 {
                solid += 1;
                bright += usize::from(luma8(pixel) >= 128);
                *found.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
            }
        }
        // Of equally frequent colours the least, so that the answer never depends on a hash.
        let most = found
            .into_iter()
            .max_by_key(|(colour, count)| (*count, std::cmp::Reverse(*colour)));
        self.ground = most.map_or([0; 3], |(colour, _)| colour);
        self.bright_edge = 5 * bright >= 3 * solid && solid > 0;
    }

    /// Solid pixels whose luma is within `range`.
    pub(super) fn within(&self, range: std::ops::RangeInclusive<u8>) -> usize {
        let range = usize::from(*range.start())..=usize::from(*range.end());
        self.lumas[range].iter().sum()
    }

    /// All pixels.
    pub(super) fn pixels(&self) -> usize {
        self.clear + self.solid
    }

    /// The darkest and the brightest luma; `(0, 0)` without a solid pixel.
    pub(super) fn extent(&self) -> (u8, u8) {
        let first = self.lumas.iter().position(|count| *count > 0);
        let last = self.lumas.iter().rposition(|count| *count > 0);
        // The histogram has 256 places.
        (first.unwrap_or(0) as u8, last.unwrap_or(0) as u8)
    }
}

/// Rec. 601 luma of a pixel of bytes.
pub(super) fn luma8(pixel: &[u8]) -> u8 {
    let [r, g, b] = [0, 1, 2].map(|c| u32::from(pixel[c]));
    ((299 * r + 587 * g + 114 * b + 500) / 1000) as u8
}

fn extremes(pixel: &[u8]) -> (u8, u8) {
    let colour = &pixel[..3];
    let least = colour.iter().min().copied().unwrap_or(0);
    (least, colour.iter().max().copied().unwrap_or(0))
}

/// The picture in bytes, and its largest colour value as stored with the largest possible one.
fn spread(photo: &Photo, name: &str) -> Result<(Vec<u8>, (f64, f64)), ImagingError> {
    let deep = photo.depth() == crate::Depth::Sixteen;
    let full = if deep { 65_535.0 } else { 255.0 };
    let top = with_samples!(photo.image(), |samples, channels| top(samples, channels));
    // Whole numbers at 8 and 16 bits.
    let brightest = (f64::from(top) * full).round();
    let rgba = photo.rgba8(photo.bounds());
    if !deep || brightest == 0.0 || 2.0 * brightest >= full {
        return Ok((rgba, (brightest, full)));
    }
    let scale = match brightest as u32 {
        0..=255 => 255,
        top if (top + 1).is_power_of_two() => top,
        _ => {
            return Err(ImagingError::Mask {
                name: name.to_owned(),
                reason: format!("its brightest value is {brightest} of {full}"),
            });
        }
    };
    let times = 65_535.0 / scale as f32;
    let rgba = with_samples!(photo.image(), |samples, channels| scaled(
        samples, channels, times, rgba
    ));
    Ok((rgba, (brightest, f64::from(scale))))
}

fn top<S: Sample>(samples: &[S], channels: usize) -> f32 {
    let colours = channels - usize::from(channels.is_multiple_of(2));
    let pixels = samples.chunks_exact(channels);
    pixels
        .flat_map(|pixel| &pixel[..colours])
        .fold(0.0, |top, sample| top.max(sample.to_unit()))
}

/// `rgba` with colours that are `times` as bright.
fn scaled<S: Sample>(samples: &[S], channels: usize, times: f32, mut rgba: Vec<u8>) -> Vec<u8> {
    for (pixel, out) in samples.chunks_exact(channels).zip(rgba.chunks_exact_mut(4)) {
        let colour = if channels <= 2 { [0, 0, 0] } else { [0, 1, 2] };
        for (out, channel) in out.iter_mut().zip(colour) {
            *out = u8::from_unit(pixel[channel].to_unit() * times);
        }
    }
    rgba
}
