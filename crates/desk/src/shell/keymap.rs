//! Which keys give which command: the table's defaults, and what a person has bound instead.

use super::action::Action;
use super::command::Command;
use crate::session::keymap::Keymap;
use crate::session::keys::Keys;

impl Keymap {
    /// The keys of an action, those that are shown first.
    #[must_use]
    pub fn keys(&self, action: &Action) -> Vec<Keys> {
        match self.bound.get(action.id) {
            Some(keys) => keys.clone(),
            // A default that was given to another action by hand is gone from its first owner.
            None => defaults(action)
                .filter(|keys| !self.bound.values().flatten().any(|other| other == keys))
                .collect(),
        }
    }

    /// The first keys of a command, if it is in the table and has any.
    #[must_use]
    pub fn first(&self, command: &Command) -> Option<Keys> {
        self.keys(Action::of(command)?).into_iter().next()
    }

    /// The action that has these keys.
    #[must_use]
    pub fn owner(&self, keys: &Keys) -> Option<&'static Action> {
        Action::all()
            .iter()
            .find(|action| self.keys(action).contains(keys))
    }

    /// Whether the action's keys were changed by hand.
    #[must_use]
    pub fn is_changed(&self, action: &Action) -> bool {
        self.bound.contains_key(action.id)
    }

    /// Whether any were.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.bound.is_empty()
    }

    /// Gives an action these keys alone, and takes them away from whichever had them.
    pub(crate) fn bind(&mut self, action: &Action, keys: Keys) {
        if let Some(owner) = self.owner(&keys).filter(|owner| owner.id != action.id) {
            let left = self.keys(owner).into_iter().filter(|k| *k != keys);
            let left = left.collect();
            self.bound.insert(owner.id.to_owned(), left);
        }
        self.bound.insert(action.id.to_owned(), vec![keys]);
        self.forget_defaults();
    }

    /// Takes all keys away from an action.
    pub(crate) fn unbind(&mut self, action: &Action) {
        self.bound.insert(action.id.to_owned(), Vec::new());
        self.forget_defaults();
    }

    /// Gives an action its default keys back, except those that have another owner by now.
    pub(crate) fn reset(&mut self, action: &Action) {
        self.bound.remove(action.id);
    }

    /// Leaves out ids that are unknown and keys that stand twice, as a file edited by hand may
    /// have them. Says what was left out.
    pub(crate) fn repair(&mut self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut seen: Vec<Keys> = Vec::new();
        self.bound.retain(|id, keys| {
            let known = Action::by_id(id).is_some();
            if !known {
                complaints.push(format!("there is no command `{id}`"));
            }
            keys.retain(|keys| {
                let fine = known && !seen.contains(keys);
                if known && !fine {
                    complaints.push(format!("{keys} is bound twice"));
                }
                seen.push(keys.clone());
                fine
            });
            known
        });
        complaints
    }

    /// What equals the defaults need not be written down.
    fn forget_defaults(&mut self) {
        self.bound.retain(|id, keys| {
            Action::by_id(id).is_none_or(|action| !defaults(action).eq(keys.iter().cloned()))
        });
    }
}

fn defaults(action: &Action) -> impl Iterator<Item = Keys> {
    // A unit test reads every row of the table.
    action.keys.iter().filter_map(|keys| keys.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Keys {
        text.parse().expect("valid keys")
    }

    fn action(id: &str) -> &'static Action {
        Action::by_id(id).expect("in the table")
    }

    #[test]
    fn every_default_can_be_read_and_no_two_are_the_same() {
        let mut seen = Vec::new();
        for action in Action::all() {
            for text in action.keys {
                let keys: Keys = text.parse().expect(text);
                assert!(!seen.contains(&keys), "{keys} means two things");
                seen.push(keys);
            }
        }
    }

    #[test]
    fn binding_takes_the_keys_from_their_owner() {
        let mut map = Keymap::default();
        assert_eq!(map.owner(&keys("I")).map(|a| a.id), Some("mask.invert"));
        map.bind(action("mask.clear"), keys("I"));
        assert_eq!(map.owner(&keys("I")).map(|a| a.id), Some("mask.clear"));
        assert!(map.keys(action("mask.invert")).is_empty());
        // Giving them back restores the table.
        map.bind(action("mask.invert"), keys("I"));
        assert_eq!(map.owner(&keys("I")).map(|a| a.id), Some("mask.invert"));
        map.reset(action("mask.clear"));
        assert!(map.is_default(), "{map:?}");
    }

    #[test]
    fn no_history_of_bindings_gives_keys_two_owners() {
        let mut map = Keymap::default();
        let steps = [
            ("edit.redo", "Ctrl+Z"),
            ("edit.undo", "Ctrl+Y"),
            ("edit.brush", "Ctrl+Z"),
            ("view.fit", "B"),
            ("edit.brush", "B"),
            ("edit.undo", "Ctrl+Z"),
        ];
        for (id, text) in steps {
            map.bind(action(id), keys(text));
            let all: Vec<Keys> = Action::all().iter().flat_map(|a| map.keys(a)).collect();
            for (index, keys) in all.iter().enumerate() {
                assert!(!all[..index].contains(keys), "{keys} after {id}");
            }
            assert_eq!(map.owner(&keys(text)).map(|a| a.id), Some(id));
        }
        for id in ["edit.undo", "edit.redo", "edit.brush", "view.fit"] {
            map.reset(action(id));
        }
        assert_eq!(map.keys(action("edit.redo")).len(), 2);
    }

    #[test]
    fn a_file_edited_by_hand_is_repaired_and_said() {
        let text = r#"{"edit.undo": ["I"], "mask.clear": ["I"], "no.such": ["X"]}"#;
        let mut map: Keymap = serde_json::from_str(text).expect("valid JSON");
        let complaints = map.repair().join(", ");
        assert!(complaints.contains("no.such") && complaints.contains("I is bound twice"));
        assert_eq!(map.keys(action("edit.undo")), [keys("I")]);
        assert!(map.keys(action("mask.clear")).is_empty());
        assert!(map.keys(action("mask.invert")).is_empty(), "I is undo now");
        let written = serde_json::to_string(&map).expect("plain data");
        assert_eq!(serde_json::from_str::<Keymap>(&written).expect("read"), map);
    }
}
