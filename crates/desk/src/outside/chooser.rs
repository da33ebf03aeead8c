//! The system's file chooser, as requests describe it.

use std::path::{Path, PathBuf};

/// What is said where there is no chooser.
pub(crate) const NO_CHOOSER: &str = "This system has no file chooser; type the path.";

/// What came of the system's file chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// A path.
    Path(PathBuf),
    /// Nothing: the person changed their mind.
    Nothing,
    /// There is no chooser on this system.
    NoChooser,
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file that is read.
    Open,
    /// A file that is written.
    Save,
    /// A folder.
    Folder,
}

/// A chooser that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chooser {
    /// Its title.
    pub title: &'static str,
    /// What is chosen.
    pub kind: Kind,
    /// The folder it begins in, if there is one.
    pub folder: Option<PathBuf>,
    /// The name it suggests.
    pub name: Option<String>,
    /// What the files are called and how their names end, without the dot.
    pub filter: Option<(&'static str, Vec<&'static str>)>,
}

impl Chooser {
    /// A chooser that begins in the nearest existing folder of `start`.
    pub(crate) fn near(title: &'static str, kind: Kind, start: &Path) -> Self {
        let folder = start.ancestors().find(|folder| folder.is_dir());
        Self {
            title,
            kind,
            folder: folder.map(Path::to_owned),
            name: None,
            filter: None,
        }
    }

    /// The same for files whose names end so.
    #[must_use]
    pub(crate) fn with_filter(mut self, name: &'static str, endings: Vec<&'static str>) -> Self {
        self.filter = Some((name, endings));
        self
    }
}

/// A typed path with `~` spelled out.
pub(crate) fn full_path(typed: &str) -> PathBuf {
    let typed = typed.trim();
    match typed.strip_prefix("~/").zip(std::env::home_dir()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(typed),
    }
}
