//! The open photo with its mask and result, and every change a tool can make to the mask.
//!
//! Photo and mask are shared (`Arc`) with running jobs and never change under them: the mask is
//! copied on the first write while somebody else still reads it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Report;
use imaging::{Mask, Photo, Rect, Value};

use super::changes::Changes;
use super::edit::Edit;
use super::outline::{Outline, Shape};
use super::stroke::OpenStroke;

/// Where the photo came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The bundled photograph.
    Demo,
    /// A file.
    File(PathBuf),
    /// The clipboard.
    Clipboard,
}

impl Source {
    /// The name shown in the title.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Demo => "Demo photograph".to_owned(),
            Self::Clipboard => "Pasted picture".to_owned(),
            Self::File(path) => path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
        }
    }

    /// The file, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Demo | Self::Clipboard => None,
            Self::File(path) => Some(path),
        }
    }
}

/// A restored picture.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The picture; larger than the original when it was enlarged.
    pub photo: Arc<Photo>,
    /// How it came about.
    pub report: Report,
}

/// The open photo.
#[derive(Clone, Debug)]
pub struct Document {
    /// Where it came from.
    pub source: Source,
    /// The measurement.
    pub photo: Arc<Photo>,
    /// Where to restore; always of the photo's size.
    pub mask: Arc<Mask>,
    /// The latest result.
    pub result: Option<Restored>,
    /// SHA-256 of the photo's file in hexadecimal, where it is known.
    pub sha256: Option<String>,
    /// Whether the photo is a result that was built on, and no longer what its file holds.
    pub built: bool,
    masked: usize,
    changes: Changes,
    stroke: Option<OpenStroke>,
    outline: Option<Outline>,
    last_point: Option<(f32, f32)>,
}

impl Document {
    /// A photo with an empty mask, or with `mask` if it has the photo's size.
    #[must_use]
    pub fn new(source: Source, photo: Arc<Photo>, mask: Option<Mask>) -> Self {
        let (width, height) = (photo.width(), photo.height());
        let mask = mask
            .filter(|mask| (mask.width(), mask.height()) == (width, height))
            .unwrap_or_else(|| Mask::new(width, height));
        Self::with_mask(source, photo, Arc::new(mask))
    }

    /// A photo with a mask of its size.
    #[must_use]
    pub fn with_mask(source: Source, photo: Arc<Photo>, mask: Arc<Mask>) -> Self {
        let masked = mask.count();
        Self {
            source,
            photo,
            mask,
            result: None,
            sha256: None,
            built: false,
            masked,
            changes: Changes::new(),
            stroke: None,
            outline: None,
            last_point: None,
        }
    }

    /// Pixels under the mask, as of the end of the last stroke.
    #[must_use]
    pub fn masked(&self) -> usize {
        self.masked
    }

    /// Whether a stroke is being drawn, or a shape that ends when the pointer is let go.
    #[must_use]
    pub fn is_drawing(&self) -> bool {
        let dragged = |outline: &Outline| outline.shape != Shape::Polygon;
        self.stroke.is_some() || self.outline.as_ref().is_some_and(dragged)
    }

    /// The shape that is being drawn.
    #[must_use]
    pub fn outline(&self) -> Option<&Outline> {
        self.outline.as_ref()
    }

    /// Begins a shape, or adds a corner to the open polygon.
    pub(crate) fn begin_outline(&mut self, shape: Shape, at: (f32, f32), value: Value) {
        match &mut self.outline {
            Some(outline) if outline.shape == shape && shape == Shape::Polygon => {
                outline.add_corner(at);
            }
            _ => self.outline = Some(Outline::new(shape, at, value)),
        }
    }

    /// Ends a path that is being drawn, and hands it over.
    pub(crate) fn take_path(&mut self) -> Option<Vec<(f32, f32)>> {
        let outline = self
            .outline
            .take_if(|outline| outline.shape == Shape::Path)?;
        Some(outline.corners())
    }

    /// Gives the shape up.
    pub(crate) fn cancel_outline(&mut self) {
        self.outline = None;
    }

    /// Takes the polygon's last corner back.
    pub(crate) fn remove_corner(&mut self) {
        self.outline.take_if(|outline| !outline.remove_corner());
    }

    /// Marks what the shape goes around. `None` if that changed nothing.
    pub(crate) fn close_outline(&mut self) -> Option<Edit> {
        // A path is not closed: it is nothing of the mask.
        self.outline.take_if(|outline| outline.shape == Shape::Path);
        let outline = self.outline.take()?;
        let before = Arc::clone(&self.mask);
        let rect = Arc::make_mut(&mut self.mask).fill_polygon(&outline.corners(), outline.value)?;
        self.touch(rect);
        self.step(&before, rect)
    }

