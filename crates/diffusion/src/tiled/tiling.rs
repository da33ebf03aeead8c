//! Where the tiles of a picture lie, and how much each of their pixels counts.
//!
//! Two layouts. A network with a finite receptive field gets tiles with a halo of that reach: every
//! pixel is kept from one tile only, and equals what the whole picture would give. Other networks
//! get overlapping tiles of about the size they were trained on, blended linearly.
//!
//! Invariants: tiles cover the picture; the shares of a pixel add up to one; starts and lengths are
//! multiples of the network's stride wherever the picture's sides are.

use std::ops::Range;

/// How much of a picture a network is shown at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileField(Option<usize>);

impl TileField {
    /// Everything.
    pub const WHOLE: Self = Self(None);

    /// About as much as the pictures that it was trained on, which had sides of so many pixels; 0 if that
    /// is not known.
    #[must_use]
    pub fn of(resolution: usize) -> Self {
        Self((resolution > 0).then_some(resolution))
    }

    /// The tiles along a side of `length` pixels, a multiple of `stride` as their own length is: as long as
    /// the trained side or up to about a quarter more, sharing an eighth of it or more, the first at the
    /// beginning, the last at the end. Up to half more than the trained side is one tile: two would see
    /// less, and cost more.
    #[must_use]
    pub fn along(self, length: usize, stride: usize) -> Vec<Range<usize>> {
        let Some(trained) = self.0.filter(|trained| length > trained + trained / 2) else {
            return std::iter::once(0..length).collect();
        };
        let (longest, shared) = (trained + trained / 4, trained / 8);
        let count = (length - shared).div_ceil(longest - shared);
        let needed = (length + (count - 1) * shared).div_ceil(count);
        let side = needed
            .max(trained)
            .next_multiple_of(stride.max(1))
            .min(length);
        let start = |i: usize| (length - side) * i / (count - 1).max(1);
        (0..count).map(|i| start(i)..start(i) + side).collect()
    }
}

/// What a network is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// A prediction alone: activations are dropped as soon as they are read.
    Forward,
    /// A vector-Jacobian product, for which activations are kept.
    Product,
}

/// How pictures are cut into tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Of networks without a finite receptive field: how much they are shown at once.
    pub field: TileField,
    /// The reach of a finite receptive field, in pixels on each side.
    pub halo: Option<usize>,
    /// The network's stride, at least 1.
    pub stride: usize,
    /// The longest side of a tile with a halo, in pixels: in a forward pass and in a product. A larger
    /// tile repeats less of the halo and takes more memory.
    pub sides: [usize; 2],
    /// Tiles of one size that the network is shown together, at least 1.
    pub batch: usize,
}

/// What a network is shown at one time: so many pictures of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Rows of a tile.
    pub height: usize,
    /// Columns of a tile.
    pub width: usize,
    /// Tiles whose activations exist together.
    pub tiles: usize,
}

impl Tiling {
    /// The longest sides of a tile with a halo, forwards and in a product, whose activations are kept:
    /// a network of half the picture's resolution and 48 channels takes about 0.2 GB for either.
    pub const SIDES: [usize; 2] = [768, 512];

    /// The graphs of all tiles are kept until the product where the tiles have no more pixels than
    /// this together, as in the windows of inpainting; beyond, every tile is run again.
    pub const KEPT_PIXELS: usize = 96 << 10;

    /// One tile at a time, of the usual sides.
    #[must_use]
    pub fn new(field: TileField, halo: Option<usize>, stride: usize) -> Self {
        Self {
            field,
            halo,
            stride: stride.max(1),
            sides: Self::SIDES,
            batch: 1,
        }
    }

    /// The tiles of a picture.
    pub(super) fn layout(&self, (height, width): (usize, usize), pass: Pass) -> Layout {
        Layout {
            rows: self.spans(height, pass),
            columns: self.spans(width, pass),
        }
    }

    fn spans(&self, length: usize, pass: Pass) -> Vec<Span> {
        match self.halo {
            Some(halo) => {
                let side = match pass {
                    Pass::Forward => self.sides[0],
                    Pass::Product => self.sides[1],
                };
                exact(length, self.stride, halo, side)
            }
            None => blended(&self.field.along(length, self.stride)),
        }
    }

    /// Whether a forward pass shows the network the whole of a picture of this height and width.
    #[must_use]
    pub fn is_one_tile(&self, size: (usize, usize)) -> bool {
        self.layout(size, Pass::Forward).len() == 1
    }

