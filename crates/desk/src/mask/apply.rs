//! Carries out what a person does with the mask as a whole, and the scratch finder.

use std::sync::Arc;

use imaging::{Mask, Photo, Value};

use super::FindScratches;
use super::command::MaskCommand;
use super::document::Document;
use super::state::MaskState;
use super::stroke::{Brush, Tool};
use crate::common::notice::Notice;
use crate::request::{BoxedRequest, Broken, Requests, one};

impl MaskState {
    /// Carries out a command on the mask.
    pub(crate) fn apply_mask(&mut self, command: MaskCommand, requests: &mut Requests) {
        use MaskCommand as C;
        match command {
            C::ChooseTool(tool) => requests.extend(self.choose_tool(tool)),
            C::BrushDiameter(diameter) => {
                self.brush.diameter = diameter.clamp(*Brush::RANGE.start(), *Brush::RANGE.end());
            }
            C::ResizeBrush(larger) => self.brush = self.brush.resized(larger),
            C::BeginStroke {
                at,
                straight,
                opposite,
            } => self.begin_stroke(at, straight, opposite),
            C::Press(pressure) => self.pressure = pressure,
            C::ExtendStroke(to) => self.extend_stroke(to),
            C::EndStroke => self.end_drag(),
            C::Invert => self.invert(),
            C::Clear => self.clear(),
            C::Grow(radius) => {
                self.reshape("Grow mask", |mask| mask.grown(radius.min(C::MOST)));
            }
            C::Shrink(radius) => {
                self.reshape("Shrink mask", |mask| mask.shrunk(radius.min(C::MOST)));
            }
            C::FillHoles => self.reshape("Fill holes", Mask::filled),
            C::CloseShape => self.end_stroke(),
            C::CancelShape => self.with_document(Document::cancel_outline),
            C::RemoveCorner => self.with_document(Document::remove_corner),
            C::Opacity(opacity) => self.view.mask_opacity = opacity.clamp(0.1, 1.0),
            C::Fade(stronger) => {
                let step = if stronger { 0.1 } else { -0.1 };
                self.view.mask_opacity = (self.view.mask_opacity + step).clamp(0.1, 1.0);
            }
            C::Search(search) => {
                self.finder.search = search;
                requests.extend(self.look());
            }
            C::AcceptProposal => self.accept_proposal(),
            C::DiscardProposal => {
                self.finder.forget();
                self.tool = Tool::Brush;
            }
            C::Dismiss { from, to, reach } => self.finder.dismiss(from, to, reach),
            C::BringBack => {
                let _ = self.finder.bring_back();
            }
        }
    }

    fn with_document(&mut self, change: impl FnOnce(&mut Document)) {
        if let Some(document) = &mut self.document {
            change(document);
        }
    }

    fn choose_tool(&mut self, tool: Tool) -> Option<BoxedRequest> {
        self.end_stroke();
        self.tool = tool;
        if tool.has_size() && tool != self.brush_of {
            std::mem::swap(&mut self.brush, &mut self.spare_brush);
            self.brush_of = tool;
        }
        self.finder.forget();
        self.look()
    }

    fn invert(&mut self) {
        // A stroke that is being drawn comes first, or undo would mix the two.
        self.end_stroke();
        let step = self.document.as_mut().map(Document::invert);
        self.record(step);
    }

    fn clear(&mut self) {
        self.end_stroke();
        let step = self.document.as_mut().and_then(Document::clear);
        self.record(step.map(|step| step.named("Clear mask")));
    }

    fn extend_stroke(&mut self, to: (f32, f32)) {
        let radius = self.brush.radius(self.pressure);
        self.with_document(|document| document.extend_stroke(to, radius));
    }

    fn accept_proposal(&mut self) {
        let proposal = self.finder.proposal.take();
        self.finder.forget();
        if let Some(proposal) = proposal {
            self.reshape("Found scratches", |mask| mask.united(&proposal));
        }
        self.tool = Tool::Brush;
    }

    /// Looks for scratches if the finder is in use.
    pub(crate) fn look(&mut self) -> Option<BoxedRequest> {
        let photo = Arc::clone(&self.document.as_ref()?.photo);
        let search = self.finder.search;
        (self.tool == Tool::Finder && self.finder.look())
            .then(|| FindScratches { photo, search }.into())
    }

    /// What the finder found in `photo`.
    pub(crate) fn scratches_found(
        &mut self,
        photo: &Arc<Photo>,
        answer: Result<Mask, Broken>,
    ) -> Requests {
        // Scratches of a photo that was closed since are of no use for this one.
        let document = self.document.as_ref();
        let same = document.is_some_and(|document| Arc::ptr_eq(photo, &document.photo));
        match answer {
            Ok(mask) => {
                let wanted = same && self.tool == Tool::Finder;
                let again = self.finder.found(wanted.then_some(mask));
                one(again.then(|| self.look()).flatten())
            }
            Err(reason) => {
                self.finder.busy = false;
                self.notice = Some(Notice::error(&reason.to_string()));
                Vec::new()
            }
        }
    }

    /// Changes the mask as a whole, as a step of this name.
    fn reshape(&mut self, name: &'static str, change: impl FnOnce(&Mask) -> Mask) {
        self.end_stroke();
        let step = self.document.as_mut().and_then(|document| {
            let mask = change(&document.mask);
            document.replace_mask(mask)
        });
        self.record(step.map(|step| step.named(name)));
        self.view.mask_visible = true;
    }

    /// What the next stroke or shape leaves behind; `opposite` swaps painting and erasing.
    pub(crate) fn stroke_value(&self, opposite: bool) -> Value {
        if (self.tool == Tool::Eraser) == opposite {
            Value::Paint
        } else {
            Value::Erase
        }
    }
}
