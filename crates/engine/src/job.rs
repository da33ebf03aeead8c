//! What the worker is asked to do.

use std::sync::Arc;

use imaging::{Mask, Photo};

use crate::recipe::Recipe;

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
}
