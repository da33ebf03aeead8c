//! Where a network's weights come from: a checkpoint, a random start, or whoever lists them.

use crate::checkpoint::Checkpoint;
use crate::error::DiffusionError;

/// Hands out tensors by name.
pub trait Weights {
    /// The tensor called `name`, in row order.
    ///
    /// # Errors
    /// [`DiffusionError`] if there is none of that name and shape.
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError>;
}

impl Weights for Checkpoint {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        Checkpoint::take(self, name, shape)
    }
}
