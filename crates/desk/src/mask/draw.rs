//! Strokes and shapes between press and release of the pointer.

use super::document::Document;
use super::state::MaskState;
use super::stroke::Tool;
use crate::photo::view::Show;

impl MaskState {
    /// Begins a stroke or a shape, whichever the tool draws.
    pub(crate) fn begin_stroke(&mut self, at: (f32, f32), straight: bool, opposite: bool) {
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
                document.begin_stroke(at, self.brush.radius(self.pressure), value, straight);
            }
            None => return,
        }
        self.show_original();
    }

    /// Painting is done on the original; a stroke that cannot be seen would surprise.
    pub(crate) fn show_original(&mut self) {
        self.view.mask_visible = true;
        self.view.show = Show::Original;
    }

    /// The pointer was let go: a polygon stays open for its next corner.
    pub(crate) fn end_drag(&mut self) {
        let document = self.document.as_ref();
        if document.is_some_and(Document::is_drawing) {
            self.end_stroke();
        }
        self.pressure = 1.0;
    }

    /// Ends what is being drawn, whatever it is.
    pub(crate) fn end_stroke(&mut self) {
        for end in [Document::end_stroke, Document::close_outline] {
            let step = self.document.as_mut().and_then(end);
            self.record(step);
        }
    }
}
