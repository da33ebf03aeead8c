//! Working memory that each thread keeps: clearing it for every block of work would cost as much
//! as a tenth of the work.

use std::cell::Cell;

thread_local! {
    static KEPT: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// Calls `work` with `len` values of anything at all.
#[inline(always)]
pub(super) fn with<T>(len: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    // Taken, not borrowed: a thread that waits inside `work` may be given another block.
    let mut values = KEPT.take();
    if values.len() < len {
        values.resize(len, 0.0);
    }
    let result = work(&mut values[..len]);
    KEPT.set(values);
    result
}
