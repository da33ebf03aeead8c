//! What a person says of a folder, and what is found in it.

use egui::{Button, Ui, vec2};
use engine::Pair;

use crate::panels::widgets::{
    Segment, check_ui, error_ui, fact_ui, facts_card_ui, help_ui, name_ui, path_field_ui,
    segments_ui,
};
use desk::{BatchCommand, BatchPath, MaskChoice, State, Survey, Tally};

/// Photos that are named in one list.
const NAMED: usize = 200;

pub(super) fn form_ui(ui: &mut Ui, state: &State, out: &mut Vec<BatchCommand>) {
    let form = &state.batches.form;
    let masked = state.settings.needs_mask();
    let task = state.settings.task.title();
    help_ui(
        ui,
        &format!(
            "Every picture of a folder, one after another, as the inspector is set now: “{task}”. \
             The photos themselves are left as they are."
        ),
    );
    let photos = (BatchPath::Photos, "Photos", "The folder of photos");
    path_ui(ui, &form.photos, photos, out);
    if masked {
        masks_ui(ui, state, out);
    }
    let output = (BatchPath::Output, "Results", "The folder for the results");
    path_ui(ui, &form.output, output, out);
    let mut again = form.again;
    let text = "Restore again what is in that folder already";
    if check_ui(ui, &mut again, text).changed() {
        out.push(BatchCommand::Again(again));
    }
    survey_ui(ui, state);
}

fn path_ui(
    ui: &mut Ui,
    path: &str,
    (which, name, hint): (BatchPath, &str, &str),
    out: &mut Vec<BatchCommand>,
) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        name_ui(ui, name);
        ui.horizontal(|ui| {
            let button = vec2(88.0, 30.0);
            let width = ui.available_width() - button.x - ui.spacing().item_spacing.x;
            let mut typed = path.to_owned();
            let response = ui
                .allocate_ui(vec2(width, button.y), |ui| {
                    path_field_ui(ui, hint, hint, &mut typed)
                })
                .inner;
            // A fresh form is ready to be typed into.
            let empty = which == BatchPath::Photos && path.is_empty();
            if empty && ui.memory(|memory| memory.focused().is_none()) {
                response.request_focus();
            }
            if response.changed() {
                out.push(BatchCommand::Path(which, typed));
            }
            let browse = ui.add(Button::new("Browse…").min_size(button));
            if browse
                .accessible_name(format!("Browse for {}", name.to_lowercase()))
                .clicked()
            {
                out.push(BatchCommand::Browse(which));
            }
        });
    });
}

fn masks_ui(ui: &mut Ui, state: &State, out: &mut Vec<BatchCommand>) {
    let form = &state.batches.form;
    let painted = state.document.as_ref().is_some_and(|d| d.masked() > 0);
    let choices = [
        ("A mask for each", MaskChoice::ByName),
        ("One file for all", MaskChoice::File),
        ("What is painted here", MaskChoice::Painted),
    ];
    let segments = choices.map(|(text, choice)| {
        let unpainted = choice == MaskChoice::Painted && !painted;
        Segment {
            obstacle: unpainted.then(|| "Nothing is painted on the open photo".to_owned()),
            ..Segment::new(text, form.by == choice)
        }
    });
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        out.push(BatchCommand::Masks(choices[index].1));
    }
    match form.by {
        MaskChoice::ByName => {
            let masks = (BatchPath::Masks, "Masks", "The folder of masks");
            path_ui(ui, &form.masks, masks, out);
            ui.horizontal(|ui| {
                name_ui(ui, "Their names end in");
                let mut suffix = form.suffix.clone();
                let field = egui::TextEdit::singleline(&mut suffix)
                    .hint_text("such as _mask")
                    .desired_width(112.0)
                    .margin(vec2(8.0, 6.0));
                if ui.add(field).accessible_name("Suffix of masks").changed() {
                    out.push(BatchCommand::Suffix(suffix));
                }
                let suffix = form.suffix.trim();
                help_ui(ui, &format!("photo.jpg goes with photo{suffix}.png"));
            });
        }
        MaskChoice::File => {
            let mask = (BatchPath::Mask, "Mask", "A picture: white is restored");
            path_ui(ui, &form.mask, mask, out);
        }
        MaskChoice::Painted => help_ui(
            ui,
            "For photos of the very size of the open one, such as scans with the same dust.",
        ),
    }
}

/// What is in the folder, before anything begins.
fn survey_ui(ui: &mut Ui, state: &State) {
    let form = &state.batches.form;
    match &form.survey {
        Survey::Nothing => {}
        Survey::Reading => help_ui(ui, "Looking the folder over …"),
        Survey::Refused(reason) => error_ui(ui, reason),
        Survey::Known(pairs) => facts_card_ui(ui, |ui| {
            found_ui(ui, pairs, form.tally().unwrap_or_default());
        }),
    }
}

fn found_ui(ui: &mut Ui, pairs: &[(Pair, bool)], tally: Tally) {
    let masked = pairs
        .iter()
        .any(|(pair, _)| pair.mask.is_some() || pair.given.is_some());
    let ready = if masked {
        "Ready, with their masks"
    } else {
        "Ready"
    };
    fact_ui(ui, ready, &tally.ready.to_string());
    if tally.there > 0 {
        fact_ui(ui, "Restored already", &tally.there.to_string());
    }
    if tally.obstructed == 0 {
        return;
    }
    fact_ui(ui, "Cannot be restored", &tally.obstructed.to_string());
    ui.add_space(4.0);
    let bad = pairs.iter().filter_map(|(pair, _)| {
        let reason = pair.obstacle.as_deref()?;
        let name = pair.photo.file_name().unwrap_or_default();
        Some((name.to_string_lossy(), reason))
    });
    for (name, reason) in bad.take(NAMED) {
        error_ui(ui, &format!("{name}: {reason}"));
    }
    if tally.obstructed > NAMED {
        help_ui(ui, &format!("and {} more", tally.obstructed - NAMED));
    }
}
