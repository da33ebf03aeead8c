//! Going on from estimates: a run that begins at the noised `x0_hat` of an earlier one instead of
//! noise, window by window.
//!
//! An estimate of the reverse process at the noise level `sigma_t` is taken up by drawing
//! `x_t ~ N(sqrt(ab) x0_hat, (1 - ab) I)` at that level, which is how samplers with the parameter
//! `start` begin. That is a fresh draw, not the interrupted run itself: its iterate is gone.

use std::fmt::Write;
use std::sync::Arc;

use imaging::{ImagingError, Photo, Planar, Rect};
use operators::Spec;
use sha2::{Digest, Sha256};

/// The parameter by which a sampler starts at a noise level.
pub(crate) const PARAMETER: &str = "start";
/// The lowest level a sampler takes.
const LOWEST: f64 = 0.01;
/// The highest.
const HIGHEST: f64 = 1000.0;

/// Estimates to go on from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// Of windows that were begun, one each. A window without one begins at noise.
    pub estimates: Vec<Estimate>,
}

/// `x0_hat` of a window, and how much noise it still had.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Where, in pixels of the RESULT. Only a run with the very same window takes it up.
    pub window: Rect,
    /// The estimate.
    pub picture: Picture,
    /// The noise level `sigma_t` that the next step was to be taken at; 0 for a window that was done,
    /// which is left as it is.
    pub level: f64,
}

/// The pixels of an estimate.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// As it was computed, sRGB floats in `[0, 1]`: a window that was done comes back bit for bit, at
    /// whatever depth.
    Exact(Arc<Planar>),
    /// As earlier versions kept it: `4 * window.area()` bytes, packed RGBA; alpha is ignored.
    Eight(Arc<[u8]>),
}

impl Picture {
    /// Memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Exact(picture) => size_of_val(&picture.data[..]),
            Self::Eight(rgba) => rgba.len(),
        }
    }

    /// Whether it has a value for every pixel of a window.
    fn fits(&self, window: Rect) -> bool {
        match self {
            Self::Exact(picture) => {
                (picture.width, picture.height) == (window.width, window.height)
                    && picture.data.len() == 3 * window.area()
            }
            Self::Eight(rgba) => rgba.len() == 4 * window.area(),
        }
    }

    fn hash(&self, hash: &mut Sha256) {
        match self {
            Self::Exact(picture) => {
                for row in picture.data.chunks(picture.width.max(1)) {
                    let bytes: Vec<u8> = row.iter().flat_map(|v| v.to_le_bytes()).collect();
                    hash.update(&bytes);
                }
            }
            Self::Eight(rgba) => hash.update(rgba),
        }
    }
}

impl Start {
    /// Names the estimates: SHA-256 in hexadecimal over windows, levels and pixels.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for estimate in &self.estimates {
            let Rect {
                x,
                y,
                width,
                height,
            } = estimate.window;
            for number in [x, y, width, height] {
                hash.update((number as u64).to_le_bytes());
            }
            hash.update(estimate.level.to_le_bytes());
            estimate.picture.hash(&mut hash);
        }
        hash.finalize()
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// Memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.estimates.iter().map(|e| e.picture.bytes()).sum()
    }

    /// The estimate of a window.
    pub(crate) fn of(&self, window: Rect) -> Option<&Estimate> {
        let whole = |e: &&Estimate| e.window == window && e.picture.fits(window);
        self.estimates.iter().find(whole)
    }
}

impl Estimate {
    /// Whether its window was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.level <= 0.0
    }

    /// sRGB floats.
    ///
    /// # Errors
    /// [`ImagingError`] for bytes that do not fill the window.
    pub(crate) fn planar(&self) -> Result<Arc<Planar>, ImagingError> {
        match &self.picture {
            Picture::Exact(picture) => Ok(Arc::clone(picture)),
            Picture::Eight(rgba) => {
                let photo = Photo::from_rgba8(self.window.width, self.window.height, rgba)?;
                Ok(Arc::new(photo.planar(photo.bounds())))
            }
        }
    }

    /// The sampler that goes on at its level.
    pub(crate) fn sampler(&self, sampler: &Spec) -> Spec {
        // A little above, so that rounding never leaves the level's own step out.
        let level = (self.level * (1.0 + 1e-6)).clamp(LOWEST, HIGHEST);
        sampler.clone().with(PARAMETER, level)
    }
}

/// Why a sampler cannot go on from an estimate, in words; `None` if it can.
#[must_use]
pub fn start_obstacle(sampler: &Spec) -> Option<String> {
    let families = samplers::families();
    let can = |family: &&operators::Family| family.parameters.iter().any(|p| p.key == PARAMETER);
    if families
        .iter()
        .filter(can)
        .any(|family| family.name == sampler.name)
    {
        return None;
    }
    let able: Vec<&str> = families
        .iter()
        .filter(can)
        .map(|family| family.name)
        .collect();
    Some(format!(
        "{} does not start at an estimate with noise added, so that it cannot go on from one; these \
         can: {}",
        sampler.name,
        able.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_changes_with_everything_that_counts() {
        let start = |x, level, picture| Start {
            estimates: vec![Estimate {
                window: Rect::new(x, 0, 2, 1),
                picture,
                level,
            }],
        };
        let eight = |byte| Picture::Eight(vec![byte; 8].into());
        let exact = |value| {
            let mut picture = Planar::new(2, 1);
            picture.data.fill(value);
            Picture::Exact(Arc::new(picture))
        };
        let names = [
            start(0, 1.0, eight(7)),
            start(1, 1.0, eight(7)),
            start(0, 2.0, eight(7)),
            start(0, 1.0, eight(8)),
            start(0, 1.0, exact(7.0 / 255.0)),
            start(0, 1.0, exact(7.001 / 255.0)),
            Start::default(),
        ]
        .map(|start| start.sha256());
        for (i, name) in names.iter().enumerate() {
            assert_eq!(name.len(), 64);
            assert!(!names[..i].contains(name));
        }
        for picture in [eight(7), exact(0.5)] {
            let start = start(0, 1.0, picture);
            assert!(start.of(Rect::new(0, 0, 2, 1)).is_some());
            assert!(start.of(Rect::new(0, 0, 2, 2)).is_none());
        }
    }

    #[test]
    fn samplers_that_cannot_start_say_which_can() {
        for family in samplers::families() {
            // One evaluation has nowhere to go on.
            let goes_on = family.name != "posterior-mean";
            let obstacle = start_obstacle(&Spec::named(family.name));
            assert_eq!(obstacle.is_none(), goes_on, "{}", family.name);
        }
        let reason = start_obstacle(&Spec::named("invented")).expect("nobody knows it");
        assert!(
            reason.contains("ca-dps") && reason.contains("invented"),
            "{reason}"
        );
    }
}
