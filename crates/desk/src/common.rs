//! What every feature needs: a notice to the person, and what is remembered between starts.

pub(crate) mod notice;
pub(crate) mod remembered;
mod store_remembered;

pub(crate) use store_remembered::StoreRemembered;
