//! Many runs through the window: candidates, the queue, comparing, simulated damage.

use desk::RecipeCommand;
use desk::ViewCommand;
use desk::session::SessionCommand;
use std::path::Path;

use desk::{
    Command, Document, Gesture, Manner, Page, Purpose, RunCommand, Runs, Settings, Show, Side,
};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::harness::{Window, click, command, state, until, window_on, write_bitmap};

fn runs(window: &Window) -> &Runs {
    &state(window).runs
}

/// Paints two patches with the pointer.
fn paint(window: &mut Window) {
    let middle = window.get_by_label("Canvas").rect().center();
    for dx in [-120.0, 120.0] {
        let at = middle + egui::vec2(dx, 0.0);
        window.hover_at(at);
        window.step();
        window.drag_at(at);
        window.step();
        window.hover_at(at + egui::vec2(20.0, 0.0));
        window.step();
        window.drop_at(at + egui::vec2(20.0, 0.0));
        window.run_steps(3);
    }
}

fn adjust(window: &mut Window, steps: usize, candidates: usize) {
    let next = Settings {
        prior: "gaussian".to_owned().into(),
        steps,
        candidates,
        ..state(window).settings.clone()
    };
    let next = Box::new(next);
    let gesture = Gesture::Once;
    command(
        window,
        Command::Recipe(RecipeCommand::Adjust { next, gesture }),
    );
}

fn write_photo(path: &Path) {
    write_bitmap(path, |x, y| 200 - (x + y) as u8);
}

/// A window with two patches painted, and the folder that holds its photo.
fn painted() -> (Window, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_photo(&path);
    let mut window = window_on(&path);
    paint(&mut window);
    (window, folder)
}

fn masked(window: &Window) -> usize {
    state(window).document.as_ref().map_or(0, Document::masked)
}

#[test]
fn candidates_are_drawn_seen_accepted_and_blended() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 6, 3);
    window.get_by_label("Restore").click();
    until(&mut window, "all candidates are studied", |s| {
        let all = s.runs.archive.all();
        all.len() == 3 && all.iter().all(|run| run.study.is_some())
    });
    let ids: Vec<_> = runs(&window).archive.all().iter().map(|r| r.id).collect();
    assert_eq!(runs(&window).accepted(), Some(ids[0]));
    assert_eq!(runs(&window).page, Page::Candidates);

    click(&mut window, Role::RadioButton, "Candidate 2");
    assert_eq!(runs(&window).comparison.right, Side::Run(ids[1]));
    click(&mut window, Role::Button, "Show where they disagree");
    until(&mut window, "the spread is known", |s| {
        s.runs.spread.is_some()
    });
    assert!(runs(&window).spread_visible);
    click(&mut window, Role::Button, "Use this candidate");
    assert_eq!(runs(&window).accepted(), Some(ids[1]));
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    window.run_steps(2);
    assert_eq!(
        runs(&window).accepted(),
        Some(ids[0]),
        "Ctrl+Z takes it back"
    );

    click(&mut window, Role::RadioButton, "Candidate 3");
    click(&mut window, Role::Button, "Choose patch by patch");
    assert!(state(&window).view.side_by_side);
    // What to do now can be read as a whole, beside all the buttons.
    window.set_size(egui::vec2(1380.0, 900.0));
    window.run_steps(4);
    let hint = window.get_by_label_contains("Click a patch").rect();
    let viewport = state(&window).view.viewport;
    assert!(
        hint.right() <= viewport.left + viewport.width,
        "{hint:?} {viewport:?}"
    );
    // The left patch, as it lies in the left half.
    let mask = &state(&window).document.as_ref().expect("open").mask;
    let patch = mask.components()[0].bounds;
    let middle = (
        patch.x as f32 + patch.width as f32 / 2.0,
        patch.y as f32 + patch.height as f32 / 2.0,
    );
    let (x, y) = state(&window).view.to_half(middle, false);
    window.hover_at(egui::pos2(x, y));
    window.step();
    window.drag_at(egui::pos2(x, y));
    window.step();
    window.drop_at(egui::pos2(x, y));
    window.run_steps(3);
    let taken = runs(&window).taken.as_ref().expect("a result");
    assert!(taken.blended && taken.run == Some(ids[2]));
}

/// A short stroke below the middle of the canvas.
fn scribble(window: &mut Window) {
    let at = window.get_by_label("Canvas").rect().center() + egui::vec2(0.0, 60.0);
    window.hover_at(at);
    window.step();
    window.drag_at(at);
    window.step();
    window.hover_at(at + egui::vec2(30.0, 0.0));
    window.step();
    window.drop_at(at + egui::vec2(30.0, 0.0));
    window.run_steps(3);
}

