//! Small pictures as textures: thumbnails of runs and frames of the filmstrip. Those that have not
//! been looked at for a while are put away.

use std::collections::HashMap;

use egui::{Context, TextureHandle, TextureId, TextureOptions};

use desk::{Frame, Frames, RunId};

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The thumbnail of a run.
    Run(RunId),
    /// A frame of a run's filmstrip: the run's turn, the step, and the window's corner.
    Frame(u64, usize, usize, usize),
}

impl Key {
    /// A frame of the filmstrip.
    pub(crate) fn frame(frames: &Frames, frame: &Frame) -> Self {
        let window = frame.window;
        Self::Frame(frames.generation, frame.done, window.x, window.y)
    }
}

/// Frames after which a texture that was not looked at is put away.
const PATIENCE: u64 = 120;

/// The textures.
#[derive(Default)]
pub(crate) struct Shelf {
    textures: HashMap<Key, (TextureHandle, u64)>,
}

impl Shelf {
    /// The texture of packed RGBA of this size; made the first time.
    pub(crate) fn texture(
        &mut self,
        ctx: &Context,
        key: Key,
        size: (usize, usize),
        rgba: &[u8],
    ) -> TextureId {
        let now = ctx.cumulative_pass_nr();
        let entry = self.textures.entry(key).or_insert_with(|| {
            let image = egui::ColorImage::from_rgba_unmultiplied([size.0, size.1], rgba);
            (
                ctx.load_texture("small", image, TextureOptions::LINEAR),
                now,
            )
        });
        entry.1 = now;
        entry.0.id()
    }

    /// Puts away what was not looked at lately.
    pub(crate) fn tidy(&mut self, ctx: &Context) {
        let now = ctx.cumulative_pass_nr();
        self.textures
            .retain(|_, (_, seen)| now.saturating_sub(*seen) < PATIENCE);
    }
}
