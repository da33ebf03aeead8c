//! How good a picture is: simulated damage with its truth, distances from it, and the histogram
//! of what is shown.

use std::sync::{Arc, Weak};

use egui::{DragValue, Layout, RichText, ScrollArea, Ui, vec2};
use egui_plot::{Line, Plot, PlotPoints};

use crate::panels::widgets::{fact_ui, help_ui};
use crate::theme;
use desk::session::SessionCommand;
use desk::{
    Command, Histogram, RunCommand, Settings, Show, Side, State, Thumbnail, noise_in_words,
};

/// Width of each column of words.
const COLUMN: f32 = 280.0;

/// Shows the page.
pub(super) fn quality_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let whole = ui.max_rect();
    let column = |index: f32| {
        let left = whole.left() + index * (COLUMN + 24.0);
        egui::Rect::from_min_size(egui::pos2(left, whole.top()), vec2(COLUMN, whole.height()))
    };
    let side = |rect| egui::UiBuilder::new().max_rect(rect);
    // Side by side only where there is room for that.
    if whole.width() < 2.0 * COLUMN + 24.0 {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            simulate_ui(ui, state, out);
            ui.add_space(16.0);
            scores_ui(ui, state);
        });
        return;
    }
    let words = |ui: &mut Ui, id: &str, contents: &mut dyn FnMut(&mut Ui)| {
        ScrollArea::vertical()
            .id_salt(id.to_owned())
            .auto_shrink(false)
            .show(ui, |ui| contents(ui));
    };
    ui.scope_builder(side(column(0.0)), |ui| {
        words(ui, "simulate", &mut |ui| simulate_ui(ui, state, out));
    });
    ui.scope_builder(side(column(1.0)), |ui| {
        words(ui, "scores", &mut |ui| scores_ui(ui, state));
    });
    let rest = whole.with_min_x(column(2.0).left());
    if rest.width() > 160.0 {
        ui.scope_builder(side(rest), |ui| histogram_ui(ui, state));
    }
}

fn title_ui(ui: &mut Ui, text: &str) {
    let font = egui::FontId::new(theme::BODY, theme::medium());
    ui.label(
        RichText::new(text)
            .font(font)
            .color(theme::TEXT_STRONG.now()),
    );
}

fn simulate_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 6.0;
    title_ui(ui, "Simulate damage");
    let simulation = state.runs.simulation.as_ref();
    let text = match simulation {
        None => {
            "Takes the open photo for the truth, damages it as the inspector says, and measures \
             restorations against it."
                .to_owned()
        }
        Some(simulation) => {
            let recipe = &simulation.recipe;
            let what = match simulation.spectrum {
                None => "the damaged photo",
                Some(_) => "the zero-filled reconstruction",
            };
            format!(
                "Shown is {what}: {}, {}, seed {}.",
                recipe.operator,
                noise_in_words(recipe),
                recipe.seed
            )
        }
    };
    help_ui(ui, &text);
    if let Some(spectrum) = simulation.and_then(|s| s.spectrum.as_ref()) {
        spectrum_ui(ui, spectrum);
    }
    ui.horizontal(|ui| {
        let mut seed = state.runs.simulation_seed;
        help_ui(ui, "Noise seed");
        let value = DragValue::new(&mut seed)
            .range(0..=Settings::SEED_MAX)
            .speed(0.2);
        let response = ui.name_inputs("Noise seed", |ui| ui.add(value));
        if response.changed() {
            out.push(Command::Runs(RunCommand::SimulationSeed(seed)));
        }
        if state.runs.simulating {
            ui.add(egui::Spinner::new().size(16.0).color(theme::ACCENT.now()));
        }
    });
    ui.horizontal(|ui| {
        let name = if simulation.is_some() {
            "Damage again"
        } else {
            "Simulate"
        };
        button_ui(ui, state, name, SessionCommand::Simulate, out);
        if simulation.is_some() {
            button_ui(ui, state, "Leave", SessionCommand::LeaveSimulation, out);
        }
    });
}

/// What was measured, where that is no picture.
fn spectrum_ui(ui: &mut Ui, spectrum: &Arc<Thumbnail>) {
    type Known = (Weak<Thumbnail>, egui::TextureHandle);
    let id = egui::Id::unique("measured spectrum");
    let known: Option<Known> = ui.data(|data| data.get_temp(id));
    let known = known.filter(|(of, _)| Weak::ptr_eq(of, &Arc::downgrade(spectrum)));
    let (_, texture) = known.unwrap_or_else(|| {
        let size = [spectrum.size.0, spectrum.size.1];
        let image = egui::ColorImage::from_rgba_unmultiplied(size, &spectrum.rgba);
        let options = egui::TextureOptions::NEAREST;
        let texture = ui.ctx().load_texture("measured spectrum", image, options);
        let known = (Arc::downgrade(spectrum), texture);
        ui.data_mut(|data| data.insert_temp(id, known.clone()));
        known
    });
    ui.horizontal_top(|ui| {
        let image = egui::Image::new(&texture)
            .fit_to_exact_size(vec2(72.0, 72.0))
            .alt_text("The measured spectrum")
            .corner_radius(theme::ROUNDING);
        ui.add(image);
        ui.vertical(|ui| {
            let text = "The measurement: the magnitudes of its spectrum, over four decades. Black was \
                        not measured.";
            help_ui(ui, text);
        });
    });
}

