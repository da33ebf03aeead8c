//! Which file imports which, read from the sources: features import only what lies below them, and no
//! more than three files import each other in a circle.

mod sources;

use std::collections::{BTreeMap, BTreeSet};

use sources::{File, Sources};

/// The floors of the house, lowest first. Files beside the folders stand on the ground.
const FLOORS: [&str; 8] = [
    "common", "photo", "mask", "recipe", "runs", "batch", "session", "shell",
];
/// Files that import each other in a circle, at most.
const CIRCLE: usize = 3;

/// The floor of a module; 0 is the ground.
fn floor(module: &str) -> usize {
    let folder = module.split("::").next().unwrap_or_default();
    let floor = FLOORS.iter().position(|name| *name == folder);
    floor.map_or(0, |floor| floor + 1)
}

#[test]
fn no_arrow_runs_up() {
    let sources = Sources::read();
    let mut up = Vec::new();
    for (from, file) in &sources.files {
        for to in sources.imports(from, file) {
            if floor(&to) > floor(from) {
                up.push(format!("{from} imports {to}"));
            }
        }
    }
    assert!(
        up.is_empty(),
        "{} arrows run up:\n{}",
        up.len(),
        up.join("\n")
    );
}

#[test]
fn no_circle_is_larger_than_three_files() {
    let sources = Sources::read();
    let graph: BTreeMap<&str, BTreeSet<String>> = sources
        .files
        .iter()
        .map(|(name, file): (&String, &File)| (name.as_str(), sources.imports(name, file)))
        .collect();
    let reach: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|name| (*name, reached(&graph, name)))
        .collect();
    for (name, reached) in &reach {
        let circle = reached.iter().filter(|other| reach[**other].contains(name));
        let circle: Vec<_> = circle.collect();
        assert!(
            circle.len() <= CIRCLE,
            "{name} stands in a circle: {circle:?}"
        );
    }
}

/// Every file that is reached from a file by imports; itself only if it is in a circle.
fn reached<'a>(graph: &'a BTreeMap<&'a str, BTreeSet<String>>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = graph[from].iter().map(String::as_str).collect();
    while let Some(next) = open.pop() {
        let Some((name, imports)) = graph.get_key_value(next) else {
            continue;
        };
        if found.insert(*name) {
            open.extend(imports.iter().map(String::as_str));
        }
    }
    found
}

/// The test would say nothing if it read nothing.
#[test]
fn imports_are_read_through_the_names_that_a_folder_hands_on() {
    let sources = Sources::read();
    let imports = |name: &str| sources.imports(name, &sources.files[name]);
    assert!(imports("runs::running").contains("runs::set_paused"));
    assert!(imports("session::apply").contains("session::browse"));
    assert!(imports("mask::document").contains("mask::edit"));
    assert!(!imports("mask::document").contains("mask"));
    assert!(sources.files.len() > 100);
}
