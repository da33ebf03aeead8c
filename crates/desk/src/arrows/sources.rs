//! The sources of this crate, as far as imports go.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A file of the crate, without its tests.
pub(super) struct File {
    /// The paths that it names, absolute, without `crate`.
    paths: Vec<Vec<String>>,
    /// The names that it hands on for its folder, and where they come from.
    hands_on: BTreeMap<String, Vec<String>>,
}

/// All files, by their modules: `runs::keep`, or nothing for the crate itself.
pub(super) struct Sources {
    pub(super) files: BTreeMap<String, File>,
}

impl Sources {
    /// Reads them.
    pub(super) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        visit(&root, &mut Vec::new(), &mut files);
        Self { files }
    }

    /// The files that a file imports from.
    pub(super) fn imports(&self, name: &str, file: &File) -> BTreeSet<String> {
        let targets = file.paths.iter().filter_map(|path| self.target(path, 0));
        targets.filter(|target| target != name).collect()
    }

    /// The file in which what a path names is written.
    fn target(&self, path: &[String], depth: usize) -> Option<String> {
        let module = (0..=path.len())
            .rev()
            .find(|length| self.files.contains_key(&path[..*length].join("::")))?;
        let name = path[..module].join("::");
        let item = path.get(module);
        let source = item.and_then(|item| self.files[&name].hands_on.get(item));
        match source {
            Some(source) if depth < 8 => self.target(source, depth + 1),
            _ => Some(name).filter(|name| !name.is_empty()),
        }
    }
}

fn visit(folder: &Path, module: &mut Vec<String>, files: &mut BTreeMap<String, File>) {
    let entries = std::fs::read_dir(folder).expect("the sources are there");
    for entry in entries {
        let path = entry.expect("a file").path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let stem = stem.into_owned();
        // Tests use the whole crate.
        if stem.ends_with("tests") || stem == "fixtures" || stem == "arrows" {
            continue;
        }
        if stem != "lib" {
            module.push(stem.clone());
        }
        if path.is_dir() {
            visit(&path, module, files);
        } else {
            let text = std::fs::read_to_string(&path).expect("text");
            files.insert(module.join("::"), read(&text, module));
        }
        if stem != "lib" {
            module.pop();
        }
    }
}

fn read(text: &str, module: &[String]) -> File {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let is_facade = code.lines().any(|line| {
        let line = line
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub ");
        line.starts_with("mod ") && line.ends_with(';')
    });
    let mut file = File {
        paths: Vec::new(),
        hands_on: BTreeMap::new(),
    };
    let mut rest = String::new();
    for item in code.split_inclusive(';') {
        let start = item.rfind("use ").filter(|at| is_use(item, *at));
        let Some(start) = start else {
            rest += item;
            continue;
        };
        rest += &item[..start];
        let line = item[..start].rsplit('\n').next().unwrap_or_default();
        let tree = item[start + 4..].trim_end_matches(';');
        for (path, name) in expand(tree) {
            let Some(path) = absolute(&path, module, is_facade) else {
                continue;
            };
            if is_facade && line.contains("pub") {
                file.hands_on.insert(name, path);
            } else {
                file.paths.push(path);
            }
        }
    }
    for path in inline(&rest) {
        file.paths.extend(absolute(&path, module, is_facade));
    }
    file
}

/// Whether `use` at this place begins an item, after nothing but how visible it is.
fn is_use(item: &str, at: usize) -> bool {
    let before = item[..at].rsplit('\n').next().unwrap_or_default().trim();
    ["", "pub", "pub(crate)", "pub(super)"].contains(&before)
}

/// Every path of a tree such as `a::{b, c::{self, d as e}}`, and the name it brings in.
fn expand(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Vec<String> = path.split("::").map(|s| s.trim().to_owned()).collect();
        path.retain(|segment| !segment.is_empty());
        if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
            path.pop();
        }
        let name = if alias.is_empty() {
            path.last().cloned().unwrap_or_default()
        } else {
            alias.trim().to_owned()
        };
        return vec![(path, name)];
    };
    let head: Vec<String> = tree[..open]
        .split("::")
        .map(|segment| segment.trim().to_owned())
        .filter(|segment| !segment.is_empty())
        .collect();
    let body = tree[open + 1..].trim_end().trim_end_matches('}');
    parts(body)
        .iter()
        .flat_map(|part| expand(part))
        .map(|(path, name)| {
            let own = path.len() == 1 && path[0] == "self";
            let tail = if own { Vec::new() } else { path };
            let name = if own {
                head[head.len() - 1].clone()
            } else {
                name
            };
            ([head.clone(), tail].concat(), name)
        })
        .collect()
}

/// The parts of a list, at the commas that lie in no inner list.
fn parts(list: &str) -> Vec<String> {
    let (mut parts, mut depth, mut part) = (Vec::new(), 0, String::new());
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if letter == ',' && depth == 0 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(letter);
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Paths that are written out in the code itself.
fn inline(code: &str) -> Vec<Vec<String>> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.split(|c| !word(c))
        .filter(|path| path.starts_with("crate::") || path.starts_with("super::"))
        .map(|path| path.split("::").map(str::to_owned).collect())
        .collect()
}

/// A path of this crate from its root; `None` for any other.
fn absolute(path: &[String], module: &[String], is_facade: bool) -> Option<Vec<String>> {
    let first = path.first()?.as_str();
    let ups = path
        .iter()
        .take_while(|segment| *segment == "super")
        .count();
    match first {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" if ups <= module.len() => {
            Some([&module[..module.len() - ups], &path[ups..]].concat())
        }
        // A folder names its own files without a prefix.
        _ if is_facade => Some([module, path].concat()),
        _ => None,
    }
}