    /// Whether a product of `pictures` pictures keeps the graphs of its evaluation. Without them it
    /// runs the network again, one batch of tiles after another.
    #[must_use]
    pub fn keeps_graphs(&self, pictures: usize, (height, width): (usize, usize)) -> bool {
        let layout = self.layout((height, width), Pass::Product);
        layout.len() == 1 || pictures * layout.pixels() <= Self::KEPT_PIXELS
    }

    /// What the network is shown at one time of a picture of this height and width: what activations
    /// take memory for.
    #[must_use]
    pub fn at_once(&self, size: (usize, usize), pass: Pass) -> Shown {
        let layout = self.layout(size, pass);
        let tiles = if pass == Pass::Product && self.keeps_graphs(1, size) {
            layout.len()
        } else {
            layout.len().min(self.batch)
        };
        let longest = |spans: &[Span]| spans.iter().map(|s| s.seen.len()).max().unwrap_or(0);
        Shown {
            height: longest(&layout.rows),
            width: longest(&layout.columns),
            tiles,
        }
    }
}

/// One side of a tile.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    /// What the network is shown.
    pub(super) seen: Range<usize>,
    /// How much each pixel of it counts in the result.
    pub(super) shares: Vec<f32>,
}

/// All tiles of a picture.
pub(super) struct Layout {
    pub(super) rows: Vec<Span>,
    pub(super) columns: Vec<Span>,
}

/// A tile of a picture.
#[derive(Clone, Copy)]
pub(super) struct Tile<'a> {
    pub(super) rows: &'a Span,
    pub(super) columns: &'a Span,
}

impl Tile<'_> {
    /// Height and width.
    pub(super) fn size(self) -> (usize, usize) {
        (self.rows.seen.len(), self.columns.seen.len())
    }
}

impl Layout {
    pub(super) fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    /// Pixels of all tiles.
    fn pixels(&self) -> usize {
        let sum = |spans: &[Span]| spans.iter().map(|span| span.seen.len()).sum::<usize>();
        sum(&self.rows) * sum(&self.columns)
    }

