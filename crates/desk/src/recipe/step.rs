//! The undoable step of changed settings. A drag of a slider is ONE step: it is held open until the
//! gesture ends or something else happens.

use super::settings::Settings;
use super::state::RecipeState;
use crate::common::history::Step;

/// Settings changed.
#[derive(Debug)]
pub(crate) struct SettingsStep {
    before: Box<Settings>,
    after: Box<Settings>,
}

impl Step for SettingsStep {
    type State = RecipeState;

    fn title(&self) -> String {
        settings_title(&self.before, &self.after)
    }

    fn bytes(&self) -> usize {
        2 * size_of::<Settings>()
    }

    fn is_of_photo(&self) -> bool {
        false
    }

    fn replay(&self, forwards: bool, state: &mut RecipeState) {
        let settings = if forwards { &self.after } else { &self.before };
        state.settings = Settings::clone(settings);
    }
}

impl RecipeState {
    /// Puts other settings in place, as one step.
    pub(crate) fn change(&mut self, next: Settings) {
        if next != self.settings {
            let before = Box::new(std::mem::replace(&mut self.settings, next));
            let after = Box::new(self.settings.clone());
            self.history.push(SettingsStep { before, after });
        }
    }

    /// Notes the settings before a continuous change; only the first of a gesture counts.
    pub(crate) fn begin_gesture(&mut self) {
        let now = &self.settings;
        self.gesture.get_or_insert_with(|| Box::new(now.clone()));
    }

    /// Ends a gesture: everything since [`Self::begin_gesture`] becomes one step.
    pub(crate) fn end_gesture(&mut self) {
        if let Some(before) = self.gesture.take()
            && *before != self.settings
        {
            let after = Box::new(self.settings.clone());
            self.history.push(SettingsStep { before, after });
        }
    }
}

/// Names the first setting that differs; steps seldom change more than one.
fn settings_title(before: &Settings, after: &Settings) -> String {
    if before.task != after.task {
        format!("Task: {}", after.task.title())
    } else if before.noise != after.noise {
        format!("Noise {:.3}", after.noise)
    } else if before.feather != after.feather {
        format!("Feather {} px", after.feather)
    } else if before.coarse_to_fine != after.coarse_to_fine {
        match after.coarse_to_fine {
            true => "Coarse to fine".to_owned(),
            false => "One scale".to_owned(),
        }
    } else if before.tiles != after.tiles {
        match after.tiles {
            true => "In tiles".to_owned(),
            false => "In one piece".to_owned(),
        }
    } else if before.photons != after.photons {
        after.photons.map_or_else(
            || "No photon noise".to_owned(),
            |photons| format!("{photons:.0} photons"),
        )
    } else if before.sampler != after.sampler {
        format!("Sampler {}", after.sampler)
    } else if before.other_sampler != after.other_sampler {
        format!("Sampler {}", after.sampler_now())
    } else if before.steps != after.steps {
        format!("{} steps", after.steps)
    } else if before.seed != after.seed {
        format!("Seed {}", after.seed)
    } else if before.prior != after.prior {
        format!("Prior {}", after.prior)
    } else if before.device != after.device {
        format!("Device {}", after.device)
    } else if before.blur.path != after.blur.path {
        if after.blur.path.is_empty() {
            "Clear the path".to_owned()
        } else {
            "Draw a path".to_owned()
        }
    } else if before.blur != after.blur {
        "Blur".to_owned()
    } else if before.jpeg != after.jpeg {
        format!("JPEG quality {}", after.jpeg.quality)
    } else if before.custom != after.custom {
        "Composition".to_owned()
    } else if before.enlarge != after.enlarge {
        format!("Enlarge × {}", after.enlarge.factor)
    } else {
        "Settings".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gesture_is_one_step_however_many_changes_it_has() {
        let mut state = RecipeState::default();
        let start = state.settings.clone();
        for steps in 51..70 {
            state.begin_gesture();
            state.settings.steps = steps;
        }
        state.end_gesture();
        state.end_gesture();
        assert_eq!(state.history.titles(), ["69 steps"]);
        let step = SettingsStep {
            before: Box::new(start.clone()),
            after: Box::new(state.settings.clone()),
        };
        step.replay(false, &mut state);
        assert_eq!(state.settings, start);
    }

    #[test]
    fn a_gesture_that_comes_back_is_no_step() {
        let mut state = RecipeState::default();
        state.begin_gesture();
        state.end_gesture();
        assert!(state.history.is_empty());
    }
}
