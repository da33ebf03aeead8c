//! The filmstrip: `x0_hat` at moments of a run, a bounded number of them, made small.

use engine::Preview;
use imaging::Rect;

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
}

impl Frame {
    /// Whether every pixel of the window is kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.size == (self.window.width, self.window.height)
    }
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
}

impl Frames {
    /// Frames at most; then every other is dropped.
    pub const MOST: usize = 64;
    /// The longer side of a stored frame in pixels.
    pub const SIDE: usize = 512;

    /// No frames, for another run.
    pub(super) fn emptied(&self) -> Self {
        Self {
            generation: self.generation + 1,
            stride: 1,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, preview: &Preview) {
        let Rect { width, height, .. } = preview.window;
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
        });
    }

    /// A frame was measured. One that made room meanwhile is forgotten.
    pub(super) fn gauged(&mut self, (generation, done, window): (u64, usize, Rect), live: Live) {
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
