//! How long a restoration will take, before it has begun: how often the sampler asks the prior on every
//! window, times what the prior takes for windows of that size on this device.
//!
//! The second is timed when nothing else is to be done, remembered, and corrected by every run. The
//! first is counted beside the window's thread whenever the mask, the steps or the sampler change.

use std::sync::{Arc, Weak};

use engine::{Chain, Draw, JobId, Noise, Process, Work};
use imaging::Mask;

/// What is known of how long things take, besides what is remembered.
#[derive(Clone, Debug, Default)]
pub struct Foresight {
    /// The prior that is being timed.
    pub timing: Option<JobId>,
    /// What has been timed in this window, whether that could be done or not: the prior on its device,
    /// and which power of two its largest window had pixels.
    pub(crate) tried: Vec<(String, u32)>,
    /// What is being found out.
    pub(crate) asked: Option<Question>,
    /// What was found out last: the work of each way to draw.
    pub(crate) known: Option<(Question, Vec<(Draw, Work)>)>,
}

/// How much work a restoration is.
#[derive(Clone, Debug)]
pub struct Foreseen {
    pub(crate) question: Question,
    pub(crate) mask: Option<Arc<Mask>>,
}

/// Decides the answer. A mask is named by a weak reference: it keeps the memory, but lets the owner
/// change the mask without copying it, which gives it another place.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) operator: Chain,
    pub(crate) noise: Noise,
    pub(crate) draws: Vec<Draw>,
    pub(crate) mask: Option<Weak<Mask>>,
    pub(crate) photo: (usize, usize),
    pub(crate) stride: usize,
    pub(crate) process: Process,
    pub(crate) coarse_to_fine: bool,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        let mask = match (&self.mask, &other.mask) {
            (Some(a), Some(b)) => Weak::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        mask && (self.photo, self.stride) == (other.photo, other.stride)
            && self.draws == other.draws
            && self.operator == other.operator
            && self.noise == other.noise
            && self.process == other.process
            && self.coarse_to_fine == other.coarse_to_fine
    }
}

impl Foreseen {
    /// What each way to draw asks of the denoiser; empty where that cannot be told. Reads the mask
    /// a few times, and takes about a millisecond for every step.
    #[must_use]
    pub fn answer(&self) -> Vec<(Draw, Work)> {
        let question = &self.question;
        let mask = self.mask.as_deref();
        let (operator, photo) = (&question.operator, question.photo);
        let Some(windows) = engine::planned(operator, photo, mask, question.stride) else {
            return Vec::new();
        };
        let work = |draw: &Draw| {
            let sampler = engine::with_operator_defaults(&draw.sampler, operator, question.noise);
            let (process, climbs) = (&question.process, question.coarse_to_fine);
            let costs = engine::costs(&sampler, draw.steps, process, climbs)?;
            Some((draw.clone(), Work::of(costs, &windows)))
        };
        question.draws.iter().filter_map(work).collect()
    }
}
