//! How much the candidates disagree, pixel by pixel: the sample standard deviation over the draws
//! of one posterior, a picture of what the measurement does not settle.
//!
//! With few candidates it is a rough estimate: from n draws its own relative error is about
//! `1 / sqrt(2 (n - 1))`, 71 % for two and 27 % for eight.

use imaging::Rect;

use super::kept::RunId;
use crate::photo::changed::Changed;
use crate::photo::content::Content;

/// Standard deviations in 8-bit levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The runs it was computed from.
    pub runs: Vec<RunId>,
    /// The level of each pixel in the first channel.
    levels: Changed,
    /// The mean over the pixels.
    pub mean: f32,
    /// What the end of the colour scale means: all but the highest half percent lie below it, and
    /// it is at least 1.
    pub top: f32,
}

impl Spread {
    /// The root of the variance averaged over the three channels, at every pixel that changed.
    /// `None` for fewer than two pictures, or if they changed at different places.
    #[must_use]
    pub fn over(candidates: &[(RunId, Content)]) -> Option<Self> {
        let changed: Vec<_> = candidates.iter().map(|(_, c)| c.changed()).collect();
        let first = changed.first()?;
        if changed.len() < 2 || !changed.iter().all(|other| first.same_place(other)) {
            return None;
        }
        let deviation = |pixel: usize| {
            let variance: f32 = (0..3)
                .map(|channel| variance(changed.iter().map(|c| c.values()[pixel][channel])))
                .sum();
            255.0 * (variance / 3.0).sqrt()
        };
        let levels: Vec<f32> = (0..first.len()).map(deviation).collect();
        let mean = levels.iter().map(|l| f64::from(*l)).sum::<f64>() / levels.len().max(1) as f64;
        let mut sorted = levels.clone();
        sorted.sort_by(f32::total_cmp);
        let high = sorted.get((sorted.len() * 995 / 1000).min(sorted.len().saturating_sub(1)));
        Some(Self {
            runs: candidates.iter().map(|(run, _)| *run).collect(),
            mean: mean as f32,
            top: high.copied().unwrap_or(0.0).ceil().max(1.0),
            levels: first.with_values(levels.into_iter().map(|l| [l; 3]).collect())?,
        })
    }

    /// Width and height of the picture.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.levels.size()
    }

    /// The standard deviation at a pixel, in 8-bit levels; `None` where nothing was drawn.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> Option<f32> {
        self.levels.at(x, y).map(|level| level[0])
    }

    /// The part under `rect` in colours, transparent where nothing was drawn.
    #[must_use]
    pub fn rgba8(&self, rect: Rect) -> Vec<u8> {
        let mut rgba = vec![0; 4 * rect.area()];
        self.levels.each_in(rect, |index, level| {
            let [r, g, b] = colour(level[0] / self.top);
            rgba[4 * index..4 * index + 4].copy_from_slice(&[r, g, b, u8::MAX]);
        });
        rgba
    }
}

fn variance(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let count = values.clone().count() as f32;
    let mean = values.clone().sum::<f32>() / count;
    values.map(|v| (v - mean).powi(2)).sum::<f32>() / (count - 1.0).max(1.0)
}

/// The colour of a value in `[0, 1]`: dark to light through violet and orange, with even steps of
/// lightness (stops of matplotlib's `inferno`, without its black end).
#[must_use]
pub fn colour(value: f32) -> [u8; 3] {
    const STOPS: [[f32; 3]; 7] = [
        [22.0, 11.0, 57.0],
        [87.0, 16.0, 110.0],
        [136.0, 34.0, 106.0],
        [188.0, 55.0, 84.0],
        [227.0, 89.0, 51.0],
        [249.0, 140.0, 10.0],
        [252.0, 255.0, 164.0],
    ];
    let last = STOPS.len() - 1;
    let at = value.clamp(0.0, 1.0) * last as f32;
    let below = (at.floor() as usize).min(last - 1);
    let part = at - below as f32;
    [0, 1, 2].map(|c| (STOPS[below][c] + part * (STOPS[below + 1][c] - STOPS[below][c])) as u8)
}
