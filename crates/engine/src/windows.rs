//! Which windows of a photo to sample, so that every masked pixel is covered once.
//!
//! Sampling costs by the pixel, and damage is thin: instead of the whole photo, small windows
//! around the mask's parts are sampled, each with some context that was not damaged. A region
//! is cut in two wherever that is cheaper, and must be where it outgrows a window.

use imaging::{Mask, Rect};

use crate::error::EngineError;

/// Windows are at least this large, so that the prior sees a scene and not a patch.
pub(crate) const SMALLEST: usize = 64;
/// Windows are at most this large, which bounds memory.
pub(crate) const LARGEST: usize = 256;
/// Undamaged surroundings on each side, where the photo has them.
const CONTEXT: usize = 24;

/// One window and the masked pixels it is responsible for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// What is sampled; sides are divisible by the stride, the whole lies inside the photo.
    pub(crate) frame: Rect,
    /// The tight bounds of its own masked pixels. Bounds of different windows do not overlap.
    pub(crate) core: Rect,
}

/// Covers the mask.
///
/// # Errors
/// [`EngineError::Recipe`] if the mask is empty or the photo smaller than the stride.
pub(crate) fn plan(mask: &Mask, stride: usize) -> Result<Vec<Window>, EngineError> {
    let planner = Planner::new(mask, stride)?;
    let mut windows = Vec::new();
    planner.cover(mask.bounds(), &mut windows);
    if windows.is_empty() {
        return Err(EngineError::Recipe(
            "the mask is empty: paint over the damage, white where the picture is to be restored"
                .to_owned(),
        ));
    }
    Ok(windows)
}

struct Planner<'a> {
    mask: &'a Mask,
    stride: usize,
    /// The largest window the photo allows (width, height).
    frame_limit: (usize, usize),
    /// The largest core that still leaves context (width, height).
    core_limit: (usize, usize),
}

impl<'a> Planner<'a> {
    fn new(mask: &'a Mask, stride: usize) -> Result<Self, EngineError> {
        let (width, height) = (mask.width(), mask.height());
        if width < stride || height < stride {
            return Err(EngineError::Recipe(format!(
                "the photo is {width} x {height} pixels, but this prior needs at least \
                 {stride} x {stride}"
            )));
        }
        let frame = |side: usize| (side / stride * stride).min(LARGEST / stride * stride);
        let core = |side: usize| {
            let frame = frame(side);
            // A window as large as the photo has no context to leave room for.
            if frame == side {
                frame
            } else {
                frame.saturating_sub(2 * CONTEXT).max(frame / 2)
            }
        };
        Ok(Self {
            mask,
            stride,
            frame_limit: (frame(width), frame(height)),
            core_limit: (core(width).max(1), core(height).max(1)),
        })
    }

    fn cover(&self, region: Rect, windows: &mut Vec<Window>) {
        let Some(core) = self.tight(region) else {
            return;
        };
        if let Some((first, second)) = self.cut(core) {
            self.cover(first, windows);
            self.cover(second, windows);
        } else {
            windows.push(Window {
                frame: self.frame(core),
                core,
            });
        }
    }

    /// The bounds of the masked pixels in `region`.
    fn tight(&self, region: Rect) -> Option<Rect> {
        let columns = self.occupied(region, true);
        let rows = self.occupied(region, false);
        let (left, right) = (
            columns.iter().position(|&o| o)?,
            columns.iter().rposition(|&o| o)?,
        );
        let (top, bottom) = (
            rows.iter().position(|&o| o)?,
            rows.iter().rposition(|&o| o)?,
        );
        Some(Rect::new(
            region.x + left,
            region.y + top,
            right + 1 - left,
            bottom + 1 - top,
        ))
    }

    /// Which columns (or rows) of `region` hold masked pixels.
    fn occupied(&self, region: Rect, columns: bool) -> Vec<bool> {
        let mut occupied = vec![false; if columns { region.width } else { region.height }];
        for y in region.y..region.bottom() {
            let row = &self.mask.data()[y * self.mask.width()..][region.x..region.right()];
            for (x, _) in row.iter().enumerate().filter(|(_, m)| **m > 0) {
                occupied[if columns { x } else { y - region.y }] = true;
            }
        }
        occupied
    }

    /// Two parts of `core`, if it is too large or if two windows are cheaper than one.
    fn cut(&self, core: Rect) -> Option<(Rect, Rect)> {
        let too_wide = core.width > self.core_limit.0;
        let too_tall = core.height > self.core_limit.1;
        let gap = |columns: bool| widest_gap(&self.occupied(core, columns));
        if !too_wide && !too_tall {
            let cost = |part| self.tight(part).map_or(0, |core| self.frame(core).area());
            let halves = |columns: bool| {
                let middle = if columns { core.width } else { core.height } / 2;
                let at = gap(columns).map_or(middle, |(at, _)| at);
                (at > 0).then(|| split(core, at, columns))
            };
            let best = [halves(true), halves(false)]
                .into_iter()
                .flatten()
                .min_by_key(|&(first, second)| cost(first) + cost(second))?;
            let cheaper = cost(best.0) + cost(best.1) < self.frame(core).area();
            return cheaper.then_some(best);
        }
        let columns = if too_wide && too_tall {
            core.width >= core.height
        } else {
            too_wide
        };
        let (length, limit) = if columns {
            (core.width, self.core_limit.0)
        } else {
            (core.height, self.core_limit.1)
        };
        // Equal parts, or at a gap wide enough to be context on both sides: cutting at every
        // narrow gap would peel off sliver after sliver of a fine pattern.
        let wide = gap(columns).filter(|(_, width)| *width >= 2 * CONTEXT);
        let at = wide.map_or(length / length.div_ceil(limit), |(at, _)| at);
        Some(split(core, at, columns))
    }

