//! What is compared with what, and how.

use super::kept::RunId;

/// One of the pictures that can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The photo as opened, or as damaged by a simulation.
    Original,
    /// The current result.
    Result,
    /// A kept run.
    Run(RunId),
    /// The undamaged photo of a simulation.
    Truth,
}

/// How two pictures are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Manner {
    /// One left of a divider, the other right of it.
    #[default]
    Split,
    /// Next to each other, with one zoom and one centre.
    SideBySide,
    /// The absolute difference, magnified.
    Difference,
}

/// By how much differences are magnified to be seen.
pub const MAGNIFIED: u8 = 8;

/// What is compared, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The left picture.
    pub left: Side,
    /// The right one, which is also the one that is shown alone.
    pub right: Side,
    /// How.
    pub manner: Manner,
}

impl Default for Comparison {
    fn default() -> Self {
        Self {
            left: Side::Original,
            right: Side::Result,
            manner: Manner::Split,
        }
    }
}

/// `|a - b|` times [`MAGNIFIED`], of packed RGBA of one size; opaque.
#[must_use]
pub fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let pixels = a.chunks_exact(4).zip(b.chunks_exact(4));
    pixels
        .flat_map(|(a, b)| {
            let far = |i: usize| a[i].abs_diff(b[i]).saturating_mul(MAGNIFIED);
            [far(0), far(1), far(2), u8::MAX]
        })
        .collect()
}
