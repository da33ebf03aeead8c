//! How long the rest of a batch will take, judged by what was restored so far.

use std::time::{Duration, Instant};

/// See the module.
pub(super) struct Clock {
    since: Instant,
    photos: usize,
    done: usize,
    restored: usize,
    spent: Duration,
    last: Instant,
}

impl Clock {
    pub(super) fn new(photos: usize) -> Self {
        let now = Instant::now();
        Self {
            since: now,
            photos,
            done: 0,
            restored: 0,
            spent: Duration::ZERO,
            last: now,
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    pub(super) fn passed(&mut self, done: usize, restored: bool) {
        self.done = done;
        if restored {
            self.restored += 1;
            self.spent += self.last.elapsed();
        }
        self.last = Instant::now();
    }

    /// Such as `2 of 5 · 3 min left in all`.
    pub(super) fn left(&self, of_this: Duration) -> String {
        let waiting = self.photos.saturating_sub(self.done + 1);
        // The first photo stands for the others until it is done.
        let each = match self.restored {
            0 => self.last.elapsed() + of_this,
            restored => self.spent / u32::try_from(restored).unwrap_or(u32::MAX),
        };
        let left = of_this + each * u32::try_from(waiting).unwrap_or(u32::MAX);
        let seconds = left.as_secs();
        let time = if seconds < 60 {
            format!("{seconds} s")
        } else {
            format!("{} min", seconds.div_ceil(60))
        };
        format!(
            "{} of {} · {time} left in all  ",
            self.done + 1,
            self.photos
        )
    }
}
