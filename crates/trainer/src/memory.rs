//! Will it fit? Running out of memory on the processor ends the program, so it is asked before.

use sysinfo::System;

use crate::error::TrainerError;

pub(crate) const GIB: f64 = (1_u64 << 30) as f64;
/// The share of the memory, free or held by the pictures already, that pictures may take.
const PICTURES: f64 = 0.6;

/// Free memory in bytes.
pub(crate) fn available() -> f64 {
    let mut system = System::new();
    system.refresh_memory();
    system.available_memory() as f64
}

/// Refuses to hold more pictures than fit; `held` bytes of them are in memory already.
pub(crate) fn check_pictures(held: u64) -> Result<(), TrainerError> {
    let (held, free) = (held as f64, available());
    if held <= PICTURES * (held + free) {
        return Ok(());
    }
    Err(TrainerError::OutOfMemory {
        what: "holding the pictures read so far".to_owned(),
        needed_gib: held / GIB,
        available_gib: free / GIB,
        advice: "reduce them further with --longest, or take fewer".to_owned(),
    })
}
