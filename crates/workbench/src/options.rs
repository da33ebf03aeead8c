//! What the window is started with.

use std::path::PathBuf;

pub use desk::Folders;
use engine::DeviceChoice;

/// How the window is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renderer {
    /// wgpu on a real GPU, otherwise OpenGL.
    #[default]
    Auto,
    /// wgpu, whatever adapter there is.
    Wgpu,
    /// OpenGL.
    Glow,
}

/// What the window is started with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The photo to open; the bundled one if none is given.
    pub photo: Option<PathBuf>,
    /// The mask to lay over it.
    pub mask: Option<PathBuf>,
    /// How the window is drawn.
    pub renderer: Renderer,
    /// Where restorations are computed at first; as in the settings when `Auto`.
    pub device: DeviceChoice,
    /// Where settings, what is remembered and unsaved work are kept; nowhere without.
    pub folders: Option<Folders>,
}
