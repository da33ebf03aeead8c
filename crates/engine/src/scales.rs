//! Wide holes at a coarser scale first.
//!
//! A prior sees about as far as the pictures it was trained on are wide. In the middle of a hole that is
//! wider, nothing that it sees was measured, and a draw puts any scene there. Reduced, the same hole is
//! narrow and its surroundings are near: it is drawn there first, by the same sampler with the same
//! prior, since photographs look alike at every scale, and again at every scale up to the photo's own,
//! each time starting from the noised estimate of the scale below. This departs from a posterior sample of
//! the photo's own scale, as every start from an estimate does. It costs less where a hole is wide: steps at
//! coarser scales have fewer pixels, and those of the photo's own begin at [`LEVEL`].
//! `assets/evaluation/README.md` tells what it brings.

use imaging::{Mask, Planar, Rect};
use operators::Spec;

use crate::start::{PARAMETER, start_obstacle};
use crate::windows::{SMALLEST, Window};

/// Holes of up to so many pixels across are drawn at the scale they are at.
const WIDEST: usize = 12;
/// The coarsest scale: what it sees of a photo takes 50 MB of memory, and shrinks a hole of 400 pixels to
/// [`WIDEST`].
const COARSEST: usize = 32;
/// The noise level that the estimate of a coarser scale is taken up at: it drowns the details which that
/// scale does not have, and leaves what it has.
pub(crate) const LEVEL: f64 = 1.0;

/// One scale of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Pixels of the photo along a side of one of its own; a power of two.
    pub(crate) factor: usize,
    /// What is sampled, in pixels of the photo: the window and, where there is room, the more around it the
    /// coarser the scale; its core in any case. Sides are divisible by the stride times the factor.
    pub(crate) frame: Rect,
}

impl Scale {
    /// A window at the scale it is at.
    pub(crate) fn own(frame: Rect) -> Self {
        Self { factor: 1, frame }
    }

    /// Its own pixels.
    pub(crate) fn area(&self) -> usize {
        let (width, height) = self.size();
        width * height
    }

    /// Width and height in its own pixels.
    pub(crate) fn size(&self) -> (usize, usize) {
        (
            self.frame.width / self.factor,
            self.frame.height / self.factor,
        )
    }
}

/// The coarser scales of a window whose deepest masked pixel is `depth` from what is known, coarsest
/// first. Empty where the hole is narrow; fewer than would be good where the photo is small.
pub(crate) fn coarser(
    window: &Window,
    depth: usize,
    photo: (usize, usize),
    stride: usize,
) -> Vec<Scale> {
    let factors = std::iter::successors(Some(1_usize), |factor| factor.checked_mul(2));
    let needed: Vec<usize> = factors
        .take_while(|factor| 2 * depth > WIDEST * factor && *factor < COARSEST)
        .map(|factor| 2 * factor)
        .collect();
    let mut within = Rect::new(0, 0, photo.0, photo.1);
    let mut scales = Vec::new();
    for factor in needed.into_iter().rev() {
        if let Some(scale) = scale(window, factor, within, stride) {
            within = scale.frame;
            scales.push(scale);
        }
    }
    scales
}

/// The scale of a window inside of a frame; `None` if there is no room for one.
fn scale(window: &Window, factor: usize, within: Rect, stride: usize) -> Option<Scale> {
    let unit = stride.checked_mul(factor)?;
    let axis = |(start, length): (usize, usize), (least, room): (usize, usize)| {
        let wanted = length.max(SMALLEST * factor).next_multiple_of(unit);
        let side = wanted.min(room / unit * unit);
        let start = (start + length / 2).saturating_sub(side / 2);
        (start.clamp(least, least + room - side), side)
    };
    let frame = window.frame;
    let (x, width) = axis((frame.x, frame.width), (within.x, within.width));
    let (y, height) = axis((frame.y, frame.height), (within.y, within.height));
    let frame = Rect::new(x, y, width, height);
    let room = !frame.is_empty() && frame.contains_rect(window.core);
    room.then_some(Scale { factor, frame })
}

/// The sampler that starts from an estimate of a coarser scale: at its own start, or else at [`LEVEL`].
/// `None` if it cannot, or if it was told to start from noise.
pub(crate) fn taken_up(sampler: &Spec) -> Option<Spec> {
    if start_obstacle(sampler).is_some() {
        return None;
    }
    match sampler.parameters.get(PARAMETER).map(String::as_str) {
        None => Some(sampler.clone().with(PARAMETER, LEVEL)),
        Some("noise") => None,
        Some(_) => Some(sampler.clone()),
    }
}

/// What is known at a scale: means over what is known of each block, and which pixels have at least half
/// of theirs known. `picture` and `holes` are of the frame, at the photo's scale.
pub(crate) fn reduced(picture: &Planar, holes: &Mask, factor: usize) -> (Planar, Vec<bool>) {
    let (width, height) = (picture.width / factor, picture.height / factor);
    let mut small = Planar::new(width, height);
    let mut known = vec![false; width * height];
    for (i, known) in known.iter_mut().enumerate() {
        let (left, top) = (i % width * factor, i / width * factor);
        let block = (top..top + factor)
            .flat_map(|y| (left..left + factor).map(move |x| (x, y)))
            .filter(|(x, y)| holes.get(*x, *y) == 0);
        let (mut sums, mut count) = ([0.0_f32; 3], 0_usize);
        for (x, y) in block {
            for (channel, sum) in sums.iter_mut().enumerate() {
                *sum += picture.channel(channel)[y * picture.width + x];
            }
            count += 1;
        }
        *known = 2 * count >= factor * factor;
        for (channel, sum) in sums.iter().enumerate() {
            small.data[channel * width * height + i] = sum / count.max(1) as f32;
        }
    }
    (small, known)
}

/// An estimate of one scale as one of another, bilinearly; its border goes on beyond its frame.
pub(crate) fn carried(estimate: &Planar, from: Scale, to: Scale) -> Planar {
    let (width, height) = to.size();
    let mut carried = Planar::new(width, height);
    let columns = places(from.frame.x, to.frame.x, (from.factor, to.factor), width);
    let rows = places(from.frame.y, to.frame.y, (from.factor, to.factor), height);
    for channel in 0..3 {
        let plane = estimate.channel(channel);
        let at = |x: isize, y: isize| {
            let x = x.clamp(0, estimate.width as isize - 1) as usize;
            let y = y.clamp(0, estimate.height as isize - 1) as usize;
            plane[y * estimate.width + x]
        };
        let out = &mut carried.data[channel * width * height..];
        for (row, &(y, down)) in out.chunks_mut(width).zip(&rows) {
            for (pixel, &(x, right)) in row.iter_mut().zip(&columns) {
                let above = at(x, y) * (1.0 - right) + at(x + 1, y) * right;
                let below = at(x, y + 1) * (1.0 - right) + at(x + 1, y + 1) * right;
                *pixel = above * (1.0 - down) + below * down;
            }
        }
    }
    carried
}

/// Where the middles of so many pixels lie among those of another scale: the pixel before, and how far
/// beyond its middle.
fn places(
    from: usize,
    to: usize,
    (coarse, fine): (usize, usize),
    count: usize,
) -> Vec<(isize, f32)> {
    let place = |i: usize| {
        let photo = to as f64 - from as f64 + (i as f64 + 0.5) * fine as f64;
        let at = photo / coarse as f64 - 0.5;
        (at.floor() as isize, (at - at.floor()) as f32)
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests;
