//! Undo and redo of strokes, settings and results alike.
//!
//! A step is one type in the feature that it belongs to: it knows its title, the memory that it
//! keeps, and how it is taken back and done again. The history knows their order.

use std::any::{Any, TypeId};
use std::fmt::Debug;
use std::sync::Arc;

use crate::request::Whole;

/// One kind of undoable change.
pub(crate) trait Step: Debug + Send + Sync + 'static {
    /// The part of the window's state that it changes.
    type State: 'static;

    /// A few words: what was done, and how much of it.
    fn title(&self) -> String;

    /// Memory that it keeps, in bytes.
    fn bytes(&self) -> usize;

    /// Whether it concerns the photo, its mask or its result, and is forgotten with the photo.
    fn is_of_photo(&self) -> bool {
        true
    }

    /// Whether it exchanges the photo itself.
    fn exchanges_photo(&self) -> bool {
        false
    }

    /// Does it again (`forwards`), or takes it back.
    fn replay(&self, forwards: bool, state: &mut Self::State);
}

trait Erased: Debug + Send + Sync {
    fn title(&self) -> String;
    fn bytes(&self) -> usize;
    fn is_of_photo(&self) -> bool;
    fn exchanges_photo(&self) -> bool;
    fn replay(&self, forwards: bool, whole: &mut dyn Whole);
}

impl<S: Step> Erased for S {
    fn title(&self) -> String {
        Step::title(self)
    }

    fn bytes(&self) -> usize {
        Step::bytes(self)
    }

    fn is_of_photo(&self) -> bool {
        Step::is_of_photo(self)
    }

    fn exchanges_photo(&self) -> bool {
        Step::exchanges_photo(self)
    }

    fn replay(&self, forwards: bool, whole: &mut dyn Whole) {
        let part = whole.part(TypeId::of::<S::State>());
        if let Some(state) = part.and_then(<dyn Any>::downcast_mut) {
            Step::replay(self, forwards, state);
        }
    }
}

/// Any step.
#[derive(Clone, Debug)]
pub struct AnyStep(Arc<dyn Erased>);

impl AnyStep {
    /// A few words: what was done, and how much of it.
    #[must_use]
    pub fn title(&self) -> String {
        self.0.title()
    }

    /// Whether it exchanges the photo itself.
    pub(crate) fn exchanges_photo(&self) -> bool {
        self.0.exchanges_photo()
    }

    /// Does it again (`forwards`), or takes it back.
    pub(crate) fn replay(&self, forwards: bool, whole: &mut dyn Whole) {
        self.0.replay(forwards, whole);
    }
}

/// A step with its number, which no other step of this history has.
#[derive(Clone, Debug)]
struct Entry {
    number: u64,
    step: AnyStep,
}

/// Done and undone steps.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Entry>,
    undone: Vec<Entry>,
    /// How many steps there have ever been.
    counted: u64,
    /// The number of the latest step that was forgotten.
    forgotten: u64,
}

impl History {
    /// Patches beyond this are forgotten, oldest first.
    const MAX_BYTES: usize = 256 << 20;
    /// Steps beyond this are forgotten, oldest first.
    const MAX_STEPS: usize = 500;

    /// Records a step. What had been undone is forgotten.
    pub(crate) fn push(&mut self, step: impl Step) {
        self.undone.clear();
        self.counted += 1;
        let number = self.counted;
        let step = AnyStep(Arc::new(step));
        self.done.push(Entry { number, step });
        let size = |entry: &Entry| entry.step.0.bytes();
        let mut bytes: usize = self.done.iter().map(size).sum();
        let mut forget = self.done.len().saturating_sub(Self::MAX_STEPS);
        bytes -= self.done[..forget].iter().map(size).sum::<usize>();
        // The latest step always stays: it is the one a person wants back.
        while bytes > Self::MAX_BYTES && forget + 1 < self.done.len() {
            bytes -= size(&self.done[forget]);
            forget += 1;
        }
        let forgotten = self.done.drain(..forget).next_back();
        self.forgotten = forgotten.map_or(self.forgotten, |entry| entry.number);
    }

