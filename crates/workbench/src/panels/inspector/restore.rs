//! The button that restores, and what takes its place while it does.

use egui::{Button, CornerRadius, FontId, ProgressBar, RichText, Ui, vec2};

use crate::panels::widgets::{fact_ui, help_ui};
use crate::{icons, shortcuts, theme};
use desk::{Command, Run, RunCommand, State, pace, spoken};

/// Shows the button, or the progress.
pub(super) fn restore_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    match &state.run {
        Some(run) => progress_ui(ui, state, run, out),
        None => button_ui(ui, state, out),
    }
}

fn button_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let obstacle = state.obstacle(&Command::Runs(RunCommand::Restore));
    let enabled = obstacle.is_none();
    let (fill, ink) = if enabled {
        (theme::ACCENT.now(), theme::ON_ACCENT.now())
    } else {
        (theme::CONTROL.now(), theme::TEXT_WEAK.now())
    };
    let size = vec2(ui.available_width(), 44.0);
    let response = ui
        .scope(|ui| {
            let visuals = ui.visuals_mut();
            visuals.widgets.inactive.weak_bg_fill = fill;
            visuals.widgets.hovered.weak_bg_fill = theme::ACCENT_HOVERED.now();
            visuals.widgets.active.weak_bg_fill = theme::ACCENT.now();
            visuals.widgets.noninteractive.weak_bg_fill = fill;
            visuals.disabled_alpha = 1.0;
            let icon = RichText::new(icons::SPARKLE)
                .font(theme::icon(20.0))
                .color(ink);
            let text = RichText::new("Restore")
                .font(FontId::new(16.0, theme::semibold()))
                .color(ink);
            let grow = egui::Atom::grow;
            let button = Button::new((grow(), icon, text, grow()))
                .min_size(size)
                .corner_radius(CornerRadius::same(theme::ROUNDING_LARGE));
            ui.add_enabled(enabled, button).accessible_name("Restore")
        })
        .inner;
    if response.clicked() {
        out.push(Command::Runs(RunCommand::Restore));
    }
    match obstacle {
        Some(reason) => help_ui(ui, &reason),
        None => {
            let keys = shortcuts::text(ui.ctx(), state, &Command::Runs(RunCommand::Restore));
            let keys = keys
                .map(|keys| format!("   ·   {keys}"))
                .unwrap_or_default();
            help_ui(ui, &format!("{}{keys}", expectation(state)));
        }
    }
    build_ui(ui, state, out);
}

/// Where there is a result, the way on from it.
fn build_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let command = Command::Runs(RunCommand::BuildOn);
    if state.obstacle(&command).is_some() {
        return;
    }
    let size = vec2(ui.available_width(), 32.0);
    let name = (icons::STACK, "Build on the result");
    if run_button_ui(ui, state, size, name, &command) {
        out.push(command);
    }
    help_ui(ui, "It becomes the photo, and you mark what comes next");
}

/// What pressing the button means, in time if that can be told.
fn expectation(state: &State) -> String {
    match state.expected_now() {
        Some(time) => {
            let all = time * u32::try_from(state.settings.candidates.max(1)).unwrap_or(1);
            format!("About {}", spoken(all))
        }
        None => format!("{} steps", state.settings.steps),
    }
}

fn progress_ui(ui: &mut Ui, state: &State, run: &Run, out: &mut Vec<Command>) {
    let (done, total) = run.steps();
    let title = if run.stopping {
        "Stopping …".to_owned()
    } else if run.paused {
        format!("Paused at step {done} of {total}")
    } else if run.plan.is_none() {
        run.message.clone()
    } else if let Some(within) = run.within {
        let percent = (100.0 * within.fraction).floor();
        format!("Step {} of {total}, {percent:.0} % of it", done + 1)
    } else {
        format!("Step {done} of {total}")
    };
    ui.label(
        RichText::new(title)
            .font(FontId::new(theme::BODY, theme::medium()))
            .color(theme::TEXT_STRONG.now()),
    );
    let bar = ProgressBar::new(run.fraction())
        .fill(theme::ACCENT.now())
        .corner_radius(CornerRadius::same(3))
        .desired_height(6.0)
        .animate(false);
    ui.name_inputs("Progress", |ui| ui.add(bar))
        .accessible_name("Progress");
    ui.add_space(2.0);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        if let Some(remaining) = run.remaining() {
            fact_ui(ui, "Time left", &spoken(remaining));
        }
        if let Some(progress) = &run.progress {
            fact_ui(ui, "Pace", &pace(progress.seconds_per_step));
            if progress.windows > 1 {
                let text = format!("{} of {}", progress.window + 1, progress.windows);
                fact_ui(ui, "Window", &text);
            }
        }
        if let Some(device) = state.device() {
            fact_ui(ui, "Device", &device.name);
        }
    });
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        let half = vec2((ui.available_width() - theme::GAP) / 2.0, 36.0);
        let (icon, name) = if run.paused {
            (icons::PLAY, "Go on")
        } else {
            (icons::PAUSE, "Pause")
        };
        if run_button_ui(
            ui,
            state,
            half,
            (icon, name),
            &Command::Runs(RunCommand::TogglePause),
        ) {
            out.push(Command::Runs(RunCommand::TogglePause));
        }
        if run_button_ui(
            ui,
            state,
            half,
            (icons::STOP, "Stop"),
            &Command::Runs(RunCommand::Stop),
        ) {
            out.push(Command::Runs(RunCommand::Stop));
        }
    });
    queue_ui(ui, state, out);
}

/// What waits, and the button that adds to it.
fn queue_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let candidate = state.runs.active.as_ref().map(|ticket| ticket.candidate);
    if let Some(candidate) = candidate.filter(|candidate| candidate.of > 1) {
        let text = format!("{} of {}", candidate.index + 1, candidate.of);
        fact_ui(ui, "Candidate", &text);
    }
    let waiting = state.runs.queue.len();
    if waiting > 0 {
        ui.horizontal(|ui| {
            let width = ui.available_width() - 72.0 - theme::GAP;
            ui.allocate_ui(vec2(width, 18.0), |ui| {
                fact_ui(ui, "Waiting", &waiting.to_string());
            });
            let clear = Command::Runs(RunCommand::ClearQueue);
            let button = Button::new(RichText::new("Clear").size(theme::SMALL))
                .small()
                .min_size(vec2(72.0, 20.0));
            if ui.add(button).accessible_name("Clear the queue").clicked() {
                out.push(clear);
            }
        });
    }
    let width = ui.available_width();
    let name = (icons::SPARKLE, "Queue another");
    if run_button_ui(
        ui,
        state,
        vec2(width, 32.0),
        name,
        &Command::Runs(RunCommand::Restore),
    ) {
        out.push(Command::Runs(RunCommand::Restore));
    }
    let text = "Stop keeps the best so far";
    help_ui(
        ui,
        &shortcuts::named(ui.ctx(), state, text, &Command::Runs(RunCommand::Stop)),
    );
}

fn run_button_ui(
    ui: &mut Ui,
    state: &State,
    size: egui::Vec2,
    (icon, name): (&str, &str),
    command: &Command,
) -> bool {
    let icon = RichText::new(icon).font(theme::icon(16.0));
    let grow = egui::Atom::grow;
    let button = Button::new((grow(), icon, RichText::new(name), grow())).min_size(size);
    let enabled = state.obstacle(command).is_none();
    ui.add_enabled(enabled, button)
        .accessible_name(name)
        .clicked()
}
