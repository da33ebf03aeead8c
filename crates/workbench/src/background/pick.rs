//! The system's file chooser. It answers `None` on Cancel and also where there is no portal,
//! which is why every dialog keeps a typed path beside it.

use std::path::{Path, PathBuf};

use crate::document::session::EXTENSION;
use crate::document::{BatchPath, Purpose};

const PICTURES: &[&str] = &["png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp"];
const CHECKPOINTS: &[&str] = &["pt", "pth", "bin", "ckpt", "safetensors"];
const MASKS: &[&str] = &["png", "webp", "tif", "tiff", "bmp"];

/// Asks for a file. Blocks until the person answers.
pub(super) fn pick(purpose: Purpose, start: &Path) -> Option<PathBuf> {
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
            .add_filter("Pictures and sessions", &[PICTURES, &[EXTENSION]].concat())
            .pick_file(),
        Purpose::LocatePhoto => dialog
            .set_title("Where is the photo?")
            .add_filter("Pictures", PICTURES)
            .pick_file(),
        Purpose::SaveSession => dialog
            .set_title("Save session")
            .add_filter("Tweedie sessions", &[EXTENSION])
            .save_file(),
        Purpose::ImportMask => dialog
            .set_title("Import mask")
            .add_filter("Pictures", PICTURES)
            .pick_file(),
        Purpose::ExportPhoto => dialog
            .set_title("Export")
            .add_filter("Pictures", PICTURES)
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

/// Asks for a checkpoint, or for the folder of one. Blocks until the person answers.
pub(super) fn checkpoint(folder: bool, start: &Path) -> Option<PathBuf> {
    let mut dialog = rfd::FileDialog::new().set_title("Import checkpoint");
    if let Some(folder) = start.ancestors().find(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    if folder {
        return dialog.pick_folder();
    }
    dialog.add_filter("Checkpoints", CHECKPOINTS).pick_file()
}

/// Asks for a path of a batch. Blocks until the person answers.
pub(super) fn batch(which: BatchPath, start: &Path) -> Option<PathBuf> {
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
        return dialog.add_filter("Pictures", PICTURES).pick_file();
    }
    dialog.pick_folder()
}