    /// Where the last stroke ended; a straight line starts there.
    #[must_use]
    pub fn last_point(&self) -> Option<(f32, f32)> {
        self.last_point
    }

    /// Counts the changes of the mask; never 0.
    #[must_use]
    pub fn mask_revision(&self) -> u64 {
        self.changes.revision()
    }

    /// Where the mask changed after the revision `seen`; everywhere if that was another mask's.
    #[must_use]
    pub fn mask_changed_since(&self, seen: u64) -> Option<Rect> {
        self.changes.since(seen, self.photo.bounds())
    }

    /// Begins a stroke at a photo position; `straight` joins it to the end of the last one.
    pub(crate) fn begin_stroke(
        &mut self,
        at: (f32, f32),
        radius: f32,
        value: Value,
        straight: bool,
    ) {
        let from = self.last_point.filter(|_| straight).unwrap_or(at);
        self.stroke = Some(OpenStroke {
            before: Arc::clone(&self.mask),
            value,
            last: from,
            radius,
            dirty: None,
        });
        self.extend_stroke(at, radius);
    }

    /// Draws on to a photo position. Does nothing without a stroke.
    pub(crate) fn extend_stroke(&mut self, to: (f32, f32), radius: f32) {
        if let Some(outline) = &mut self.outline {
            outline.extend(to);
        }
        let Some(stroke) = &mut self.stroke else {
            return;
        };
        // A pen that is pressed harder on the way draws a wedge.
        let parts = (radius - stroke.radius).abs().ceil().clamp(1.0, 64.0);
        let (from, thin) = (stroke.last, stroke.radius);
        let mut dirty = None;
        for part in 1..=parts as usize {
            let share = part as f32 / parts;
            let at = (
                from.0 + share * (to.0 - from.0),
                from.1 + share * (to.1 - from.1),
            );
            let at = if share < 1.0 { at } else { to };
            let radius = thin + share * (radius - thin);
            let stamped =
                Arc::make_mut(&mut self.mask).stamp(stroke.last, at, radius, stroke.value);
            dirty = joined(dirty, stamped);
            stroke.last = at;
        }
        stroke.radius = radius;
        stroke.dirty = joined(stroke.dirty, dirty);
        if let Some(rect) = dirty {
            self.touch(rect);
        }
    }

    /// Ends the stroke. `None` if it changed nothing.
    pub(crate) fn end_stroke(&mut self) -> Option<Edit> {
        let stroke = self.stroke.take()?;
        self.last_point = Some(stroke.last);
        let rect = stroke.dirty?;
        self.step(&stroke.before, rect)
    }

    /// Inverts the mask.
    pub(crate) fn invert(&mut self) -> Edit {
        self.flip();
        Edit::Invert
    }

    /// Empties the mask. `None` if it was empty.
    pub(crate) fn clear(&mut self) -> Option<Edit> {
        let rect = self.mask.bounding_box()?;
        let before = Arc::clone(&self.mask);
        Arc::make_mut(&mut self.mask).clear();
        self.touch(rect);
        self.step(&before, rect)
    }

    /// Puts another mask in place. `None` if it has another size or is the same.
    pub(crate) fn replace_mask(&mut self, mask: Mask) -> Option<Edit> {
        if (mask.width(), mask.height()) != (self.photo.width(), self.photo.height()) {
            return None;
        }
        let rect = self.mask.difference(&mask)?;
        let before = std::mem::replace(&mut self.mask, Arc::new(mask));
        self.touch(rect);
        self.step(&before, rect)
    }

    /// Applies an edit forwards or backwards.
    pub(crate) fn replay(&mut self, edit: &Edit, forwards: bool) {
        match edit {
            Edit::Patch {
                rect,
                before,
                after,
                ..
            } => {
                let patch = if forwards { after } else { before };
                Arc::make_mut(&mut self.mask).restore_patch(*rect, patch);
                self.touch(*rect);
            }
            Edit::Invert => self.flip(),
        }
        self.masked = self.mask.count();
    }

    fn flip(&mut self) {
        Arc::make_mut(&mut self.mask).invert();
        self.touch(self.photo.bounds());
        self.masked = self.mask.count();
    }

    /// Everything of the mask has to be drawn anew.
    pub(crate) fn touch_all(&mut self) {
        self.touch(self.photo.bounds());
    }

    fn touch(&mut self, rect: Rect) {
        self.changes.add(rect);
    }

    fn step(&mut self, before: &Mask, rect: Rect) -> Option<Edit> {
        self.masked = self.mask.count();
        let (before, after) = (before.patch(rect), self.mask.patch(rect));
        (before != after).then_some(Edit::Patch {
            rect,
            before,
            after,
            by: None,
        })
    }
}

fn joined(a: Option<Rect>, b: Option<Rect>) -> Option<Rect> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.union(b)),
        (a, b) => a.or(b),
    }
}
