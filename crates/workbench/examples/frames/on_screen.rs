//! On the screen: how far apart frames are when each is drawn as soon as the one before it is
//! there. Everything is in the times, also what a software rasteriser does; waiting for the screen
//! is not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui::{Context, RawInput, Ui};
use workbench::{Options, Workbench};

use crate::phase::{FRAMES, Phase, middle};
use crate::{photo, times};

/// The times of each phase that was measured.
type Measured = Arc<Mutex<Vec<(Phase, Vec<Duration>)>>>;

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
    for (phase, intervals) in results.drain(..) {
        times::row(out, phase.name(), intervals)?;
    }
    Ok(())
}

struct Screen {
    workbench: Workbench,
    /// The next last.
    waiting: Vec<Phase>,
    now: Option<(Phase, Vec<Duration>)>,
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
        let done = |(_, times): &(Phase, Vec<Duration>)| times.len() >= FRAMES;
        if self.now.as_ref().is_some_and(done) {
            let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
            measured.extend(self.now.take());
        }
        if self.now.is_some() || self.ready.is_none_or(|at| Instant::now() < at) {
            return;
        }
        if let Some(phase) = self.waiting.pop() {
            for command in phase.commands() {
                self.workbench.command(ctx, command);
            }
            self.now = Some((phase, Vec::with_capacity(FRAMES)));
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

    fn raw_input_hook(&mut self, _ctx: &Context, input: &mut RawInput) {
        let interval = self.last.elapsed();
        self.last = Instant::now();
        let state = self.workbench.state();
        if let Some((phase, times)) = &mut self.now
            && phase.is_ready(state)
        {
            input.events = phase.events(middle(state), times.len());
            times.push(interval);
        }
    }
}
