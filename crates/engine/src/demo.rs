//! The damaged photograph that ships with the program (see `assets/demo/LICENCE.md`).

/// A scratched photograph, PNG.
pub const DAMAGED: &[u8] = include_bytes!("../../../assets/demo/damaged.png");
/// Its mask, PNG of the same size: white where the scratches are.
pub const MASK: &[u8] = include_bytes!("../../../assets/demo/mask.png");
