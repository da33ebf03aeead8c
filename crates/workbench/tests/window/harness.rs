//! The window without a screen, and what all of its tests do with it.

use std::path::Path;
use std::time::{Duration, Instant};

use desk::{Command, State};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use workbench::{Options, Workbench};

/// Side of the photos that are written for tests.
pub(crate) const SIDE: usize = 64;

/// A window that makes its contents in the first frame.
pub(crate) type Window = Harness<'static, Option<Workbench>>;

/// A window of the size people start with, its photo open.
pub(crate) fn window(options: Options) -> Window {
    let mut window = Harness::builder()
        .with_size([1440.0, 900.0])
        .build_ui_state(
            move |ui, workbench: &mut Option<Workbench>| {
                let workbench = workbench.get_or_insert_with(|| Workbench::new(ui.ctx(), &options));
                workbench.logic(ui.ctx());
                workbench.ui(ui);
            },
            None,
        );
    until(&mut window, "the photo is open", |s| s.document.is_some());
    window
}

/// The same on a photo.
pub(crate) fn window_on(photo: &Path) -> Window {
    window(Options {
        photo: Some(photo.to_owned()),
        ..Options::default()
    })
}

/// What the window shows.
pub(crate) fn state(window: &Window) -> &State {
    let workbench = window.state().as_ref();
    workbench.expect("made in the first frame").state()
}

/// Carries out a command as if a person had given it.
pub(crate) fn command(window: &mut Window, command: Command) {
    let workbench = window.state_mut().as_mut();
    workbench.expect("made in the first frame").command(command);
    window.run_steps(3);
}

/// Runs frames until something is so.
pub(crate) fn until(window: &mut Window, what: &str, done: impl Fn(&State) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        window.step();
        if window.state().as_ref().is_some_and(|w| done(w.state())) {
            window.run_steps(3);
            return;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Presses a button.
pub(crate) fn click(window: &mut Window, role: Role, label: &str) {
    window.get_by_role_and_label(role, label).click();
    window.run_steps(3);
}

/// Waits until something has come to rest, as hands do: a dialog whose contents have grown moves to the
/// middle again over some frames.
pub(crate) fn until_still(window: &mut Window, role: Role, label: &str) {
    let place = |window: &Window| window.get_by_role_and_label(role, label).rect();
    let mut before = place(window);
    for _ in 0..60 {
        window.run_steps(2);
        let now = place(window);
        if now == before {
            return;
        }
        before = now;
    }
    panic!("{label} never comes to rest: {before:?}");
}

/// Writes a plain bitmap: the crate under test has no encoder for tests to borrow. `blue` gives the
/// third colour of a pixel.
pub(crate) fn write_bitmap(path: &Path, blue: impl Fn(usize, usize) -> u8) {
    let mut bytes = b"BM".to_vec();
    for value in [54 + 3 * SIDE * SIDE, 0, 54, 40, SIDE, SIDE] {
        bytes.extend((value as u32).to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for y in 0..SIDE {
        bytes.extend((0..SIDE).flat_map(|x| [(3 * x) as u8, (2 * y) as u8, blue(x, y)]));
    }
    std::fs::write(path, bytes).expect("written");
}
