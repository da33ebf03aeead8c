//! Tools, strokes, undo and redo.

use super::command::Command;
use super::state::State;
use crate::common::notice::Notice;
use crate::mask::outline::Shape;
use crate::mask::stroke::{Brush, Tool};
use crate::photo::view::Show;
use crate::recipe::path;
use crate::recipe::settings::Settings;
use crate::request::Requests;
use crate::runs::history::Step;

impl State {
    /// Carries out an editing command, or hands it back.
    pub(crate) fn apply_edit(
        &mut self,
        command: Command,
        requests: &mut Requests,
    ) -> Option<Command> {
        match command {
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::TravelTo(steps) => self.travel_to(steps),
            Command::InvertMask => {
                // A stroke that is being drawn comes first, or undo would mix the two.
                self.end_stroke();
                let step = self.document.as_mut().map(crate::Document::invert);
                self.record(step);
            }
            Command::ClearMask => {
                self.end_stroke();
                let step = self.document.as_mut().and_then(crate::Document::clear);
                self.record(step.map(|step| step.named("Clear mask")));
            }
            Command::ChooseTool(tool) => {
                self.end_stroke();
                self.tool = tool;
                if tool.has_size() && tool != self.brush_of {
                    std::mem::swap(&mut self.brush, &mut self.spare_brush);
                    self.brush_of = tool;
                }
                self.finder.forget();
                requests.extend(self.look());
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
            Command::Press(pressure) => self.pressure = pressure,
            Command::ExtendStroke(to) => {
                let radius = self.brush.radius(self.pressure);
                if let Some(document) = &mut self.document {
                    document.extend_stroke(to, radius);
                }
            }
            Command::EndStroke => self.end_drag(),
            Command::Mask(command) => self.apply_mask(command, requests),
            other => return Some(other),
        }
        None
    }

    fn begin_stroke(&mut self, at: (f32, f32), straight: bool, opposite: bool) {
        if self.tool != Tool::Polygon {
            self.end_stroke();
        }
        let value = self.stroke_value(opposite);
        let draws_path = self.settings.draws_path();
        let Some(document) = &mut self.document else {
            return;
        };
        match self.tool.shape() {
            _ if draws_path => document.begin_outline(Shape::Path, at, value),
            Some(shape) => document.begin_outline(shape, at, value),
            None if self.tool.has_size() => {
                document.begin_stroke(at, self.brush.radius(self.pressure), value, straight);
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
        if document.is_some_and(crate::Document::is_drawing) {
            self.end_stroke();
        }
        self.pressure = 1.0;
    }

    /// Ends what is being drawn, whatever it is.
    pub(crate) fn end_stroke(&mut self) {
        let path = self.document.as_mut().and_then(crate::Document::take_path);
        if let Some(path) = path {
            self.end_path(&path);
        }
        for end in [crate::Document::end_stroke, crate::Document::close_outline] {
            let step = self.document.as_mut().and_then(end);
            self.record(step);
        }
    }

    /// A drawn path becomes the blur's, as one step. A click leaves what was there.
    fn end_path(&mut self, drawn: &[(f32, f32)]) {
        let Some(path) = path::simplified(drawn) else {
            return;
        };
        let mut next = self.settings.clone();
        next.blur.path = path;
        if let Err(error) = engine::check_operator(&next.operator()) {
            self.notice = Some(Notice::error(&error.to_string()));
            return;
        }
        self.change(next);
    }

    /// Puts other settings in place, as one step.
    pub(crate) fn change(&mut self, next: Settings) {
        if next != self.settings {
            let before = Box::new(std::mem::replace(&mut self.settings, next));
            let after = Box::new(self.settings.clone());
            self.history.push(Step::Settings { before, after });
        }
    }

    pub(crate) fn record(&mut self, step: Option<Step>) {
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
        // Then a proposal, piece by piece.
        if self.finder.bring_back() {
            return;
        }
        self.end_stroke();
        match self.history.undo() {
            Some(Step::Settings { before, .. }) => self.settings = *before,
            Some(Step::Result { before, .. }) => self.put(before.map(|taken| *taken), None),
            Some(Step::Stage { before, .. }) => self.enter(*before),
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
            Some(Step::Stage { after, .. }) => self.enter(*after),
            Some(step) => self.replay(&step, true),
            None => {}
        }
    }

    fn travel_to(&mut self, steps: usize) {
        self.end_stroke();
        while self.history.len() > steps && self.obstacle(&Command::Undo).is_none() {
            self.undo();
        }
        while self.history.len() < steps && self.obstacle(&Command::Redo).is_none() {
            self.redo();
        }
    }

    fn replay(&mut self, step: &Step, forwards: bool) {
        if let Some(document) = &mut self.document {
            document.replay(step, forwards);
        }
    }
}