    /// The window around `core`: with context, at least [`SMALLEST`], divisible by the stride,
    /// inside the photo.
    fn frame(&self, core: Rect) -> Rect {
        let side = |length: usize, limit: usize| {
            let wanted = (length + 2 * CONTEXT).max(SMALLEST);
            wanted
                .div_ceil(self.stride)
                .saturating_mul(self.stride)
                .min(limit)
        };
        let width = side(core.width, self.frame_limit.0);
        let height = side(core.height, self.frame_limit.1);
        let place = |start: usize, length: usize, side: usize, most: usize| {
            let margin = side.saturating_sub(length) / 2;
            start.saturating_sub(margin).min(most - side)
        };
        let x = place(core.x, core.width, width, self.mask.width());
        let y = place(core.y, core.height, height, self.mask.height());
        Rect::new(x, y, width, height)
    }
}

fn split(core: Rect, at: usize, columns: bool) -> (Rect, Rect) {
    if columns {
        (
            Rect::new(core.x, core.y, at, core.height),
            Rect::new(core.x + at, core.y, core.width - at, core.height),
        )
    } else {
        (
            Rect::new(core.x, core.y, core.width, at),
            Rect::new(core.x, core.y + at, core.width, core.height - at),
        )
    }
}

/// The middle and the width of the widest run of `false`, if there is one.
fn widest_gap(occupied: &[bool]) -> Option<(usize, usize)> {
    let mut widest = None;
    let mut start = None;
    for (i, &o) in occupied.iter().enumerate() {
        match (o, start) {
            (false, None) => start = Some(i),
            (true, Some(from)) => {
                if widest.is_none_or(|(_, width)| i - from > width) {
                    widest = Some(((from + i) / 2, i - from));
                }
                start = None;
            }
            _ => {}
        }
    }
    // A cut at the very edge would leave one part empty and recurse forever.
    widest.filter(|(at, _)| *at > 0 && *at < occupied.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use imaging::Value;

    fn check(mask: &Mask, windows: &[Window], stride: usize) {
        let mut covered = Mask::new(mask.width(), mask.height());
        for window in windows {
            let Window { frame, core } = *window;
            assert!(
                mask.bounds().contains_rect(frame),
                "{frame:?} leaves the photo"
            );
            assert!(frame.contains_rect(core), "{core:?} leaves {frame:?}");
            assert!(
                frame.width % stride == 0 && frame.height % stride == 0,
                "{frame:?}"
            );
            assert!(
                frame.width <= LARGEST && frame.height <= LARGEST,
                "{frame:?}"
            );
            for y in core.y..core.bottom() {
                for x in core.x..core.right() {
                    assert_eq!(covered.get(x, y), 0, "({x}, {y}) belongs to two windows");
                    covered.fill_rect(Rect::new(x, y, 1, 1), Value::Paint);
                }
            }
        }
        for (i, &m) in mask.data().iter().enumerate() {
            assert!(m == 0 || covered.data()[i] > 0, "pixel {i} is in no window");
        }
    }

    #[test]
    fn every_masked_pixel_is_in_exactly_one_window() {
        for (width, height) in [(640, 480), (70, 64), (64, 500), (9, 300), (257, 258)] {
            let mut mask = Mask::new(width, height);
            mask.stamp(
                (3.0, 5.0),
                (width as f32 - 4.0, height as f32 * 0.7),
                2.0,
                Value::Paint,
            );
            mask.stamp(
                (width as f32 - 2.0, 1.0),
                (width as f32 - 2.0, 4.0),
                3.0,
                Value::Paint,
            );
            mask.fill_rect(
                Rect::new(0, height / 2, width / 2, height / 3),
                Value::Paint,
            );
            check(&mask, &plan(&mask, 8).expect("plannable"), 8);
        }
    }

    #[test]
    fn far_spots_get_small_windows_of_their_own() {
        let mut mask = Mask::new(1000, 800);
        mask.fill_rect(Rect::new(100, 100, 3, 3), Value::Paint);
        mask.fill_rect(Rect::new(280, 100, 3, 3), Value::Paint);
        let windows = plan(&mask, 8).expect("plannable");
        assert_eq!(windows.len(), 2);
        assert!(
            windows
                .iter()
                .all(|w| w.frame.area() == SMALLEST * SMALLEST)
        );
    }

    #[test]
    fn fine_patterns_do_not_shatter() {
        let mut mask = Mask::new(1000, 1000);
        for x in (0..1000).step_by(2) {
            mask.fill_rect(Rect::new(x, 0, 1, 1000), Value::Paint);
        }
        let windows = plan(&mask, 8).expect("plannable");
        assert!(windows.len() <= 64, "{} windows", windows.len());
        check(&mask, &windows, 8);
    }

    #[test]
    fn empty_masks_and_tiny_photos_are_refused() {
        let empty = plan(&Mask::new(100, 100), 8)
            .expect_err("nothing to do")
            .to_string();
        assert!(empty.contains("mask is empty"), "{empty}");
        let tiny = plan(&Mask::new(7, 100), 8)
            .expect_err("too small")
            .to_string();
        assert!(tiny.contains("7 x 100"), "{tiny}");
    }
}
