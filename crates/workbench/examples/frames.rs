//! How long the window's thread works on a frame: a synthetic photo of 24 megapixels is shown,
//! zoomed, painted on, and zoomed again while a restoration runs on the CPU.
//!
//! `cargo run --release --example frames`. The window is driven without a screen, so the times are
//! those of layout, painting and tessellation on the CPU; uploading textures and drawing are the
//! GPU's and not in them. Frames are 1/60 s apart; painting has two pointer samples in each.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use egui::{Event, MouseWheelUnit, PointerButton, Pos2, RawInput, Rect, pos2, vec2};
use workbench::document::{Command, State};
use workbench::{Options, Workbench};

const WIDTH: usize = 6000;
const HEIGHT: usize = 4000;
const SIZE: egui::Vec2 = vec2(1440.0, 900.0);
const FRAME: Duration = Duration::from_nanos(16_666_667);
const FRAMES: usize = 180;
const PATIENCE: Duration = Duration::from_secs(120);

struct Bench {
    ctx: egui::Context,
    workbench: Workbench,
    begun: Instant,
}

impl Bench {
    /// One frame; how long the CPU worked on it.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
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
        drop(shapes);
        taken
    }

    /// Frames at 60 a second; their times.
    fn frames(&mut self, mut events: impl FnMut(usize) -> Vec<Event>) -> Vec<Duration> {
        let mut times = Vec::with_capacity(FRAMES);
        for index in 0..FRAMES {
            let next = Instant::now() + FRAME;
            times.push(self.frame(events(index)));
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

    fn middle(&self) -> Pos2 {
        let canvas = self.workbench.state().view.viewport;
        pos2(
            canvas.left + canvas.width / 2.0,
            canvas.top + canvas.height / 2.0,
        )
    }

    fn command(&mut self, command: Command) {
        let ctx = self.ctx.clone();
        self.workbench.command(&ctx, command);
    }
}

fn main() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let photo = folder.path().join("synthetic.bmp");
    write_photo(&photo)?;
    let options = Options {
        photo: Some(photo),
        device: engine::DeviceChoice::Cpu,
        ..Options::default()
    };
    let begun = Instant::now();
    let ctx = egui::Context::default();
    let workbench = Workbench::new(&ctx, &options);
    let mut bench = Bench {
        ctx,
        workbench,
        begun,
    };
    let _ = bench.frame(Vec::new());
    let first = begun.elapsed();
    bench.until("the photo is open", |s| s.document.is_some());
    let _ = bench.frame(Vec::new());
    let shown = begun.elapsed();
    let mut out = std::io::stdout().lock();
    writeln!(out, "start to first frame      {}", spelled(first))?;
    writeln!(out, "start to photo on canvas  {}", spelled(shown))?;
    writeln!(
        out,
        "frames of {WIDTH} x {HEIGHT}   p50        p95        worst"
    )?;
    // The pyramid is built beside the frames.
    std::thread::sleep(Duration::from_secs(2));

    report(&mut out, "still", bench.frames(|_| Vec::new()))?;
    let middle = bench.middle();
    report(
        &mut out,
        "zooming",
        bench.frames(|index| zoom(middle, index)),
    )?;
    bench.command(Command::ZoomFit);
    report(
        &mut out,
        "painting at fit",
        bench.frames(|index| stroke(middle, index)),
    )?;
    bench.command(Command::ZoomActual);
    report(
        &mut out,
        "painting at 100 %",
        bench.frames(|index| stroke(middle, index)),
    )?;
    let painted = bench.workbench.state().document.as_ref();
    let painted = painted.map_or(0, workbench::document::Document::masked);
    writeln!(out, "pixels painted: {painted}")?;
    bench.command(Command::ZoomFit);
    bench.command(Command::Restore);
    bench.until("the run has begun", |s| {
        s.run.as_ref().is_some_and(|run| run.plan.is_some())
    });
    report(
        &mut out,
        "zooming during a run",
        bench.frames(|index| zoom(middle, index)),
    )?;
    let still_on = bench.workbench.state().run.is_some();
    writeln!(out, "the run was on to the end: {still_on}")?;
    bench.command(Command::Stop);
    bench.until("the run has ended", |s| s.run.is_none());
    Ok(())
}

/// In for half of the frames, then out again.
fn zoom(at: Pos2, index: usize) -> Vec<Event> {
    let notch = if index < FRAMES / 2 { 12.0 } else { -12.0 };
    vec![
        Event::PointerMoved(at),
        Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, notch),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: egui::Modifiers::NONE,
        },
    ]
}

/// One stroke on a spiral, two samples a frame.
fn stroke(middle: Pos2, index: usize) -> Vec<Event> {
    let at = |sample: usize| {
        let turn = sample as f32 / 30.0;
        middle + 0.6 * sample as f32 * vec2(turn.cos(), turn.sin())
    };
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let mut events = vec![
        Event::PointerMoved(at(2 * index)),
        Event::PointerMoved(at(2 * index + 1)),
    ];
    if index == 0 {
        events.push(button(at(1), true));
    } else if index + 1 == FRAMES {
        events.push(button(at(2 * index + 1), false));
    }
    events
}

fn report(
    out: &mut impl std::io::Write,
    name: &str,
    mut times: Vec<Duration>,
) -> std::io::Result<()> {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    writeln!(
        out,
        "{name:<24}{:>10} {:>10} {:>10}",
        spelled(at(0.5)),
        spelled(at(0.95)),
        spelled(at(1.0))
    )
}

fn spelled(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Waves and grain, so that nothing about it is cheap.
fn write_photo(path: &Path) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    file.write_all(b"BM")?;
    for value in [54 + 3 * WIDTH * HEIGHT, 0, 54, 40, WIDTH, HEIGHT] {
        file.write_all(&(value as u32).to_le_bytes())?;
    }
    file.write_all(&[1, 0, 24, 0])?;
    file.write_all(&[0; 24])?;
    let mut grain = 1_u32;
    for y in 0..HEIGHT {
        let row: Vec<u8> = (0..WIDTH)
            .flat_map(|x| {
                grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (grain >> 28) as u8;
                let wave = ((x as f32 / 97.0).sin() * (y as f32 / 61.0).cos() * 100.0) as i32;
                let level = (128 + wave) as u8;
                [
                    level.saturating_add(noise),
                    level,
                    level.saturating_sub(noise),
                ]
            })
            .collect();
        file.write_all(&row)?;
    }
    file.flush()
}
