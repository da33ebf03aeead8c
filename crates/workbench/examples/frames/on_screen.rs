//! On the screen: how far apart frames are when each is drawn as soon as the one before it is
//! there. Everything is in the times, also what a software rasteriser does; waiting for the screen
//! is not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui::{Context, RawInput, Ui};
use workbench::{Options, Workbench};

use crate::phase::{Phase, middle};
use crate::processor::Spent;
use crate::{photo, times};

/// A phase, from its first frame on.
struct Course {
    phase: Phase,
    times: Vec<Duration>,
    begun: Option<Spent>,
    /// From the end of a step to the end of the frame that shows its estimate.
    late: Vec<Duration>,
    estimated: Option<Instant>,
}

/// What was measured of each phase, and its processor time in words.
type Measured = Arc<Mutex<Vec<(Course, String)>>>;

/// Opens the window, drives it, and prints the times when it has closed itself.
pub(crate) fn measure(
    options: Options,
    out: &mut impl std::io::Write,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1440.0, 900.0]),
        renderer: eframe::Renderer::Glow,
        dithering: false,
        ..Default::default()
    };
    native.glow_options.vsync = false;
    let measured = Measured::default();
    let results = Arc::clone(&measured);
    eframe::run_native(
        "Tweedie: frames",
        native,
        Box::new(move |creation| {
            Ok(Box::new(Screen {
                workbench: Workbench::new(&creation.egui_ctx, &options),
                waiting: Phase::ALL.into_iter().rev().collect(),
                now: None,
                ready: None,
                last: Instant::now(),
                measured,
                finished: false,
            }))
        }),
    )?;
    times::head(out, photo::WIDTH, photo::HEIGHT)?;
    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut spent, mut late) = (Vec::new(), Vec::new());
    for (course, words) in results.drain(..) {
        times::row(out, course.phase.name(), course.times)?;
        spent.push((course.phase, words));
        late.extend(course.late);
    }
    if !late.is_empty() {
        let name = format!("{} estimates in sight", late.len());
        times::row(out, &name, late)?;
    }
    writeln!(out, "processor time a frame, in ms")?;
    for (phase, words) in spent {
        writeln!(out, "{:<24}{words}", phase.name())?;
    }
    Ok(())
}

struct Screen {
    workbench: Workbench,
    /// The next last.
    waiting: Vec<Phase>,
    now: Option<Course>,
    /// When the photo was there and the pyramid, which is built beside the frames, surely too.
    ready: Option<Instant>,
    last: Instant,
    measured: Measured,
    finished: bool,
}

impl Screen {
    /// Goes on to the next phase when one is done.
    fn advance(&mut self, ctx: &Context) {
        let state = self.workbench.state();
        if self.ready.is_none() && state.document.is_some() {
            self.ready = Some(Instant::now() + Duration::from_secs(2));
        }
        if let Some(mut course) = self
            .now
            .take_if(|course| course.times.len() >= course.phase.frames())
        {
            let begun = course.begun.take().unwrap_or_default();
            let words = Spent::now().a_frame(&begun, course.phase.frames());
            let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
            measured.push((course, words));
        }
        if self.now.is_some() || self.ready.is_none_or(|at| Instant::now() < at) {
            return;
        }
        if let Some(phase) = self.waiting.pop() {
            for command in phase.commands() {
                self.workbench.command(command);
            }
            self.now = Some(Course {
                phase,
                times: Vec::with_capacity(phase.frames()),
                begun: None,
                late: Vec::new(),
                estimated: None,
            });
        } else {
            self.finished = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }
}

impl eframe::App for Screen {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        // The workbench would ask about what was painted before it lets the window close.
        if self.finished {
            return;
        }
        self.workbench.logic(ctx);
        self.advance(ctx);
        ctx.request_repaint();
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.workbench.ui(ui);
    }

    fn clear_color(&self, _: &egui::Visuals) -> [f32; 4] {
        Workbench::ground()
    }

    fn raw_input_hook(&mut self, _ctx: &Context, input: &mut RawInput) {
        let interval = self.last.elapsed();
        self.last = Instant::now();
        let state = self.workbench.state();
        if let Some(course) = &mut self.now
            && course.phase.is_ready(state)
        {
            let _ = course.begun.get_or_insert_with(Spent::now);
            input.events = course.phase.events(middle(state), course.times.len());
            course.times.push(interval);
            // The frame that took up an estimate has just ended: it is in sight.
            let estimated = state.run.as_ref().and_then(|run| run.estimated);
            if let Some(made) = estimated.filter(|made| course.estimated != Some(*made))
                && course.estimated.replace(made).is_some()
            {
                course.late.push(made.elapsed());
            }
        }
    }
}
