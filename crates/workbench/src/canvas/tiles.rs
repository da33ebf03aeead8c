//! Textures of a large picture, created when first seen and updated only where it changed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use egui::{
    Color32, ColorImage, Painter, Pos2, TextureFilter, TextureHandle, TextureOptions, pos2,
};
use imaging::Rect;

use super::cover::Cover;
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

/// What a frame may spend on making tiles, of all layers together, after the first.
const BUDGET: Duration = Duration::from_millis(4);

/// What a frame has spent on making tiles; kept in the context, for layers do not know each other.
#[derive(Clone, Copy, Default)]
struct Spent {
    frame: u64,
    time: Duration,
}

impl Spent {
    /// What the present frame has spent.
    fn so_far(ctx: &egui::Context) -> Self {
        let frame = ctx.cumulative_frame_nr();
        ctx.data(|data| data.get_temp::<Self>(egui::Id::NULL))
            .filter(|spent| spent.frame == frame)
            .unwrap_or(Self {
                frame,
                time: Duration::ZERO,
            })
    }

    fn remember(self, ctx: &egui::Context) {
        ctx.data_mut(|data| data.insert_temp(egui::Id::NULL, self));
    }
}

struct Entry {
    texture: TextureHandle,
    options: TextureOptions,
    /// Where there is anything in it, if what lies below shines through elsewhere.
    cover: Option<Cover>,
}

/// The tiles of one picture that have been seen.
pub(crate) struct Tiles {
    name: &'static str,
    /// Whether what lies below shines through, so that nothing may be painted twice.
    translucent: bool,
    entries: HashMap<Tile, Entry>,
}

impl Tiles {
    /// No tiles yet.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            translucent: false,
            entries: HashMap::new(),
        }
    }

    /// No tiles yet, of something that what lies below shines through.
    pub(crate) fn translucent(name: &'static str) -> Self {
        Self {
            translucent: true,
            ..Self::new(name)
        }
    }

    /// Paints the visible tiles of a level, multiplied by `tint`. `pixels` gives the image of a
    /// rectangle of the level.
    ///
    /// Making tiles takes long, so that each frame makes only as many as its time allows; until all
    /// are there, those of the level that was shown before lie below. Whether all are there.
    pub(crate) fn paint(
        &mut self,
        painter: &Painter,
        placement: &Placement,
        (size, level): ((usize, usize), usize),
        tint: Color32,
        pixels: impl Fn(Rect) -> ColorImage,
    ) -> bool {
        let level_size = grid::level_size(size, level);
        let visible = grid::to_level(placement.visible(size), level, level_size);
        let tiles = grid::tiles(level, visible);
        let complete = self.make(painter, placement, level_size, &tiles, pixels);
        if complete {
            // Other levels are made again when needed; keeping all would double the memory.
            self.entries.retain(|tile, _| tile.level == level);
        } else {
            painter.ctx().request_repaint();
            let any = self.paint_others(painter, placement, (size, level), tint);
            if any && self.translucent {
                return false;
            }
        }
        for tile in tiles {
            if let Some(entry) = self.entries.get(&tile) {
                paint_tile(painter, placement, size, tint, tile, entry);
            }
        }
        complete
    }

    /// Makes tiles until the frame's time is up; whether all are there.
    fn make(
        &mut self,
        painter: &Painter,
        placement: &Placement,
        level_size: (usize, usize),
        tiles: &[Tile],
        pixels: impl Fn(Rect) -> ColorImage,
    ) -> bool {
        let mut spent = Spent::so_far(painter.ctx());
        let mut complete = true;
        let options = placement.filter();
        for tile in tiles {
            let outer = tile.outer(level_size);
            let known = self.entries.get_mut(tile);
            if known.as_ref().is_some_and(|entry| entry.options == options) {
                continue;
            }
            if spent.time > BUDGET {
                complete = false;
                break;
            }
            let begun = Instant::now();
            let image = pixels(outer);
            let cover = self.translucent.then(|| {
                let mut cover = Cover::default();
                cover.add(&image, outer, tile.inner(level_size));
                cover
            });
            match known {
                Some(entry) => {
                    entry.texture.set(image, options);
                    (entry.options, entry.cover) = (options, cover);
                }
                None => {
                    let entry = Entry {
                        texture: painter.ctx().load_texture(self.name, image, options),
                        options,
                        cover,
                    };
                    self.entries.insert(*tile, entry);
                }
            }
            spent.time += begun.elapsed();
        }
        spent.remember(painter.ctx());
        complete
    }

    /// Paints what there is of the other levels, the coarsest first; whether there was any.
    fn paint_others(
        &self,
        painter: &Painter,
        placement: &Placement,
        (size, level): ((usize, usize), usize),
        tint: Color32,
    ) -> bool {
        let mut others: Vec<_> = self
            .entries
            .iter()
            .filter(|(tile, _)| tile.level != level)
            .collect();
        others.sort_by_key(|(tile, _)| std::cmp::Reverse(tile.level));
        for (tile, entry) in &others {
            paint_tile(painter, placement, size, tint, **tile, entry);
        }
        !others.is_empty()
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
                let (part, image) = match &mut entry.cover {
                    Some(cover) => {
                        let tile_of = (tile.inner(level_size), outer);
                        cover.look_again(part, tile_of, |part| pixels(tile.level, part))
                    }
                    None => (part, pixels(tile.level, part)),
                };
                let at = [part.x - outer.x, part.y - outer.y];
                entry.texture.set_partial(at, image, entry.options);
            }
        }
    }

    /// Forgets all tiles.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

