//! What the worker is asked to do.

use std::sync::Arc;

use imaging::{Mask, Photo};

use crate::checkpoints::ImportRequest;
use crate::recipe::Recipe;
use crate::spectrum::Scene;
use crate::start::Start;
use crate::timing::TimingRequest;

/// One restoration.
#[derive(Clone, Debug)]
pub struct Job {
    /// The measurement: the damaged photo.
    pub photo: Arc<Photo>,
    /// Where to restore (255), of the photo's size. Required when the operator chain holds
    /// `inpaint`.
    pub mask: Option<Arc<Mask>>,
    /// Everything else.
    pub recipe: Recipe,
    /// The estimates to go on from, which the recipe names; `None` to begin at noise.
    pub start: Option<Arc<Start>>,
    /// What is measured, where the operator measures a spectrum: no photo holds one, so that it is
    /// simulated here. Of no use to every other operator.
    pub scene: Option<Scene>,
}

/// What waits for the worker.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// A restoration.
    Restore(Box<Job>),
    /// A prior to be timed on a device.
    Time(Box<TimingRequest>),
    /// A checkpoint to bring into our form. It builds a network, and tensors are the worker's.
    Import(Box<ImportRequest>),
}