    /// Tiles of one size together, at most `batch`.
    pub(super) fn groups(&self, batch: usize) -> Vec<Vec<Tile<'_>>> {
        let mut tiles: Vec<Tile<'_>> = self
            .rows
            .iter()
            .flat_map(|rows| {
                self.columns
                    .iter()
                    .map(move |columns| Tile { rows, columns })
            })
            .collect();
        if batch > 1 {
            tiles.sort_by_key(|tile| tile.size());
        }
        tiles
            .chunk_by(|a, b| a.size() == b.size())
            .flat_map(|alike| alike.chunks(batch.max(1)))
            .map(<[Tile<'_>]>::to_vec)
            .collect()
    }
}

/// Tiles that each keep a core of their own, with a halo around it wherever the picture goes on.
fn exact(length: usize, stride: usize, halo: usize, side: usize) -> Vec<Span> {
    if length <= side {
        return vec![Span {
            seen: 0..length,
            shares: vec![1.0; length],
        }];
    }
    let halo = halo.next_multiple_of(stride);
    // However far the network sees, a tile keeps two thirds of its side.
    let most = side.saturating_sub(2 * halo).max(4 * halo).max(stride);
    let core = length
        .div_ceil(length.div_ceil(most))
        .next_multiple_of(stride);
    (0..length)
        .step_by(core)
        .map(|start| {
            let end = (start + core).min(length);
            let seen = start.saturating_sub(halo)..(end + halo).min(length);
            let kept = |at: usize| f32::from(u8::from(at >= start && at < end));
            Span {
                shares: seen.clone().map(kept).collect(),
                seen,
            }
        })
        .collect()
}

/// Each pixel counts the more, the farther it is from the tile's borders, but as much at the
/// picture's own borders; one altogether.
fn blended(ranges: &[Range<usize>]) -> Vec<Span> {
    let length = ranges.last().map_or(0, |range| range.end);
    let raw = |range: &Range<usize>, at: usize| {
        let before = if range.start == 0 {
            length
        } else {
            at - range.start + 1
        };
        let after = if range.end == length {
            length
        } else {
            range.end - at
        };
        before.min(after) as f32
    };
    // Of each pixel, over the few tiles that hold it.
    let mut totals = vec![0.0_f32; length];
    for range in ranges {
        for at in range.clone() {
            totals[at] += raw(range, at);
        }
    }
    ranges
        .iter()
        .map(|range| Span {
            seen: range.clone(),
            shares: range
                .clone()
                .map(|at| raw(range, at) / totals[at])
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(spans: &[Span], length: usize) -> Result<(), TestCaseError> {
        prop_assert_eq!(spans[0].seen.start, 0);
        prop_assert_eq!(spans[spans.len() - 1].seen.end, length);
        let mut sums = vec![0.0_f32; length];
        for span in spans {
            prop_assert_eq!(span.seen.len(), span.shares.len());
            for (at, share) in span.seen.clone().zip(&span.shares) {
                sums[at] += share;
            }
        }
        prop_assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5));
        Ok(())
    }

    proptest! {
        #[test]
        fn blended_tiles_cover_a_side_share_enough_and_are_of_a_size_the_network_knows(
            trained in 1_usize..40,
            blocks in 1_usize..200,
            stride in prop::sample::select(vec![1_usize, 4, 8, 16]),
        ) {
            let (trained, length) = (trained * 8, blocks * stride);
            let tiles = TileField::of(trained).along(length, stride);
            let side = tiles[0].len();
            prop_assert!(tiles.iter().all(|tile| tile.len() == side));
            if length <= trained + trained / 2 {
                prop_assert_eq!(tiles.len(), 1);
            } else {
                prop_assert!(side.is_multiple_of(stride) && side < trained + trained / 4 + stride);
                prop_assert!(side >= trained);
                for pair in tiles.windows(2) {
                    // One less where the last pixel of a share is rounded away.
                    prop_assert!(pair[1].start + (trained / 8).saturating_sub(1) <= pair[0].end);
                }
            }
            covers(&blended(&tiles), length)?;
        }

        #[test]
        fn exact_tiles_keep_each_pixel_once_with_its_halo_and_stay_on_the_grid(
            halo in 0_usize..80,
            blocks in 1_usize..200,
            side in 16_usize..600,
            stride in prop::sample::select(vec![1_usize, 4, 8, 16]),
        ) {
            let length = blocks * stride;
            let spans = exact(length, stride, halo, side);
            covers(&spans, length)?;
            for span in &spans {
                prop_assert!(span.seen.start.is_multiple_of(stride));
                prop_assert!(span.seen.end.is_multiple_of(stride));
                prop_assert!(span.shares.iter().all(|s| *s == 0.0 || *s == 1.0));
                let kept = |share: &f32| *share > 0.0;
                let first = span.seen.start + span.shares.iter().position(kept).expect("some");
                let last = span.seen.start + span.shares.iter().rposition(kept).expect("some");
                prop_assert!(span.seen.start == 0 || first >= span.seen.start + halo);
                prop_assert!(span.seen.end == length || last + halo < span.seen.end);
                let rounded = halo.next_multiple_of(stride);
                prop_assert!(span.seen.len() <= side.max(6 * rounded.max(stride)) + 2 * stride);
            }
        }
    }

    #[test]
    fn what_is_hardly_larger_than_the_trained_pictures_is_shown_as_a_whole() {
        for (resolution, side, whole) in [(16, 24, true), (16, 25, false), (0, 4000, true)] {
            let tiles = TileField::of(resolution).along(side, 1);
            assert_eq!(tiles.len() == 1, whole, "{resolution}, {side}");
        }
        assert_eq!(TileField::WHOLE.along(4096, 8).len(), 1);
    }

    #[test]
    fn what_exists_at_once_does_not_grow_with_the_picture() {
        for tiling in [
            Tiling::new(TileField::of(64), None, 8),
            Tiling::new(TileField::WHOLE, Some(40), 8),
        ] {
            for pass in [Pass::Forward, Pass::Product] {
                let [small, large] = [(2048, 2048), (6144, 8192)].map(|s| tiling.at_once(s, pass));
                assert_eq!((small.tiles, large.tiles), (1, 1));
                assert!(large.height * large.width <= 780 * 780, "{large:?}");
            }
        }
        // The windows of inpainting are differentiated without a second run.
        let tiling = Tiling::new(TileField::of(64), None, 8);
        assert!(tiling.keeps_graphs(1, (256, 256)) && !tiling.keeps_graphs(1, (512, 512)));
    }
}
