//! Measuring the noise of the open photo instead of guessing it.

use std::fmt::Display;
use std::sync::Arc;

use imaging::Photo;

use super::measure_noise::MeasureNoise;
use super::settings::Settings;
use super::state::RecipeState;
use super::task::Task;
use crate::common::notice::Notice;
use crate::request::{BoxedRequest, Requests};

impl RecipeState {
    /// Measures where the mask leaves the photo alone.
    pub(crate) fn measure_noise(&mut self) -> Option<BoxedRequest> {
        let document = self.below.document.as_ref()?;
        self.measuring_noise = true;
        Some(
            MeasureNoise {
                photo: Arc::clone(&document.photo),
                mask: Arc::clone(&document.mask),
            }
            .into(),
        )
    }

    /// A noise level that nobody has set is measured when it is all there is to know.
    pub(crate) fn measure_noise_for(&mut self, task: Task) -> Option<BoxedRequest> {
        let untouched = self.settings.noise == Settings::default().noise;
        let possible = self.document.is_some() && !self.measuring_noise;
        (task == Task::Denoise && untouched && possible)
            .then(|| self.measure_noise())
            .flatten()
    }

    /// What was measured, in units of full range: the settings' noise is on [-1, 1], twice that.
    pub(crate) fn noise_measured(
        &mut self,
        photo: &Arc<Photo>,
        answer: Result<f64, impl Display>,
    ) -> Requests {
        self.measuring_noise = false;
        let document = self.document.as_ref();
        if !document.is_some_and(|document| Arc::ptr_eq(photo, &document.photo)) {
            return Vec::new();
        }
        match answer {
            Ok(level) => {
                // Three decimals are shown; more would only pretend.
                let noise = (2000.0 * level).round() / 1000.0;
                let next = Settings {
                    noise: noise.min(Settings::NOISE_MAX),
                    ..self.settings.clone()
                };
                self.take_over(next)
            }
            Err(reason) => {
                self.notice = Some(Notice::error(&reason.to_string()));
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::requests::*;
    use crate::fixtures::{open_state, opened, photo};
    use crate::session::Opened;
    use crate::{Command, RecipeCommand, ShellState as State};

    #[test]
    fn a_measured_level_is_twice_itself_on_the_model_range_and_can_be_undone() {
        let mut state = open_state();
        let before = state.settings.noise;
        let requests = state.apply(Command::Recipe(RecipeCommand::MeasureNoise));
        let MeasureNoise { photo, .. } = only(&requests);
        assert!(
            state
                .obstacle(&Command::Recipe(RecipeCommand::MeasureNoise))
                .is_some(),
            "one at a time"
        );
        let _ = state.noise_measured(photo, Ok::<_, Broken>(0.031_26));
        assert_eq!(state.settings.noise, 0.063);
        let _ = state.apply(Command::Undo);
        assert_eq!(state.settings.noise, before);
    }

    #[test]
    fn a_level_that_nobody_has_set_is_measured_for_a_picture_that_is_only_noisy() {
        let measures = |state: &mut State, task| {
            let requests = state.apply(Command::Recipe(RecipeCommand::ChooseTask(task)));
            requests.iter().any(BoxedRequest::is::<MeasureNoise>)
        };
        let mut state = open_state();
        assert!(!measures(&mut state, Task::Deblur));
        assert!(measures(&mut state, Task::Denoise));
        assert!(!measures(&mut state, Task::Denoise), "it is under way");
        let mut state = open_state();
        state.settings.noise = 0.11;
        assert!(!measures(&mut state, Task::Denoise));
        assert!(!measures(&mut State::default(), Task::Denoise), "no photo");
    }

    #[test]
    fn the_noise_of_a_closed_photo_is_not_taken() {
        let mut state = open_state();
        let _ = state.apply(Command::Recipe(RecipeCommand::MeasureNoise));
        let old = state.document.as_ref().expect("open").photo.clone();
        let other = Opened {
            photo: photo(40, 40),
            ..opened()
        };
        let _ = state.arrived(other);
        let before = state.settings.noise;
        let _ = state.noise_measured(&old, Ok::<_, Broken>(0.5));
        assert_eq!(state.settings.noise, before);
        let same = state.document.as_ref().expect("open").photo.clone();
        let _ = state.noise_measured(&same, Err(Broken));
        assert!(state.notice.is_some());
    }
}
