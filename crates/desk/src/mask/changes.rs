//! Where the mask changed, by revision: whoever shows it remembers the revision it has seen and asks
//! what changed since.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use imaging::Rect;

/// Changes that are remembered one by one; beyond them everything counts as changed.
const MOST: usize = 256;

/// Revisions of a mask. No two masks of this process have one in common.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    latest: u64,
    /// Every change after this revision is remembered.
    complete_after: u64,
    recent: VecDeque<(u64, Rect)>,
}

impl Changes {
    /// Those of a mask that nobody has seen.
    pub(crate) fn new() -> Self {
        let latest = next();
        Self {
            latest,
            complete_after: latest,
            recent: VecDeque::new(),
        }
    }

    /// The latest revision; never 0.
    pub(crate) fn revision(&self) -> u64 {
        self.latest
    }

    /// Something changed there.
    pub(crate) fn add(&mut self, rect: Rect) {
        self.latest = next();
        self.recent.push_back((self.latest, rect));
        if self.recent.len() > MOST
            && let Some((oldest, _)) = self.recent.pop_front()
        {
            self.complete_after = oldest;
        }
    }

    /// Where the mask changed after the revision `seen`, of which it covers `whole`; `None` if it did
    /// not.
    pub(crate) fn since(&self, seen: u64, whole: Rect) -> Option<Rect> {
        if seen == self.latest {
            return None;
        }
        if seen < self.complete_after {
            return Some(whole);
        }
        let later = self.recent.iter().filter(|(revision, _)| *revision > seen);
        later.map(|(_, rect)| *rect).reduce(Rect::union)
    }
}

/// Counts for all masks, so that a revision seen of one is never taken for one of another.
fn next() -> u64 {
    static LATEST: AtomicU64 = AtomicU64::new(0);
    LATEST.fetch_add(1, Ordering::Relaxed) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_seen_a_revision_is_told_what_changed_since() {
        let whole = Rect::new(0, 0, 50, 40);
        let mut changes = Changes::new();
        assert_eq!(changes.since(0, whole), Some(whole), "nothing was seen");
        let seen = changes.revision();
        assert_eq!(changes.since(seen, whole), None);
        changes.add(Rect::new(1, 1, 2, 2));
        changes.add(Rect::new(7, 3, 1, 1));
        assert_eq!(changes.since(seen, whole), Some(Rect::new(1, 1, 7, 3)));
        // Two views do not take changes away from each other.
        assert_eq!(changes.since(seen, whole), Some(Rect::new(1, 1, 7, 3)));
        let other = Changes::new();
        assert_eq!(other.since(changes.revision(), whole), Some(whole));
        for _ in 0..2 * MOST {
            changes.add(Rect::new(0, 0, 1, 1));
        }
        assert_eq!(changes.since(seen, whole), Some(whole), "forgotten");
    }
}
