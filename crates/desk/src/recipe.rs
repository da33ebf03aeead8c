//! What happened to the picture and how it is restored: the settings, and what is known about them.

mod apply;
pub(crate) mod command;
mod describe_prior;
mod draw;
mod find_devices;
pub(crate) mod import;
pub(crate) mod import_form;
mod import_prior;
#[cfg(test)]
mod import_tests;
mod inspect_prior;
mod measure_noise;
pub(crate) mod noise;
pub(crate) mod operator_preview;
pub(crate) mod parameter;
pub(crate) mod path;
#[cfg(test)]
mod path_tests;
mod pick_prior;
mod preview_operator;
mod previewing;
pub(crate) mod prior;
pub(crate) mod settings;
pub(crate) mod state;
mod step;
pub(crate) mod task;

pub use describe_prior::DescribePrior;
pub use find_devices::FindDevices;
pub use import_prior::ImportPrior;
pub use inspect_prior::InspectPrior;
pub use measure_noise::MeasureNoise;
pub use pick_prior::PickPrior;
pub use preview_operator::PreviewOperator;
