//! The process's largest memory during a piece of work.
//!
//! On Linux the kernel keeps the high-water mark of resident memory (`VmHWM` in
//! `/proc/self/status`) and starts it anew when 5 is written to `/proc/self/clear_refs` (`man 5
//! proc`). It counts everything that is resident: the program, the weights, and pages that the
//! allocator kept from earlier work. Elsewhere nothing is said.

/// Starts anew. Returns whether the platform could.
pub(crate) fn reset_peak() -> bool {
    cfg!(target_os = "linux") && std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// Bytes since the last reset.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_peak_follows_what_is_touched() {
        if !reset_peak() {
            // A kernel without page monitoring: nothing is claimed there.
            return;
        }
        let before = peak().expect("Linux tells");
        let block = vec![1_u8; 64 << 20];
        let after = peak().expect("Linux tells");
        assert!(after >= before + (60 << 20), "{before} {after}");
        drop(std::hint::black_box(block));
        // Other tests run in this process at the same time, but not with as much.
        assert!(reset_peak());
        assert!(peak().expect("Linux tells") < after - (30 << 20));
    }
}
