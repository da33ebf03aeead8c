//! What the sampler shows while it draws: one texture for each window of the plan.

use egui::{Color32, TextureHandle, TextureOptions};
use engine::{JobId, Preview};
use imaging::Rect;

use super::picture::image;
use super::tiles::Placement;

/// The previews of the running job.
#[derive(Default)]
pub(crate) struct Previews {
    job: Option<JobId>,
    windows: Vec<(Rect, TextureHandle)>,
}

impl Previews {
    /// Takes in a preview; those of other jobs are dropped.
    pub(crate) fn show(&mut self, ctx: &egui::Context, preview: &Preview) {
        if self.job != Some(preview.job) {
            self.windows.clear();
            self.job = Some(preview.job);
        }
        let limit = ctx.input(|input| input.max_texture_side);
        let picture = shrunk(preview, limit);
        match self
            .windows
            .iter_mut()
            .find(|(window, _)| *window == preview.window)
        {
            Some((_, texture)) => texture.set(picture, TextureOptions::LINEAR),
            None => {
                let texture = ctx.load_texture("preview", picture, TextureOptions::LINEAR);
                self.windows.push((preview.window, texture));
            }
        }
    }

    /// Drops them all when nothing runs.
    pub(crate) fn clear(&mut self) {
        (self.job, self.windows) = (None, Vec::new());
    }

    /// Paints them; `placement` is that of the RESULT.
    pub(crate) fn paint(&self, painter: &egui::Painter, placement: &Placement) {
        let uv = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        for (window, texture) in &self.windows {
            painter.image(
                texture.id(),
                placement.on_canvas(*window),
                uv,
                Color32::WHITE,
            );
        }
    }
}

/// The preview, with every n-th pixel only if it exceeds the largest texture.
fn shrunk(preview: &Preview, limit: usize) -> egui::ColorImage {
    let (width, height) = preview.size();
    let every = width.max(height).div_ceil(limit.max(1)).max(1);
    if every == 1 || preview.rgba.len() != width * height * 4 {
        return image(Rect::new(0, 0, width, height), &preview.rgba);
    }
    let (columns, rows) = (width.div_ceil(every), height.div_ceil(every));
    let rgba: Vec<u8> = (0..rows)
        .flat_map(|y| (0..columns).map(move |x| (y * every * width + x * every) * 4))
        .flat_map(|at| preview.rgba[at..at + 4].iter().copied())
        .collect();
    image(Rect::new(0, 0, columns, rows), &rgba)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_beyond_the_largest_texture_is_thinned() {
        let rgba = (0..5 * 3).flat_map(|i| [i as u8, 0, 0, 255]).collect();
        let preview = Preview {
            job: JobId(1),
            window: Rect::new(7, 7, 5, 3),
            rgba,
            exact: None,
            done: 1,
            made: std::time::Instant::now(),
            level: 0.0,
        };
        let image = shrunk(&preview, 4);
        assert_eq!(image.size, [3, 2]);
        let reds: Vec<u8> = image.pixels.iter().map(Color32::r).collect();
        assert_eq!(reds, [0, 2, 4, 10, 12, 14]);
        assert_eq!(shrunk(&preview, 5).size, [5, 3]);
    }
}
