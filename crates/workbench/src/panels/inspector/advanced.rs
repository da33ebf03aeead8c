//! Sampler with all of its parameters, steps, seed and device, folded away until wanted. Each says in
//! one line what it does to the picture.

use desk::RecipeCommand;
use desk::ViewCommand;
use egui::{Button, DragValue, RichText, Slider, Ui, Vec2};
use engine::{Chain, DeviceChoice, Spec};

use super::field::{Place, capitalised, combo_ui, fields_ui};
use crate::panels::widgets::{adjusted, check_ui, chosen, error_ui, help_ui, name_ui, slider_ui};
use crate::{icons, theme};
use desk::{Command, Settings, State, Task, scramble};

/// Shows the fold and what is in it.
pub(super) fn advanced_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let open = state.view.advanced_open;
    let icon = if open {
        icons::CARET_DOWN
    } else {
        icons::CARET_RIGHT
    };
    let text = RichText::new("Advanced").color(theme::TEXT_WEAK.now());
    let icon = RichText::new(icon)
        .font(theme::icon(12.0))
        .color(theme::TEXT_WEAK.now());
    let button = Button::new((icon, text)).frame_when_inactive(false);
    let response = ui.add(button).accessible_name("Advanced");
    if response.clicked() {
        out.push(Command::View(ViewCommand::ToggleAdvanced));
    }
    if !open {
        return;
    }
    sampler_ui(ui, state, out);
    steps_ui(ui, state, out);
    scales_ui(ui, state, out);
    tiles_ui(ui, state, out);
    seed_ui(ui, state, out);
    device_ui(ui, state, out);
}

fn sampler_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(6.0);
    name_ui(ui, "Sampler");
    let settings = &state.settings;
    let families = engine::sampler_families();
    let (operator, chosen_now) = (settings.operator(), settings.sampler_now());
    let current = chosen_now.name.as_str();
    let family = families.iter().find(|family| family.name == current);
    let title = family.map_or(current, |family| family.title);
    combo_ui(ui, "Sampler", title, |ui| {
        for family in &families {
            let refusal = state.glimpse.refusal(settings, family.name);
            let entry = Button::selectable(family.name == current, family.title);
            let response = ui
                .add_enabled(refusal.is_none(), entry)
                .on_disabled_hover_text(refusal.unwrap_or_default());
            if response.clicked() {
                let mut next = settings.clone();
                next.set_sampler(Spec::named(family.name));
                chosen(next, out);
            }
        }
    });
    if let Some(family) = family {
        help_ui(ui, family.summary);
        let place = Place {
            prefix: String::new(),
            family: *family,
            spec: &chosen_now,
            default: &|key| {
                engine::operator_default(current, key, &operator, settings.noise_model())
            },
        };
        let with = |spec| sampled(settings, spec);
        fields_ui(ui, &place, &with, out);
    }
}

/// The settings with a sampler; what it says besides is given up where the two do not go together.
fn sampled(settings: &Settings, spec: Spec) -> Result<Settings, String> {
    let before = settings.sampler_now();
    // Which operators it can undo is said elsewhere: a mask is for every sampler.
    let mask = Chain(vec![Spec::named("inpaint")]);
    let fits = |spec: &Spec| engine::check_sampler(spec, &mask);
    let kept = |spec: &Spec, key: &String| before.parameters.get(key) == spec.parameters.get(key);
    let others: Vec<String> = spec.parameters.keys().cloned().collect();
    let others = others.iter().filter(|&key| kept(&spec, key));
    let alone = |key: &String| {
        let mut fewer = spec.clone();
        fewer.parameters.remove(key);
        fewer
    };
    let spec = match fits(&spec) {
        Ok(()) => spec,
        Err(error) => others
            .map(alone)
            .find(|fewer| fits(fewer).is_ok())
            .ok_or_else(|| error.to_string())?,
    };
    let mut next = settings.clone();
    next.set_sampler(spec);
    Ok(next)
}

fn steps_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(6.0);
    name_ui(ui, "Steps");
    let mut next = state.settings.clone();
    let response = slider_ui(
        ui,
        "Steps",
        ui.available_width(),
        Slider::new(&mut next.steps, Settings::STEPS),
    );
    adjusted(&response, next, out);
    match engine::caution(&state.settings.recipe()) {
        Some(caution) => error_ui(ui, &format!("{}.", capitalised(&caution))),
        None => help_ui(ui, "More steps: finer detail, more time."),
    }
}

