//! A question over the window: its answers as buttons, Enter for the usual one, Escape to stay.

use desk::session::SessionCommand;
use egui::{Button, Context, Key, Modifiers, RichText, Ui, vec2};

use super::overlays::{modal, title_ui};
use super::widgets::dialog_buttons_ui;
use crate::theme;
use desk::{Command, Prompt, State, Weight};

/// Shows the open question.
pub(crate) fn question_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    let Some(question) = &state.question else {
        return;
    };
    let mut answer = None;
    let response = modal(ctx, "question").show(ctx, |ui| {
        ui.set_width(460.0_f32.min(ctx.content_rect().width() - 80.0));
        ui.spacing_mut().item_spacing.y = 12.0;
        title_ui(ui, &question.title);
        ui.label(RichText::new(&question.text).color(theme::TEXT.now()));
        ui.add_space(4.0);
        answer = answers_ui(ui, question);
    });
    if response.should_close() {
        answer = answer.or(Some(question.escape));
    }
    out.extend(answer.map(|it| Command::Session(SessionCommand::Answer(it))));
}

fn answers_ui(ui: &mut Ui, question: &Prompt) -> Option<usize> {
    let mut given = None;
    let mut focused = false;
    dialog_buttons_ui(ui, |ui| {
        for (index, answer) in question.answers.iter().enumerate() {
            let text = RichText::new(&answer.name);
            let button = match answer.weight {
                Weight::Usual => {
                    let text = text.color(theme::ON_ACCENT.now());
                    Button::new(text).fill(theme::ACCENT.now())
                }
                Weight::Loses => Button::new(text.color(theme::ERROR.now())),
                Weight::Other => Button::new(text),
            };
            let response = ui
                .add(button.min_size(vec2(96.0, 32.0)))
                .accessible_name(&answer.name);
            focused |= response.has_focus();
            if response.clicked() {
                given = Some(index);
            }
        }
    });
    // Enter presses the button that has the focus; where none has, the usual one.
    let enter = || ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    if given.is_none() && !focused && enter() {
        given = Some(0);
    }
    given
}