fn button_ui(
    ui: &mut Ui,
    state: &State,
    name: &str,
    command: SessionCommand,
    out: &mut Vec<Command>,
) {
    let command = Command::Session(command);
    let obstacle = state.obstacle(&command);
    let button = egui::Button::new(name).min_size(vec2(96.0, 28.0));
    let mut response = ui.add_enabled(obstacle.is_none(), button);
    if let Some(reason) = obstacle {
        response = response.on_disabled_hover_text(reason);
    }
    if response.clicked() {
        out.push(command);
    }
}

fn scores_ui(ui: &mut Ui, state: &State) {
    ui.spacing_mut().item_spacing.y = 2.0;
    title_ui(ui, "Distance from the truth");
    if state.truth().is_none() {
        return help_ui(ui, "The truth is known only of simulated damage.");
    }
    let frames = state.runs.frames.all();
    let live = frames.iter().rev().find_map(|frame| frame.live);
    if let (Some(live), true) = (live, state.run.is_some()) {
        let ssim = live
            .ssim
            .map_or_else(String::new, |ssim| format!(", SSIM {ssim:.3}"));
        let text = format!("{:.2} dB{ssim}", live.psnr);
        fact_ui(ui, "Now, in this window", &text);
    }
    let mut any = false;
    for run in state.runs.archive.all().iter().rev() {
        let Some(scores) = run.study.as_ref().and_then(|study| study.scores) else {
            continue;
        };
        any = true;
        ui.add_space(4.0);
        let current = state.runs.accepted() == Some(run.id);
        let mark = if current { "  ·  current result" } else { "" };
        let name = format!("{}  ·  {}{mark}", run.id, run.recipe.sampler);
        ui.label(
            RichText::new(name)
                .size(theme::SMALL)
                .color(theme::TEXT.now()),
        );
        for (name, figure) in scores.in_words() {
            fact_ui(ui, name, &figure);
        }
    }
    if !any {
        help_ui(ui, "Restore to see how close it comes.");
    }
}

fn histogram_ui(ui: &mut Ui, state: &State) {
    let front = state.in_front();
    let known = state.runs.histogram.as_ref().zip(front);
    let known = known.filter(|((of, _), front)| of.same(front));
    let side = match state.view.show {
        Show::Original => Side::Original,
        Show::Split | Show::Restored => state.runs.comparison.right,
    };
    title_ui(ui, &format!("Histogram: {}", state.side_name(side)));
    let Some(((_, histogram), _)) = known else {
        let layout = Layout::centered_and_justified(egui::Direction::TopDown);
        ui.with_layout(layout, |ui| help_ui(ui, "Counting …"));
        return;
    };
    let text = format!(
        "1 % of the values are at most {}, 1 % above {} (of 255)",
        histogram.level_at(0.01),
        histogram.level_at(0.99)
    );
    help_ui(ui, &text);
    plot_ui(ui, histogram);
}

fn plot_ui(ui: &mut Ui, histogram: &Histogram) {
    // One huge bar, such as of a white border, must not flatten all others.
    let mut sorted: Vec<usize> = histogram.counts.iter().flatten().copied().collect();
    sorted.sort_unstable();
    let top = sorted[sorted.len() * 99 / 100].max(1) as f64 * 1.2;
    ui.visuals_mut().override_text_color = Some(theme::TEXT_WEAK.now());
    Plot::new("histogram")
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .show_y(false)
        .grid_color(theme::CONTROL.now())
        .include_x(0.0)
        .include_x(255.0)
        .include_y(0.0)
        .include_y(top)
        .x_grid_spacer(egui_plot::uniform_grid_spacer(|_| [128.0, 64.0, 32.0]))
        .x_axis_formatter(|mark, _| format!("{:.0}", mark.value))
        .y_axis_formatter(|_, _| String::new())
        .label_formatter(|_| None)
        .show(ui, |plot| {
            let names = [
                ("Red", egui::Color32::from_rgb(0xE0, 0x6C, 0x6C)),
                ("Green", egui::Color32::from_rgb(0x7C, 0xC0, 0x80)),
                ("Blue", egui::Color32::from_rgb(0x6C, 0x9C, 0xE8)),
            ];
            for ((name, color), counts) in names.into_iter().zip(&histogram.counts) {
                let points: Vec<[f64; 2]> = counts
                    .iter()
                    .enumerate()
                    .map(|(level, count)| [level as f64, (*count as f64).min(top)])
                    .collect();
                plot.line(
                    Line::new(name, PlotPoints::from(points))
                        .color(color)
                        .width(1.5),
                );
            }
        });
}
