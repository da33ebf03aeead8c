//! From 3×3 weights to the 4×4 places of a tile, and the way back for gradients.

use pulp::{Simd, WithSimd};

use super::PLACES;
use crate::cpu::product::Panels;

/// Columns that are transformed at a time.
pub(super) const LANES: usize = 8;
/// Weights of a pair of channels.
const TAPS: usize = 9;

/// Fills `panels`, `[place · channel, column]`, with `G g Gᵀ`.
pub(super) struct Fill<'a> {
    pub(super) weights: &'a [f32],
    /// From channel to channel, and from column to column; taps stand side by side.
    pub(super) strides: [usize; 2],
    /// Whether the last tap is taken for the first.
    pub(super) flipped: bool,
    pub(super) panels: &'a mut Panels,
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            weights,
            strides: [stride, column_stride],
            flipped,
            panels,
        } = self;
        let channels = panels.depth / PLACES;
        for panel in 0..panels.count() {
            let columns = panels.columns_of(&(panel..panel + 1));
            for channel in 0..channels {
                for first in columns.clone().step_by(LANES) {
                    let count = LANES.min(columns.end - first);
                    let mut taps = [[0.0; LANES]; TAPS];
                    for lane in 0..count {
                        let own = &weights[channel * stride + (first + lane) * column_stride..];
                        for (tap, &weight) in own[..TAPS].iter().enumerate() {
                            let tap = if flipped { TAPS - 1 - tap } else { tap };
                            taps[tap][lane] = f64::from(weight);
                        }
                    }
                    let places = spread_taps(&taps);
                    let start = first - columns.start;
                    for (place, values) in places.iter().enumerate() {
                        let row = panels.row_mut(panel, place * channels + channel);
                        for (target, &value) in row[start..start + count].iter_mut().zip(values) {
                            *target = value as f32;
                        }
                    }
                }
            }
        }
    }
}

/// `G g Gᵀ`, lane by lane, with
/// `G = [1 0 0; ½ ½ ½; ½ -½ ½; 0 0 1]`.
#[inline(always)]
fn spread_taps(taps: &[[f64; LANES]; TAPS]) -> [[f64; LANES]; PLACES] {
    let mut rows = [[[0.0; LANES]; 3]; 4];
    for x in 0..3 {
        for lane in 0..LANES {
            let (a, b, c) = (taps[x][lane], taps[3 + x][lane], taps[6 + x][lane]);
            rows[0][x][lane] = a;
            rows[1][x][lane] = 0.5 * (a + b + c);
            rows[2][x][lane] = 0.5 * (a - b + c);
            rows[3][x][lane] = c;
        }
    }
    let mut places = [[0.0; LANES]; PLACES];
    for (y, row) in rows.iter().enumerate() {
        for lane in 0..LANES {
            let (a, b, c) = (row[0][lane], row[1][lane], row[2][lane]);
            places[4 * y][lane] = a;
            places[4 * y + 1][lane] = 0.5 * (a + b + c);
            places[4 * y + 2][lane] = 0.5 * (a - b + c);
            places[4 * y + 3][lane] = c;
        }
    }
    places
}

/// `Gᵀ u G`, lane by lane: the transpose.
#[inline(always)]
pub(super) fn gather_taps(places: &[[f32; LANES]; PLACES]) -> [[f32; LANES]; TAPS] {
    let mut rows = [[[0.0; LANES]; 4]; 3];
    for x in 0..4 {
        for lane in 0..LANES {
            let (a, b) = (places[x][lane], places[4 + x][lane]);
            let (c, d) = (places[8 + x][lane], places[12 + x][lane]);
            rows[0][x][lane] = a + 0.5 * (b + c);
            rows[1][x][lane] = 0.5 * (b - c);
            rows[2][x][lane] = 0.5 * (b + c) + d;
        }
    }
    let mut taps = [[0.0; LANES]; TAPS];
    for (y, row) in rows.iter().enumerate() {
        for lane in 0..LANES {
            let (a, b, c, d) = (row[0][lane], row[1][lane], row[2][lane], row[3][lane]);
            taps[3 * y][lane] = a + 0.5 * (b + c);
            taps[3 * y + 1][lane] = 0.5 * (b - c);
            taps[3 * y + 2][lane] = 0.5 * (b + c) + d;
        }
    }
    taps
}
