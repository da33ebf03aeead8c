//! How close the estimates came to the truth, step by step, when a simulation knows it.

use egui::{RichText, Ui};
use egui_plot::{Line, Plot, PlotPoints};

use crate::theme;
use desk::{Frame, State};

/// A figure against the steps, window by window.
pub(super) struct Curve {
    name: &'static str,
    help: &'static str,
    digits: usize,
    windows: Vec<Vec<[f64; 2]>>,
}

/// PSNR and SSIM of the filmstrip; none while nothing is measured.
pub(super) fn curves(state: &State) -> Vec<Curve> {
    let frames = state.runs.frames.all();
    let windows = |figure: &dyn Fn(&Frame) -> Option<f64>| -> Vec<Vec<[f64; 2]>> {
        let point =
            |frame: &Frame| Some([frame.done as f64, figure(frame).filter(|f| f.is_finite())?]);
        frames
            .chunk_by(|a, b| a.window == b.window)
            .map(|window| window.iter().filter_map(point).collect())
            .filter(|points: &Vec<_>| !points.is_empty())
            .collect()
    };
    let psnr = Curve {
        name: "PSNR",
        help: "in dB, against the truth",
        digits: 0,
        windows: windows(&|frame| frame.live.map(|live| live.psnr)),
    };
    let ssim = Curve {
        name: "SSIM",
        help: "1 is the truth itself",
        digits: 2,
        windows: windows(&|frame| frame.live.and_then(|live| live.ssim)),
    };
    let drawn = |curve: &Curve| !curve.windows.is_empty();
    [psnr, ssim].into_iter().filter(drawn).collect()
}

/// A title with what it means, cut where there is no room for all of it.
pub(super) fn headline_ui(ui: &mut Ui, name: &str, help: &str) {
    ui.horizontal(|ui| {
        let font = egui::FontId::new(theme::BODY, theme::medium());
        ui.label(RichText::new(name).font(font).color(theme::ACCENT.now()));
        let help = RichText::new(help)
            .size(theme::SMALL)
            .color(theme::TEXT_WEAK.now());
        ui.add(egui::Label::new(help).truncate());
    });
}

/// A plot that stays as it is under the pointer.
pub(super) fn still_plot(name: &'static str) -> Plot<'static> {
    Plot::new(name)
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .grid_color(theme::CONTROL.now())
}

/// Plots one of them.
pub(super) fn plot_ui(ui: &mut Ui, curve: Curve) {
    headline_ui(ui, curve.name, curve.help);
    let digits = curve.digits;
    ui.visuals_mut().override_text_color = Some(theme::TEXT_WEAK.now());
    still_plot(curve.name)
        .x_axis_formatter(|mark, _| format!("{:.0}", mark.value))
        .y_axis_formatter(move |mark, _| format!("{:.digits$}", mark.value))
        .label_formatter(|_| None)
        .show(ui, |plot| {
            for (index, points) in curve.windows.into_iter().enumerate() {
                let name = format!("{}, window {}", curve.name, index + 1);
                plot.line(
                    Line::new(name, PlotPoints::from(points))
                        .color(theme::ACCENT.now())
                        .width(2.0),
                );
            }
        });
}
