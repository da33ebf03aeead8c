//! What is done while frames are measured.

use desk::RunCommand;
use desk::ViewCommand;
use desk::{Command, State};
use egui::{Event, MouseWheelUnit, PointerButton, Pos2, vec2};

/// Frames of a phase, if it says nothing else.
pub(crate) const FRAMES: usize = 180;

/// What is done while frames are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Still,
    Zooming,
    PaintingAtFit,
    PaintingAtActual,
    ZoomingInRun,
}

impl Phase {
    /// In the order in which they are measured: the run needs what was painted.
    pub(crate) const ALL: [Self; 5] = [
        Self::Still,
        Self::Zooming,
        Self::PaintingAtFit,
        Self::PaintingAtActual,
        Self::ZoomingInRun,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Still => "still",
            Self::Zooming => "zooming",
            Self::PaintingAtFit => "painting at fit",
            Self::PaintingAtActual => "painting at 100 %",
            Self::ZoomingInRun => "zooming during a run",
        }
    }

    /// Its frames: a run needs time for some steps.
    pub(crate) const fn frames(self) -> usize {
        match self {
            Self::ZoomingInRun => 5 * FRAMES,
            _ => FRAMES,
        }
    }

    /// What leads to it.
    pub(crate) fn commands(self) -> Vec<Command> {
        match self {
            Self::Still => Vec::new(),
            Self::Zooming | Self::PaintingAtFit => vec![Command::View(ViewCommand::ZoomFit)],
            Self::PaintingAtActual => vec![Command::View(ViewCommand::ZoomActual)],
            Self::ZoomingInRun => vec![
                Command::View(ViewCommand::ZoomFit),
                Command::Runs(RunCommand::Restore),
            ],
        }
    }

    /// Whether what leads to it is done.
    pub(crate) fn is_ready(self, state: &State) -> bool {
        let running = state.run.as_ref().is_some_and(|run| run.plan.is_some());
        running || self != Self::ZoomingInRun
    }

    /// What the hand does in a frame.
    pub(crate) fn events(self, canvas: Pos2, index: usize) -> Vec<Event> {
        match self {
            Self::Still => Vec::new(),
            Self::Zooming | Self::ZoomingInRun => zoom(canvas, index),
            Self::PaintingAtFit | Self::PaintingAtActual => stroke(canvas, index),
        }
    }
}

/// The middle of the canvas.
pub(crate) fn middle(state: &State) -> Pos2 {
    let canvas = state.view.viewport;
    Pos2::new(
        canvas.left + canvas.width / 2.0,
        canvas.top + canvas.height / 2.0,
    )
}

/// In for half of the frames, then out again.
fn zoom(at: Pos2, index: usize) -> Vec<Event> {
    let notch = if index % FRAMES < FRAMES / 2 {
        12.0
    } else {
        -12.0
    };
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
