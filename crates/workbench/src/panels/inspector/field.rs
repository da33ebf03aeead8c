//! The parameters of a sampler or an operator, from what its registry says of them.

use desk::RecipeCommand;
use egui::{ComboBox, DragValue, Response, Slider, TextEdit, Ui, vec2};
use engine::{Family, Spec};

use crate::panels::widgets::{
    Segment, adjusted, error_ui, help_ui, name_ui, segments_ui, slider_ui,
};
use desk::{Choice, Command, Control, Field, Number, Settings};

/// Whose parameters are shown.
pub(super) struct Place<'a> {
    /// Said before every name when it is read aloud.
    pub(super) prefix: String,
    /// The family.
    pub(super) family: Family,
    /// The choice with its parameters as they are.
    pub(super) spec: &'a Spec,
    /// The text of a parameter of which nothing is written, where it is not the parameter's own default.
    pub(super) default: &'a dyn Fn(&str) -> Option<String>,
}

/// The settings with a changed choice, or why it cannot be.
pub(super) type With<'a> = dyn Fn(Spec) -> Result<Settings, String> + 'a;

/// Shows every parameter.
pub(super) fn fields_ui(ui: &mut Ui, place: &Place<'_>, with: &With<'_>, out: &mut Vec<Command>) {
    let mut fields = Field::all(&place.family);
    for field in &mut fields {
        if let Some(default) = (place.default)(field.key) {
            field.default = Some(default);
        }
    }
    let text = |key: &str| {
        let field = fields.iter().find(|field| field.key == key);
        field.map(|field| now(place.spec, field).to_owned())
    };
    for field in fields.iter().filter(|field| field.counts(text)) {
        ui.push_id(field.key, |ui| field_ui(ui, place, field, with, out));
    }
}

/// The present text of a parameter.
fn now<'a>(spec: &'a Spec, field: &'a Field) -> &'a str {
    let written = spec.parameters.get(field.key).map(String::as_str);
    written.or(field.default.as_deref()).unwrap_or_default()
}

fn field_ui(
    ui: &mut Ui,
    place: &Place<'_>,
    field: &Field,
    with: &With<'_>,
    out: &mut Vec<Command>,
) {
    let now = now(place.spec, field);
    let name = format!("{}{}", place.prefix, field.title);
    let next = |value: &str| with(changed(place.spec, field, value));
    ui.add_space(2.0);
    name_ui(ui, field.title);
    let mut help = field.help;
    match &field.control {
        Control::Choice(choices) => {
            if let Some(text) = choice_ui(ui, &name, choices, now) {
                out.extend(next(text).ok().map(once));
            }
            let chosen = choices.iter().find(|choice| choice.text == now);
            if let Some(choice) = chosen.filter(|choice| !choice.help.is_empty()) {
                help = choice.help;
            }
        }
        Control::Number(number) => set_ui(ui, &name, number, now, &next, out),
        Control::WordOrNumber {
            word,
            instead,
            number,
        } => {
            let is_number = now.parse::<f64>().is_ok();
            let titles = [capitalised(word), (*instead).to_owned()];
            let segments = [
                Segment::new(&titles[0], !is_number),
                Segment::new(&titles[1], is_number),
            ];
            match segments_ui(ui, ui.available_width(), &segments) {
                Some(0) => out.extend(next(word).ok().map(once)),
                Some(_) => out.extend(next(&short(number.usual)).ok().map(once)),
                None => {}
            }
            if is_number {
                set_ui(ui, &name, number, now, &next, out);
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
    help_ui(ui, help);
}

/// A number that follows its slider.
fn set_ui(
    ui: &mut Ui,
    name: &str,
    number: &Number,
    now: &str,
    next: &dyn Fn(&str) -> Result<Settings, String>,
    out: &mut Vec<Command>,
) {
    let mut value: f64 = now.parse().unwrap_or(number.usual);
    let response = number_ui(ui, name, &mut value, number);
    if let Ok(next) = next(&short(value)) {
        adjusted(&response, next, out);
    }
}

fn once(next: Settings) -> Command {
    let next = Box::new(next);
    let gesture = desk::Gesture::Once;
    Command::Recipe(RecipeCommand::Adjust { next, gesture })
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

fn number_ui(ui: &mut Ui, name: &str, value: &mut f64, number: &Number) -> Response {
    let width = ui.available_width();
    let (low, high) = (*number.offered.start(), *number.offered.end());
    let suffix = match number.unit {
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    // Seeds and sizes without a usual bound are typed; a slider would be of no use.
    if high - low >= 10_000.0 {
        let value = DragValue::new(value)
            .range(low..=high.min(999_999.0))
            .fixed_decimals(0)
            .suffix(suffix)
            .speed(0.2);
        return ui.name_inputs(name, |ui| ui.add_sized(vec2(width, 28.0), value));
    }
    let mut slider = Slider::new(value, low..=high)
        .max_decimals(4)
        .suffix(suffix);
    if number.step > 0.0 {
        slider = slider.step_by(number.step).fixed_decimals(0);
    }
    let decades = low > 0.0 && high / low >= 100.0;
    if decades || (low >= 0.0 && high - low >= 20.0) {
        let smallest = if number.step > 0.0 {
            1.0
        } else {
            low.max(0.01).min(if low > 0.0 { low } else { 0.01 })
        };
        slider = slider.logarithmic(true).smallest_positive(smallest);
    }
    slider_ui(ui, name, width, slider)
}

fn choice_ui<'a>(ui: &mut Ui, name: &str, choices: &'a [Choice], now: &str) -> Option<&'a str> {
    if choices.len() <= 3 {
        let segments: Vec<_> = choices
            .iter()
            .map(|choice| Segment::new(&choice.title, choice.text == now))
            .collect();
        let picked = segments_ui(ui, ui.available_width(), &segments);
        return picked.map(|index| choices[index].text.as_str());
    }
    let chosen = choices.iter().find(|choice| choice.text == now);
    let title = chosen.map_or(now, |choice| &choice.title);
    let mut picked = None;
    combo_ui(ui, name, title, |ui| {
        for choice in choices {
            if ui
                .selectable_label(choice.text == now, &choice.title)
                .clicked()
            {
                picked = Some(choice.text.as_str());
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

pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
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
                out.push(Command::Recipe(RecipeCommand::EndGesture));
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
