//! The parameters of a sampler or an operator, from what its registry says of them.

use egui::{ComboBox, DragValue, Response, Slider, TextEdit, Ui, vec2};
use engine::{Family, Spec};

use crate::document::{COVARIANCES, Command, Control, Field, Settings};
use crate::panels::widgets::{
    Segment, adjusted, error_ui, help_ui, name_ui, segments_ui, slider_ui,
};

/// Whose parameters are shown.
pub(super) struct Place<'a> {
    /// Said before every name when it is read aloud.
    pub(super) prefix: String,
    /// The family.
    pub(super) family: Family,
    /// The choice with its parameters as they are.
    pub(super) spec: &'a Spec,
    /// The value of a parameter of which nothing is said, where it is not the family's own.
    pub(super) suited: &'a dyn Fn(&str) -> Option<String>,
}

/// The settings with a changed choice, or why it cannot be.
pub(super) type With<'a> = dyn Fn(Spec) -> Result<Settings, String> + 'a;

/// Shows every parameter.
pub(super) fn fields_ui(ui: &mut Ui, place: &Place<'_>, with: &With<'_>, out: &mut Vec<Command>) {
    for mut field in Field::all(&place.family) {
        if let Some(suited) = (place.suited)(field.key) {
            field.default = Some(suited.into());
        }
        let covariance = place.spec.parameters.get("covariance");
        let probes = covariance.is_some_and(|text| text.starts_with("probe"));
        if field.key == "probe-step" && !probes {
            continue;
        }
        ui.push_id(field.key, |ui| field_ui(ui, place, &field, with, out));
    }
}

fn field_ui(
    ui: &mut Ui,
    place: &Place<'_>,
    field: &Field,
    with: &With<'_>,
    out: &mut Vec<Command>,
) {
    let written = place.spec.parameters.get(field.key).map(String::as_str);
    let now = written.or(field.default.as_deref()).unwrap_or_default();
    let name = format!("{}{}", place.prefix, field.title);
    let next = |value: &str| with(changed(place.spec, field, value));
    ui.add_space(2.0);
    name_ui(ui, &field.title);
    let mut help = field.help.clone();
    match &field.control {
        Control::Choice(words) => {
            if let Some(word) = choice_ui(ui, &name, words, now) {
                out.extend(next(word).ok().map(once));
            }
            if let Some((_, said)) = covariance(now) {
                said.clone_into(&mut help);
            }
        }
        Control::Number { range, step } => {
            let mut value: f64 = now.parse().unwrap_or_default();
            let response = number_ui(ui, &name, &mut value, range.as_ref(), *step);
            if let Ok(next) = next(&short(value)) {
                adjusted(&response, next, out);
            }
        }
        Control::WordOrNumber {
            word,
            instead,
            range,
            usual,
        } => {
            let number: Option<f64> = now.parse().ok();
            let titles = [title(word), title(instead)];
            let segments = [
                Segment::new(&titles[0], number.is_none()),
                Segment::new(&titles[1], number.is_some()),
            ];
            match segments_ui(ui, ui.available_width(), &segments) {
                Some(0) => out.extend(next(word).ok().map(once)),
                Some(_) => out.extend(next(&short(*usual)).ok().map(once)),
                None => {}
            }
            if let Some(mut value) = number {
                let response = number_ui(ui, &name, &mut value, Some(range), 0.0);
                if let Ok(next) = next(&short(value)) {
                    adjusted(&response, next, out);
                }
            }
        }
        Control::Text => {
            let draft = Draft {
                name: &name,
                hint: "",
                now: now.to_owned(),
                rows: 1,
            };
            let read = |text: &str| Ok((next(text.trim())?, text.trim().to_owned()));
            draft_ui(ui, &draft, &read, out);
        }
    }
    help_ui(ui, &help);
}

fn once(next: Settings) -> Command {
    let next = Box::new(next);
    let gesture = crate::document::Gesture::Once;
    Command::Adjust { next, gesture }
}

/// The choice with one parameter changed; what is as by default is not written.
fn changed(spec: &Spec, field: &Field, value: &str) -> Spec {
    let mut spec = spec.clone();
    if field.default.as_deref() == Some(value) {
        spec.parameters.remove(field.key);
        spec
    } else {
        spec.with(field.key, value)
    }
}

/// A number with as few digits as it needs.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

fn number_ui(
    ui: &mut Ui,
    name: &str,
    value: &mut f64,
    range: Option<&std::ops::RangeInclusive<f64>>,
    step: f64,
) -> Response {
    let width = ui.available_width();
    let Some(range) = range.filter(|range| range.end() - range.start() < 10_000.0) else {
        let least = range.map_or(0.0, |range| *range.start());
        let value = DragValue::new(value)
            .range(least..=999_999.0)
            .fixed_decimals(0)
            .speed(0.2);
        return ui.name_inputs(name, |ui| ui.add_sized(vec2(width, 28.0), value));
    };
    let (low, high) = (*range.start(), *range.end());
    let mut slider = Slider::new(value, range.clone()).max_decimals(4);
    if step > 0.0 {
        slider = slider.step_by(step).fixed_decimals(0);
    }
    if low >= 0.0 && high - low >= 20.0 {
        let smallest = if step > 0.0 { 1.0 } else { low.max(0.01) };
        slider = slider.logarithmic(true).smallest_positive(smallest);
    }
    slider_ui(ui, name, width, slider)
}

