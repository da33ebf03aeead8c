//! Raw pointer events: everything within one frame, and a pen that says how hard it is pressed.

use desk::MaskCommand;
use desk::RecipeCommand;
use desk::session::SessionCommand;
use desk::{Command, Document, Gesture, Preferences, Settings, Task, Tool};
use egui::{Event, Modifiers, PointerButton, Pos2, TouchDeviceId, TouchId, TouchPhase};
use egui_kittest::kittest::Queryable as _;

use super::harness::{SIDE, Window, command, state, until, window_on, write_bitmap};

fn opened() -> (Window, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_bitmap(&path, |x, y| 200 - (x + y) as u8);
    (window_on(&path), folder)
}

fn button(pos: Pos2, pressed: bool) -> Event {
    Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    }
}

fn masked(window: &Window) -> usize {
    state(window).document.as_ref().map_or(0, Document::masked)
}

/// Where a pixel of the photo lies on the canvas.
fn at(window: &Window, x: f32, y: f32) -> Pos2 {
    let (x, y) = state(window).view.to_canvas((x, y));
    Pos2::new(x, y)
}

#[test]
fn a_whole_stroke_within_one_frame_is_painted() {
    let (mut window, _folder) = opened();
    let (from, middle, to) = (
        at(&window, 10.0, 32.0),
        at(&window, 30.0, 10.0),
        at(&window, 50.0, 32.0),
    );
    window.input_mut().events.extend([
        Event::PointerMoved(from),
        button(from, true),
        Event::PointerMoved(middle),
        Event::PointerMoved(to),
        button(to, false),
    ]);
    window.run_steps(2);
    let mask = state(&window).document.as_ref().expect("open").mask.clone();
    for (x, y) in [(10, 32), (20, 21), (30, 10), (40, 21), (50, 32)] {
        assert!(mask.get(x, y) > 0, "{x}, {y} was passed over");
    }
    assert_eq!(mask.get(30, 32), 0, "it is no straight line");
    assert_eq!(state(&window).history.len(), 1);
}

#[test]
fn a_click_takes_what_is_no_scratch_out_of_the_proposal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lines.bmp");
    write_bitmap(&path, |x, _| if x == 14 || x == 44 { 250 } else { 90 });
    let mut window = window_on(&path);
    command(
        &mut window,
        Command::Mask(MaskCommand::ChooseTool(Tool::Finder)),
    );
    until(&mut window, "both lines are found", |s| {
        !s.finder.busy
            && s.finder
                .proposal
                .as_ref()
                .is_some_and(|m| m.components().len() == 2)
    });
    let both = state(&window).finder.pixels;
    // From one line to next to it, and a press and release within one frame.
    let beside = at(&window, 20.0, 50.0);
    let line = at(&window, 14.5, 50.0);
    for pos in [beside, line] {
        let events = [
            Event::PointerMoved(pos),
            button(pos, true),
            button(pos, false),
        ];
        window.input_mut().events.extend(events);
        window.run_steps(2);
    }
    let proposal = state(&window)
        .finder
        .proposal
        .clone()
        .expect("one line is left");
    assert!(proposal.get(44, 50) > 0 && proposal.get(14, 50) == 0);
    window.key_press_modifiers(Modifiers::COMMAND, egui::Key::Z);
    window.run_steps(2);
    assert_eq!(state(&window).finder.pixels, both);
    // Wiping from side to side meets both, however few frames there are.
    let (left, right) = (at(&window, 4.0, 30.0), at(&window, 56.0, 30.0));
    let wipe = [
        Event::PointerMoved(left),
        button(left, true),
        Event::PointerMoved(right),
        button(right, false),
    ];
    for event in &wipe {
        window.input_mut().events.push(event.clone());
        window.step();
    }
    assert_eq!(state(&window).finder.pixels, 0);
    for _ in 0..2 {
        command(&mut window, Command::Undo);
    }
    assert_eq!(state(&window).finder.pixels, both);
    // All of it within one frame.
    window.input_mut().events.extend(wipe);
    window.run_steps(2);
    assert_eq!(state(&window).finder.pixels, 0);
    assert_eq!(masked(&window), 0, "the mask was never touched");
}

#[test]
fn two_strokes_within_one_frame_are_two() {
    let (mut window, _folder) = opened();
    for y in [12.0, 50.0] {
        let (from, to) = (at(&window, 10.0, y), at(&window, 50.0, y));
        let stroke = [
            Event::PointerMoved(from),
            button(from, true),
            Event::PointerMoved(to),
            button(to, false),
        ];
        window.input_mut().events.extend(stroke);
    }
    window.run_steps(2);
    let mask = &state(&window).document.as_ref().expect("open").mask;
    assert!(mask.get(30, 12) > 0 && mask.get(30, 50) > 0);
    assert_eq!(mask.get(50, 30), 0, "nothing joins them");
    assert_eq!(state(&window).history.len(), 2);
}

