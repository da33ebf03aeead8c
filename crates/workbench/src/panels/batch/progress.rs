//! How a folder goes: the photo under way, the time left, and what became of each.

use egui::{CornerRadius, FontId, ProgressBar, RichText, Ui};

use crate::panels::widgets::{error_ui, fact_ui, help_ui};
use crate::theme;
use desk::{BatchRun, Fate};

/// Failures that are named.
const NAMED: usize = 200;

pub(super) fn progress_ui(ui: &mut Ui, run: &BatchRun) {
    let title = if run.ended {
        run.summary()
    } else {
        run.in_words()
    };
    ui.label(
        RichText::new(title)
            .font(FontId::new(theme::BODY, theme::medium()))
            .color(theme::TEXT_STRONG.now()),
    );
    if !run.ended {
        let bar = ProgressBar::new(run.fraction())
            .fill(theme::ACCENT.now())
            .corner_radius(CornerRadius::same(3))
            .desired_height(6.0)
            .animate(false);
        ui.name_inputs("Progress of the folder", |ui| ui.add(bar))
            .accessible_name("Progress of the folder");
        let under_way = run.photos.iter().find(|photo| photo.fate == Fate::UnderWay);
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if let Some(photo) = under_way {
                fact_ui(ui, &run.message, &photo.name);
            }
            if let Some(progress) = &run.progress {
                let steps = format!("{} of {}", progress.done, progress.total);
                fact_ui(ui, "Step", &steps);
            }
        });
        help_ui(
            ui,
            "The window can be used meanwhile: close this and go on; the line at the bottom opens it \
             again. Results are stored one by one, and Stop keeps them.",
        );
    }
    fates_ui(ui, run);
}

fn fates_ui(ui: &mut Ui, run: &BatchRun) {
    let count = |is: &dyn Fn(&Fate) -> bool| run.count(is);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let restored = count(&|fate| matches!(fate, Fate::Restored(_)));
        fact_ui(ui, "Restored", &restored.to_string());
        let there = count(&|fate| *fate == Fate::There);
        if there > 0 {
            fact_ui(ui, "Were there already", &there.to_string());
        }
        let failed = count(&|fate| matches!(fate, Fate::Failed(_)));
        if failed > 0 {
            fact_ui(ui, "Failed", &failed.to_string());
        }
    });
    let failures = run.photos.iter().filter_map(|photo| match &photo.fate {
        Fate::Failed(reason) => Some((&photo.name, reason)),
        _ => None,
    });
    for (name, reason) in failures.take(NAMED) {
        error_ui(ui, &format!("{name}: {reason}"));
    }
    if run.ended && run.stopping {
        help_ui(
            ui,
            "The same folder goes on from here: what is restored is left alone.",
        );
    }
}
