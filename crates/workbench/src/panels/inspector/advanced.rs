//! Sampler, covariance, steps, seed and device, folded away until wanted. Each says in one line
//! what it does to the picture.

use egui::{Button, ComboBox, DragValue, RichText, Slider, Ui, Vec2};
use engine::{DeviceChoice, Spec};

use crate::document::{Command, Settings, State, scramble};
use crate::panels::widgets::{adjusted, chosen, help_ui, name_ui, slider_ui};
use crate::{icons, theme};

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
        out.push(Command::ToggleAdvanced);
    }
    if !open {
        return;
    }
    sampler_ui(ui, state, out);
    if state.settings.sampler.name == "ca-dps" {
        covariance_ui(ui, state, out);
    }
    steps_ui(ui, state, out);
    seed_ui(ui, state, out);
    device_ui(ui, state, out);
}

fn sampler_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(6.0);
    name_ui(ui, "Sampler");
    let families = engine::sampler_families();
    let current = &state.settings.sampler.name;
    combo_ui(ui, "Sampler", &title(current), |ui| {
        for family in &families {
            if ui
                .selectable_label(family.name == current, title(family.name))
                .clicked()
            {
                let mut next = state.settings.clone();
                next.sampler = Spec::named(family.name);
                chosen(next, out);
            }
        }
    });
    let help = match current.as_str() {
        "ca-dps" => "Weighs every pixel by how uncertain it still is.",
        "red-diff" => "One smooth answer, not a random draw. Less texture.",
        "diffpir" => "Fast: never differentiates the prior. A little soft.",
        "pigdm" => "The same uncertainty everywhere.",
        "daps" => "Takes early mistakes back. About as slow as five of the others.",
        "ddnm" => "Keeps what was measured and fills in the rest.",
        "ddrm" => "Fast, in few steps, for masks, Gaussian blur and enlarging.",
        "dps" => "The classic. Wants many more steps for the same detail.",
        other => families
            .iter()
            .find(|family| family.name == other)
            .map_or("", |family| family.summary),
    };
    help_ui(ui, help);
}

fn title(sampler: &str) -> String {
    match sampler {
        "ca-dps" => "CA-DPS".to_owned(),
        "red-diff" => "RED-diff".to_owned(),
        "diffpir" => "DiffPIR".to_owned(),
        "pigdm" => "ΠGDM".to_owned(),
        "ddnm" => "DDNM+".to_owned(),
        other => other.to_uppercase(),
    }
}

fn covariance_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    const MODELS: [(&str, &str, &str); 5] = [
        (
            "secant",
            "Secant",
            "Learns the uncertainty from step to step at no cost.",
        ),
        (
            "krylov:1",
            "Krylov 1",
            "Exact along one direction: same cost, often as good.",
        ),
        (
            "krylov:2",
            "Krylov 2",
            "Closer to the measurement, about half as slow again.",
        ),
        (
            "krylov:4",
            "Krylov 4",
            "Closer still, about two and a half times as slow.",
        ),
        (
            "isotropic",
            "Isotropic",
            "The same uncertainty everywhere: the older method.",
        ),
    ];
    ui.add_space(6.0);
    name_ui(ui, "Covariance");
    let current = state.settings.sampler.parameters.get("covariance");
    let current = current.map_or("secant", String::as_str);
    let known = MODELS.iter().find(|(value, ..)| *value == current);
    combo_ui(
        ui,
        "Covariance",
        known.map_or(current, |(_, title, _)| title),
        |ui| {
            for (value, title, _) in MODELS {
                if ui.selectable_label(value == current, title).clicked() {
                    let mut next = state.settings.clone();
                    next.sampler = match value {
                        "secant" => Spec::named("ca-dps"),
                        value => Spec::named("ca-dps").with("covariance", value),
                    };
                    chosen(next, out);
                }
            }
        },
    );
    help_ui(ui, known.map_or("", |(_, _, help)| help));
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
    help_ui(ui, "More steps: finer detail, more time.");
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
            out.push(Command::UseSeed(scramble(state.settings.seed)));
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

fn combo_ui(ui: &mut Ui, name: &str, selected: &str, items: impl FnOnce(&mut Ui)) {
    let width = ui.available_width();
    let response = ComboBox::from_id_salt(name)
        .width(width)
        .truncate()
        .selected_text(selected)
        .show_ui(ui, items)
        .response;
    response.accessible_name(name);
}