#[test]
fn what_waits_can_be_removed_and_painting_asks_before_it_stops() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 900, 1);
    window.get_by_label("Restore").click();
    until(&mut window, "it runs", |s| {
        s.run.as_ref().is_some_and(|run| run.progress.is_some())
    });
    click(&mut window, Role::Button, "Queue another");
    click(&mut window, Role::Button, "Queue another");
    assert_eq!(runs(&window).queue.len(), 2);
    command(&mut window, Command::Runs(RunCommand::Turn(Page::History)));
    let second = runs(&window).queue[0].id;
    let name = format!("Remove {second} from the queue");
    click(&mut window, Role::Button, &name);
    assert_eq!(runs(&window).queue.len(), 1);

    let before = masked(&window);
    scribble(&mut window);
    assert!(runs(&window).asking, "it is asked first");
    assert_eq!(masked(&window), before);
    // The question holds up nothing else: saving works, and Escape answers it without stopping the run.
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::S);
    window.run_steps(3);
    assert!(state(&window).dialog.is_some(), "Ctrl+S");
    command(&mut window, Command::Session(SessionCommand::DialogCancel));
    window.key_press(egui::Key::Escape);
    window.run_steps(3);
    assert!(!runs(&window).asking);
    assert!(state(&window).run.as_ref().is_some_and(|run| !run.stopping));
    scribble(&mut window);
    click(&mut window, Role::Button, "Stop and edit");
    assert!(runs(&window).queue.is_empty());
    until(&mut window, "it has stopped", |s| s.run.is_none());
    scribble(&mut window);
    assert!(masked(&window) > before);
}

#[test]
fn the_next_spot_is_marked_while_a_run_is_on() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 900, 1);
    window.get_by_label("Restore").click();
    until(&mut window, "it runs", |s| {
        s.run.as_ref().is_some_and(|run| run.progress.is_some())
    });
    let before = masked(&window);
    scribble(&mut window);
    click(&mut window, Role::Button, "Mark for the next run");
    scribble(&mut window);
    assert!(masked(&window) > before);
    assert!(state(&window).run.as_ref().is_some_and(|run| !run.stopping));
    click(&mut window, Role::Button, "Queue another");
    let next = runs(&window).queue[0].job.mask.as_ref().expect("masked");
    assert_eq!(
        next.count(),
        masked(&window),
        "the next run has the new marks"
    );
    command(&mut window, Command::Runs(RunCommand::ClearQueue));
    command(&mut window, Command::Runs(RunCommand::Stop));
    until(&mut window, "it has stopped", |s| s.run.is_none());
    assert!(masked(&window) > before);
}

#[test]
fn two_runs_are_compared_in_every_manner() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 6, 2);
    window.get_by_label("Restore").click();
    until(&mut window, "both are there", |s| {
        s.runs.archive.all().len() == 2
    });
    let ids: Vec<_> = runs(&window).archive.all().iter().map(|r| r.id).collect();
    click(&mut window, Role::RadioButton, "History");
    click(
        &mut window,
        Role::Button,
        &format!("Compare with {}", ids[1]),
    );
    assert_eq!(state(&window).view.show, Show::Split);
    assert_eq!(runs(&window).comparison.left, Side::Run(ids[1]));
    for (label, manner) in [
        ("Side by side", Manner::SideBySide),
        ("Difference", Manner::Difference),
        ("Split", Manner::Split),
    ] {
        click(&mut window, Role::RadioButton, label);
        assert_eq!(runs(&window).comparison.manner, manner);
    }
    let _ = window.get_by_label("Compare divider");
    click(&mut window, Role::Button, "Swap the pictures");
    assert_eq!(runs(&window).comparison.right, Side::Run(ids[1]));
    click(&mut window, Role::RadioButton, "Steps");
    let step = format!("Step {}", runs(&window).frames.all()[0].done);
    click(&mut window, Role::RadioButton, &step);
    assert_eq!(runs(&window).inspected, Some(0));
}

#[test]
fn simulated_damage_is_measured_against_its_truth() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 6, 1);
    command(&mut window, Command::Runs(RunCommand::Turn(Page::Quality)));
    until(&mut window, "the histogram is there", |s| {
        s.runs.histogram.is_some()
    });
    click(&mut window, Role::Button, "Simulate");
    until(&mut window, "the truth is known", |s| s.truth().is_some());
    assert!(
        !window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled(),
        "the mask came along"
    );
    window.get_by_label("Restore").click();
    until(&mut window, "it is measured", |s| {
        let run = s.runs.archive.all().first();
        run.is_some_and(|run| run.study.as_ref().is_some_and(|st| st.scores.is_some()))
    });
    let study = runs(&window).archive.all()[0].study.clone();
    let scores = study.and_then(|study| study.scores).expect("measured");
    let masked = scores.masked.expect("there is a mask");
    assert!(masked.is_finite() && scores.psnr > masked, "{scores:?}");
    click(&mut window, Role::Button, "Leave");
    let asked = state(&window).question.as_ref().map(|q| q.title.clone());
    assert_eq!(asked.as_deref(), Some("Leave the simulation?"));
    window.key_press(egui::Key::Escape);
    window.run_steps(3);
    assert!(state(&window).truth().is_some(), "Escape stays");
    command(
        &mut window,
        Command::Session(SessionCommand::LeaveSimulation),
    );
    click(&mut window, Role::Button, "Leave without saving");
    assert!(state(&window).truth().is_none() && runs(&window).archive.all().is_empty());
}

