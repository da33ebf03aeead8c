//! How long the demonstration is said to take before its first run, and how long it then takes, without a
//! screen: `told [cpu|gpu:N] [STEPS…]`. Nothing is remembered from one start to the next.

use desk::RecipeCommand;
use desk::RunCommand;
use std::io::Write as _;
use std::time::{Duration, Instant};

use desk::{Command, Gesture, Settings, State};
use egui::{Context, Pos2, RawInput, Rect, vec2};
use engine::DeviceChoice;
use workbench::{Options, Workbench};

const PATIENCE: Duration = Duration::from_secs(600);

struct Window {
    ctx: Context,
    workbench: Workbench,
    begun: Instant,
}

impl Window {
    fn frame(&mut self) {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1440.0, 900.0))),
            time: Some(self.begun.elapsed().as_secs_f64()),
            max_texture_side: Some(8192),
            ..RawInput::default()
        };
        let workbench = &mut self.workbench;
        let _ = self.ctx.run_ui(input, |ui| {
            workbench.logic(ui.ctx());
            workbench.ui(ui);
        });
    }

    fn until(&mut self, what: &str, done: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self.workbench.state()) {
            assert!(Instant::now() < deadline, "waited in vain until {what}");
            self.frame();
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn command(&mut self, command: Command) {
        self.workbench.command(command);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let device = match arguments.next_if(|a| a.parse::<usize>().is_err()) {
        Some(device) => device.parse()?,
        None => DeviceChoice::Cpu,
    };
    let steps: Vec<usize> = arguments.map(|a| a.parse()).collect::<Result<_, _>>()?;
    let steps = if steps.is_empty() { vec![50] } else { steps };
    let mut out = std::io::stdout().lock();
    for steps in steps {
        let (told, taken) = told_and_taken(device, steps);
        writeln!(
            out,
            "{steps} steps: told {:.1} s, took {:.1} s",
            told.as_secs_f64(),
            taken.as_secs_f64()
        )?;
    }
    Ok(())
}

fn told_and_taken(device: DeviceChoice, steps: usize) -> (Duration, Duration) {
    let ctx = Context::default();
    let options = Options {
        device,
        ..Options::default()
    };
    let mut window = Window {
        workbench: Workbench::new(&ctx, &options),
        ctx,
        begun: Instant::now(),
    };
    window.workbench.set_devices(engine::devices());
    window.until("the photo is open", |s| s.document.is_some());
    let next = Settings {
        steps,
        ..window.workbench.state().settings.clone()
    };
    window.command(Command::Recipe(RecipeCommand::Adjust {
        next: Box::new(next),
        gesture: Gesture::Once,
    }));
    window.until("the time is told", |s| s.expected_now().is_some());
    let told = window.workbench.state().expected_now().unwrap_or_default();
    window.command(Command::Runs(RunCommand::Restore));
    window.until("the run has begun", |s| {
        s.run.as_ref().is_some_and(|run| run.plan.is_some())
    });
    let begun = Instant::now();
    window.until("the run has ended", |s| s.run.is_none());
    let taken = begun.elapsed();
    (told, taken)
}
