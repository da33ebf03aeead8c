//! Tools, strokes, undo and redo.

use imaging::Value;

use super::command::Command;
use super::history::Step;
use super::state::State;
use super::stroke::{Brush, Tool};
use super::view::Show;

impl State {
    /// Carries out an editing command, or hands it back.
    pub(super) fn apply_edit(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::InvertMask => {
                let step = self.document.as_mut().map(super::Document::invert);
                self.record(step);
            }
            Command::ClearMask => {
                let step = self.document.as_mut().and_then(super::Document::clear);
                self.record(step);
            }
            Command::ChooseTool(tool) => {
                self.end_stroke();
                self.tool = tool;
            }
            Command::BrushDiameter(diameter) => {
                self.brush.diameter = diameter.clamp(*Brush::RANGE.start(), *Brush::RANGE.end());
            }
            Command::ResizeBrush(larger) => self.brush = self.brush.resized(larger),
            Command::BeginStroke { at, straight } => self.begin_stroke(at, straight),
            Command::ExtendStroke(to) => {
                let radius = self.brush.diameter / 2.0;
                if let Some(document) = &mut self.document {
                    document.extend_stroke(to, radius);
                }
            }
            Command::EndStroke => self.end_stroke(),
            other => return Some(other),
        }
        None
    }

    fn begin_stroke(&mut self, at: (f32, f32), straight: bool) {
        self.end_stroke();
        let value = match self.tool {
            Tool::Brush => Value::Paint,
            Tool::Eraser => Value::Erase,
            Tool::Pan => return,
        };
        let Some(document) = &mut self.document else {
            return;
        };
        document.begin_stroke(at, self.brush.diameter / 2.0, value, straight);
        // Painting is done on the original; a stroke that cannot be seen would surprise.
        self.view.mask_visible = true;
        self.view.show = Show::Original;
    }

    pub(super) fn end_stroke(&mut self) {
        let step = self.document.as_mut().and_then(super::Document::end_stroke);
        self.record(step);
    }

    pub(super) fn record(&mut self, step: Option<Step>) {
        if let Some(step) = step {
            self.history.push(step);
        }
    }

    fn undo(&mut self) {
        self.end_stroke();
        match self.history.undo() {
            Some(Step::Settings { before, .. }) => self.settings = *before,
            Some(Step::Result { before, .. }) => self.put(before.map(|taken| *taken), None),
            Some(step) => self.replay(&step, false),
            None => {}
        }
    }

    fn redo(&mut self) {
        self.end_stroke();
        match self.history.redo() {
            Some(Step::Settings { after, .. }) => self.settings = *after,
            Some(Step::Result { after, .. }) => self.put(after.map(|taken| *taken), None),
            Some(step) => self.replay(&step, true),
            None => {}
        }
    }

    fn replay(&mut self, step: &Step, forwards: bool) {
        if let Some(document) = &mut self.document {
            document.replay(step, forwards);
        }
    }
}
