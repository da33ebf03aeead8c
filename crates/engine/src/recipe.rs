//! A recipe is a value: everything that decides a restoration besides the picture itself.
//!
//! Read by the window, the command line, the report and the sidecar alike. The same picture,
//! mask and recipe on the same kind of device give the same result.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use imaging::Rect;
use operators::{Chain, Noise, Spec};
use samplers::Preset;
use serde::{Deserialize, Serialize};

use crate::device::DeviceChoice;

/// What happened to the picture, what pictures look like, and how to draw restorations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The measurement operators in the order in which they were applied, such as
    /// `gaussian-blur:size=61,std=3+bicubic:factor=4`.
    pub operator: Chain,
    /// Standard deviation of the measurement noise on the MODEL range [-1, 1]; halve it for the
    /// range [0, 1], multiply by 127.5 for 8-bit levels. Within [0, 2].
    pub noise: f64,
    /// Photons that stand for white, 1 to 1e9, where the noise of counting them adds to `noise`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photons: Option<f64>,
    /// The sampler, such as `ca-dps:covariance=secant` or `red-diff`.
    pub sampler: Spec,
    /// Reverse-process steps, 1 to the length of the prior's schedule.
    pub steps: usize,
    /// Seed of the portable noise generator.
    pub seed: u64,
    /// What pictures look like.
    pub prior: PriorChoice,
    /// Where to compute.
    pub device: DeviceChoice,
    /// When inpainting: how many pixels beyond the mask to blend into, 0 to
    /// [`Recipe::MOST_FEATHER`]. At 0, every pixel outside of the mask stays bit for bit.
    #[serde(default)]
    pub feather: usize,
    /// When inpainting: whether wide holes are drawn at a coarser scale first, by samplers that can start at
    /// an estimate. Without it every window is a draw at the photo's own scale.
    #[serde(default)]
    pub coarse_to_fine: bool,
    /// Whether the prior is shown pictures in tiles that are much larger than those it was trained on; see
    /// [`diffusion::Tiled`]. Without it a large picture is predicted in one piece.
    #[serde(default)]
    pub tiles: bool,
    /// Of a whole picture: the part that is restored, in pixels of the photo. The rest of the photo stays
    /// bit for bit; where the picture is enlarged, the result is this part alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Rect>,
    /// From 0, the posterior mean, which errs least and is smooth, to 1, a posterior sample, which has the
    /// texture of photographs; between them a blend of the two. Below 1 several samples are averaged,
    /// or, of a picture that is only noisy, one evaluation more is taken.
    #[serde(default = "sample", skip_serializing_if = "is_sample")]
    pub detail: f64,
    /// SHA-256 of the estimates that the run went on from instead of noise. Such a recipe cannot be
    /// repeated from its text alone: it is refused without the very same estimates, which the session
    /// it was made in keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Recipe {
    /// The widest blend beyond the mask, in pixels: well inside the context of every window.
    pub const MOST_FEATHER: usize = 16;
}

impl Default for Recipe {
    fn default() -> Self {
        let operator = Chain(vec![Spec::named("inpaint")]);
        let plan = Preset::default().draw(&operator);
        Self {
            operator,
            noise: 0.02,
            photons: None,
            sampler: plan.sampler,
            steps: plan.steps,
            seed: 0,
            prior: PriorChoice::default(),
            device: DeviceChoice::Auto,
            feather: 0,
            coarse_to_fine: true,
            tiles: true,
            region: None,
            detail: sample(),
            from: None,
        }
    }
}

/// The detail of a recipe that says nothing of it.
fn sample() -> f64 {
    1.0
}

fn is_sample(detail: &f64) -> bool {
    *detail >= 1.0
}

impl Recipe {
    /// The noise of the measurement.
    #[must_use]
    pub fn noise_model(&self) -> Noise {
        Noise {
            sigma: self.noise,
            photons: self.photons,
        }
    }

    /// The recipe as JSON, over several lines.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only strings and finite numbers are in it: a noise that is no number is refused earlier,
        // and would be written as `null`.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// A prior by name or by place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PriorChoice {
    /// One that ships inside the program: `natural64`, or `gaussian`, the exact white Gaussian
    /// (which knows nothing of pictures, answers at once, and is for tests and for teaching).
    BuiltIn(String),
    /// A prior folder, or a checkpoint file with its configuration beside it.
    Path(PathBuf),
}

impl Default for PriorChoice {
    fn default() -> Self {
        Self::BuiltIn(crate::prior::DEFAULT_PRIOR.to_owned())
    }
}

impl From<String> for PriorChoice {
    fn from(text: String) -> Self {
        if crate::prior::BUILT_IN.contains(&text.as_str()) {
            Self::BuiltIn(text)
        } else {
            Self::Path(text.into())
        }
    }
}

impl FromStr for PriorChoice {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.to_owned().into())
    }
}

impl From<PriorChoice> for String {
    fn from(choice: PriorChoice) -> Self {
        choice.to_string()
    }
}

impl fmt::Display for PriorChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(name) => f.write_str(name),
            Self::Path(path) => path.display().fmt(f),
        }
    }
}
