//! A picture in as little memory as it takes, from which any part can be shown and the whole
//! written at full depth.

use std::sync::Arc;

use imaging::{Photo, Rect};

use super::changed::Changed;

/// A picture that can be shown and stored: a whole photo, or one with changed pixels over it.
#[derive(Clone, Debug)]
pub enum Content {
    /// A photo.
    Whole(Arc<Photo>),
    /// A photo and what differs from it.
    Patched(Arc<Photo>, Arc<Changed>),
}

impl Content {
    /// Width and height.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let (Self::Whole(photo) | Self::Patched(photo, _)) = self;
        (photo.width(), photo.height())
    }

    /// Whether the pixels have one gray channel.
    #[must_use]
    pub fn is_gray(&self) -> bool {
        let (Self::Whole(photo) | Self::Patched(photo, _)) = self;
        photo.is_gray()
    }

    /// Whether pixels may be transparent.
    #[must_use]
    pub fn has_alpha(&self) -> bool {
        let (Self::Whole(photo) | Self::Patched(photo, _)) = self;
        photo.has_alpha()
    }

    /// Whether it is the very same picture, not merely an equal one.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Arc::ptr_eq(a, b),
            (Self::Patched(a, c), Self::Patched(b, d)) => Arc::ptr_eq(a, b) && Arc::ptr_eq(c, d),
            _ => false,
        }
    }

    /// Memory that is kept for its sake alone, in bytes: a base photo is open anyway.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Whole(photo) => photo.image().as_bytes().len(),
            Self::Patched(_, changed) => changed.bytes(),
        }
    }

    /// The part under `rect`, which must lie inside, as packed 8-bit RGBA.
    #[must_use]
    pub fn rgba8(&self, rect: Rect) -> Vec<u8> {
        match self {
            Self::Whole(photo) => photo.rgba8(rect),
            Self::Patched(photo, changed) => {
                let mut rgba = photo.rgba8(rect);
                changed.each_in(rect, |index, value| {
                    for (byte, value) in rgba[4 * index..].iter_mut().zip(value) {
                        *byte = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
                    }
                });
                rgba
            }
        }
    }

    /// The picture at full depth. Copies the photo when something differs from it: about 0.1 s at
    /// 24 megapixels.
    #[must_use]
    pub fn to_photo(&self) -> Arc<Photo> {
        match self {
            Self::Whole(photo) => Arc::clone(photo),
            Self::Patched(photo, changed) => {
                let mut photo = Photo::clone(photo);
                changed.write(&mut photo);
                Arc::new(photo)
            }
        }
    }

    /// What differs from the base; everything when there is none.
    #[must_use]
    pub fn changed(&self) -> Arc<Changed> {
        match self {
            Self::Whole(photo) => Arc::new(Changed::everything(photo)),
            Self::Patched(_, changed) => Arc::clone(changed),
        }
    }
}
