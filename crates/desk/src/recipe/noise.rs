//! Measuring the noise of the open photo instead of guessing it.

use std::sync::Arc;

use imaging::Photo;

use super::settings::Settings;
use super::task::Task;
use crate::effect::Effect;
use crate::notice::Notice;
use crate::shell::command::{Command, Gesture};
use crate::shell::state::State;

impl State {
    /// Measures where the mask leaves the photo alone.
    pub(crate) fn measure_noise(&mut self) -> Option<Effect> {
        let document = self.document.as_ref()?;
        self.measuring_noise = true;
        Some(Effect::MeasureNoise(
            Arc::clone(&document.photo),
            Arc::clone(&document.mask),
        ))
    }

    /// A noise level that nobody has set is measured when it is all there is to know.
    pub(crate) fn measure_noise_for(&mut self, task: Task) -> Option<Effect> {
        let untouched = self.settings.noise == Settings::default().noise;
        let possible = self.obstacle(&Command::MeasureNoise).is_none();
        (task == Task::Denoise && untouched && possible)
            .then(|| self.measure_noise())
            .flatten()
    }

    /// What was measured, in units of full range: the settings' noise is on [-1, 1], twice that.
    pub(crate) fn noise_measured(
        &mut self,
        photo: &Arc<Photo>,
        answer: Result<f64, String>,
    ) -> Vec<Effect> {
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
                self.apply(Command::Adjust {
                    next: Box::new(next),
                    gesture: Gesture::Once,
                })
            }
            Err(reason) => {
                self.notice = Some(Notice::error(&reason));
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{open_state, opened, photo};
    use crate::{Message, Opened};

    #[test]
    fn a_measured_level_is_twice_itself_on_the_model_range_and_can_be_undone() {
        let mut state = open_state();
        let before = state.settings.noise;
        let effects = state.apply(Command::MeasureNoise);
        let [Effect::MeasureNoise(photo, _)] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert!(
            state.obstacle(&Command::MeasureNoise).is_some(),
            "one at a time"
        );
        let _ = state.receive(Message::NoiseMeasured(photo.clone(), Ok(0.031_26)));
        assert_eq!(state.settings.noise, 0.063);
        let _ = state.apply(Command::Undo);
        assert_eq!(state.settings.noise, before);
    }

    #[test]
    fn a_level_that_nobody_has_set_is_measured_for_a_picture_that_is_only_noisy() {
        let measures = |state: &mut State, task| {
            let effects = state.apply(Command::ChooseTask(task));
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::MeasureNoise(..)))
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
        let _ = state.apply(Command::MeasureNoise);
        let old = state.document.as_ref().expect("open").photo.clone();
        let other = Opened {
            photo: photo(40, 40),
            ..opened()
        };
        let _ = state.receive(Message::Opened(Ok(other)));
        let before = state.settings.noise;
        let _ = state.receive(Message::NoiseMeasured(old.clone(), Ok(0.5)));
        assert_eq!(state.settings.noise, before);
        let same = state.document.as_ref().expect("open").photo.clone();
        let _ = state.receive(Message::NoiseMeasured(same, Err("too small".to_owned())));
        assert!(state.notice.is_some());
    }
}
