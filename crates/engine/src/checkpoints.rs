//! Checkpoints from elsewhere: checked against recorded answers, and brought into our form.

mod import;
mod verify;

pub use import::{ImportRequest, Imported, check_checkpoint_values, import_prior};
pub use verify::{CaseError, verify_prior};
