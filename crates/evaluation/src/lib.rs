//! Samplers and baselines on clean pictures: how well each restores them, and what it costs.
//!
//! Clean pictures are cropped and measured with a known operator and known noise; every method
//! restores the same measurements, and is scored against the truth. Finished cells are kept in a
//! folder ([`Store`]), so that hours of work can be stopped and gone on with, and more methods or tasks
//! can join them later; [`Summary`] condenses them, [`tables`] and [`report`] write them down.
//!
//! A new baseline is one file and one line in [`baselines`].

pub mod baselines;
mod cell;
mod error;
mod growth;
mod lpips;
mod mask_choice;
mod memory;
mod pictures;
mod plan;
mod plot;
mod problem;
mod random;
pub mod report;
mod run;
mod score;
mod store;
mod summary;
pub mod tables;
mod tensors;

pub use diffusion::Subject;

pub use cell::{Cell, Measured, Outcome, Place};
pub use error::EvaluationError;
pub use lpips::{Lpips, LpipsMark};
pub use mask_choice::MaskChoice;
pub use pictures::{Found, Picture, PictureMark, read_pictures};
pub use plan::{Method, Plan, SamplerChoice, Task};
pub use plot::{Curve, Plot, Point};
pub use problem::files_read;
pub use run::{Bench, Ended, Progress, run};
pub use score::Scores;
pub use store::Store;
pub use summary::{Mean, Row, Summary};
