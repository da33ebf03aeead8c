//! A photo on the canvas: its tiles, and the pyramid that is built beside the window's thread.

use std::sync::{Arc, OnceLock};

use imaging::{Photo, Rect};

use super::grid;
use super::pyramid::{self, Level};
use super::tiles::{Placement, Tiles};
use crate::background::Wake;

/// A photo on the canvas.
pub(crate) struct Picture {
    photo: Arc<Photo>,
    pyramid: Arc<OnceLock<Vec<Level>>>,
    tiles: Tiles,
}

impl Picture {
    /// Starts building the pyramid if the photo needs one; `wake` is called when it is there.
    pub(crate) fn new(photo: Arc<Photo>, wake: Wake) -> Self {
        let pyramid = Arc::new(OnceLock::new());
        if grid::levels(photo.width(), photo.height()) > 1 {
            let (photo, pyramid) = (Arc::clone(&photo), Arc::clone(&pyramid));
            std::thread::spawn(move || {
                let _ = pyramid.set(pyramid::build(&photo));
                wake();
            });
        }
        Self {
            photo,
            pyramid,
            tiles: Tiles::new("photo"),
        }
    }

    /// Whether it shows this very photo.
    pub(crate) fn shows(&self, photo: &Arc<Photo>) -> bool {
        Arc::ptr_eq(&self.photo, photo)
    }

    /// Paints what is visible.
    pub(crate) fn paint(&mut self, painter: &egui::Painter, placement: &Placement) {
        let size = (self.photo.width(), self.photo.height());
        let levels = 1 + self.pyramid.get().map_or(0, Vec::len);
        let level = grid::level_for(placement.zoom, levels);
        let (photo, pyramid) = (&self.photo, &self.pyramid);
        self.tiles.paint(
            painter,
            placement,
            (size, level),
            egui::Color32::WHITE,
            |rect| match level {
                0 => image(rect, &photo.rgba8(rect)),
                _ => pyramid
                    .get()
                    .and_then(|levels| levels.get(level - 1))
                    .map_or_else(|| image(rect, &[]), |level| image(rect, &cut(level, rect))),
            },
        );
    }
}

fn cut(level: &Level, rect: Rect) -> Vec<u8> {
    let stride = level.size.0 * 4;
    (rect.y..rect.bottom())
        .flat_map(|y| &level.rgba[y * stride + rect.x * 4..y * stride + rect.right() * 4])
        .copied()
        .collect()
}

/// An egui image of a rectangle's packed RGBA; black if the bytes are not there.
pub(super) fn image(rect: Rect, rgba: &[u8]) -> egui::ColorImage {
    let size = [rect.width, rect.height];
    if rgba.len() == rect.area() * 4 {
        egui::ColorImage::from_rgba_unmultiplied(size, rgba)
    } else {
        egui::ColorImage::filled(size, egui::Color32::BLACK)
    }
}
