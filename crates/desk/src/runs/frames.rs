//! The filmstrip: `x0_hat` at moments of a run, a bounded number of them, made small; and, to go on
//! from, the estimates as they were computed.
//!
//! Of those no more than [`Frames::EXACT_BYTES`] are kept of moments and as much again of windows that
//! were done, at 12 bytes for a sampled pixel. That holds all moments of windows of up to 590 pixels a
//! side, 21 of a picture of 1024 × 1024, and the latest of any.

use std::sync::Arc;

use engine::{Estimate, Picture, Preview};
use imaging::{Planar, Rect};

use super::gauge::Live;
use super::kept::RunId;
use super::study::shrink;

/// `x0_hat` of one window after some steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Steps done over all windows.
    pub done: usize,
    /// Where it belongs, in pixels of the result.
    pub window: Rect,
    /// Width and height of the stored picture; at most [`Frames::SIDE`].
    pub size: (usize, usize),
    /// Packed RGBA.
    pub rgba: Vec<u8>,
    /// The noise level of the next step; 0 when its window was done.
    pub level: f64,
    /// How close it is to the truth, when that is known and has been worked out.
    pub live: Option<Live>,
    /// The estimate as it was computed, while there is room for it.
    exact: Option<Arc<Planar>>,
}

impl Frame {
    /// What a run can go on from; `None` for a frame that is only kept small.
    pub(crate) fn estimate(&self) -> Option<Estimate> {
        let picture = self.exact.as_ref()?;
        Some(Estimate {
            window: self.window,
            picture: Picture::Exact(Arc::clone(picture)),
            level: self.level,
        })
    }

    /// Whether a run can go on from it.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact.is_some()
    }

    fn exact_bytes(&self) -> usize {
        self.exact.as_ref().map_or(0, |picture| bytes_of(picture))
    }
}

fn bytes_of(picture: &Planar) -> usize {
    size_of_val(&picture.data[..])
}

/// A window that was done, after so many steps over all windows.
#[derive(Clone, Debug)]
struct Done {
    steps: usize,
    estimate: Estimate,
}

/// The frames of the latest run, in the order of its steps.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    frames: Vec<Frame>,
    /// Width and height of the result, which places the windows.
    pub size: (usize, usize),
    /// Counts runs, so that views know when everything is new.
    pub generation: u64,
    /// Which run.
    pub run: Option<RunId>,
    /// All windows of the run, once they are known.
    pub windows: Vec<Rect>,
    /// Steps between frames; doubles whenever the strip is full.
    stride: usize,
    /// Whether the last frame only stands in until the next: nobody knows which is a window's last.
    provisional: bool,
    /// Windows that were done, in the order in which they were.
    done: Vec<Done>,
    /// Whether one of them was too much to be kept.
    overfull: bool,
}

impl Frames {
    /// Frames at most; then every other is dropped.
    pub const MOST: usize = 64;
    /// The longer side of a stored frame in pixels.
    pub const SIDE: usize = 512;
    /// Memory for the estimates of moments, and as much again for windows that were done, in bytes.
    pub const EXACT_BYTES: usize = 256 << 20;

