//! The training crop that is nearest to a picture.
//!
//! Every picture of the training set is covered by overlapping windows at scales 1, 2 and 4.
//! Each window is first compared by its 8 × 8 thumbnail; the best few are compared pixel by
//! pixel, both as they are and mirrored, and the best of those are moved about until they fit best.
//! The distance is the root mean squared difference of values in [0, 1].

use imaging::Planar;
use rayon::prelude::*;

use crate::crops::Crop;
use crate::dataset::Dataset;

const THUMBNAIL: usize = 8;
const VALUES: usize = 3 * THUMBNAIL * THUMBNAIL;
/// Windows compared in full.
const SHORTLIST: usize = 48;
/// The best of them, which are then moved.
const MOVED: usize = 8;
/// Windows looked at in all; of a larger set every second, third, … is taken.
const MOST: usize = 200_000;
const SCALES: [usize; 3] = [1, 2, 4];

type Thumbnail = [f32; VALUES];

/// All windows of a training set.
pub(super) struct Windows<'a> {
    dataset: &'a Dataset,
    side: usize,
    windows: Vec<(Crop, Thumbnail)>,
}

/// What was found.
pub(super) struct Nearest {
    pub(super) crop: Crop,
    pub(super) distance: f64,
}

impl<'a> Windows<'a> {
    pub(super) fn new(dataset: &'a Dataset, side: usize) -> Self {
        let mut crops = Vec::new();
        for (picture, found) in dataset.pictures().iter().enumerate() {
            for window in SCALES.map(|scale| scale * side) {
                for y in places(found.height(), window) {
                    crops.extend(places(found.width(), window).map(|x| Crop {
                        picture,
                        x,
                        y,
                        window,
                        mirrored: false,
                    }));
                }
            }
        }
        let every = crops.len().div_ceil(MOST).max(1);
        let windows = crops
            .into_par_iter()
            .step_by(every)
            .map(|crop| (crop, thumbnail(&part(dataset, &crop))))
            .collect();
        Self {
            dataset,
            side,
            windows,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.windows.len()
    }

    /// The nearest crop to `picture`, of any photograph but `except`; `None` if there is none.
    pub(super) fn nearest(&self, picture: &Planar, except: Option<&str>) -> Option<Nearest> {
        let thumbnails = [thumbnail(picture), thumbnail(&mirror(picture))];
        let mut rough: Vec<(f32, Crop)> = self
            .windows
            .par_iter()
            .filter(|(crop, _)| except != Some(self.photograph(crop)))
            .flat_map_iter(|(crop, own)| {
                thumbnails
                    .iter()
                    .zip([false, true])
                    .map(move |(wanted, mirrored)| {
                        let distance = wanted.iter().zip(own).map(|(a, b)| (a - b).powi(2)).sum();
                        (distance, Crop { mirrored, ..*crop })
                    })
            })
            .collect();
        let shortlist = SHORTLIST.min(rough.len());
        if shortlist == 0 {
            return None;
        }
        rough.select_nth_unstable_by(shortlist - 1, |a, b| a.0.total_cmp(&b.0));
        let compared = rough[..shortlist].par_iter();
        let mut compared: Vec<Nearest> = compared
            .map(|(_, crop)| self.compare(picture, *crop))
            .collect();
        compared.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        compared.truncate(MOVED);
        compared
            .into_par_iter()
            .map(|start| self.climb(picture, start))
            .min_by(|a, b| a.distance.total_cmp(&b.distance))
    }

    /// Moves a window by ever smaller strides as long as that helps.
    fn climb(&self, picture: &Planar, mut best: Nearest) -> Nearest {
        let mut stride = (best.crop.window / 8).max(1);
        while stride > 0 {
            match self.moved(picture, &best, stride) {
                Some(better) => best = better,
                None => stride /= 2,
            }
        }
        best
    }

    fn photograph(&self, crop: &Crop) -> &str {
        self.dataset.pictures()[crop.picture].photograph()
    }

    fn compare(&self, picture: &Planar, crop: Crop) -> Nearest {
        let cut = crop.cut(self.dataset, self.side);
        let squares = cut.data.iter().zip(&picture.data);
        let sum: f64 = squares.map(|(a, b)| f64::from(a - b).powi(2)).sum();
        Nearest {
            crop,
            distance: (sum / cut.data.len() as f64).sqrt(),
        }
    }

    /// A better place one stride away, if there is one.
    fn moved(&self, picture: &Planar, best: &Nearest, stride: usize) -> Option<Nearest> {
        let found = &self.dataset.pictures()[best.crop.picture];
        let Crop { x, y, window, .. } = best.crop;
        let around = |at: usize| [at.checked_sub(stride), Some(at), Some(at + stride)];
        let columns = around(x);
        around(y)
            .into_iter()
            .flatten()
            .flat_map(|y| columns.into_iter().flatten().map(move |x| (x, y)))
            .filter(|(x, y)| x + window <= found.width() && y + window <= found.height())
            .map(|(x, y)| self.compare(picture, Crop { x, y, ..best.crop }))
            .filter(|other| other.distance < best.distance)
            .min_by(|a, b| a.distance.total_cmp(&b.distance))
    }
}

/// Where windows begin: half a window apart, and one at the end.
fn places(length: usize, window: usize) -> impl Iterator<Item = usize> {
    let room = length.checked_sub(window);
    let steps = room.map_or(0, |room| room.div_ceil((window / 2).max(1)) + 1);
    (0..steps).map(move |step| (step * (window / 2).max(1)).min(room.unwrap_or(0)))
}

fn part(dataset: &Dataset, crop: &Crop) -> Planar {
    let rect = imaging::Rect::new(crop.x, crop.y, crop.window, crop.window);
    dataset.pictures()[crop.picture].part(rect)
}

fn mirror(picture: &Planar) -> Planar {
    let mut mirrored = picture.clone();
    let rows = mirrored.data.chunks_exact_mut(picture.width);
    rows.for_each(<[f32]>::reverse);
    mirrored
}

/// Means over 8 × 8 boxes of nearly equal size.
fn thumbnail(picture: &Planar) -> Thumbnail {
    let mut out = [0.0; VALUES];
    let edge = |i: usize, length: usize| i * length / THUMBNAIL;
    for (i, value) in out.iter_mut().enumerate() {
        let (channel, row, column) = (
            i / (THUMBNAIL * THUMBNAIL),
            i / THUMBNAIL % THUMBNAIL,
            i % THUMBNAIL,
        );
        let (left, right) = (edge(column, picture.width), edge(column + 1, picture.width));
        let (top, bottom) = (edge(row, picture.height), edge(row + 1, picture.height));
        let plane = picture.channel(channel);
        let rows =
            (top..bottom).map(|y| &plane[y * picture.width + left..y * picture.width + right]);
        let sum: f32 = rows.map(|row| row.iter().sum::<f32>()).sum();
        *value = sum / ((right - left) * (bottom - top)).max(1) as f32;
    }
    out
}