fn choice_ui(
    ui: &mut Ui,
    name: &str,
    words: &'static [&'static str],
    now: &str,
) -> Option<&'static str> {
    if words.len() <= 3 {
        let titles: Vec<_> = words.iter().map(|word| title(word)).collect();
        let both = words.iter().zip(&titles);
        let segments: Vec<_> = both
            .map(|(word, title)| Segment::new(title, *word == now))
            .collect();
        return segments_ui(ui, ui.available_width(), &segments).map(|index| words[index]);
    }
    let mut picked = None;
    combo_ui(ui, name, &title(now), |ui| {
        for &word in words {
            if ui.selectable_label(word == now, title(word)).clicked() {
                picked = Some(word);
            }
        }
    });
    picked
}

/// A list that opens over the width that is left.
pub(super) fn combo_ui(ui: &mut Ui, name: &str, selected: &str, items: impl FnOnce(&mut Ui)) {
    let width = ui.available_width();
    let response = ComboBox::from_id_salt(name)
        .width(width)
        .truncate()
        .selected_text(selected)
        .show_ui(ui, items)
        .response;
    response.accessible_name(name);
}

/// A word of the registry as a person says it.
fn title(word: &str) -> String {
    if let Some((title, _)) = covariance(word) {
        return title.to_owned();
    }
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Name of a covariance, and what it does.
fn covariance(word: &str) -> Option<(&'static str, &'static str)> {
    const SAID: [(&str, &str); 9] = [
        (
            "Secant",
            "Learns the uncertainty from step to step at no cost.",
        ),
        (
            "Secant of frequencies",
            "The same for each frequency, so that neighbours move together.",
        ),
        (
            "Probe, once",
            "Asks the network in every step; one evaluation more, and it overshoots.",
        ),
        (
            "Probe, four times",
            "Four evaluations more in every step, and it still overshoots.",
        ),
        (
            "Krylov 1",
            "Exact along one direction: same cost, often as good on masks.",
        ),
        (
            "Krylov 2",
            "Closer to the measurement, about half as slow again.",
        ),
        (
            "Krylov 4",
            "Closer still, about two and a half times as slow.",
        ),
        (
            "Isotropic",
            "The same uncertainty everywhere: the older method.",
        ),
        (
            "Full",
            "To the end of the solve in every step: the yardstick, and slow.",
        ),
    ];
    let index = COVARIANCES.iter().position(|known| *known == word)?;
    SAID.get(index).copied()
}

/// A text that is typed and means settings once it can be read.
pub(super) struct Draft<'a> {
    /// What it is called when read aloud.
    pub(super) name: &'a str,
    /// Shown while it is empty.
    pub(super) hint: &'a str,
    /// What the settings say.
    pub(super) now: String,
    /// Its lines.
    pub(super) rows: usize,
}

/// Settings, and how they would write the text; or what is wrong with it.
type Read<'a> = dyn Fn(&str) -> Result<(Settings, String), String> + 'a;

/// What is being typed, and what the settings said then.
#[derive(Clone)]
struct Typed {
    text: String,
    of: String,
}

/// Shows the text. It is kept as typed until it is left, and what is wrong with it is said below;
/// false if something is.
pub(super) fn draft_ui(
    ui: &mut Ui,
    draft: &Draft<'_>,
    read: &Read<'_>,
    out: &mut Vec<Command>,
) -> bool {
    let id = ui.scope_id().with(draft.name);
    let typed: Option<Typed> = ui.data(|data| data.get_temp(id));
    let typed = typed.filter(|typed| typed.of == draft.now);
    let mut text = typed.map_or_else(|| draft.now.clone(), |typed| typed.text);
    let edit = if draft.rows > 1 {
        TextEdit::multiline(&mut text).desired_rows(draft.rows)
    } else {
        TextEdit::singleline(&mut text)
    };
    let edit = edit
        .font(egui::TextStyle::Small)
        .hint_text(draft.hint.to_owned())
        .desired_width(ui.available_width())
        .margin(vec2(8.0, 6.0));
    let response = ui.add(edit).accessible_name(draft.name);
    // A line end is the end of typing, not part of any value.
    let flat = text.replace('\n', "");
    let answer = read(&flat);
    let fine = answer.is_ok();
    let mut of = draft.now.clone();
    match answer {
        Ok((next, written)) => {
            if response.changed() {
                of = written;
            }
            adjusted(&response, next, out);
        }
        Err(reason) => {
            if response.lost_focus() {
                out.push(Command::EndGesture);
            }
            error_ui(ui, &reason);
        }
    }
    if response.has_focus() || (!fine && flat != draft.now) {
        ui.data_mut(|data| data.insert_temp(id, Typed { text: flat, of }));
    } else {
        ui.data_mut(|data| data.remove::<Typed>(id));
    }
    fine
}
