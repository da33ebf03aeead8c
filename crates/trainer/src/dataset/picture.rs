//! One decoded picture, eight bits a sample.

use imaging::{Photo, Planar, Rect};

/// Planes of red, green and blue, row by row, sRGB-encoded.
#[derive(Clone, Debug)]
pub struct Picture {
    name: String,
    photograph: String,
    digest: [u8; 32],
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Picture {
    /// Reduces the photo to a longer side of at most `longest`. `digest` is that of its file.
    pub(super) fn from_photo(
        (name, digest): (&str, [u8; 32]),
        photo: &Photo,
        longest: usize,
    ) -> Self {
        let whole = photo.planar(photo.bounds());
        let long_side = whole.width.max(whole.height);
        let reduced = if long_side > longest {
            let side = |side: usize| {
                let exact = side as f64 * longest as f64 / long_side as f64;
                (exact.round() as usize).max(1)
            };
            whole.resized(side(whole.width), side(whole.height))
        } else {
            whole
        };
        let eight_bits = |v: &f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
        Self {
            name: name.to_owned(),
            photograph: name.to_owned(),
            digest,
            width: reduced.width,
            height: reduced.height,
            data: reduced.data.iter().map(eight_bits).collect(),
        }
    }

    /// Its name inside the folder or archive.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The photograph it belongs to.
    #[must_use]
    pub fn photograph(&self) -> &str {
        &self.photograph
    }

    /// Puts the name of a folder before its names.
    pub(super) fn move_into(&mut self, folder: &str) {
        self.name = format!("{folder}/{}", self.name);
        self.photograph = format!("{folder}/{}", self.photograph);
    }

    pub(super) fn belongs_to(&mut self, photograph: String) {
        self.photograph = photograph;
    }

    /// SHA-256 of the file it was read from: the same for a copy under another name.
    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    pub(super) fn bytes(&self) -> u64 {
        self.data.len() as u64
    }

    /// The part under `rect`, in [0, 1].
    ///
    /// # Panics
    /// If `rect` reaches outside the picture.
    #[must_use]
    pub fn part(&self, rect: Rect) -> Planar {
        let mut part = Planar::new(rect.width, rect.height);
        let plane = self.width * self.height;
        let mut rows = part.data.chunks_exact_mut(rect.width);
        for channel in 0..3 {
            for y in rect.y..rect.y + rect.height {
                let start = channel * plane + y * self.width + rect.x;
                let row = rows.next().expect("as many rows as asked for");
                for (value, &byte) in row.iter_mut().zip(&self.data[start..start + rect.width]) {
                    *value = f32::from(byte) / 255.0;
                }
            }
        }
        part
    }
}
