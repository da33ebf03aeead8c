//! The separate patches of a mask: each is restored with its own surroundings.
//!
//! Pixels touching at a side or a corner belong together (8-connectivity). Runs of masked pixels are
//! joined across neighbouring rows with a disjoint-set forest: one pass over the pixels, near-linear
//! work in the number of runs, memory for two rows of runs and the sets begun so far.

use super::{Mask, RESTORE};
use crate::Rect;

/// A connected patch of a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// The smallest rectangle around the patch.
    pub bounds: Rect,
    /// Masked pixels in the patch.
    pub pixels: usize,
}

/// Masked pixels `start..end` of one row, in the set `set`.
struct Run {
    start: usize,
    end: usize,
    set: usize,
}

impl Mask {
    /// The mask's patches, in the order their first pixels are met row by row.
    pub fn components(&self) -> Vec<Component> {
        let mut forest = Forest::default();
        let mut above: Vec<Run> = Vec::new();
        for (y, row) in self.rows().enumerate() {
            let mut current = Vec::with_capacity(above.len());
            let mut candidate = 0;
            for (start, end) in runs(row) {
                // Runs above that end left of this one touch no later one either.
                while above.get(candidate).is_some_and(|run| run.end < start) {
                    candidate += 1;
                }
                let run = Component {
                    bounds: Rect::new(start, y, end - start, 1),
                    pixels: end - start,
                };
                let mut touching = above[candidate..].iter().take_while(|run| run.start <= end);
                let set = match touching.next() {
                    Some(first) => forest.extend(first.set, run),
                    None => forest.add(run),
                };
                for other in touching {
                    forest.join(other.set, set);
                }
                current.push(Run { start, end, set });
            }
            above = current;
        }
        forest.components()
    }
}

/// Runs of masked pixels in a row, as `start..end`.
fn runs(row: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + row[at..].iter().position(|&byte| byte == RESTORE)?;
        let end = row[start..]
            .iter()
            .position(|&byte| byte != RESTORE)
            .map_or(row.len(), |length| start + length);
        at = end;
        Some((start, end))
    })
}

/// Disjoint sets of runs; a root is the earliest of its set and carries the sum.
#[derive(Default)]
struct Forest {
    parents: Vec<usize>,
    sums: Vec<Component>,
}

impl Forest {
    fn add(&mut self, component: Component) -> usize {
        self.parents.push(self.parents.len());
        self.sums.push(component);
        self.parents.len() - 1
    }

    /// Adds a run to the set of one it touches; no set of its own keeps the forest small.
    fn extend(&mut self, set: usize, run: Component) -> usize {
        let root = self.root(set);
        self.sums[root].bounds = self.sums[root].bounds.union(run.bounds);
        self.sums[root].pixels += run.pixels;
        root
    }

    fn root(&mut self, mut set: usize) -> usize {
        while self.parents[set] != set {
            // Path halving keeps the trees flat.
            self.parents[set] = self.parents[self.parents[set]];
            set = self.parents[set];
        }
        set
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (first, second) = (a.min(b), a.max(b));
        self.parents[second] = first;
        self.sums[first].bounds = self.sums[first].bounds.union(self.sums[second].bounds);
        self.sums[first].pixels += self.sums[second].pixels;
    }

    fn components(&self) -> Vec<Component> {
        let roots = self
            .parents
            .iter()
            .enumerate()
            .filter(|(set, parent)| set == *parent);
        roots.map(|(set, _)| self.sums[set]).collect()
    }
}
