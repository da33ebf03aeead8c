//! The median under a square, in constant time for each pixel whatever the square's size.
//!
//! Perreault and Hébert 2007 ("Median filtering in constant time"): every column keeps a histogram
//! of the square's rows and slides it down by one value in and one out; the square's histogram
//! slides along a row by one column in and one out. Counts in sixteens find the median's bin in
//! two short scans.

/// A histogram of bytes with its sums of sixteen bins.
#[derive(Clone)]
struct Histogram {
    fine: [u16; 256],
    coarse: [u16; 16],
}

impl Histogram {
    const EMPTY: Self = Self {
        fine: [0; 256],
        coarse: [0; 16],
    };

    fn put(&mut self, value: u8) {
        self.fine[usize::from(value)] += 1;
        self.coarse[usize::from(value) / 16] += 1;
    }

    fn take(&mut self, value: u8) {
        self.fine[usize::from(value)] -= 1;
        self.coarse[usize::from(value) / 16] -= 1;
    }

    fn add(&mut self, other: &Self) {
        for (sum, count) in self.fine.iter_mut().zip(&other.fine) {
            *sum += count;
        }
        for (sum, count) in self.coarse.iter_mut().zip(&other.coarse) {
            *sum += count;
        }
    }

    fn subtract(&mut self, other: &Self) {
        for (sum, count) in self.fine.iter_mut().zip(&other.fine) {
            *sum -= count;
        }
        for (sum, count) in self.coarse.iter_mut().zip(&other.coarse) {
            *sum -= count;
        }
    }

    /// The value with `below` counted values before it.
    fn nth(&self, mut below: u16) -> u8 {
        let mut start = 0;
        for (block, &count) in self.coarse.iter().enumerate() {
            start = 16 * block;
            if below < count {
                break;
            }
            below -= count;
        }
        let fine = self.fine[start..start + 16].iter().enumerate();
        for (bin, &count) in fine {
            if below < count {
                return (start + bin) as u8;
            }
            below -= count;
        }
        u8::MAX
    }
}

/// The median of the square of odd `side` around each pixel that has the whole square inside:
/// `(width - side + 1) * (height - side + 1)` bytes. `side` is at most 255, so that counts fit.
pub(super) fn medians(values: &[u8], (width, height): (usize, usize), side: usize) -> Vec<u8> {
    assert!(
        side % 2 == 1 && side <= 255,
        "{side} is no side of a square"
    );
    let (Some(across), Some(down)) = (
        (width + 1).checked_sub(side),
        (height + 1).checked_sub(side),
    ) else {
        return Vec::new();
    };
    let middle = (side * side / 2) as u16;
    let mut columns = vec![Histogram::EMPTY; width];
    let mut out = Vec::with_capacity(across * down);
    for y in 0..height {
        for (x, column) in columns.iter_mut().enumerate() {
            column.put(values[y * width + x]);
            if y >= side {
                column.take(values[(y - side) * width + x]);
            }
        }
        if y + 1 < side {
            continue;
        }
        let mut square = Histogram::EMPTY;
        for (x, column) in columns.iter().enumerate() {
            square.add(column);
            if x >= side {
                square.subtract(&columns[x - side]);
            }
            if x + 1 >= side {
                out.push(square.nth(middle));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliding_medians_equal_sorting_every_square() {
        let (width, height) = (23, 17);
        let values: Vec<u8> = (0..width * height)
            .map(|i| (i * i * 31 % 251) as u8)
            .collect();
        for side in [1, 3, 7, 17] {
            let found = medians(&values, (width, height), side);
            let across = width + 1 - side;
            assert_eq!(found.len(), across * (height + 1 - side));
            for (i, &median) in found.iter().enumerate() {
                let (x, y) = (i % across, i / across);
                let rows = (y..y + side).map(|v| &values[v * width + x..v * width + x + side]);
                let mut square: Vec<u8> = rows.flatten().copied().collect();
                square.sort_unstable();
                assert_eq!(median, square[side * side / 2], "square {i}, side {side}");
            }
        }
        assert!(medians(&values, (width, height), 19).is_empty());
    }
}
