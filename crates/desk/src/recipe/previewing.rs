//! Asks for small pictures of the chosen operator whenever it changes.

use std::fmt::Display;

use engine::{Chain, Glimpse, Noise};

use super::preview_operator::PreviewOperator;
use super::state::RecipeState;
use super::task::Task;
use crate::request::{BoxedRequest, Requests, one};

impl RecipeState {
    /// Asks for pictures of the operator if those shown are of another. Painted masks need none.
    pub(crate) fn ask_for_glimpse(&mut self) -> Option<BoxedRequest> {
        let settings = &self.settings;
        let plain = settings.task == Task::Inpaint;
        if plain || settings.missing().is_some() || self.glimpse.pending.is_some() {
            return None;
        }
        let asked = (settings.operator(), settings.noise_model());
        if self.glimpse.of.as_ref() == Some(&asked) {
            return None;
        }
        self.glimpse.pending = Some(asked.clone());
        let (chain, noise) = asked;
        Some(PreviewOperator { chain, noise }.into())
    }

    /// The pictures are there. Asks again if something was changed meanwhile.
    pub(crate) fn glimpsed(
        &mut self,
        asked: (Chain, Noise),
        pictures: Result<Glimpse, impl Display>,
    ) -> Requests {
        self.glimpse.pending = None;
        self.glimpse.of = Some(asked);
        (self.glimpse.pictures, self.glimpse.reason) = match pictures {
            Ok(pictures) => (Some(pictures), None),
            Err(reason) => (None, Some(reason.to_string())),
        };
        self.glimpse.serial += 1;
        one(self.ask_for_glimpse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::open_state;
    use crate::fixtures::requests::*;
    use crate::photo::command::ViewCommand;
    use crate::recipe::command::RecipeCommand;
    use crate::runs::RunCommand;
    use crate::{Command, Gesture, Task};
    use crate::{Settings, ShellState as State};

    fn asked(requests: Requests) -> Option<(Chain, Noise)> {
        let asked = requests.iter().find_map(BoxedRequest::downcast);
        asked.map(|PreviewOperator { chain, noise }| (chain.clone(), *noise))
    }

    #[test]
    fn one_operator_at_a_time_is_asked_about_and_the_latest_in_the_end() {
        let mut state = open_state();
        assert!(
            state
                .apply(Command::View(ViewCommand::ToggleMask))
                .is_empty(),
            "a mask needs no picture"
        );
        let (blur, noise) =
            asked(state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur))))
                .expect("a new operator");
        assert_eq!(
            asked(state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Enlarge)))),
            None
        );
        let none = Err("lost".to_owned());
        let again = asked(state.glimpsed((blur, noise), none));
        let (enlarge, noise) = again.expect("it has changed");
        assert_eq!(
            state.glimpse.problem(&state.settings),
            None,
            "of another one"
        );
        let pictures = engine::glimpse(&enlarge, noise).expect("it can be shown");
        let again = state.glimpsed((enlarge, noise), Ok::<_, Broken>(pictures.clone()));
        assert_eq!(asked(again), None);
        assert_eq!(state.glimpse.pictures, Some(pictures));
        assert_eq!(
            asked(state.apply(Command::View(ViewCommand::ToggleMask))),
            None,
            "it is known"
        );
        let mut next = state.settings.clone();
        next.photons = Some(50.0);
        let (_, noise) = asked(adjust(&mut state, next)).expect("other noise");
        assert_eq!(noise.photons, Some(50.0));
    }

    #[test]
    fn noise_that_was_measured_is_shown_as_well() {
        let mut state = open_state();
        let (chain, noise) =
            asked(state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Denoise))))
                .expect("a new operator");
        let pictures = Ok::<_, Broken>(engine::glimpse(&chain, noise).expect("shown"));
        assert_eq!(asked(state.glimpsed((chain, noise), pictures)), None);
        let photo = std::sync::Arc::clone(&state.document.as_ref().expect("open").photo);
        let _ = state.apply(Command::Recipe(RecipeCommand::MeasureNoise));
        let requests = state.noise_measured(&photo, Ok::<_, Broken>(0.05));
        let (_, noise) = asked(requests).expect("the noise is another");
        assert!((noise.sigma - 0.1).abs() < 1e-9);
    }

    fn adjust(state: &mut State, next: Settings) -> Requests {
        state.apply(Command::Recipe(RecipeCommand::Adjust {
            next: Box::new(next),
            gesture: Gesture::Once,
        }))
    }

    #[test]
    fn a_sampler_that_cannot_undo_it_is_refused_before_it_is_asked_to() {
        let mut state = open_state();
        let mut next = Settings {
            task: Task::Custom,
            ..state.settings.clone()
        };
        next.custom = "motion-path:points=0 0;9 3;14 -2".parse().expect("valid");
        next.set_sampler(engine::Spec::named("ddrm"));
        let (chain, noise) = asked(adjust(&mut state, next)).expect("a new operator");
        assert_eq!(
            state.obstacle(&Command::Runs(RunCommand::Restore)),
            None,
            "nothing is known yet"
        );
        let pictures = engine::glimpse(&chain, noise).expect("it can be shown");
        let _ = state.glimpsed((chain, noise), Ok::<_, Broken>(pictures));
        let reason = state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .expect("no singular vectors");
        assert!(reason.contains("ddrm"), "{reason}");
        let refusal = |state: &State, sampler| state.glimpse.refusal(&state.settings, sampler);
        assert!(refusal(&state, "ddnm").is_some());
        assert_eq!(refusal(&state, "ca-dps"), None);
        state.settings.set_sampler(engine::Spec::named("ca-dps"));
        assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
        state.settings.custom = "jpeg".parse().expect("valid");
        let at_once = refusal(&state, "pigdm").expect("known without a glimpse");
        assert!(at_once.contains("jpeg"), "{at_once}");
    }

    #[test]
    fn what_cannot_be_computed_is_said_before_it_is_restored() {
        let mut state = open_state();
        let mut next = Settings {
            task: Task::Custom,
            ..state.settings.clone()
        };
        next.custom = "grayscale+jpeg".parse().expect("known names");
        let (chain, noise) = asked(adjust(&mut state, next)).expect("a new operator");
        assert_eq!(
            state.obstacle(&Command::Runs(RunCommand::Restore)),
            None,
            "nothing is known yet"
        );
        let pictures = engine::glimpse(&chain, noise);
        let _ = state.glimpsed((chain, noise), pictures);
        let reason = state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .expect("it does not go together");
        assert!(reason.contains("jpeg"), "{reason}");
        let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Denoise)));
        assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    }
}
