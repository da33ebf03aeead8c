//! The scratch finder: a search that proposes a mask, to be looked at before it is taken.
//!
//! Searching takes long on a large photo, so it happens elsewhere, one search at a time; settings
//! changed meanwhile start another when it is done.

use std::sync::Arc;

use imaging::{Mask, Rect, ScratchSearch};

/// The finder while its tool is chosen.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    /// What is looked for.
    pub search: ScratchSearch,
    /// What was found last.
    pub proposal: Option<Arc<Mask>>,
    /// Pixels of the proposal.
    pub pixels: usize,
    /// Patches that were taken out of it, the latest last: where, and what was there.
    dismissed: Vec<(Rect, Vec<u8>)>,
    /// Whether a search is under way.
    pub busy: bool,
    /// Whether the settings have changed since it began.
    stale: bool,
}

impl Finder {
    /// Whether a search begins now; if one is under way another follows it.
    pub(crate) fn look(&mut self) -> bool {
        if self.busy {
            self.stale = true;
            return false;
        }
        self.busy = true;
        self.stale = false;
        true
    }

    /// Takes in what was found, if it is still wanted. Whether to look again.
    pub(crate) fn found(&mut self, mask: Option<Mask>) -> bool {
        self.busy = false;
        let again = self.stale || mask.is_none();
        if let Some(mask) = mask {
            self.propose(mask);
            self.dismissed.clear();
        }
        again
    }

    fn propose(&mut self, mask: Mask) {
        self.pixels = mask.count();
        self.proposal = Some(Arc::new(mask));
    }

    /// Takes out of the proposal the patches that a line comes so near, in photo pixels.
    pub(crate) fn dismiss(&mut self, from: (f32, f32), to: (f32, f32), reach: f32) {
        let Some(proposal) = &self.proposal else {
            return;
        };
        if let Some((left, rect)) = proposal.without_touched(from, to, reach) {
            self.dismissed.push((rect, proposal.patch(rect)));
            self.propose(left);
        }
    }

    /// Puts back what was taken out last. Whether there was something.
    pub(crate) fn bring_back(&mut self) -> bool {
        let Some((rect, patch)) = self.dismissed.pop() else {
            return false;
        };
        if let Some(proposal) = &self.proposal {
            let mut mask = Mask::clone(proposal);
            mask.restore_patch(rect, &patch);
            self.propose(mask);
        }
        true
    }

    /// Whether something was taken out of the proposal.
    #[must_use]
    pub fn has_dismissed(&self) -> bool {
        !self.dismissed.is_empty()
    }

    /// Forgets what was found, such as when another photo is opened.
    pub(crate) fn forget(&mut self) {
        self.proposal = None;
        self.pixels = 0;
        self.dismissed.clear();
    }
}
