//! What is known of the chosen prior.

use engine::PriorSummary;

/// What is known of the chosen prior.
#[derive(Clone, Debug, Default)]
pub enum PriorCard {
    /// It is being read.
    #[default]
    Reading,
    /// It is usable.
    Known(Box<PriorSummary>),
    /// It is not, and why.
    Unusable(String),
}
