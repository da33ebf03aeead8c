//! What the pointer draws: marks on the mask, or the path of a blur, as the settings say.

use imaging::Value;

use super::path;
use super::state::RecipeState;
use crate::common::notice::Notice;
use crate::mask::command::MaskCommand;
use crate::mask::document::Document;
use crate::mask::outline::Shape;
use crate::mask::stroke::Tool;
use crate::request::Requests;

impl RecipeState {
    /// Carries out a command on the mask and its tools. A path that is being drawn belongs to the
    /// settings.
    pub(crate) fn apply_drawing(&mut self, command: MaskCommand, requests: &mut Requests) {
        match command {
            MaskCommand::BeginStroke { at, opposite, .. } if self.settings.draws_path() => {
                self.begin_path(at, opposite);
            }
            command => {
                if command.ends_drawing() {
                    self.end_path();
                }
                self.below.apply_mask(command, requests);
            }
        }
    }

    fn begin_path(&mut self, at: (f32, f32), opposite: bool) {
        if self.tool != Tool::Polygon {
            self.end_stroke();
        }
        let value: Value = self.stroke_value(opposite);
        if let Some(document) = &mut self.document {
            document.begin_outline(Shape::Path, at, value);
            self.show_original();
        }
    }

    /// Ends what is being drawn, whatever it is.
    pub(crate) fn end_stroke(&mut self) {
        self.end_path();
        self.below.end_stroke();
    }

    fn end_path(&mut self) {
        let path = self.document.as_mut().and_then(Document::take_path);
        if let Some(path) = path {
            self.take_drawn_path(&path);
        }
    }

    /// A drawn path becomes the blur's, as one step. A click leaves what was there.
    fn take_drawn_path(&mut self, drawn: &[(f32, f32)]) {
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

    /// The tool that the pointer is: where a task restores the whole picture there is nothing to
    /// mark, so it moves the picture.
    #[must_use]
    pub fn tool_now(&self) -> Tool {
        if self.settings.needs_mask() || self.settings.draws_path() {
            self.tool
        } else {
            Tool::Pan
        }
    }
}