    /// A number for what the steps so far have made: the same again after undo and redo, another
    /// after every other change.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.done
            .last()
            .map_or(self.forgotten, |entry| entry.number)
    }

    /// Whether a step that can be undone concerns the mask or the result.
    #[must_use]
    pub fn touches_photo(&self) -> bool {
        self.done.iter().any(|entry| entry.step.0.is_of_photo())
    }

    /// Takes the latest step for undoing.
    pub(crate) fn undo(&mut self) -> Option<AnyStep> {
        let entry = self.done.pop()?;
        self.undone.push(entry.clone());
        Some(entry.step)
    }

    /// Takes the latest undone step for doing it again.
    pub(crate) fn redo(&mut self) -> Option<AnyStep> {
        let entry = self.undone.pop()?;
        self.done.push(entry.clone());
        Some(entry.step)
    }

    /// The step that would be undone next, and the one that would be done again.
    #[must_use]
    pub fn next(&self) -> (Option<&AnyStep>, Option<&AnyStep>) {
        (
            self.done.last().map(|entry| &entry.step),
            self.undone.last().map(|entry| &entry.step),
        )
    }

    /// The titles of all steps in the order in which they were done, the undone ones last.
    #[must_use]
    pub fn titles(&self) -> Vec<String> {
        let steps = self.done.iter().chain(self.undone.iter().rev());
        steps.map(|entry| entry.step.title()).collect()
    }

    /// Whether something can be done again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Forgets everything that concerns the photo, when another is opened: its settings are those of
    /// the last one, and what was done to them can still be undone.
    pub(crate) fn forget_photo(&mut self) {
        self.done.retain(|entry| !entry.step.0.is_of_photo());
        self.undone.clear();
    }

    /// Number of steps that can be undone.
    #[must_use]
    pub fn len(&self) -> usize {
        self.done.len()
    }

    /// Whether nothing can be undone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.done.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps so many bytes.
    #[derive(Debug)]
    struct Patch(usize);

    impl Step for Patch {
        type State = ();

        fn title(&self) -> String {
            format!("{} bytes", self.0)
        }

        fn bytes(&self) -> usize {
            self.0
        }

        fn is_of_photo(&self) -> bool {
            self.0 != 7
        }

        fn replay(&self, _: bool, (): &mut ()) {}
    }

    fn title(step: Option<AnyStep>) -> Option<String> {
        step.map(|step| step.title())
    }

    #[test]
    fn undo_and_redo_walk_the_same_path() {
        let mut history = History::default();
        history.push(Patch(1));
        history.push(Patch(0));
        let (one, none) = (Some("1 bytes".to_owned()), Some("0 bytes".to_owned()));
        assert_eq!(title(history.undo()), none);
        assert_eq!(title(history.undo()), one);
        assert_eq!(title(history.undo()), None);
        assert_eq!(title(history.redo()), one);
        assert_eq!(title(history.redo()), none);
        assert_eq!(title(history.redo()), None);
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let mut history = History::default();
        history.push(Patch(0));
        let _ = history.undo();
        history.push(Patch(1));
        assert!(!history.can_redo());
        assert_eq!(history.len(), 1);
    }

    #[test]
    fn old_patches_are_forgotten_but_never_the_latest() {
        let mut history = History::default();
        for _ in 0..4 {
            history.push(Patch(100 << 20));
        }
        assert_eq!(history.len(), 2);
        history.push(Patch(300 << 20));
        assert_eq!(history.len(), 1);
        for _ in 0..600 {
            history.push(Patch(0));
        }
        assert_eq!(history.len(), History::MAX_STEPS);
    }

    #[test]
    fn the_mark_tells_one_state_from_every_other() {
        let mut history = History::default();
        let mut marks = vec![history.mark()];
        for _ in 0..3 {
            history.push(Patch(0));
            marks.push(history.mark());
        }
        for mark in marks[..3].iter().rev() {
            let _ = history.undo();
            assert_eq!(history.mark(), *mark);
        }
        let _ = history.redo();
        assert_eq!(history.mark(), marks[1]);
        // Another second step is not the second step that was saved.
        history.push(Patch(1));
        assert!(!marks.contains(&history.mark()));
        for _ in 0..History::MAX_STEPS {
            history.push(Patch(0));
        }
        while history.undo().is_some() {}
        assert!(!marks.contains(&history.mark()), "the first steps are gone");
    }

    #[test]
    fn another_photo_keeps_only_what_is_not_of_the_photo() {
        let mut history = History::default();
        history.push(Patch(3));
        history.push(Patch(7));
        history.push(Patch(0));
        history.forget_photo();
        assert_eq!(history.titles(), ["7 bytes"]);
    }
}
