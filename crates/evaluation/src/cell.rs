//! One cell of the table: a method on a measurement of a picture.

use serde::{Deserialize, Serialize};

use crate::score::Scores;

/// Which cell: places in the lists of a plan, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Which task.
    pub task: usize,
    /// Which method.
    pub method: usize,
    /// Which picture.
    pub picture: usize,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Scores of each draw; a baseline has one.
    pub draws: Vec<Scores>,
    /// Scores of the mean of all draws, where there are several: the posterior mean loses texture
    /// and wins PSNR.
    pub mean: Option<Scores>,
    /// Denoiser evaluations of one draw.
    pub evaluations: usize,
    /// Vector-Jacobian products of one draw.
    pub products: usize,
    /// Wall-clock seconds of one draw, on average, without loading and without scoring.
    pub seconds: f64,
    /// Most memory that the process had resident meanwhile, in bytes; `None` where the platform
    /// does not say.
    pub peak_memory: Option<u64>,
}

/// How a cell came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With numbers.
    Measured(Measured),
    /// The method is not made for this operator.
    Unsuitable(String),
    /// The method broke.
    Failed(String),
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Which.
    pub place: Place,
    /// What came of it.
    pub outcome: Outcome,
}
