//! Looks for the devices of this computer.

use engine::DeviceInfo;

use super::state::RecipeState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};

/// Look for the devices of this computer.
#[derive(Debug)]
pub struct FindDevices;

impl Request for FindDevices {
    type State = RecipeState;
    type Answer = Vec<DeviceInfo>;

    fn run(&mut self, _: &Outside) -> Vec<DeviceInfo> {
        engine::devices()
    }

    fn answer(self, answer: Result<Vec<DeviceInfo>, Broken>, state: &mut RecipeState) -> Requests {
        state.devices = answer.unwrap_or_default();
        Vec::new()
    }
}
