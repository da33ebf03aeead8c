//! Tools, strokes, undo and redo.

use super::command::Command;
use super::effect::Effect;
use super::history::Step;
use super::state::State;
use super::stroke::{Brush, Tool};
use super::view::Show;

impl State {
    /// Carries out an editing command, or hands it back.
    pub(super) fn apply_edit(
        &mut self,
        command: Command,
        effects: &mut Vec<Effect>,
    ) -> Option<Command> {
        match command {
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::TravelTo(steps) => self.travel_to(steps),
            Command::InvertMask => {
                // A stroke that is being drawn comes first, or undo would mix the two.
                self.end_stroke();
                let step = self.document.as_mut().map(super::Document::invert);
                self.record(step);
            }
            Command::ClearMask => {
                self.end_stroke();
                let step = self.document.as_mut().and_then(super::Document::clear);
                self.record(step);
            }
            Command::ChooseTool(tool) => {
                self.end_stroke();
                self.tool = tool;
                self.finder.forget();
                effects.extend(self.look());
            }
            Command::BrushDiameter(diameter) => {
                self.brush.diameter = diameter.clamp(*Brush::RANGE.start(), *Brush::RANGE.end());
            }
            Command::ResizeBrush(larger) => self.brush = self.brush.resized(larger),
            Command::BeginStroke {
                at,
                straight,
                opposite,
            } => self.begin_stroke(at, straight, opposite),
            Command::ExtendStroke(to) => {
                let radius = self.brush.diameter / 2.0;
                if let Some(document) = &mut self.document {
                    document.extend_stroke(to, radius);
                }
            }
            Command::EndStroke => self.end_drag(),
            Command::Mask(command) => self.apply_mask(command, effects),
            other => return Some(other),
        }
        None
    }

    fn begin_stroke(&mut self, at: (f32, f32), straight: bool, opposite: bool) {
        if self.tool != Tool::Polygon {
            self.end_stroke();
        }
        let value = self.stroke_value(opposite);
        let Some(document) = &mut self.document else {
            return;
        };
        match self.tool.shape() {
            Some(shape) => document.begin_outline(shape, at, value),
            None if self.tool.has_size() => {
                document.begin_stroke(at, self.brush.diameter / 2.0, value, straight);
            }
            None => return,
        }
        // Painting is done on the original; a stroke that cannot be seen would surprise.
        self.view.mask_visible = true;
        self.view.show = Show::Original;
        self.runs.inspected = None;
    }

    /// The pointer was let go: a polygon stays open for its next corner.
    fn end_drag(&mut self) {
        let document = self.document.as_ref();
        if document.is_some_and(super::Document::is_drawing) {
            self.end_stroke();
        }
    }

    /// Ends what is being drawn, whatever it is.
    pub(super) fn end_stroke(&mut self) {
        for end in [super::Document::end_stroke, super::Document::close_outline] {
            let step = self.document.as_mut().and_then(end);
            self.record(step);
        }
    }

    pub(super) fn record(&mut self, step: Option<Step>) {
        if let Some(step) = step {
            self.history.push(step);
        }
    }

    fn undo(&mut self) {
        // An open polygon is taken back corner by corner.
        if let Some(document) = &mut self.document
            && document.outline().is_some()
        {
            document.remove_corner();
            return;
        }
        self.end_stroke();
        match self.history.undo() {
            Some(Step::Settings { before, .. }) => self.settings = *before,
            Some(Step::Result { before, .. }) => self.put(before.map(|taken| *taken), None),
            Some(step) => self.replay(&step, false),
            None => {}
        }
    }

    fn redo(&mut self) {
        // Closing an open shape would be a new step, and a new step forgets what was undone.
        if let Some(document) = &mut self.document {
            document.cancel_outline();
        }
        self.end_stroke();
        match self.history.redo() {
            Some(Step::Settings { after, .. }) => self.settings = *after,
            Some(Step::Result { after, .. }) => self.put(after.map(|taken| *taken), None),
            Some(step) => self.replay(&step, true),
            None => {}
        }
    }

    fn travel_to(&mut self, steps: usize) {
        self.end_stroke();
        while self.history.len() > steps && self.history.can_undo() {
            self.undo();
        }
        while self.history.len() < steps && self.history.can_redo() {
            self.redo();
        }
    }

    fn replay(&mut self, step: &Step, forwards: bool) {
        if let Some(document) = &mut self.document {
            document.replay(step, forwards);
        }
    }
}
