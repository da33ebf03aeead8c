//! A picture on the canvas: its tiles, and the pyramid that is built beside the window's thread.

use std::sync::{Arc, OnceLock};

use imaging::Rect;

use super::grid;
use super::pyramid::{self, Level};
use super::tiles::{Placement, Tiles};
use crate::background::Wake;
use desk::{Content, Spread, difference};

/// What a picture on the canvas is made of. Pixels are made only where they are looked at.
#[derive(Clone)]
pub(crate) enum Raster {
    /// A photo or a run.
    Picture(Content),
    /// The magnified absolute difference of two pictures of one size.
    Difference(Content, Content),
    /// Where candidates disagree; transparent elsewhere.
    Spread(Arc<Spread>),
}

impl Raster {
    /// Width and height.
    pub(crate) fn size(&self) -> (usize, usize) {
        match self {
            Self::Picture(content) | Self::Difference(content, _) => content.size(),
            Self::Spread(spread) => spread.size(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Picture(a), Self::Picture(b)) => a.same(b),
            (Self::Difference(a, b), Self::Difference(c, d)) => a.same(c) && b.same(d),
            (Self::Spread(a), Self::Spread(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether every pixel hides what lies below.
    fn is_opaque(&self) -> bool {
        match self {
            Self::Picture(content) => !content.has_alpha(),
            Self::Difference(..) => true,
            Self::Spread(_) => false,
        }
    }

    fn rgba8(&self, rect: Rect) -> Vec<u8> {
        match self {
            Self::Picture(content) => content.rgba8(rect),
            Self::Difference(a, b) => difference(&a.rgba8(rect), &b.rgba8(rect)),
            Self::Spread(spread) => spread.rgba8(rect),
        }
    }
}

/// A picture on the canvas.
pub(crate) struct Picture {
    raster: Raster,
    pyramid: Arc<OnceLock<Vec<Level>>>,
    tiles: Tiles,
}

impl Picture {
    /// Starts building the pyramid if the picture needs one; `wake` is called when it is there.
    pub(crate) fn new(raster: Raster, wake: Wake) -> Self {
        let pyramid = Arc::new(OnceLock::new());
        let size = raster.size();
        if grid::levels(size.0, size.1) > 1 {
            let (raster, pyramid) = (raster.clone(), Arc::clone(&pyramid));
            std::thread::spawn(move || {
                let whole = Rect::new(0, 0, size.0, size.1);
                let pixels = || image(whole, &raster.rgba8(whole)).pixels;
                let _ = pyramid.set(pyramid::build(size, pixels));
                wake();
            });
        }
        Self {
            raster,
            pyramid,
            tiles: Tiles::new("picture"),
        }
    }

    /// Whether it shows this very picture.
    pub(crate) fn shows(&self, raster: &Raster) -> bool {
        self.raster.same(raster)
    }

    /// Paints what is visible. Whether that hides what lies below: not while tiles are missing.
    pub(crate) fn paint(&mut self, painter: &egui::Painter, placement: &Placement) -> bool {
        let size = self.raster.size();
        let levels = 1 + self.pyramid.get().map_or(0, Vec::len);
        let level = grid::level_for(placement.zoom, levels);
        let (raster, pyramid) = (&self.raster, &self.pyramid);
        let complete = self.tiles.paint(
            painter,
            placement,
            (size, level),
            egui::Color32::WHITE,
            |rect| match level {
                0 => image(rect, &raster.rgba8(rect)),
                _ => pyramid
                    .get()
                    .and_then(|levels| levels.get(level - 1))
                    .map_or_else(|| image(rect, &[]), |level| level.cut(rect)),
            },
        );
        complete && raster.is_opaque()
    }
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
