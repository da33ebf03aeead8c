//! The settings, and what is known about them.

use engine::{DeviceChoice, DeviceInfo};

use super::import_form::{ImportForm, Importing};
use super::operator_preview::Shown;
use super::prior::PriorCard;
use super::settings::Settings;
use crate::layer::layer;
use crate::mask::state::MaskState;

/// The state of the recipe, above that of the mask.
#[derive(Clone, Debug, Default)]
pub struct RecipeState {
    /// The open photo with its mask.
    pub below: MaskState,
    /// The inspector's settings.
    pub settings: Settings,
    /// The settings at the start of a gesture that has not ended.
    pub(crate) gesture: Option<Box<Settings>>,
    /// What the chosen operator does.
    pub glimpse: Shown,
    /// Whether the photo's noise is being measured.
    pub measuring_noise: bool,
    /// The devices of this computer; empty until they are known.
    pub devices: Vec<DeviceInfo>,
    /// The chosen prior.
    pub prior: PriorCard,
    /// The open form that imports a checkpoint.
    pub import: Option<ImportForm>,
    /// The import under way.
    pub importing: Option<Importing>,
}

layer!(RecipeState, MaskState);

impl RecipeState {
    /// The device that would compute if a run were started.
    pub(crate) fn chosen_device(&self) -> Option<&DeviceInfo> {
        let of = |choice| self.devices.iter().find(|device| device.choice == choice);
        match self.settings.device {
            DeviceChoice::Auto => self
                .devices
                .iter()
                .find(|d| matches!(d.choice, DeviceChoice::Gpu(_)) && !d.software)
                .or_else(|| of(DeviceChoice::Cpu)),
            choice => of(choice),
        }
    }
}
