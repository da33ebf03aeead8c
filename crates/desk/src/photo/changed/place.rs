//! Where pixels changed, as bytes for a file: for every span its row, its column and its length, as
//! 32-bit numbers, the lowest byte first.

use imaging::{Mask, Rect, Value};

use super::{Changed, Span};

const NUMBERS: usize = 3;
const BYTES: usize = 4 * NUMBERS;

/// Row, column and length of every run of masked pixels, in row order.
pub(crate) fn spans(mask: &Mask) -> Vec<(usize, usize, usize)> {
    let width = mask.width();
    let mut spans = Vec::new();
    for (y, row) in mask.data().chunks_exact(width.max(1)).enumerate() {
        let mut at = 0;
        while let Some(first) = row[at..].iter().position(|byte| *byte != 0) {
            let x = at + first;
            let len = row[x..].iter().position(|byte| *byte == 0);
            let len = len.unwrap_or(width - x);
            spans.push((y, x, len));
            at = x + len;
        }
    }
    spans
}

/// Spans of a picture, sorted by row and column, neither overlapping nor touching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    size: (usize, usize),
    /// Row, column, length.
    spans: Vec<(usize, usize, usize)>,
}

impl Place {
    /// The spans of a mask.
    pub(crate) fn of_mask(mask: &Mask) -> Self {
        let size = (mask.width(), mask.height());
        let spans = spans(mask);
        Self { size, spans }
    }

    /// The mask of these spans.
    pub(crate) fn mask(&self) -> Mask {
        let mut mask = Mask::new(self.size.0, self.size.1);
        for &(y, x, len) in &self.spans {
            let _ = mask.fill_rect(Rect::new(x, y, len, 1), Value::Paint);
        }
        mask
    }

    /// How many pixels there are.
    pub(crate) fn len(&self) -> usize {
        self.spans.iter().map(|(_, _, len)| len).sum()
    }

    /// The bytes of a file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.spans.iter().flat_map(|(y, x, len)| [y, x, len]);
        // Sides are far below 2^32: a photo has at most 200 megapixels.
        numbers.flat_map(|n| (*n as u32).to_le_bytes()).collect()
    }

    /// Reads the bytes for a picture of this size; `None` for anything but spans in order inside
    /// of it.
    pub(crate) fn read(size: (usize, usize), bytes: &[u8]) -> Option<Self> {
        if !bytes.len().is_multiple_of(BYTES) {
            return None;
        }
        let mut spans = Vec::with_capacity(bytes.len() / BYTES);
        let mut last: Option<(usize, usize)> = None;
        for span in bytes.chunks_exact(BYTES) {
            let number = |i: usize| {
                let bytes = span[4 * i..4 * i + 4].try_into().ok()?;
                usize::try_from(u32::from_le_bytes(bytes)).ok()
            };
            let (y, x, len) = (number(0)?, number(1)?, number(2)?);
            let right = x.checked_add(len)?;
            // Beyond the last span, and not touching it.
            let beyond = last.is_none_or(|(row, end)| y > row || (y == row && x > end));
            if len == 0 || y >= size.1 || right > size.0 || !beyond {
                return None;
            }
            last = Some((y, right));
            spans.push((y, x, len));
        }
        Some(Self { size, spans })
    }
}

impl Changed {
    /// Where they are.
    pub(crate) fn place(&self) -> Place {
        Place {
            size: self.size,
            spans: self.spans.iter().map(|s| (s.y, s.x, s.len)).collect(),
        }
    }

    /// Pixels at a place; `None` if their number differs.
    pub(crate) fn at_place(place: &Place, values: Vec<[f32; 3]>) -> Option<Self> {
        if values.len() != place.len() {
            return None;
        }
        let mut start = 0;
        let spans = place.spans.iter().map(|&(y, x, len)| {
            let span = Span { y, x, len, start };
            start += len;
            span
        });
        Some(Self {
            size: place.size,
            spans: spans.collect(),
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_and_read_and_nothing_else_is_believed() {
        let mut mask = Mask::new(20, 10);
        for rect in [Rect::new(3, 2, 5, 3), Rect::new(15, 2, 5, 1)] {
            let _ = mask.fill_rect(rect, Value::Paint);
        }
        let place = Place::of_mask(&mask);
        assert_eq!((place.len(), place.mask()), (20, mask));
        let bytes = place.to_bytes();
        assert_eq!(Place::read((20, 10), &bytes), Some(place.clone()));
        assert_eq!(Place::read((20, 10), &bytes[1..]), None);
        assert_eq!(Place::read((19, 10), &bytes), None, "beyond the right side");
        assert_eq!(Place::read((20, 4), &bytes), None, "below the last row");
        let mut twice = bytes.clone();
        twice.extend(&bytes);
        assert_eq!(Place::read((20, 10), &twice), None, "not in order");
        let values = vec![[0.5; 3]; 20];
        let changed = Changed::at_place(&place, values).expect("as many as there are pixels");
        assert_eq!(changed.place(), place);
        assert!(Changed::at_place(&place, vec![[0.5; 3]; 19]).is_none());
    }
}
