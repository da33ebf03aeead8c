//! The pixels a run changed, and nothing else: rows of neighbouring pixels with their values.
//!
//! A scratch on a photo of 24 megapixels is kept in kilobytes. Values are floats in `[0, 1]`, to
//! which samples of 8 and 16 bits convert and back without loss, so that a photo written from this
//! is bit for bit the one that was read.

mod place;

use imaging::{Mask, Photo, Planar, Rect, Value};

pub(crate) use place::Place;
use place::spans;

/// Pixels `x..x + len` of row `y`; their values begin at `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    y: usize,
    x: usize,
    len: usize,
    start: usize,
}

impl Span {
    fn right(&self) -> usize {
        self.x + self.len
    }
}

/// Changed pixels of a picture. Invariant: spans are sorted by row, then by column, and neither
/// overlap nor touch; `values` holds one colour for each of their pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changed {
    size: (usize, usize),
    spans: Vec<Span>,
    values: Vec<[f32; 3]>,
}

impl Changed {
    /// Nothing changed in a picture of this size.
    #[must_use]
    pub fn nothing(size: (usize, usize)) -> Self {
        Self {
            size,
            ..Self::default()
        }
    }

    /// What `photo` holds under a mask of its size. `None` if the sizes differ.
    #[must_use]
    pub fn under(photo: &Photo, mask: &Mask) -> Option<Self> {
        if photo.bounds() != mask.bounds() {
            return None;
        }
        let mut changed = Self::nothing((photo.width(), photo.height()));
        for (y, x, len) in spans(mask) {
            changed.read(photo, Rect::new(x, y, len, 1));
        }
        Some(changed)
    }

    /// Every pixel of a photo.
    #[must_use]
    pub fn everything(photo: &Photo) -> Self {
        let mut changed = Self::nothing((photo.width(), photo.height()));
        for y in 0..photo.height() {
            changed.read(photo, Rect::new(0, y, photo.width(), 1));
        }
        changed
    }

    fn read(&mut self, photo: &Photo, row: Rect) {
        let (start, plane) = (self.values.len(), photo.planar(row));
        self.spans.push(Span {
            y: row.y,
            x: row.x,
            len: row.width,
            start,
        });
        let of = |channel| plane.channel(channel);
        let (r, g, b) = (of(0), of(1), of(2));
        self.values
            .extend((0..row.width).map(|i| [r[i], g[i], b[i]]));
    }

