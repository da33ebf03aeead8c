//! The table that is printed.

use std::io::{Result, Write};
use std::time::Duration;

pub(crate) fn head(out: &mut impl Write, width: usize, height: usize) -> Result<()> {
    let title = format!("frames of {width} x {height}");
    writeln!(
        out,
        "{title:<24}{:>10} {:>10} {:>10}",
        "p50", "p95", "worst"
    )
}

pub(crate) fn row(out: &mut impl Write, name: &str, mut times: Vec<Duration>) -> Result<()> {
    times.sort();
    let at = |part: f64| spelled(times[((times.len() - 1) as f64 * part) as usize]);
    writeln!(
        out,
        "{name:<24}{:>10} {:>10} {:>10}",
        at(0.5),
        at(0.95),
        at(1.0)
    )
}

pub(crate) fn spelled(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
