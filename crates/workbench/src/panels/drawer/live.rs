//! How close the estimates came to the truth, step by step, when a simulation knows it.

use egui::{RichText, Ui};
use egui_plot::{Line, Plot, PlotPoints};

use crate::document::{Frame, State};
use crate::panels::widgets::help_ui;
use crate::theme;

/// A figure against the steps.
pub(super) struct Curve {
    name: &'static str,
    help: &'static str,
    digits: usize,
    points: Vec<[f64; 2]>,
}

/// PSNR and SSIM of the filmstrip; none while nothing is measured.
pub(super) fn curves(state: &State) -> Vec<Curve> {
    let frames = state.runs.frames.all();
    let points = |figure: &dyn Fn(&Frame) -> Option<f64>| -> Vec<[f64; 2]> {
        frames
            .iter()
            .filter_map(|frame| Some([frame.done as f64, figure(frame).filter(|f| f.is_finite())?]))
            .collect()
    };
    let psnr = Curve {
        name: "PSNR",
        help: "in dB, against the truth",
        digits: 0,
        points: points(&|frame| frame.live.map(|live| live.psnr)),
    };
    let ssim = Curve {
        name: "SSIM",
        help: "1 is the truth itself",
        digits: 2,
        points: points(&|frame| frame.live.and_then(|live| live.ssim)),
    };
    let drawn = |curve: &Curve| !curve.points.is_empty();
    [psnr, ssim].into_iter().filter(drawn).collect()
}

/// Plots one of them.
pub(super) fn plot_ui(ui: &mut Ui, curve: Curve) {
    ui.horizontal(|ui| {
        let font = egui::FontId::new(theme::BODY, theme::medium());
        let name = RichText::new(curve.name).font(font);
        ui.label(name.color(theme::ACCENT.now()));
        help_ui(ui, curve.help);
    });
    let digits = curve.digits;
    ui.visuals_mut().override_text_color = Some(theme::TEXT_WEAK.now());
    Plot::new(curve.name)
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .grid_color(theme::CONTROL.now())
        .x_axis_formatter(|mark, _| format!("{:.0}", mark.value))
        .y_axis_formatter(move |mark, _| format!("{:.digits$}", mark.value))
        .label_formatter(|_| None)
        .show(ui, |plot| {
            plot.line(
                Line::new(curve.name, PlotPoints::from(curve.points))
                    .color(theme::ACCENT.now())
                    .width(2.0),
            );
        });
}
