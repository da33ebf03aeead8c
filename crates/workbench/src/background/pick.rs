//! The system's file chooser.
//!
//! It answers nothing on Cancel and also where there is none, which is why every dialog keeps a typed
//! path beside it. On Linux, rfd asks the desktop portal on the session bus and then runs `zenity`;
//! where neither is there it answers at once, sooner than anybody could cancel.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imaging::FileFormat;

use desk::session::EXTENSION;
use desk::{BatchPath, Picked, Purpose};

const CHECKPOINTS: &[&str] = &["pt", "pth", "bin", "ckpt", "safetensors"];
const MASKS: &[&str] = &["png", "webp", "tif", "tiff", "bmp"];

/// Nobody reads a window and closes it sooner.
const SOONEST: Duration = Duration::from_millis(300);

/// Asks for a file. Blocks until the person answers.
pub(super) fn pick(purpose: Purpose, start: &Path) -> Picked {
    asked(|| file(purpose, start))
}

/// Asks for a checkpoint, or for the folder of one. Blocks until the person answers.
pub(super) fn checkpoint(folder: bool, start: &Path) -> Picked {
    asked(|| model(folder, start))
}

/// Asks for a path of a batch. Blocks until the person answers.
pub(super) fn batch(which: BatchPath, start: &Path) -> Picked {
    asked(|| path_of_batch(which, start))
}

fn asked(ask: impl FnOnce() -> Option<PathBuf>) -> Picked {
    let since = Instant::now();
    let answer = ask();
    judged(answer, since.elapsed(), possible())
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

fn file(purpose: Purpose, start: &Path) -> Option<PathBuf> {
    let mut dialog = rfd::FileDialog::new();
    if let Some(folder) = start.parent().filter(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = start.file_name().filter(|_| purpose.writes()) {
        dialog = dialog.set_file_name(name.to_string_lossy());
    }
    match purpose {
        Purpose::OpenPhoto => dialog
            .set_title("Open photo or session")
            .add_filter(
                "Pictures and sessions",
                &[FileFormat::readable_endings(), vec![EXTENSION]].concat(),
            )
            .pick_file(),
        Purpose::LocatePhoto => dialog
            .set_title("Where is the photo?")
            .add_filter("Pictures", &FileFormat::readable_endings())
            .pick_file(),
        Purpose::SaveSession => dialog
            .set_title("Save session")
            .add_filter("Tweedie sessions", &[EXTENSION])
            .save_file(),
        Purpose::ImportMask => dialog
            .set_title("Import mask")
            .add_filter("Pictures", &FileFormat::readable_endings())
            .pick_file(),
        Purpose::ExportPhoto => dialog
            .set_title("Export")
            .add_filter("Pictures", &FileFormat::writable_endings())
            .save_file(),
        Purpose::ExportReport => dialog
            .set_title("Export a report")
            .add_filter("Pages", &["html"])
            .save_file(),
        Purpose::ExportFilm => dialog
            .set_title("Export the steps")
            .add_filter("Animated PNG", &["png"])
            .save_file(),
        Purpose::ExportMask => dialog
            .set_title("Export mask")
            .add_filter("Lossless pictures", MASKS)
            .save_file(),
    }
}

fn model(folder: bool, start: &Path) -> Option<PathBuf> {
    let mut dialog = rfd::FileDialog::new().set_title("Import checkpoint");
    if let Some(folder) = start.ancestors().find(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    if folder {
        return dialog.pick_folder();
    }
    dialog.add_filter("Checkpoints", CHECKPOINTS).pick_file()
}

fn path_of_batch(which: BatchPath, start: &Path) -> Option<PathBuf> {
    let title = match which {
        BatchPath::Photos => "The folder of photos",
        BatchPath::Masks => "The folder of masks",
        BatchPath::Mask => "The mask for all photos",
        BatchPath::Output => "The folder for the results",
    };
    let mut dialog = rfd::FileDialog::new().set_title(title);
    if let Some(folder) = start.ancestors().find(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    if which == BatchPath::Mask {
        return dialog
            .add_filter("Pictures", &FileFormat::readable_endings())
            .pick_file();
    }
    dialog.pick_folder()
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
