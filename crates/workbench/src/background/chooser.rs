//! The system's file chooser.
//!
//! It answers nothing on Cancel and also where there is none, which is why every dialog keeps a typed
//! path beside it. On Linux, rfd asks the desktop portal on the session bus and then runs `zenity`;
//! where neither is there it answers at once, sooner than anybody could cancel.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use desk::{Chooser, Kind, Picked};

/// Nobody reads a window and closes it sooner.
const SOONEST: Duration = Duration::from_millis(300);

/// Asks for a path. Blocks until the person answers.
pub(super) fn choose(chooser: &Chooser) -> Picked {
    let since = Instant::now();
    let answer = shown(chooser);
    judged(answer, since.elapsed(), possible())
}

fn shown(chooser: &Chooser) -> Option<PathBuf> {
    let mut dialog = rfd::FileDialog::new().set_title(chooser.title);
    if let Some(folder) = &chooser.folder {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = &chooser.name {
        dialog = dialog.set_file_name(name);
    }
    if let Some((name, endings)) = &chooser.filter {
        dialog = dialog.add_filter(*name, endings);
    }
    match chooser.kind {
        Kind::Open => dialog.pick_file(),
        Kind::Save => dialog.save_file(),
        Kind::Folder => dialog.pick_folder(),
    }
}

/// What an answer means that took so long, where a chooser is `possible` or not.
fn judged(answer: Option<PathBuf>, took: Duration, possible: bool) -> Picked {
    match answer {
        Some(path) => Picked::Path(path),
        None if !possible => Picked::NoChooser,
        // Windows and macOS always have one.
        None if took < SOONEST && !cfg!(any(windows, target_os = "macos")) => Picked::NoChooser,
        None => Picked::Nothing,
    }
}

/// Whether there may be a chooser: a session bus with a portal on it, or zenity.
fn possible() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let bus = set("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    let zenity = |paths: &OsStr| std::env::split_paths(paths).any(|p| p.join("zenity").is_file());
    bus || set("DBUS_SESSION_BUS_ADDRESS").is_some() || set("PATH").is_some_and(|p| zenity(&p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_at_once_is_nobodys() {
        let (soon, late) = (Duration::from_millis(20), Duration::from_secs(2));
        let path = PathBuf::from("/a.png");
        for took in [soon, late] {
            let chosen = judged(Some(path.clone()), took, true);
            assert_eq!(chosen, Picked::Path(path.clone()));
            assert_eq!(judged(None, took, false), Picked::NoChooser);
        }
        assert_eq!(judged(None, late, true), Picked::Nothing);
        if !cfg!(any(windows, target_os = "macos")) {
            assert_eq!(judged(None, soon, true), Picked::NoChooser);
        }
    }
}
