//! The command palette: a field, and the commands that match what is typed in it.

use egui::{
    Align2, Area, Color32, Context, FontId, Id, Key, Modifiers, Order, Response, RichText, Role,
    ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use super::close;
use crate::panels::widgets::one_line;
use crate::{icons, shortcuts, theme};
use desk::{Command, Entry, OverlayCommand, Palette, State};

const WIDTH: f32 = 620.0;
const ROW: f32 = 34.0;
const ROWS: f32 = 11.0;
/// Where it begins, below the top of the window.
const TOP: f32 = 72.0;

pub(super) fn palette_ui(ctx: &Context, state: &State, palette: &Palette, out: &mut Vec<Command>) {
    // Near the top, where eyes are while typing, as in every other palette.
    let area = Area::new(Id::unique("palette"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, TOP));
    let frame = egui::Frame::popup(&ctx.global_style())
        .fill(theme::PANEL.now())
        .inner_margin(egui::Margin::same(8));
    let mut asked = Vec::new();
    let response = egui::Modal::new(Id::unique("palette"))
        .area(area)
        .frame(frame)
        .backdrop_color(Color32::from_black_alpha(90))
        .show(ctx, |ui| {
            ui.set_width(WIDTH.min(ctx.content_rect().width() - 48.0));
            let moved = keys(ui, &mut asked);
            let field = field_ui(ui, palette, &mut asked);
            ui.add_space(2.0);
            let selected = rows_ui(ui, state, palette, moved, &mut asked);
            // The field keeps the keyboard; the row it would take is told to who does not see it.
            ui.ctx()
                .accesskit_node_builder(field, |node| match selected {
                    Some(row) => node.set_active_descendant(row.accesskit_id()),
                    None => node.clear_active_descendant(),
                });
        });
    out.extend(asked.into_iter().map(Command::Overlay));
    if response.should_close() {
        out.push(close());
    }
}

/// Arrows and Enter are taken before the field sees them. Whether the selection moved.
fn keys(ui: &Ui, out: &mut Vec<OverlayCommand>) -> bool {
    let (rows, accepted) = ui.input_mut(|input| {
        let mut count = |key| {
            let times = input.count_and_consume_key(Modifiers::NONE, key);
            isize::try_from(times).unwrap_or(0)
        };
        let page = ROWS as isize - 1;
        let down = count(Key::ArrowDown) + page * count(Key::PageDown);
        let up = count(Key::ArrowUp) + page * count(Key::PageUp);
        (down - up, count(Key::Enter) > 0)
    });
    if rows != 0 {
        out.push(OverlayCommand::PaletteMove(rows));
    }
    if accepted {
        out.push(OverlayCommand::PaletteAccept(None));
    }
    rows != 0
}

fn field_ui(ui: &mut Ui, palette: &Palette, out: &mut Vec<OverlayCommand>) -> Id {
    let mut typed = palette.query.clone();
    let field = TextEdit::singleline(&mut typed)
        .hint_text("Type the name of a command")
        .font(FontId::proportional(15.0))
        .desired_width(f32::INFINITY)
        .margin(vec2(10.0, 8.0));
    let response = ui.add(field).accessible_name("Command");
    // Whatever is pressed belongs to the field for as long as the palette is open.
    response.request_focus();
    if response.changed() {
        out.push(OverlayCommand::PaletteQuery(typed));
    }
    response.id
}

/// As many rows as the window has room for below the field, at most eleven.
fn rows_shown(ctx: &Context) -> f32 {
    let room = ctx.content_rect().height() - TOP - 84.0;
    (room / ROW).floor().clamp(2.0, ROWS)
}

/// The row that Enter takes is given back.
fn rows_ui(
    ui: &mut Ui,
    state: &State,
    palette: &Palette,
    moved: bool,
    out: &mut Vec<OverlayCommand>,
) -> Option<Id> {
    let mut chosen = None;
    let entries = state.palette_entries(&palette.query);
    if entries.is_empty() {
        ui.add_space(12.0);
        ui.vertical_centered(|ui| {
            let text = format!("No command is called “{}”", palette.query.trim());
            ui.label(RichText::new(text).color(theme::TEXT_WEAK.now()));
        });
        ui.add_space(12.0);
        return None;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .max_height(ROW * rows_shown(ui.ctx()))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for (index, entry) in entries.iter().enumerate() {
                let selected = index == palette.selected;
                let response = row_ui(ui, state, entry, selected);
                if selected {
                    chosen = Some(response.id);
                }
                // The selection lags one frame behind the keys.
                if selected && (moved || palette.selected == 0) && !response.hovered() {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    out.push(OverlayCommand::PaletteAccept(Some(index)));
                }
            }
        });
    chosen
}

fn row_ui(ui: &mut Ui, state: &State, entry: &Entry, selected: bool) -> Response {
    let action = entry.action;
    let enabled = entry.obstacle.is_none();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, selected, action.name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let fill = match (selected, response.hovered()) {
        (true, _) => theme::ACCENT_FAINT.now(),
        (false, true) => theme::CONTROL.now(),
        (false, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUNDING, fill);
    let (middle, left) = (rect.center().y, rect.left() + 10.0);
    let small = FontId::proportional(theme::SMALL);
    let weak = theme::TEXT_WEAK.now();
    let menu = pos2(left, middle);
    painter.text(
        menu,
        Align2::LEFT_CENTER,
        action.group.title(),
        small.clone(),
        weak,
    );
    let ink = if enabled {
        theme::TEXT_STRONG.now()
    } else {
        weak
    };
    let name = painter.text(
        pos2(left + 44.0, middle),
        Align2::LEFT_CENTER,
        action.name,
        FontId::new(theme::BODY, theme::medium()),
        ink,
    );
    if state.is_on(&action.command) == Some(true) {
        let at = pos2(name.right() + 8.0, middle);
        let ink = theme::ACCENT.now();
        painter.text(
            at,
            Align2::LEFT_CENTER,
            icons::CHECK,
            theme::icon(13.0),
            ink,
        );
    }
    let at = pos2(rect.right() - 10.0, middle);
    let keys = shortcuts::text(ui.ctx(), state, &action.command);
    match (&entry.obstacle, keys) {
        (Some(reason), _) => {
            let room = at.x - name.right() - 16.0;
            let galley = one_line(&painter, reason, small, weak, room);
            let corner = at - vec2(galley.size().x, galley.size().y / 2.0);
            painter.galley(corner, galley, weak);
        }
        (None, Some(keys)) => {
            let font = FontId::proportional(12.0);
            painter.text(at, Align2::RIGHT_CENTER, keys, font, theme::TEXT.now());
        }
        (None, None) if entry.recent => {
            painter.text(at, Align2::RIGHT_CENTER, "used lately", small, weak);
        }
        (None, None) => {}
    }
    response.on_hover_text(action.help)
}
