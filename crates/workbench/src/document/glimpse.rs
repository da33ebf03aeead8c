//! Small pictures of what the chosen operator does, asked for whenever it changes.

use engine::{Chain, Glimpse};

use super::effect::Effect;
use super::state::State;

/// What is known of an operator's effect.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The operator whose pictures are being made: one at a time, however fast a slider is drawn.
    pending: Option<Chain>,
    /// The operator whose pictures were made last.
    of: Option<Chain>,
    /// Its pictures; the previous ones until they are there, so that nothing flickers.
    pub pictures: Option<Glimpse>,
    /// Counts the pictures, so that textures know when to change.
    pub serial: u64,
}

impl State {
    /// Asks for pictures of the operator if those shown are of another. Painted masks need none.
    pub(super) fn ask_for_glimpse(&mut self) -> Option<Effect> {
        if self.settings.needs_mask() || self.glimpse.pending.is_some() {
            return None;
        }
        let chain = self.settings.recipe().operator;
        if self.glimpse.of.as_ref() == Some(&chain) {
            return None;
        }
        self.glimpse.pending = Some(chain.clone());
        Some(Effect::Glimpse(chain))
    }

    /// The pictures are there. Asks again if the operator was changed meanwhile.
    pub(super) fn glimpsed(&mut self, chain: Chain, pictures: Option<Glimpse>) -> Option<Effect> {
        self.glimpse.pending = None;
        self.glimpse.of = Some(chain);
        self.glimpse.pictures = pictures;
        self.glimpse.serial += 1;
        self.ask_for_glimpse()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::open_state;
    use super::super::{Command, Message, Task};
    use super::*;

    #[test]
    fn one_operator_at_a_time_is_asked_about_and_the_latest_in_the_end() {
        let mut state = open_state();
        assert!(
            state.apply(Command::ToggleMask).is_empty(),
            "a mask needs no picture"
        );
        let asked = |effects: Vec<Effect>| {
            effects.into_iter().find_map(|effect| match effect {
                Effect::Glimpse(chain) => Some(chain),
                _ => None,
            })
        };
        let blur = asked(state.apply(Command::ChooseTask(Task::Deblur))).expect("a new operator");
        assert_eq!(asked(state.apply(Command::ChooseTask(Task::Enlarge))), None);
        let again = asked(state.receive(Message::Glimpsed(blur, None)));
        let enlarge = again.expect("it has changed");
        let pictures = engine::glimpse(&enlarge).ok();
        let message = Message::Glimpsed(enlarge, pictures.clone().map(Box::new));
        assert_eq!(asked(state.receive(message)), None);
        assert_eq!(state.glimpse.pictures, pictures);
        assert_eq!(asked(state.apply(Command::ToggleMask)), None, "it is known");
    }
}
