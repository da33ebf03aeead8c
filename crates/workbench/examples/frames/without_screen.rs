//! Without a screen: how long the window's thread works on a frame. Layout, painting and
//! tessellation are in the times; uploading textures and drawing are the GPU's and are not. Frames
//! are 1/60 s apart.

use desk::RunCommand;
use std::io::{Result, Write};
use std::time::{Duration, Instant};

use desk::{Command, Document, State};
use egui::{Event, Pos2, RawInput, Rect};
use workbench::{Options, Workbench};

use crate::phase::{FRAMES, Phase, middle};
use crate::{photo, shaded, times};

const FRAME: Duration = Duration::from_nanos(16_666_667);
const SCREEN: Rect = Rect {
    min: Pos2::ZERO,
    max: Pos2::new(1440.0, 900.0),
};
const PATIENCE: Duration = Duration::from_secs(120);

struct Bench {
    ctx: egui::Context,
    workbench: Workbench,
    begun: Instant,
    /// How often the last frame shaded the window.
    shaded: f32,
}

/// Prints the times.
pub(crate) fn measure(options: &Options, out: &mut impl Write) -> Result<()> {
    let begun = Instant::now();
    let ctx = egui::Context::default();
    let workbench = Workbench::new(&ctx, options);
    let mut bench = Bench {
        ctx,
        workbench,
        begun,
        shaded: 0.0,
    };
    let _ = bench.frame(Vec::new());
    writeln!(
        out,
        "start to first frame      {}",
        times::spelled(begun.elapsed())
    )?;
    bench.until("the photo is open", |s| s.document.is_some());
    let _ = bench.frame(Vec::new());
    writeln!(
        out,
        "start to photo on canvas  {}",
        times::spelled(begun.elapsed())
    )?;
    times::head(out, photo::WIDTH, photo::HEIGHT)?;
    // The pyramid is built beside the frames.
    std::thread::sleep(Duration::from_secs(2));
    let mut shaded = Vec::new();
    for phase in Phase::ALL {
        for command in phase.commands() {
            bench.command(command);
        }
        bench.until("the run has begun", |state| phase.is_ready(state));
        times::row(out, phase.name(), bench.frames(phase))?;
        shaded.push((phase, bench.shaded));
    }
    for (phase, times) in shaded {
        let name = phase.name();
        writeln!(
            out,
            "{name:<24}the last frame shades {times:.2} times the window"
        )?;
    }
    let state = bench.workbench.state();
    let painted = state.document.as_ref().map_or(0, Document::masked);
    writeln!(out, "pixels painted: {painted}")?;
    writeln!(out, "the run was on to the end: {}", state.run.is_some())?;
    bench.command(Command::Runs(RunCommand::Stop));
    bench.until("the run has ended", |s| s.run.is_none());
    Ok(())
}

impl Bench {
    /// One frame; how long the CPU worked on it.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        let input = RawInput {
            screen_rect: Some(SCREEN),
            time: Some(self.begun.elapsed().as_secs_f64()),
            max_texture_side: Some(8192),
            focused: true,
            events,
            ..RawInput::default()
        };
        let start = Instant::now();
        let workbench = &mut self.workbench;
        let output = self.ctx.run_ui(input, |ui| {
            workbench.logic(ui.ctx());
            workbench.ui(ui);
        });
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let taken = start.elapsed();
        self.shaded = shaded::area(&shapes, SCREEN) / SCREEN.area();
        taken
    }

    /// Frames at 60 a second; their times.
    fn frames(&mut self, phase: Phase) -> Vec<Duration> {
        let canvas = middle(self.workbench.state());
        let mut times = Vec::with_capacity(FRAMES);
        for index in 0..FRAMES {
            let next = Instant::now() + FRAME;
            times.push(self.frame(phase.events(canvas, index)));
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        times
    }

    fn until(&mut self, what: &str, done: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self.workbench.state()) {
            assert!(Instant::now() < deadline, "waited in vain until {what}");
            let _ = self.frame(Vec::new());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn command(&mut self, command: Command) {
        self.workbench.command(command);
    }
}
