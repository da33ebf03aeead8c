//! All textures of the canvas, kept in step with the document.

use std::sync::Arc;

use egui::pos2;
use engine::Preview;
use imaging::Mask;

use super::mask_layer::MaskLayer;
use super::picture::Picture;
use super::previews::Previews;
use super::tiles::Placement;
use crate::background::Wake;
use crate::document::{Document, State, View};
use crate::theme;

/// All textures of the canvas.
pub(crate) struct Layers {
    wake: Wake,
    pub(super) original: Option<Picture>,
    pub(super) restored: Option<Picture>,
    pub(super) mask: MaskLayer,
    pub(super) proposal: MaskLayer,
    proposed: Option<Arc<Mask>>,
    pub(super) previews: Previews,
}

impl Layers {
    pub(crate) fn new(wake: Wake) -> Self {
        let mask = MaskLayer::new("mask", theme::MASK);
        let proposal = MaskLayer::new("proposal", theme::PROPOSAL);
        Self {
            wake,
            original: None,
            restored: None,
            mask,
            proposal,
            proposed: None,
            previews: Previews::default(),
        }
    }

    /// Takes in a preview of the running job.
    pub(crate) fn preview(&mut self, ctx: &egui::Context, state: &State, preview: &Preview) {
        if state.run.as_ref().is_some_and(|run| run.job == preview.job) {
            self.previews.show(ctx, preview);
        }
    }

    /// Brings the textures in step with the document. Call it inside a frame: before the first
    /// one the largest texture is not known.
    pub(crate) fn follow(&mut self, state: &mut State) {
        if state.run.is_none() {
            self.previews.clear();
        }
        if self.proposed.as_ref().map(Arc::as_ptr)
            != state.finder.proposal.as_ref().map(Arc::as_ptr)
        {
            self.proposed.clone_from(&state.finder.proposal);
            self.proposal.clear();
        }
        let Some(document) = &mut state.document else {
            (self.original, self.restored) = (None, None);
            return;
        };
        if !self
            .original
            .as_ref()
            .is_some_and(|picture| picture.shows(&document.photo))
        {
            self.original = Some(Picture::new(document.photo.clone(), self.wake.clone()));
            self.mask.clear();
        }
        match &document.result {
            None => self.restored = None,
            Some(result) => {
                if !self
                    .restored
                    .as_ref()
                    .is_some_and(|picture| picture.shows(&result.photo))
                {
                    self.restored = Some(Picture::new(result.photo.clone(), self.wake.clone()));
                }
            }
        }
        if let Some(dirty) = document.take_mask_dirty() {
            self.mask.update(&document.mask, dirty);
        }
    }
}

/// Where a picture of `width` pixels lies that covers the photo: the photo itself, or a result
/// that is larger because it was enlarged.
pub(super) fn placement(
    view: &View,
    document: &Document,
    width: usize,
    clip: egui::Rect,
) -> Placement {
    let (x, y) = view.to_canvas((0.0, 0.0));
    let ratio = document.photo.width() as f32 / width.max(1) as f32;
    Placement {
        origin: pos2(x, y),
        scale: view.scale() * ratio,
        zoom: view.zoom * ratio,
        clip,
    }
}
