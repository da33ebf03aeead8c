//! Undo and redo of strokes and settings alike.
//!
//! A stroke stores only the pixels of its dirty rectangle before and after; inverting is its own
//! inverse and stores nothing; a settings step stores both settings. A drag of a slider is ONE
//! step: [`History::adjust`] holds it open until the gesture ends or something else happens.

use imaging::Rect;

use super::Taken;
use super::stage::Stage;
use crate::recipe::settings::Settings;

/// One undoable change.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Mask pixels changed inside a rectangle.
    Mask {
        /// Where.
        rect: Rect,
        /// The rectangle's pixels before, row by row.
        before: Vec<u8>,
        /// The rectangle's pixels after.
        after: Vec<u8>,
        /// The command that did it; `None` for what was drawn.
        by: Option<&'static str>,
    },
    /// The whole mask was inverted.
    Invert,
    /// Settings changed.
    Settings {
        /// Before.
        before: Box<Settings>,
        /// After.
        after: Box<Settings>,
    },
    /// Something else became the current result.
    Result {
        /// Before, if there was one.
        before: Option<Box<Taken>>,
        /// After.
        after: Option<Box<Taken>>,
    },
    /// A result became the photo to work on.
    Stage {
        /// The photo before, with all that belongs to it.
        before: Box<Stage>,
        /// The result as a photo.
        after: Box<Stage>,
    },
}

impl Step {
    fn is_of_photo(&self) -> bool {
        !matches!(self, Self::Settings { .. })
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Mask { before, after, .. } => before.len() + after.len(),
            Self::Invert => 0,
            Self::Settings { .. } => 2 * size_of::<Settings>(),
            // What was before is what came after in an earlier step.
            Self::Result { after, .. } => after.as_ref().map_or(0, |taken| taken.content.bytes()),
            // What comes after is open.
            Self::Stage { before, .. } => before.bytes(),
        }
    }
}

/// A step with its number, which no other step of this history has.
#[derive(Clone, Debug)]
struct Entry {
    number: u64,
    step: Step,
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
    /// The settings at the start of a gesture that has not ended.
    gesture: Option<Box<Settings>>,
}

impl History {
    /// Patches beyond this are forgotten, oldest first.
    const MAX_BYTES: usize = 256 << 20;
    /// Steps beyond this are forgotten, oldest first.
    const MAX_STEPS: usize = 500;

    /// Records a step. What had been undone is forgotten.
    pub(crate) fn push(&mut self, step: Step) {
        self.undone.clear();
        self.counted += 1;
        let number = self.counted;
        self.done.push(Entry { number, step });
        let size = |entry: &Entry| entry.step.bytes();
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
        self.done.iter().any(|entry| entry.step.is_of_photo())
    }

    /// Notes settings as they were before a continuous change; only the first of a gesture counts.
    pub(crate) fn adjust(&mut self, before: &Settings) {
        self.gesture.get_or_insert_with(|| Box::new(before.clone()));
    }

    /// Ends a gesture: everything since [`Self::adjust`] becomes one step.
    pub(crate) fn end_gesture(&mut self, now: &Settings) {
        if let Some(before) = self.gesture.take()
            && *before != *now
        {
            self.push(Step::Settings {
                before,
                after: Box::new(now.clone()),
            });
        }
    }

    /// Takes the latest step for undoing.
    pub(crate) fn undo(&mut self) -> Option<Step> {
        let entry = self.done.pop()?;
        self.undone.push(entry.clone());
        Some(entry.step)
    }

    /// Takes the latest undone step for doing it again.
    pub(crate) fn redo(&mut self) -> Option<Step> {
        let entry = self.undone.pop()?;
        self.done.push(entry.clone());
        Some(entry.step)
    }

    /// The step that would be undone next, and the one that would be done again.
    #[must_use]
    pub fn next(&self) -> (Option<&Step>, Option<&Step>) {
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

    /// Whether something can be undone.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty() || self.gesture.is_some()
    }

    /// Whether something can be done again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Forgets everything that concerns the mask, when another photo is opened: its settings are those
    /// of the last one, and what was done to them can still be undone.
    pub(crate) fn forget_mask(&mut self) {
        self.done.retain(|entry| !entry.step.is_of_photo());
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

    fn patch(bytes: usize) -> Step {
        Step::Mask {
            rect: Rect::new(0, 0, 1, 1),
            before: vec![0; bytes],
            after: vec![1; bytes],
            by: None,
        }
    }

    #[test]
    fn undo_and_redo_walk_the_same_path() {
        let mut history = History::default();
        history.push(patch(1));
        history.push(Step::Invert);
        assert_eq!(history.undo(), Some(Step::Invert));
        assert_eq!(history.undo(), Some(patch(1)));
        assert_eq!(history.undo(), None);
        assert_eq!(history.redo(), Some(patch(1)));
        assert_eq!(history.redo(), Some(Step::Invert));
        assert_eq!(history.redo(), None);
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let mut history = History::default();
        history.push(Step::Invert);
        let _ = history.undo();
        history.push(patch(1));
        assert!(!history.can_redo());
        assert_eq!(history.len(), 1);
    }

    #[test]
    fn a_gesture_is_one_step_however_many_changes_it_has() {
        let mut history = History::default();
        let start = Settings::default();
        let mut now = start.clone();
        for steps in 51..70 {
            history.adjust(&now);
            now.steps = steps;
        }
        assert!(history.can_undo(), "an open gesture can be undone");
        history.end_gesture(&now);
        history.end_gesture(&now);
        assert_eq!(history.len(), 1);
        let step = Step::Settings {
            before: Box::new(start),
            after: Box::new(now),
        };
        assert_eq!(history.undo(), Some(step));
    }

    #[test]
    fn a_gesture_that_comes_back_is_no_step() {
        let mut history = History::default();
        history.adjust(&Settings::default());
        history.end_gesture(&Settings::default());
        assert!(history.is_empty());
    }

    #[test]
    fn old_patches_are_forgotten_but_never_the_latest() {
        let mut history = History::default();
        for _ in 0..4 {
            history.push(patch(50 << 20));
        }
        assert_eq!(history.len(), 2);
        history.push(patch(150 << 20));
        assert_eq!(history.len(), 1);
        for _ in 0..600 {
            history.push(Step::Invert);
        }
        assert_eq!(history.len(), History::MAX_STEPS);
    }

    #[test]
    fn the_mark_tells_one_state_from_every_other() {
        let mut history = History::default();
        let mut marks = vec![history.mark()];
        for _ in 0..3 {
            history.push(Step::Invert);
            marks.push(history.mark());
        }
        for mark in marks[..3].iter().rev() {
            let _ = history.undo();
            assert_eq!(history.mark(), *mark);
        }
        let _ = history.redo();
        assert_eq!(history.mark(), marks[1]);
        // Another second step is not the second step that was saved.
        history.push(patch(1));
        assert!(!marks.contains(&history.mark()));
        for _ in 0..History::MAX_STEPS {
            history.push(Step::Invert);
        }
        while history.undo().is_some() {}
        assert!(!marks.contains(&history.mark()), "the first steps are gone");
    }

    #[test]
    fn another_photo_keeps_only_settings_steps() {
        let mut history = History::default();
        history.push(patch(3));
        history.adjust(&Settings::default());
        history.end_gesture(&Settings {
            steps: 7,
            ..Settings::default()
        });
        history.push(Step::Invert);
        history.forget_mask();
        assert_eq!(history.len(), 1);
        assert!(matches!(history.undo(), Some(Step::Settings { .. })));
    }
}