/// Whether wide holes are drawn at coarser scales first, where there may be some.
fn scales_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    if state.settings.task != Task::Inpaint {
        return;
    }
    ui.add_space(6.0);
    let mut next = state.settings.clone();
    if check_ui(ui, &mut next.coarse_to_fine, "Wide holes coarse to fine").changed() {
        chosen(next, out);
    }
    help_ui(
        ui,
        "What lies far inside follows from wider surroundings, by samplers that can start at an estimate.",
    );
}

/// Whether the prior is shown a large picture in tiles.
fn tiles_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(6.0);
    let mut next = state.settings.clone();
    if check_ui(ui, &mut next.tiles, "Large pictures in tiles").changed() {
        chosen(next, out);
    }
    help_ui(
        ui,
        "A prior knows pictures of the size it was trained on; shown much larger ones it invents texture.",
    );
}

fn seed_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(6.0);
    name_ui(ui, "Seed");
    ui.horizontal(|ui| {
        let mut next = state.settings.clone();
        let value = DragValue::new(&mut next.seed)
            .range(0..=Settings::SEED_MAX)
            .speed(0.2);
        let size = Vec2::new(ui.available_width() - 2.0 * 40.0 - 2.0 * theme::GAP, 28.0);
        let response = ui.name_inputs("Seed", |ui| ui.add_sized(size, value));
        adjusted(&response, next, out);
        let dice = Button::new(RichText::new(icons::DICE).font(theme::icon(18.0)))
            .min_size(Vec2::new(40.0, 28.0));
        if ui
            .add(dice)
            .accessible_name("Roll the dice")
            .on_hover_text("Another seed")
            .clicked()
        {
            out.push(Command::Recipe(RecipeCommand::UseSeed(scramble(
                state.settings.seed,
            ))));
        }
        let locked = state.settings.seed_locked;
        let (icon, name) = if locked {
            (icons::LOCK, "The same seed for every run")
        } else {
            (icons::LOCK_OPEN, "Another seed for every run")
        };
        let lock = Button::new(RichText::new(icon).font(theme::icon(18.0)))
            .selected(locked)
            .min_size(Vec2::new(40.0, 28.0));
        if ui
            .add(lock)
            .accessible_name("Lock seed")
            .on_hover_text(name)
            .clicked()
        {
            let mut next = state.settings.clone();
            next.seed_locked = !locked;
            chosen(next, out);
        }
    });
    help_ui(ui, "Another seed draws another, equally likely picture.");
}

fn device_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(6.0);
    name_ui(ui, "Device");
    let current = state.settings.device;
    let auto = "Automatic".to_owned();
    let text = state
        .devices
        .iter()
        .find(|d| d.choice == current)
        .map_or_else(
            || {
                if current == DeviceChoice::Auto {
                    auto.clone()
                } else {
                    current.to_string()
                }
            },
            ToString::to_string,
        );
    combo_ui(ui, "Device", &text, |ui| {
        let choices = std::iter::once((DeviceChoice::Auto, auto.clone()))
            .chain(state.devices.iter().map(|d| (d.choice, d.to_string())));
        for (choice, text) in choices {
            if ui.selectable_label(choice == current, text).clicked() {
                let mut next = state.settings.clone();
                next.device = choice;
                chosen(next, out);
            }
        }
    });
    help_ui(
        ui,
        "Where to compute. It changes the time, not the picture.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(before: &str, after: &str) -> Result<String, String> {
        let mut settings = Settings::default();
        settings.set_sampler(before.parse().expect("valid"));
        let next = sampled(&settings, after.parse().expect("valid"))?;
        Ok(next.sampler_now().to_string())
    }

    #[test]
    fn what_does_not_go_with_a_change_is_given_up_and_what_is_wrong_is_refused() {
        let kept = changed("ca-dps:eta=0.5", "ca-dps:covariance=krylov:2,eta=0.5");
        assert_eq!(kept.as_deref(), Ok("ca-dps:covariance=krylov:2,eta=0.5"));
        let given_up = changed(
            "ca-dps:jacobian=model",
            "ca-dps:covariance=full,jacobian=model",
        );
        assert_eq!(given_up.as_deref(), Ok("ca-dps:covariance=full"));
        let probes = "ca-dps:covariance=probe:1,probe-step=0.1";
        let given_up = changed(probes, "ca-dps:probe-step=0.1");
        assert_eq!(given_up.as_deref(), Ok("ca-dps"));
        assert!(changed("ca-dps", "ca-dps:eta=7").is_err());
    }
}