#[test]
fn a_stopped_run_goes_on_from_a_step_of_its_filmstrip() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 900, 1);
    window.get_by_label("Restore").click();
    until(&mut window, "steps were seen", |s| {
        s.runs.frames.all().len() > 3
    });
    command(&mut window, Command::Runs(RunCommand::Stop));
    until(&mut window, "it has stopped", |s| s.run.is_none());
    command(&mut window, Command::Runs(RunCommand::Turn(Page::Steps)));
    let step = format!("Step {}", runs(&window).frames.all()[1].done);
    click(&mut window, Role::RadioButton, &step);
    click(&mut window, Role::Button, "Continue from here");
    until(&mut window, "it goes on", |s| {
        s.runs
            .active
            .as_ref()
            .is_some_and(|ticket| ticket.job.start.is_some())
    });
    command(&mut window, Command::Runs(RunCommand::Stop));
    until(&mut window, "it has ended", |s| s.run.is_none());
    let kept = runs(&window).archive.all();
    assert_eq!(kept.len(), 2);
    assert!(kept[1].start.is_some() && kept[1].recipe.from.is_some());
}

#[test]
fn runs_are_in_the_session_and_report_and_steps_can_be_exported() {
    let (mut window, folder) = painted();
    adjust(&mut window, 6, 2);
    window.get_by_label("Restore").click();
    until(&mut window, "both are there", |s| {
        s.run.is_none() && s.runs.archive.all().len() == 2
    });
    let written = |window: &mut Window, purpose: Purpose, name: &str| {
        let path = folder.path().join(name);
        command(
            window,
            Command::Session(SessionCommand::ShowDialog(purpose)),
        );
        command(
            window,
            Command::Session(SessionCommand::DialogPath(path.display().to_string())),
        );
        command(window, Command::Session(SessionCommand::DialogAccept));
        until(window, "it is written", |s| s.dialog.is_none());
        std::fs::read(path).expect("written")
    };
    let page = written(&mut window, Purpose::ExportReport, "report.html");
    let page = String::from_utf8(page).expect("text");
    assert!(
        page.contains("Run 2") && page.matches("<img").count() == 4,
        "{}",
        page.len()
    );
    let film = written(&mut window, Purpose::ExportFilm, "steps.png");
    assert!(
        film.windows(4).any(|four| four == b"acTL"),
        "it is animated"
    );
    let _ = written(&mut window, Purpose::SaveSession, "work.tweedie");
    let mut again = window_on(&folder.path().join("work.tweedie"));
    until(&mut again, "thumbnails are there", |s| {
        let all = s.runs.archive.all();
        all.len() == 2 && all.iter().all(|run| run.study.is_some())
    });
    assert_eq!(runs(&again).accepted(), runs(&window).accepted());
    let pixels = |window: &Window| {
        let all = runs(window).archive.all();
        all.iter()
            .map(|run| {
                let photo = run.content.as_ref().expect("a picture").to_photo();
                photo.rgba8(photo.bounds())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(pixels(&again), pixels(&window), "bit for bit");
    command(&mut again, Command::Runs(RunCommand::Turn(Page::History)));
    let second = runs(&again).archive.all()[1].id;
    click(&mut again, Role::Button, &format!("Use {second}"));
    assert_eq!(runs(&again).accepted(), Some(second));
}

#[test]
fn the_divider_moves_by_keys_while_it_has_the_focus() {
    let (mut window, _folder) = painted();
    adjust(&mut window, 6, 1);
    window.get_by_label("Restore").click();
    until(&mut window, "it is there", |s| {
        s.document.as_ref().is_some_and(|d| d.result.is_some())
    });
    command(&mut window, Command::View(ViewCommand::ToggleCompare));
    window.get_by_label("Compare divider").focus();
    window.run_steps(2);
    let before = state(&window).view.divider;
    for _ in 0..3 {
        window.key_press(egui::Key::ArrowRight);
        window.run_steps(2);
    }
    let moved = state(&window).view.divider - before;
    assert!((moved - 0.03).abs() < 1e-4, "three hundredths: {moved}");
    window.key_press(egui::Key::End);
    window.run_steps(2);
    assert_eq!(state(&window).view.divider, 1.0);
}
