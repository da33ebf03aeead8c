//! Changing the mask as a whole, closing shapes, and the scratch finder.

use std::sync::Arc;

use imaging::{Mask, Photo, ScratchSearch, Value};

use super::FindScratches;
use super::stroke::Tool;
use crate::common::notice::Notice;
use crate::recipe::settings::Settings;
use crate::request::{BoxedRequest, Broken, Requests, one};
use crate::shell::command::{Command, Gesture};
use crate::shell::state::State;

/// An action on the mask.
#[derive(Clone, Debug, PartialEq)]
pub enum MaskCommand {
    /// Grows it by pixels in every direction.
    Grow(usize),
    /// Shrinks it by pixels.
    Shrink(usize),
    /// Fills what it encloses.
    FillHoles,
    /// Marks what the drawn shape goes around.
    CloseShape,
    /// Gives the drawn shape up.
    CancelShape,
    /// Takes the polygon's last corner back.
    RemoveCorner,
    /// Makes the edge of what is restored softer, or harder, by a pixel of feather.
    Soften(bool),
    /// How strongly the mask covers the photo, 0 to 1.
    Opacity(f32),
    /// A tenth more strongly (true) or less.
    Fade(bool),
    /// Looks for scratches like these.
    Search(ScratchSearch),
    /// Adds what the finder proposes.
    AcceptProposal,
    /// Gives it up.
    DiscardProposal,
    /// Takes whole patches out of it, as a line in photo pixels meets them.
    Dismiss {
        /// Where it begins.
        from: (f32, f32),
        /// Where it ends.
        to: (f32, f32),
        /// How near a patch has to be, in photo pixels.
        reach: f32,
    },
    /// Puts back what was taken out of it last.
    BringBack,
}

impl MaskCommand {
    /// How far one step of growing or shrinking goes at most, in pixels.
    pub const MOST: usize = 64;
}

impl State {
    pub(crate) fn apply_mask(&mut self, command: MaskCommand, requests: &mut Requests) {
        match command {
            MaskCommand::Grow(radius) => {
                self.reshape("Grow mask", |mask| {
                    mask.grown(radius.min(MaskCommand::MOST))
                });
            }
            MaskCommand::Shrink(radius) => {
                self.reshape("Shrink mask", |mask| {
                    mask.shrunk(radius.min(MaskCommand::MOST))
                });
            }
            MaskCommand::FillHoles => self.reshape("Fill holes", Mask::filled),
            MaskCommand::CloseShape => self.end_stroke(),
            MaskCommand::CancelShape => {
                if let Some(document) = &mut self.document {
                    document.cancel_outline();
                }
            }
            MaskCommand::RemoveCorner => {
                if let Some(document) = &mut self.document {
                    document.remove_corner();
                }
            }
            MaskCommand::Soften(softer) => requests.extend(self.soften(softer)),
            MaskCommand::Opacity(opacity) => self.view.mask_opacity = opacity.clamp(0.1, 1.0),
            MaskCommand::Fade(stronger) => {
                let step = if stronger { 0.1 } else { -0.1 };
                self.view.mask_opacity = (self.view.mask_opacity + step).clamp(0.1, 1.0);
            }
            MaskCommand::Search(search) => {
                self.finder.search = search;
                requests.extend(self.look());
            }
            MaskCommand::AcceptProposal => {
                let proposal = self.finder.proposal.take();
                self.finder.forget();
                if let Some(proposal) = proposal {
                    self.reshape("Found scratches", |mask| mask.united(&proposal));
                }
                self.tool = Tool::Brush;
            }
            MaskCommand::DiscardProposal => {
                self.finder.forget();
                self.tool = Tool::Brush;
            }
            MaskCommand::Dismiss { from, to, reach } => self.finder.dismiss(from, to, reach),
            MaskCommand::BringBack => {
                let _ = self.finder.bring_back();
            }
        }
    }

    /// The same setting as the inspector's slider, so that it is undone likewise.
    fn soften(&mut self, softer: bool) -> Requests {
        let mut next = Box::new(self.settings.clone());
        next.feather = if softer {
            (next.feather + 1).min(Settings::MOST_FEATHER)
        } else {
            next.feather.saturating_sub(1)
        };
        let gesture = Gesture::Once;
        self.apply(Command::Adjust { next, gesture })
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

    /// The tool that the pointer is: where a task restores the whole picture there is nothing to mark, so it
    /// moves the picture.
    #[must_use]
    pub fn tool_now(&self) -> Tool {
        if self.settings.needs_mask() || self.settings.draws_path() {
            self.tool
        } else {
            Tool::Pan
        }
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
