//! What a step is called in the list of steps.

use super::history::Step;
use crate::recipe::settings::Settings;

impl Step {
    /// Names the command that changed the mask, where it was not drawn.
    #[must_use]
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        if let Self::Mask { by, .. } = &mut self {
            *by = Some(name);
        }
        self
    }

    /// A few words: what was done, and how much of it.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Mask { by: Some(name), .. } => (*name).to_owned(),
            Self::Mask {
                rect,
                before,
                after,
                by: None,
            } => {
                // A stroke only adds or only takes away, so its first change tells which.
                let changed = before.iter().zip(after).find(|(a, b)| a != b);
                let verb = match changed {
                    Some((before, after)) if before > after => "Erase",
                    _ => "Mark",
                };
                format!("{verb} {} × {} px", rect.width, rect.height)
            }
            Self::Invert => "Invert mask".to_owned(),
            Self::Settings { before, after } => settings_title(before, after),
            Self::Result { after: Some(_), .. } => "Take a result".to_owned(),
            Self::Result { after: None, .. } => "Give the result up".to_owned(),
            Self::Stage { .. } => "Build on the result".to_owned(),
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
    use crate::fixtures::requests::*;
    use crate::fixtures::{draw, open_state, square};
    use crate::recipe::command::RecipeCommand;
    use crate::{Command, MaskCommand, Tool};

    #[test]
    fn steps_are_called_what_they_did_and_can_be_travelled_to() {
        let mut state = open_state();
        let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)));
        draw(&mut state, &[(4.0, 4.0), (14.0, 10.0)]);
        let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)));
        let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(4.0)));
        draw(&mut state, &[(8.0, 8.0)]);
        let _ = state.apply(Command::Mask(MaskCommand::Invert));
        let _ = state.apply(Command::Recipe(RecipeCommand::UseSeed(77)));
        let titles = |state: &crate::State| state.history.titles();
        let all = ["Mark 10 × 6 px", "Erase 4 × 4 px", "Invert mask", "Seed 77"];
        assert_eq!(titles(&state), all);
        let whole = state.document.as_ref().expect("open").masked();

        let _ = state.apply(Command::TravelTo(1));
        assert_eq!(state.document.as_ref().expect("open").masked(), 60);
        assert_eq!((state.history.len(), titles(&state).len()), (1, 4));
        assert_eq!(
            titles(&state),
            all,
            "what is undone stays in the list, in order"
        );
        let _ = state.apply(Command::TravelTo(99));
        assert_eq!(state.document.as_ref().expect("open").masked(), whole);
        assert_eq!(state.settings.seed, 77);
        let _ = state.apply(Command::TravelTo(0));
        assert_eq!(state.document.as_ref().expect("open").masked(), 0);
    }

    #[test]
    fn what_a_command_does_to_the_mask_is_called_after_it() {
        let mut state = open_state();
        let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)));
        draw(&mut state, &[(10.0, 10.0), (30.0, 30.0)]);
        let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)));
        let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(4.0)));
        draw(&mut state, &[(20.0, 20.0)]);
        for command in [
            MaskCommand::FillHoles,
            MaskCommand::Grow(3),
            MaskCommand::Shrink(1),
        ] {
            let _ = state.apply(Command::Mask(command));
        }
        let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
        let photo = state.document.as_ref().expect("open").photo.clone();
        let _ = state.scratches_found(&photo, Ok(square(64, 48)));
        let _ = state.apply(Command::Mask(MaskCommand::AcceptProposal));
        let _ = state.apply(Command::Mask(MaskCommand::Clear));
        state.mask_opened(Ok::<_, Broken>(square(64, 48)));
        let expected = [
            "Mark 20 × 20 px",
            "Erase 4 × 4 px",
            "Fill holes",
            "Grow mask",
            "Shrink mask",
            "Found scratches",
            "Clear mask",
            "Import mask",
        ];
        assert_eq!(state.history.titles(), expected);
    }
}
