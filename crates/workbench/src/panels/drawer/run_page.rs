//! How well each step explains the measurement, and the facts of the run.

use egui::{RichText, Ui};
use egui_plot::{HLine, HoverPosition, Line, LineStyle, PlotPoints};
use engine::Report;

use super::{empty_ui, live};
use crate::panels::widgets::{fact_ui, help_ui};
use crate::theme;
use desk::{Ending, Run, State, pace, spoken};

/// Residuals below this are drawn at it; an exact fit has no logarithm.
const FLOOR: f64 = 1e-6;

/// Shows the page: the residual at the left, the facts at the right.
pub(super) fn run_page_ui(ui: &mut Ui, state: &State) {
    let whole = ui.max_rect();
    let facts = 260.0_f32.min(whole.width() / 2.0);
    let (left, right) = whole.split_left_right_at_x(whole.right() - facts);
    let side = |rect| egui::UiBuilder::new().max_rect(rect);
    let mut left = left.with_max_x(left.right() - 16.0);
    let curves = live::curves(state);
    if !curves.is_empty() {
        let (residual, rest) = left.split_left_right_at_fraction(0.4);
        left = residual.with_max_x(residual.right() - 8.0);
        let width = rest.width() / curves.len() as f32;
        for (i, curve) in curves.into_iter().enumerate() {
            let from = rest.left() + i as f32 * width;
            let column = rest.with_min_x(from + 8.0).with_max_x(from + width);
            ui.scope_builder(side(column), |ui| live::plot_ui(ui, curve));
        }
    }
    ui.scope_builder(side(left), |ui| plot_ui(ui, state));
    ui.scope_builder(side(right), |ui| {
        egui::ScrollArea::vertical()
            .auto_shrink(false)
            .show(ui, |ui| facts_ui(ui, state));
    });
}

fn plot_ui(ui: &mut Ui, state: &State) {
    let running = state.run.as_ref().map(|run| (&run.trace, run.noise));
    let last = state
        .last_run
        .as_ref()
        .map(|last| (&last.trace, last.noise));
    let shown = running.or(last).filter(|(trace, _)| !trace.is_empty());
    let Some((trace, noise)) = shown else {
        let text = "The residual of each step appears here once a restoration runs.";
        return empty_ui(ui, text);
    };
    live::headline_ui(
        ui,
        "Residual",
        "what the picture leaves unexplained   ·   dashed: what the noise explains",
    );
    let total = state
        .run
        .as_ref()
        .map_or(trace.len(), |run| run.steps().1)
        .max(2);
    let windows = match (&state.run, &state.last_run) {
        (Some(run), _) => run.plan.as_ref().map_or(1, |plan| plan.windows.len()),
        (None, Some(last)) => last.report.as_ref().map_or(1, |report| report.windows),
        (None, None) => 1,
    };
    residual_plot_ui(
        ui,
        &curves(trace, total.div_ceil(windows.max(1))),
        noise,
        total,
    );
}

/// One curve for each window, as points of (step, logarithm of the residual).
fn curves(trace: &[(usize, f64)], steps_per_window: usize) -> Vec<Vec<[f64; 2]>> {
    let window = |step: usize| step.saturating_sub(1) / steps_per_window.max(1);
    trace
        .chunk_by(|(a, _), (b, _)| window(*a) == window(*b))
        .map(|chunk| {
            chunk
                .iter()
                .map(|(step, r)| [*step as f64, log(*r)])
                .collect()
        })
        .collect()
}

fn residual_plot_ui(ui: &mut Ui, curves: &[Vec<[f64; 2]>], noise: f64, total: usize) {
    ui.visuals_mut().override_text_color = Some(theme::TEXT_WEAK.now());
    live::still_plot("residual")
        .include_x(1.0)
        .include_x(total as f64)
        .include_y(log(noise) + 1.0)
        .include_y(log(noise) - 0.3)
        .x_grid_spacer(egui_plot::uniform_grid_spacer(move |_| whole_steps(total)))
        .x_axis_formatter(|mark, _| format!("{:.0}", mark.value))
        .y_grid_spacer(egui_plot::uniform_grid_spacer(|_| [10.0, 1.0, 1.0]))
        .y_axis_formatter(|mark, _| power(mark.value))
        .label_formatter(|hover| Some(reading(hover)))
        .show(ui, |plot| {
            for (index, curve) in curves.iter().enumerate() {
                let name = format!("Window {}", index + 1);
                let points = PlotPoints::from(curve.clone());
                plot.line(
                    Line::new(name, points)
                        .color(theme::ACCENT.now())
                        .width(2.0),
                );
            }
            let level = HLine::new("Explained by noise", log(noise))
                .color(theme::TEXT_WEAK.now())
                .style(LineStyle::dashed_dense());
            plot.hline(level);
        });
}

