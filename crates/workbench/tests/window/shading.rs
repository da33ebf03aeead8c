//! No pixel of the window is painted over and over: where a processor plays the GPU, every surface under
//! another costs as much as one that is seen.

use desk::MaskCommand;
use desk::ViewCommand;
use std::path::Path;
use std::time::{Duration, Instant};

use desk::{Command, State};
use egui::{Context, Event, PointerButton, Pos2, RawInput, Rect, vec2};
use workbench::{Options, Workbench};

use super::harness::write_bitmap;

#[path = "../../examples/frames/shaded.rs"]
mod shaded;

const SCREEN: Rect = Rect {
    min: Pos2::ZERO,
    max: Pos2::new(1440.0, 900.0),
};

/// Frames as a window has them, without the ground that a harness paints below.
struct Frames {
    ctx: Context,
    workbench: Workbench,
}

impl Frames {
    fn on(photo: &Path) -> Self {
        let ctx = Context::default();
        let options = Options {
            photo: Some(photo.to_owned()),
            ..Options::default()
        };
        let workbench = Workbench::new(&ctx, &options);
        let mut frames = Self { ctx, workbench };
        frames.until(|state| state.document.is_some());
        frames
    }

    /// How often a frame shades the window.
    fn shaded(&mut self, events: Vec<Event>) -> f32 {
        let input = RawInput {
            screen_rect: Some(SCREEN),
            max_texture_side: Some(8192),
            events,
            ..RawInput::default()
        };
        let workbench = &mut self.workbench;
        let output = self.ctx.run_ui(input, |ui| {
            workbench.logic(ui.ctx());
            workbench.ui(ui);
        });
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        shaded::area(&shapes, SCREEN) / SCREEN.area()
    }

    /// The same when all textures are there.
    fn settled(&mut self) -> f32 {
        for _ in 0..20 {
            let _ = self.shaded(Vec::new());
        }
        self.shaded(Vec::new())
    }

    fn until(&mut self, done: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !done(self.workbench.state()) {
            assert!(Instant::now() < deadline, "waited in vain");
            let _ = self.shaded(Vec::new());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn command(&mut self, command: Command) {
        self.workbench.command(command);
    }
}

#[test]
fn a_frame_shades_little_more_than_the_window() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("photo.bmp");
    write_bitmap(&path, |x, y| 200 - (x + y) as u8);
    let mut frames = Frames::on(&path);
    let plain = frames.settled();
    // Panels have the colour that the window is cleared with; the canvas is two thirds of it.
    assert!((0.6..1.0).contains(&plain), "{plain}");

    // A mask costs what is masked, not the whole photo once more.
    let canvas = frames.workbench.state().view.viewport;
    let middle = Pos2::new(canvas.left, canvas.top) + vec2(canvas.width, canvas.height) / 2.0;
    for pressed in [true, false] {
        let button = Event::PointerButton {
            pos: middle,
            button: PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        let _ = frames.shaded(vec![Event::PointerMoved(middle), button]);
    }
    let painted = |state: &State| state.document.as_ref().is_some_and(|d| d.masked() > 0);
    frames.until(painted);
    let masked = frames.settled();
    assert!(
        masked > plain && masked < plain + 0.25,
        "{masked} after {plain}"
    );

    // The photo covers the canvas: there is nothing below it.
    for _ in 0..12 {
        frames.command(Command::View(ViewCommand::ZoomStep(true)));
    }
    frames.command(Command::Mask(MaskCommand::Clear));
    let near = frames.settled();
    assert!(near < plain + 0.1, "{near} after {plain}");
}
