//! Going on from estimates: a run that begins at the noised `x0_hat` of an earlier one instead of
//! noise, window by window.
//!
//! An estimate of the reverse process at the noise level `sigma_t` is taken up by drawing
//! `x_t ~ N(sqrt(ab) x0_hat, (1 - ab) I)` at that level, which is how samplers with the parameter
//! `start` begin. That is a fresh draw, not the interrupted run itself: its iterate is gone.

use std::fmt::Write;
use std::sync::Arc;

use imaging::Rect;
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
    /// `4 * window.area()` bytes, packed RGBA; alpha is ignored.
    pub rgba: Arc<[u8]>,
    /// The noise level `sigma_t` that the next step was to be taken at; 0 for a window that was done,
    /// which is left as it is.
    pub level: f64,
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
            hash.update(&estimate.rgba);
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
        self.estimates.iter().map(|e| e.rgba.len()).sum()
    }

    /// The estimate of a window.
    pub(crate) fn of(&self, window: Rect) -> Option<&Estimate> {
        let whole = |e: &&Estimate| e.window == window && e.rgba.len() == 4 * window.area();
        self.estimates.iter().find(whole)
    }
}

impl Estimate {
    /// Whether its window was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.level <= 0.0
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
        let estimate = |x, level, byte| Start {
            estimates: vec![Estimate {
                window: Rect::new(x, 0, 2, 1),
                rgba: vec![byte; 8].into(),
                level,
            }],
        };
        let names = [
            estimate(0, 1.0, 7),
            estimate(1, 1.0, 7),
            estimate(0, 2.0, 7),
            estimate(0, 1.0, 8),
            Start::default(),
        ]
        .map(|start| start.sha256());
        for (i, name) in names.iter().enumerate() {
            assert_eq!(name.len(), 64);
            assert!(!names[..i].contains(name));
        }
        assert!(estimate(0, 1.0, 7).of(Rect::new(0, 0, 2, 1)).is_some());
        assert!(estimate(0, 1.0, 7).of(Rect::new(0, 0, 2, 2)).is_none());
    }

    #[test]
    fn samplers_that_cannot_start_say_which_can() {
        assert_eq!(start_obstacle(&Spec::named("ca-dps")), None);
        let reason = start_obstacle(&Spec::named("ddrm")).expect("its noise is bound to the data");
        assert!(
            reason.contains("ca-dps") && reason.contains("ddrm"),
            "{reason}"
        );
    }
}