/// Grid distances for so many steps; steps are whole.
fn whole_steps(total: usize) -> [f64; 3] {
    match total {
        0..=20 => [10.0, 5.0, 1.0],
        21..=120 => [50.0, 10.0, 5.0],
        _ => [500.0, 100.0, 50.0],
    }
}

fn log(value: f64) -> f64 {
    value.max(FLOOR).log10()
}

/// The label of a whole power of ten; nothing between.
fn power(exponent: f64) -> String {
    if (exponent - exponent.round()).abs() > 1e-6 {
        return String::new();
    }
    match exponent.round() as i32 {
        n @ -3..=3 => format!("{}", 10f64.powi(n)),
        n => format!("1e{n}"),
    }
}

fn reading(hover: &HoverPosition<'_>) -> String {
    let (HoverPosition::NearDataPoint { position, .. } | HoverPosition::Elsewhere { position }) =
        hover;
    format!(
        "step {}\nresidual {:.4}",
        position.x.round(),
        10f64.powf(position.y)
    )
}

fn facts_ui(ui: &mut Ui, state: &State) {
    ui.spacing_mut().item_spacing.y = 2.0;
    if let Some(run) = &state.run {
        let font = egui::FontId::new(theme::BODY, theme::medium());
        ui.label(
            RichText::new("Running")
                .font(font)
                .color(theme::ACCENT.now()),
        );
        run_ui(ui, run);
        return;
    }
    let Some(last) = &state.last_run else {
        help_ui(ui, "No run yet.");
        return;
    };
    let (text, color) = match &last.ending {
        Ending::Finished => ("Finished", theme::SUCCESS.now()),
        Ending::Stopped => ("Stopped early", theme::ACCENT.now()),
        Ending::Failed(_) => ("Failed", theme::ERROR.now()),
    };
    let font = egui::FontId::new(theme::BODY, theme::medium());
    ui.label(RichText::new(text).font(font).color(color));
    if let Ending::Failed(reason) = &last.ending {
        help_ui(ui, reason);
    }
    if let Some(report) = &last.report {
        report_ui(ui, report);
    }
}

fn run_ui(ui: &mut Ui, run: &Run) {
    let Some(progress) = &run.progress else {
        return help_ui(ui, &run.message);
    };
    fact_ui(
        ui,
        "Steps",
        &format!("{} of {}", progress.done, progress.total),
    );
    fact_ui(
        ui,
        "Denoiser evaluations",
        &progress.evaluations.to_string(),
    );
    fact_ui(
        ui,
        "Vector-Jacobian products",
        &progress.products.to_string(),
    );
    fact_ui(ui, "Residual", &format!("{:.4}", progress.residual));
    fact_ui(ui, "Noise level", &format!("{:.4}", progress.noise));
}

fn report_ui(ui: &mut Ui, report: &Report) {
    let time = std::time::Duration::from_secs_f64(report.seconds.max(0.0));
    fact_ui(
        ui,
        "Time",
        &format!("{}, {}", spoken(time), pace(report.seconds_per_step)),
    );
    fact_ui(ui, "Steps", &report.residuals.len().to_string());
    fact_ui(ui, "Denoiser evaluations", &report.evaluations.to_string());
    fact_ui(ui, "Vector-Jacobian products", &report.products.to_string());
    if let Some(residual) = report.residuals.last() {
        fact_ui(ui, "Last residual", &format!("{residual:.4}"));
    }
    fact_ui(ui, "Noise level", &format!("{:.4}", report.recipe.noise));
    if let Some(photons) = report.recipe.photons {
        fact_ui(ui, "Photons for white", &photons.to_string());
    }
    if report.recipe.feather > 0 {
        fact_ui(ui, "Feather", &format!("{} px", report.recipe.feather));
    }
    if report.masked_pixels > 0 && !report.recipe.coarse_to_fine {
        fact_ui(ui, "Wide holes", "at one scale");
    }
    fact_ui(
        ui,
        "Result",
        &format!("{} × {} px", report.width, report.height),
    );
    if report.masked_pixels > 0 {
        fact_ui(ui, "Restored pixels", &report.masked_pixels.to_string());
    }
    fact_ui(ui, "Windows", &report.windows.to_string());
    fact_ui(ui, "Sampler", &report.recipe.sampler.to_string());
    fact_ui(ui, "Seed", &report.recipe.seed.to_string());
    fact_ui(ui, "Prior", &report.prior);
    fact_ui(ui, "Device", &report.device.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_has_a_curve_of_its_own() {
        let trace: Vec<(usize, f64)> = (1..=7).map(|step| (step, 0.1)).collect();
        let lengths: Vec<usize> = curves(&trace, 3).iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 3, 1]);
        assert!(curves(&[], 3).is_empty());
    }

    #[test]
    fn the_axis_names_powers_of_ten() {
        assert_eq!(power(0.0), "1");
        assert_eq!(power(-2.0), "0.01");
        assert_eq!(power(-5.0), "1e-5");
        assert_eq!(power(-1.5), "");
        assert!(log(0.0).is_finite());
    }
}
