//! Processor time by kinds of threads, as Linux keeps it for each: what a frame costs, whatever else
//! the machine is busy with. Nothing where `/proc` does not tell.

use std::collections::BTreeMap;
use std::fs;

/// Nanoseconds by kind of thread.
#[derive(Clone, Default)]
pub(crate) struct Spent(BTreeMap<&'static str, u64>);

impl Spent {
    /// So far, of the threads that are alive.
    pub(crate) fn now() -> Self {
        let mut spent = Self::default();
        let Ok(threads) = fs::read_dir("/proc/self/task") else {
            return spent;
        };
        for thread in threads.flatten() {
            let read = |file: &str| fs::read_to_string(thread.path().join(file)).ok();
            let (Some(name), Some(stat)) = (read("comm"), read("schedstat")) else {
                continue;
            };
            let time = stat.split_whitespace().next().and_then(|n| n.parse().ok());
            *spent.0.entry(kind(&name)).or_default() += time.unwrap_or(0_u64);
        }
        spent
    }

    /// Milliseconds a frame since `before`, such as `window 9.1, rasteriser 12.3`.
    pub(crate) fn a_frame(&self, before: &Self, frames: usize) -> String {
        let each = self.0.iter().map(|(kind, time)| {
            let since = time.saturating_sub(before.0.get(kind).copied().unwrap_or(0));
            let milliseconds = since as f64 * 1e-6 / frames.max(1) as f64;
            format!("{kind} {milliseconds:.1}")
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// By names of at most 15 letters, as the system keeps them.
fn kind(name: &str) -> &'static str {
    let name = name.trim();
    if name.starts_with("llvmpipe") {
        "rasteriser"
    } else if name.starts_with("tweedie-") {
        "run"
    } else if name.starts_with("frames") {
        "window"
    } else {
        "others"
    }
}
