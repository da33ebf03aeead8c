//! The picture in the middle: its textures, the pointer on it, and comparing.

mod compare;
mod cover;
mod draw;
mod empty;
mod grid;
mod layers;
mod mask_layer;
mod outline;
mod path;
mod picture;
mod pointer;
mod previews;
mod pyramid;
mod scene;
mod tiles;

pub(crate) use draw::canvas_ui;
pub(crate) use layers::Layers;
