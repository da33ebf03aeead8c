//! All that the window shows.

use std::any::{Any, TypeId};
use std::ops::Deref;

use super::overlay::Overlay;
use crate::layer::layer;
use crate::request::Whole;
use crate::session::state::SessionState;

/// The state of the window. Everybody can read it; only [`State::update`] changes it.
#[derive(Clone, Debug, Default)]
pub struct State(pub(crate) ShellState);

impl Deref for State {
    type Target = ShellState;

    fn deref(&self) -> &ShellState {
        &self.0
    }
}

/// The uppermost layer of the state.
#[derive(Clone, Debug, Default)]
pub struct ShellState {
    /// Sessions and dialogs.
    pub below: SessionState,
    /// What lies over the window.
    pub overlay: Option<Overlay>,
    /// The hint of the tour that is shown.
    pub tour: Option<usize>,
}

layer!(ShellState, SessionState);

impl Whole for ShellState {
    fn part(&mut self, part: TypeId) -> Option<&mut dyn Any> {
        let session = &mut self.below;
        if part == TypeId::of::<SessionState>() {
            return Some(session);
        }
        let parts: [fn(&mut SessionState) -> &mut dyn Any; 6] = [
            |session| &mut session.below,
            |session| &mut session.below.below,
            |session| &mut session.below.below.below,
            |session| &mut session.below.below.below.below,
            |session| &mut session.below.below.below.below.below,
            |session| &mut session.below.below.below.below.below.below,
        ];
        let found = parts.iter().find(|of| (*of(session)).type_id() == part)?;
        Some(found(session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::state::BatchState;
    use crate::common::state::CommonState;
    use crate::mask::state::MaskState;
    use crate::photo::state::PhotoState;
    use crate::recipe::state::RecipeState;
    use crate::runs::state::RunsState;

    #[test]
    fn every_part_is_found_by_its_type() {
        let mut state = ShellState::default();
        for part in [
            TypeId::of::<SessionState>(),
            TypeId::of::<BatchState>(),
            TypeId::of::<RunsState>(),
            TypeId::of::<RecipeState>(),
            TypeId::of::<MaskState>(),
            TypeId::of::<PhotoState>(),
            TypeId::of::<CommonState>(),
        ] {
            let found = state.part(part).expect("it is part of the whole");
            assert_eq!((*found).type_id(), part);
        }
        assert!(state.part(TypeId::of::<u8>()).is_none());
    }
}
