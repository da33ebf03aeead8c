//! All textures of the canvas, kept in step with the document.

use std::sync::Arc;

use egui::pos2;
use engine::Preview;
use imaging::{Mask, Photo};

use super::mask_layer::MaskLayer;
use super::picture::{Picture, Raster};
use super::previews::Previews;
use super::tiles::Placement;
use crate::background::Wake;
use crate::theme;
use desk::{Document, State, View};

/// Pictures whose textures are kept, so that switching between a few runs is immediate.
const PICTURES: usize = 5;

/// All textures of the canvas.
pub(crate) struct Layers {
    wake: Wake,
    photo: Option<Arc<Photo>>,
    /// The latest last.
    pictures: Vec<Picture>,
    pub(super) mask: MaskLayer,
    pub(super) proposal: MaskLayer,
    proposed: Option<Arc<Mask>>,
    /// The revision of the mask that is shown; 0 before the first.
    revision: u64,
    pub(super) previews: Previews,
}

impl Layers {
    pub(crate) fn new(wake: Wake) -> Self {
        let mask = MaskLayer::new("mask", theme::MASK);
        let proposal = MaskLayer::new("proposal", theme::PROPOSAL);
        Self {
            wake,
            photo: None,
            pictures: Vec::new(),
            mask,
            proposal,
            proposed: None,
            revision: 0,
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
    pub(crate) fn follow(&mut self, state: &State) {
        if state.run.is_none() {
            self.previews.clear();
        }
        if self.proposed.as_ref().map(Arc::as_ptr)
            != state.finder.proposal.as_ref().map(Arc::as_ptr)
        {
            self.proposed.clone_from(&state.finder.proposal);
            self.proposal.clear();
        }
        let Some(document) = &state.document else {
            self.pictures.clear();
            self.photo = None;
            return;
        };
        let same = |photo: &Arc<Photo>| Arc::ptr_eq(photo, &document.photo);
        if !self.photo.as_ref().is_some_and(same) {
            self.photo = Some(Arc::clone(&document.photo));
            self.pictures.clear();
            self.mask.clear();
        }
        self.mask.leave_out(state.runs.marked_before());
        if let Some(changed) = document.mask_changed_since(self.revision) {
            self.mask.update(&document.mask, changed);
            self.revision = document.mask_revision();
        }
    }

    /// Paints a picture, whose textures are made if it was not painted lately. Whether it hides what lies
    /// below.
    pub(super) fn paint(
        &mut self,
        painter: &egui::Painter,
        raster: &Raster,
        place: &Placement,
    ) -> bool {
        let found = self.pictures.iter().position(|p| p.shows(raster));
        let mut picture = match found {
            Some(index) => self.pictures.remove(index),
            None => Picture::new(raster.clone(), self.wake.clone()),
        };
        let hides = picture.paint(painter, place);
        self.pictures.push(picture);
        let over = self.pictures.len().saturating_sub(PICTURES);
        self.pictures.drain(..over);
        hides
    }
}

/// Where a picture of `width` pixels lies that covers the photo: the photo itself, or a result
/// that is larger because it was enlarged. In the right half if the canvas is halved and `right`.
pub(super) fn placement(
    view: &View,
    document: &Document,
    width: usize,
    right: bool,
    clip: egui::Rect,
) -> Placement {
    let (x, y) = view.to_half((0.0, 0.0), right);
    let ratio = document.photo.width() as f32 / width.max(1) as f32;
    Placement {
        origin: pos2(x, y),
        scale: view.scale() * ratio,
        zoom: view.zoom * ratio,
        clip,
    }
}