/// What lies over the canvas keeps its presses: a message, here.
#[test]
fn presses_on_what_lies_over_the_canvas_paint_nothing() {
    let (mut window, _folder) = opened();
    command(
        &mut window,
        Command::Session(SessionCommand::OpenFile("/no/such/photo.png".into())),
    );
    until(&mut window, "it is said", |s| s.notice.is_some());
    let over = window.get_by_label("Dismiss").rect().center();
    let to = at(&window, 40.0, 40.0);
    for pos in [over - egui::vec2(60.0, 0.0), over] {
        window.input_mut().events.extend([
            Event::PointerMoved(pos),
            button(pos, true),
            Event::PointerMoved(to),
            button(to, false),
        ]);
        window.run_steps(2);
        assert_eq!(masked(&window), 0);
    }
    // And what lies beside it is not the canvas's either.
    let (rail, inside) = (
        window.get_by_label("Brush").rect().center(),
        at(&window, 30.0, 30.0),
    );
    window.input_mut().events.extend([
        Event::PointerMoved(rail),
        button(rail, true),
        Event::PointerMoved(inside),
        button(inside, false),
    ]);
    window.run_steps(2);
    assert_eq!(masked(&window), 0);
}

#[test]
fn a_path_within_one_frame_is_drawn_too() {
    let (mut window, _folder) = opened();
    let mut next = Settings {
        task: Task::Deblur,
        ..state(&window).settings.clone()
    };
    next.blur.kind = desk::BlurKind::Path;
    let next = Box::new(next);
    let gesture = Gesture::Once;
    command(
        &mut window,
        Command::Recipe(RecipeCommand::Adjust { next, gesture }),
    );
    let (from, to) = (at(&window, 10.0, 10.0), at(&window, 22.0, 10.0));
    window.input_mut().events.extend([
        Event::PointerMoved(from),
        button(from, true),
        Event::PointerMoved(to),
        button(to, false),
    ]);
    window.run_steps(2);
    let path = &state(&window).settings.blur.path;
    assert_eq!(path.len(), 2);
    assert!((path[1].0 - path[0].0 - 12.0).abs() < 0.01, "{path:?}");
}

/// A pen's stroke from left to right, with a force for each sample, as a tablet sends it.
fn pen(window: &mut Window, y: f32, forces: &[f32]) {
    let last = forces.len() - 1;
    for (i, force) in forces.iter().enumerate() {
        let x = 8.0 + (SIDE as f32 - 16.0) * i as f32 / last as f32;
        let pos = at(window, x, y);
        let phase = match i {
            0 => TouchPhase::Start,
            i if i == last => TouchPhase::End,
            _ => TouchPhase::Move,
        };
        let events = &mut window.input_mut().events;
        events.push(Event::Touch {
            device_id: TouchDeviceId(1),
            id: TouchId(1),
            phase,
            pos,
            force: Some(*force),
        });
        events.push(Event::PointerMoved(pos));
        match phase {
            TouchPhase::Start => events.push(button(pos, true)),
            TouchPhase::End => events.push(button(pos, false)),
            _ => {}
        }
        window.step();
    }
    window.run_steps(2);
}

fn thickness(window: &Window, x: usize, rows: std::ops::Range<usize>) -> usize {
    let mask = &state(window).document.as_ref().expect("open").mask;
    rows.filter(|&y| mask.get(x, y) > 0).count()
}

#[test]
fn the_brush_follows_a_pen_unless_it_is_told_not_to() {
    let (mut window, _folder) = opened();
    command(&mut window, Command::Mask(MaskCommand::BrushDiameter(16.0)));
    pen(&mut window, 16.0, &[0.2, 0.4, 0.6, 0.8, 1.0, 1.0]);
    let thick = [10, 20, 30, 40].map(|x| thickness(&window, x, 0..32));
    assert!(
        thick.is_sorted() && thick[0] <= 6 && thick[3] >= 12,
        "{thick:?}"
    );

    let next = Preferences {
        pen_pressure: false,
        ..state(&window).preferences.clone()
    };
    let prefer = desk::OverlayCommand::Prefer(Box::new(next));
    command(&mut window, Command::Overlay(prefer));
    pen(&mut window, 48.0, &[0.2, 0.4, 0.6, 0.8, 1.0, 1.0]);
    let thick = [12, 20, 30, 40].map(|x| thickness(&window, x, 32..64));
    assert_eq!(thick, [16; 4]);
}

/// Many desktops keep Alt and the pointer for themselves.
#[test]
fn the_right_button_takes_away_what_the_left_one_marks() {
    let (mut window, _folder) = opened();
    let mut drag = |button: PointerButton| {
        let (from, to) = (at(&window, 12.0, 24.0), at(&window, 40.0, 24.0));
        let events = &mut window.input_mut().events;
        for (pos, pressed) in [(from, true), (to, false)] {
            events.push(Event::PointerMoved(pos));
            events.push(Event::PointerButton {
                pos,
                button,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
        window.run_steps(3);
        masked(&window)
    };
    let all = drag(PointerButton::Primary);
    assert!(all > 0);
    assert_eq!(drag(PointerButton::Secondary), 0, "of {all} pixels");
}