    /// Width and height of the picture.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Number of changed pixels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&self.spans[..]) + size_of_val(&self.values[..])
    }

    /// The values in the order of the rows.
    #[must_use]
    pub fn values(&self) -> &[[f32; 3]] {
        &self.values
    }

    /// Whether the same pixels changed, whatever their values.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        self.size == other.size && self.spans == other.spans
    }

    /// The same pixels with other values; `None` if their number differs.
    #[must_use]
    pub fn with_values(&self, values: Vec<[f32; 3]>) -> Option<Self> {
        (values.len() == self.values.len()).then(|| Self {
            size: self.size,
            spans: self.spans.clone(),
            values,
        })
    }

    /// The smallest rectangle around all changed pixels.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        let rows = self.spans.iter();
        rows.map(|s| Rect::new(s.x, s.y, s.len, 1))
            .reduce(Rect::union)
    }

    /// The mask of the changed pixels.
    #[must_use]
    pub fn mask(&self) -> Mask {
        let mut mask = Mask::new(self.size.0, self.size.1);
        for span in &self.spans {
            let _ = mask.fill_rect(Rect::new(span.x, span.y, span.len, 1), Value::Paint);
        }
        mask
    }

    /// The value of a pixel, if it changed.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> Option<[f32; 3]> {
        let spans = self.row(y);
        let after = spans.partition_point(|span| span.x <= x);
        let span = spans.get(after.checked_sub(1)?)?;
        (x < span.right()).then(|| self.values[span.start + x - span.x])
    }

    /// Calls `paint` with the index in `rect`, row by row, and the value of every changed pixel.
    pub fn each_in(&self, rect: Rect, mut paint: impl FnMut(usize, [f32; 3])) {
        let first = self.spans.partition_point(|span| span.y < rect.y);
        for span in &self.spans[first..] {
            if span.y >= rect.bottom() {
                break;
            }
            for x in span.x.max(rect.x)..span.right().min(rect.right()) {
                let index = (span.y - rect.y) * rect.width + x - rect.x;
                paint(index, self.values[span.start + x - span.x]);
            }
        }
    }

    /// Writes the pixels into a photo of this size, at its depth.
    pub fn write(&self, photo: &mut Photo) {
        if (photo.width(), photo.height()) != self.size {
            return;
        }
        let mask = self.mask();
        for span in &self.spans {
            let mut row = Planar::new(span.len, 1);
            for (i, value) in self.values[span.start..][..span.len].iter().enumerate() {
                for (channel, value) in value.iter().enumerate() {
                    row.data[channel * span.len + i] = *value;
                }
            }
            photo.write_masked(Rect::new(span.x, span.y, span.len, 1), &row, &mask);
        }
    }

    /// The connected part nearest to a position, at most `reach` pixels away. Pixels that touch
    /// at a side or a corner are connected.
    #[must_use]
    pub fn part_at(&self, (x, y): (f32, f32), reach: f32) -> Option<Self> {
        let distance = |span: &Span| {
            let across = (span.x as f32 - x).max(x - span.right() as f32).max(0.0);
            let down = (span.y as f32 - y).max(y - span.y as f32 - 1.0).max(0.0);
            across.hypot(down)
        };
        let near = (0..self.spans.len())
            .map(|index| (index, distance(&self.spans[index])))
            .filter(|(_, distance)| *distance <= reach)
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        let mut found = vec![false; self.spans.len()];
        let mut waiting = vec![near.0];
        found[near.0] = true;
        while let Some(index) = waiting.pop() {
            for next in self.touching(index) {
                if !std::mem::replace(&mut found[next], true) {
                    waiting.push(next);
                }
            }
        }
        let mut part = Self::nothing(self.size);
        for (span, _) in self.spans.iter().zip(&found).filter(|(_, found)| **found) {
            for i in 0..span.len {
                part.push(span.y, span.x + i, self.values[span.start + i]);
            }
        }
        Some(part)
    }

    /// These pixels, and those of `below` wherever this one has none. Sizes must agree; otherwise
    /// `below` counts for nothing.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        if below.size != self.size {
            return self.clone();
        }
        let mut merged = Self::nothing(self.size);
        let (mut top, mut bottom) = (self.pixels().peekable(), below.pixels().peekable());
        loop {
            let place = |pixel: &(usize, usize, [f32; 3])| (pixel.0, pixel.1);
            let next = match (top.peek(), bottom.peek()) {
                (None, None) => return merged,
                (Some(_), None) => top.next(),
                (None, Some(_)) => bottom.next(),
                (Some(a), Some(b)) if place(a) > place(b) => bottom.next(),
                (Some(a), Some(b)) => {
                    if place(a) == place(b) {
                        let _ = bottom.next();
                    }
                    top.next()
                }
            };
            if let Some((y, x, value)) = next {
                merged.push(y, x, value);
            }
        }
    }

    fn pixels(&self) -> impl Iterator<Item = (usize, usize, [f32; 3])> {
        self.spans
            .iter()
            .flat_map(|s| (0..s.len).map(|i| (s.y, s.x + i, self.values[s.start + i])))
    }

    /// Adds a pixel behind all others.
    fn push(&mut self, y: usize, x: usize, value: [f32; 3]) {
        match self.spans.last_mut() {
            Some(last) if last.y == y && last.right() == x => last.len += 1,
            _ => self.spans.push(Span {
                y,
                x,
                len: 1,
                start: self.values.len(),
            }),
        }
        self.values.push(value);
    }

    fn row(&self, y: usize) -> &[Span] {
        let from = self.spans.partition_point(|span| span.y < y);
        let rows = &self.spans[from..];
        &rows[..rows.partition_point(|span| span.y == y)]
    }

    /// Spans of the rows above and below that touch this one.
    fn touching(&self, index: usize) -> Vec<usize> {
        let span = self.spans[index];
        let rows = [span.y.checked_sub(1), Some(span.y + 1)];
        let mut touching = Vec::new();
        for y in rows.into_iter().flatten() {
            let from = self.spans.partition_point(|other| other.y < y);
            let row = self.spans[from..].iter().take_while(|other| other.y == y);
            touching.extend(
                row.enumerate()
                    .filter(|(_, other)| other.x <= span.right() && span.x <= other.right())
                    .map(|(i, _)| from + i),
            );
        }
        touching
    }
}