    /// No frames, for another run.
    pub(crate) fn emptied(&self) -> Self {
        Self {
            generation: self.generation + 1,
            stride: 1,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, preview: &Preview) {
        let (width, height) = preview.size();
        if width == 0 || height == 0 || preview.rgba.len() != 4 * width * height {
            return;
        }
        let small = shrink(width, height, Self::SIDE, |y| {
            preview.rgba[4 * y * width..4 * (y + 1) * width].to_vec()
        });
        let same = |frame: &&Frame| frame.window == preview.window;
        if self.provisional && self.frames.last().as_ref().is_some_and(same) {
            let _ = self.frames.pop();
        }
        if self.frames.len() >= Self::MOST {
            self.thin();
        }
        let before = self.frames.last().filter(same);
        self.provisional = before.is_some_and(|last| preview.done < last.done + self.stride);
        self.frames.push(Frame {
            done: preview.done,
            window: preview.window,
            size: small.size,
            rgba: small.rgba,
            level: preview.level,
            live: None,
            exact: preview.exact.clone(),
        });
        self.bound(Self::EXACT_BYTES);
    }

    /// Keeps no more than so many bytes of exact estimates, besides the latest. Of the others those are
    /// let go first that stand closest between their neighbours, which leaves the rest spread over the run.
    fn bound(&mut self, most: usize) {
        let Some((latest, before)) = self.frames.split_last_mut() else {
            return;
        };
        let mut bytes: usize = before.iter().map(Frame::exact_bytes).sum();
        while bytes > most {
            let exact = before.iter().enumerate().filter(|(_, f)| f.is_exact());
            let exact: Vec<(usize, usize)> = exact.map(|(i, frame)| (i, frame.done)).collect();
            let step = |i: usize| exact.get(i).map_or(latest.done, |(_, done)| *done);
            let room = |i: &usize| step(i + 1) - i.checked_sub(1).map_or(0, step);
            let Some(closest) = (0..exact.len()).min_by_key(room) else {
                return;
            };
            let frame = &mut before[exact[closest].0];
            bytes -= frame.exact_bytes();
            frame.exact = None;
        }
    }

    /// A window is done after so many steps. Another run can take its pixels over as they are.
    pub(crate) fn finish(&mut self, steps: usize, estimate: Estimate) {
        self.finish_within(steps, estimate, Self::EXACT_BYTES);
    }

    fn finish_within(&mut self, steps: usize, estimate: Estimate, most: usize) {
        let kept = self.done.iter().map(|done| done.estimate.picture.bytes());
        if kept.sum::<usize>() + estimate.picture.bytes() > most {
            self.overfull = true;
            return;
        }
        self.done.push(Done { steps, estimate });
    }

    /// Whether every window that was done is kept.
    pub(crate) fn keeps_all_done(&self) -> bool {
        !self.overfull
    }

    /// Windows that were done by then.
    pub(crate) fn done_by(&self, steps: usize) -> impl Iterator<Item = &Estimate> {
        let by = self.done.iter().filter(move |done| done.steps <= steps);
        by.map(|done| &done.estimate)
    }

    /// The steps after which the latest window was done; 0 before the first is.
    pub(crate) fn last_done(&self) -> usize {
        self.done.last().map_or(0, |done| done.steps)
    }

    /// A frame was measured. One that made room meanwhile is forgotten.
    pub(crate) fn gauged(&mut self, (generation, done, window): (u64, usize, Rect), live: Live) {
        if generation != self.generation {
            return;
        }
        let of = |frame: &&mut Frame| frame.done == done && frame.window == window;
        if let Some(frame) = self.frames.iter_mut().rev().find(of) {
            frame.live = Some(live);
        }
    }

    /// Drops every other frame, but never the last of a window: it is that window's result.
    fn thin(&mut self) {
        self.stride *= 2;
        let frames = std::mem::take(&mut self.frames);
        let last: Vec<bool> = (0..frames.len())
            .map(|i| {
                frames
                    .get(i + 1)
                    .is_none_or(|n| n.window != frames[i].window)
            })
            .collect();
        let keep = |i: usize| i.is_multiple_of(2) || last[i];
        let kept: Vec<Frame> = frames
            .into_iter()
            .enumerate()
            .filter(|(i, _)| keep(*i))
            .map(|(_, frame)| frame)
            .collect();
        // More windows than frames: then the oldest go.
        let over = kept.len().saturating_sub(Self::MOST - 1);
        self.frames = kept.into_iter().skip(over).collect();
    }

    /// All frames.
    #[must_use]
    pub fn all(&self) -> &[Frame] {
        &self.frames
    }

    /// What the picture looked like at a frame: of every window the latest frame up to it.
    #[must_use]
    pub fn moment(&self, index: usize) -> Vec<&Frame> {
        let mut shown: Vec<&Frame> = Vec::new();
        for frame in self.frames.iter().take(index + 1).rev() {
            if !shown.iter().any(|other| other.window == frame.window) {
                shown.push(frame);
            }
        }
        shown.reverse();
        shown
    }
}

#[cfg(test)]
mod tests {
    use engine::JobId;

    use super::*;

    const SIDE: usize = 16;
    const BYTES: usize = 12 * SIDE * SIDE;

    fn preview(done: usize) -> Preview {
        Preview {
            job: JobId(1),
            window: Rect::new(0, 0, SIDE, SIDE),
            rgba: vec![0; 4 * SIDE * SIDE],
            exact: Some(Arc::new(Planar::new(SIDE, SIDE))),
            done,
            made: std::time::Instant::now(),
            level: 1.0,
        }
    }

    #[test]
    fn exact_estimates_are_bounded_spread_over_the_run_and_the_latest_is_among_them() {
        let mut frames = Frames::default();
        for done in 1..=40 {
            frames.add(&preview(done));
            frames.bound(8 * BYTES);
            let exact = frames.all().iter().filter(|frame| frame.is_exact());
            assert!(exact.count() <= 9, "eight and the latest");
            assert!(frames.all().last().is_some_and(Frame::is_exact));
        }
        let exact: Vec<usize> = frames
            .all()
            .iter()
            .filter(|frame| frame.is_exact())
            .map(|frame| frame.done)
            .collect();
        assert_eq!(exact.len(), 9);
        let gaps = exact.windows(2).map(|pair| pair[1] - pair[0]);
        let (least, most) = (gaps.clone().min(), gaps.max());
        assert!(
            exact[0] < 12 && least >= Some(2) && most <= Some(12),
            "{exact:?}"
        );
        // One that is larger than all the room there is stays while it is the latest.
        frames.bound(0);
        assert_eq!(frames.all().iter().filter(|f| f.is_exact()).count(), 1);
    }

    #[test]
    fn windows_that_were_done_are_kept_within_bounds_and_it_is_known_when_they_are_not() {
        let estimate = |x| Estimate {
            window: Rect::new(x, 0, SIDE, SIDE),
            picture: Picture::Exact(Arc::new(Planar::new(SIDE, SIDE))),
            level: 0.0,
        };
        let mut frames = Frames::default();
        for (i, steps) in [10, 20].into_iter().enumerate() {
            frames.finish_within(steps, estimate(i), 2 * BYTES);
        }
        assert_eq!(frames.done_by(9).count(), 0);
        assert_eq!(frames.done_by(10).count(), 1);
        assert_eq!((frames.done_by(99).count(), frames.last_done()), (2, 20));
        assert!(frames.keeps_all_done());
        frames.finish_within(30, estimate(2), 2 * BYTES);
        assert_eq!(frames.done_by(99).count(), 2);
        assert!(!frames.keeps_all_done());
    }
}
