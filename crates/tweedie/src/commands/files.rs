//! Files that a command reads and writes, looked at before hours of work.
//!
//! What is read must be a regular file: whoever opens a pipe that nobody writes into waits for ever.
//! What is written must not be one of those, and must be possible: the folder is there and has room.
//! A report may go to a device or a pipe; a picture goes to a regular file.

use std::fs::Metadata;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use engine::{Chain, place};

use crate::terminal::shown;

/// What is written to find out whether there is room.
const PROBE: usize = 1 << 20;

/// Refuses anything but a regular file.
pub(super) fn check_input(path: &Path) -> Result<()> {
    let metadata = path
        .metadata()
        .with_context(|| format!("cannot read {}", shown(path)))?;
    ensure!(
        metadata.is_file(),
        "{} is {}, not a file; name a picture",
        shown(path),
        kind(&metadata)
    );
    Ok(())
}

/// Refuses what is neither a file nor a folder; what is not there is for its reader to say.
pub(super) fn check_file_or_folder(path: &Path) -> Result<()> {
    let Ok(metadata) = path.metadata() else {
        return Ok(());
    };
    ensure!(
        metadata.is_file() || metadata.is_dir(),
        "{} is {}; name a file or a folder",
        shown(path),
        kind(&metadata)
    );
    Ok(())
}

/// What is to be read and written.
#[derive(Default)]
pub(super) struct Files<'a> {
    /// Files that are read.
    pub(super) reads: Vec<&'a Path>,
    /// Pictures that are written.
    pub(super) pictures: Vec<&'a Path>,
    /// Anything else that is written.
    pub(super) others: Vec<&'a Path>,
    /// The one file that may be read and written.
    pub(super) in_place: Option<&'a Path>,
}

impl Files<'_> {
    /// Finds out whether everything can be read and written, and that no file that is read would be
    /// written over.
    pub(super) fn check(&self) -> Result<()> {
        for path in &self.reads {
            check_input(path)?;
        }
        for picture in &self.pictures {
            imaging::FileFormat::from_path(picture)?;
        }
        let in_place = self.in_place.map(place);
        let mut taken: Vec<PathBuf> = self.reads.iter().map(|path| place(path)).collect();
        taken.retain(|path| Some(path) != in_place.as_ref());
        let written = self.pictures.iter().map(|path| (path, true));
        for (path, picture) in written.chain(self.others.iter().map(|path| (path, false))) {
            let metadata = path.metadata().ok();
            if let Some(stream) = metadata.filter(|m| !m.is_file() && !m.is_dir()) {
                ensure!(
                    !picture && takes_text(&stream),
                    "{} is {}, which a result cannot be written to; name a file",
                    shown(path),
                    kind(&stream)
                );
                continue;
            }
            ensure!(
                !taken.contains(&place(path)),
                "{} would be written over; choose another name, so that nothing is lost",
                shown(path)
            );
            taken.push(place(path));
            check_folder(path)?;
        }
        Ok(())
    }
}

fn check_folder(path: &Path) -> Result<()> {
    ensure!(
        !path.is_dir(),
        "{} is a folder; name a file in it",
        shown(path)
    );
    let folder = folder_of(path);
    ensure!(
        folder.is_dir(),
        "cannot write {}: the folder {} does not exist",
        shown(path),
        shown(folder)
    );
    check_room(folder)
}

/// Writes something into a folder that vanishes again, to find out whether that is possible.
pub(super) fn check_room(folder: &Path) -> Result<()> {
    let refused = || format!("cannot write into the folder {}", shown(folder));
    let probe = || -> std::io::Result<()> {
        let mut file = tempfile::tempfile_in(folder)?;
        file.write_all(&vec![0x5A; PROBE])?;
        file.sync_all()
    };
    probe().map_err(plain).with_context(refused)
}

/// The reason without the name of a file that nobody has heard of.
fn plain(error: std::io::Error) -> anyhow::Error {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let reason = match error.kind() {
        StorageFull => "the disk is full; free some room, or choose another disk",
        QuotaExceeded => "your share of the disk is used up",
        ReadOnlyFilesystem => "the disk is read-only",
        PermissionDenied => "you may not write there",
        _ => return error.into(),
    };
    anyhow::anyhow!(reason)
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The kernel images that an operator reads.
pub(super) fn kernel_files(operator: &Chain) -> impl Iterator<Item = &Path> {
    let kernels = operator.0.iter().filter(|spec| spec.name == "kernel");
    kernels.filter_map(|spec| spec.parameters.get("").map(Path::new))
}

/// Whether text can be written to what is no regular file.
#[cfg(unix)]
fn takes_text(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    kind.is_char_device() || kind.is_fifo()
}

#[cfg(not(unix))]
fn takes_text(_: &Metadata) -> bool {
    false
}

/// What it is, in words.
#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_dir() {
        "a folder"
    } else {
        "a device"
    }
}