fn paint_tile(
    painter: &Painter,
    placement: &Placement,
    size: (usize, usize),
    tint: Color32,
    tile: Tile,
    entry: &Entry,
) {
    let inner = tile.inner(grid::level_size(size, tile.level));
    let parts = match entry.cover {
        Some(cover) => cover.parts(inner),
        None => vec![inner],
    };
    let mut mesh = egui::Mesh::with_texture(entry.texture.id());
    for part in parts {
        let (on_canvas, uv) = quad(placement, size, tile, part);
        mesh.add_rect_with_uv(on_canvas, uv, tint);
    }
    painter.add(mesh);
}

/// Where a part of a tile, in pixels of its level, lies on the canvas and in its texture.
fn quad(
    placement: &Placement,
    size: (usize, usize),
    tile: Tile,
    part: Rect,
) -> (egui::Rect, egui::Rect) {
    let level = tile.level;
    let outer = tile.outer(grid::level_size(size, level));
    let scale = (1 << level) as f32;
    let whole = Rect::new(0, 0, size.0, size.1);
    let on_canvas = placement
        .on_canvas(Rect::new(
            part.x << level,
            part.y << level,
            part.width << level,
            part.height << level,
        ))
        // An odd edge rounds a level up beyond the photo.
        .intersect(placement.on_canvas(whole));
    let uv = |x: f32, y: f32| {
        pos2(
            (x - outer.x as f32) / outer.width as f32,
            (y - outer.y as f32) / outer.height as f32,
        )
    };
    let right = (part.right() as f32).min(size.0 as f32 / scale);
    let bottom = (part.bottom() as f32).min(size.1 as f32 / scale);
    let uv = egui::Rect::from_min_max(uv(part.x as f32, part.y as f32), uv(right, bottom));
    (on_canvas, uv)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (4 * grid::TILE, 4 * grid::TILE);

    fn placement(zoom: f32) -> Placement {
        Placement {
            origin: Pos2::ZERO,
            scale: zoom,
            zoom,
            clip: egui::Rect::from_min_size(Pos2::ZERO, egui::vec2(4096.0, 4096.0)),
        }
    }

    /// One frame in which every tile takes longer than there is time for.
    fn frame(ctx: &egui::Context, tiles: &mut Tiles, zoom: f32, level: usize) {
        let _ = ctx.run_ui(egui::RawInput::default(), |ui| {
            let what = (SIZE, level);
            let _ = tiles.paint(
                ui.painter(),
                &placement(zoom),
                what,
                Color32::WHITE,
                |rect| {
                    std::thread::sleep(BUDGET + Duration::from_millis(1));
                    ColorImage::filled([rect.width, rect.height], Color32::BLACK)
                },
            );
        });
    }

    fn levels(tiles: &Tiles) -> Vec<usize> {
        let mut levels: Vec<usize> = tiles.entries.keys().map(|tile| tile.level).collect();
        levels.sort_unstable();
        levels.dedup();
        levels
    }

    #[test]
    fn a_frame_makes_what_its_time_allows_and_keeps_the_last_level_until_then() {
        let ctx = egui::Context::default();
        let mut tiles = Tiles::new("test");
        frame(&ctx, &mut tiles, 0.25, 2);
        assert_eq!(tiles.entries.len(), 1, "one tile covers the whole level");
        // Sixteen tiles of level 0: one each frame, over those of level 2.
        for frames in 1..16 {
            frame(&ctx, &mut tiles, 1.0, 0);
            assert_eq!(tiles.entries.len(), 1 + frames);
            assert_eq!(levels(&tiles), [0, 2]);
        }
        frame(&ctx, &mut tiles, 1.0, 0);
        assert_eq!((tiles.entries.len(), levels(&tiles)), (16, vec![0]));
    }
}
