//! Textures of a large picture, created when first seen and updated only where it changed.

use std::collections::HashMap;

use egui::{
    Color32, ColorImage, Painter, Pos2, TextureFilter, TextureHandle, TextureOptions, pos2,
};
use imaging::Rect;

use super::grid::{self, Tile};

/// Where a picture lies on the canvas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// Canvas position of the picture's top left corner, in points.
    pub(crate) origin: Pos2,
    /// Points per pixel of the picture.
    pub(crate) scale: f32,
    /// Physical pixels per pixel of the picture.
    pub(crate) zoom: f32,
    /// What of the canvas can be seen.
    pub(crate) clip: egui::Rect,
}

impl Placement {
    /// A rectangle of the picture on the canvas.
    pub(crate) fn on_canvas(&self, rect: Rect) -> egui::Rect {
        let at = |x: usize, y: usize| {
            pos2(
                self.origin.x + x as f32 * self.scale,
                self.origin.y + y as f32 * self.scale,
            )
        };
        egui::Rect::from_min_max(at(rect.x, rect.y), at(rect.right(), rect.bottom()))
    }

    /// The pixels of a picture of this size that can be seen.
    fn visible(&self, (width, height): (usize, usize)) -> Rect {
        let pixel = |canvas: f32, origin: f32, side: usize| {
            ((canvas - origin) / self.scale).clamp(0.0, side as f32)
        };
        let left = pixel(self.clip.left(), self.origin.x, width).floor() as usize;
        let right = pixel(self.clip.right(), self.origin.x, width).ceil() as usize;
        let top = pixel(self.clip.top(), self.origin.y, height).floor() as usize;
        let bottom = pixel(self.clip.bottom(), self.origin.y, height).ceil() as usize;
        Rect::new(
            left,
            top,
            right.saturating_sub(left),
            bottom.saturating_sub(top),
        )
    }

    /// Above 200 % pixels are shown as squares.
    fn filter(&self) -> TextureOptions {
        let magnification = if self.zoom > 2.0 {
            TextureFilter::Nearest
        } else {
            TextureFilter::Linear
        };
        TextureOptions {
            magnification,
            ..TextureOptions::LINEAR
        }
    }
}

struct Entry {
    texture: TextureHandle,
    options: TextureOptions,
}

/// The tiles of one picture that have been seen.
pub(crate) struct Tiles {
    name: &'static str,
    entries: HashMap<Tile, Entry>,
}

impl Tiles {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            entries: HashMap::new(),
        }
    }

    /// Paints the visible tiles of a level, multiplied by `tint`. `pixels` gives the image of a rectangle of the level.
    pub(crate) fn paint(
        &mut self,
        painter: &Painter,
        placement: &Placement,
        (size, level): ((usize, usize), usize),
        tint: Color32,
        pixels: impl Fn(Rect) -> ColorImage,
    ) {
        // Other levels are made again when needed; keeping all would double the memory.
        self.entries.retain(|tile, _| tile.level == level);
        let level_size = grid::level_size(size, level);
        let visible = grid::to_level(placement.visible(size), level, level_size);
        let options = placement.filter();
        for tile in grid::tiles(level, visible) {
            let (inner, outer) = (tile.inner(level_size), tile.outer(level_size));
            let entry = self.entries.entry(tile).or_insert_with(|| Entry {
                texture: painter
                    .ctx()
                    .load_texture(self.name, pixels(outer), options),
                options,
            });
            if entry.options != options {
                entry.texture.set(pixels(outer), options);
                entry.options = options;
            }
            let scale = (1 << level) as f32;
            let whole = Rect::new(0, 0, size.0, size.1);
            let on_canvas = placement
                .on_canvas(Rect::new(
                    inner.x << level,
                    inner.y << level,
                    inner.width << level,
                    inner.height << level,
                ))
                // An odd edge rounds a level up beyond the photo.
                .intersect(placement.on_canvas(whole));
            let uv = |x: f32, y: f32| {
                pos2(
                    (x - outer.x as f32) / outer.width as f32,
                    (y - outer.y as f32) / outer.height as f32,
                )
            };
            let right = (inner.right() as f32).min(size.0 as f32 / scale);
            let bottom = (inner.bottom() as f32).min(size.1 as f32 / scale);
            let uv =
                egui::Rect::from_min_max(uv(inner.x as f32, inner.y as f32), uv(right, bottom));
            painter.image(entry.texture.id(), on_canvas, uv, tint);
        }
    }

    /// Pixels of `dirty`, a rectangle of the picture, have changed.
    pub(crate) fn update(
        &mut self,
        dirty: Rect,
        size: (usize, usize),
        pixels: impl Fn(usize, Rect) -> ColorImage,
    ) {
        for (tile, entry) in &mut self.entries {
            let level_size = grid::level_size(size, tile.level);
            let outer = tile.outer(level_size);
            let changed = grid::to_level(dirty, tile.level, level_size);
            if let Some(part) = changed.intersection(outer) {
                let at = [part.x - outer.x, part.y - outer.y];
                entry
                    .texture
                    .set_partial(at, pixels(tile.level, part), entry.options);
            }
        }
    }

    /// Forgets all tiles.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
