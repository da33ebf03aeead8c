//! How work is shared out: blocks of pixels, and of columns where pixels are few.

use std::ops::Range;

use rayon::prelude::*;

use super::product::Panels;

/// Blocks for each thread, below which columns are shared out as well.
const FINE: usize = 3;

/// Fills `out`, `[pixels, columns]`, where `fill(first, part, range)` fills the columns of the
/// panels in `range` for the pixels from `first` on, as many as `part` holds: `block` of them, but
/// for the last.
///
/// No value depends on how the work is cut.
pub(super) fn share_out(
    out: &mut [f32],
    panels: &Panels,
    block: usize,
    fill: impl Fn(usize, &mut [f32], Range<usize>) + Sync,
) {
    let (columns, count) = (panels.columns, panels.count());
    let blocks = out.len().div_ceil(block * columns);
    let groups = (FINE * rayon::current_num_threads()).div_ceil(blocks.max(1));
    let per_group = count.div_ceil(groups.min(count).max(1));
    if per_group >= count {
        out.par_chunks_mut(block * columns)
            .enumerate()
            .for_each(|(i, part)| fill(i * block, part, 0..count));
        return;
    }
    let groups = count.div_ceil(per_group);
    let pixels = out.len() / columns;
    let parts: Vec<Vec<f32>> = (0..blocks * groups)
        .into_par_iter()
        .map(|task| {
            let first = task / groups * block;
            let range = task % groups * per_group..count.min((task % groups + 1) * per_group);
            let mut part = vec![0.0; block.min(pixels - first) * panels.columns_of(&range).len()];
            fill(first, &mut part, range);
            part
        })
        .collect();
    for (task, part) in parts.iter().enumerate() {
        let first = task / groups * block;
        let range = task % groups * per_group..count.min((task % groups + 1) * per_group);
        let range = panels.columns_of(&range);
        let targets = out[first * columns..].chunks_exact_mut(columns);
        for (source, target) in part.chunks_exact(range.len()).zip(targets) {
            target[range.clone()].copy_from_slice(source);
        }
    }
}
