//! Files that are either wholly written or not touched.
//!
//! Bytes go to a temporary file in the same folder, are flushed to the disk, and the file then takes
//! the target's name in one step. A crash, a full disk or a lost permission leaves the old file as
//! it was and no half-written one beside it.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::Builder;

use crate::ImagingError;

/// Writes `bytes` to `path`, replacing what is there in one step. An existing file keeps its
/// permissions; a symbolic link is followed, not replaced. A device or a pipe is written to as it is.
///
/// # Errors
/// [`ImagingError::Write`], naming `path`, when the folder is missing or not writable, the disk is
/// full, `path` is a folder, or an existing file is marked read-only.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ImagingError> {
    replace(path, bytes).map_err(|source| ImagingError::Write {
        path: path.to_owned(),
        source: plain(source),
    })
}

/// The system's own reason. `tempfile` puts the name of its file after it, which means nothing to
/// anybody, and does not hand out what it wraps.
fn plain(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) if error.get_ref().is_some() => io::Error::new(error.kind(), reason),
        _ => error,
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Asked of the path itself: the links of `/dev/stdout` lead to names that no folder has.
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(bytes);
    }
    let target = followed(path)?;
    let existing = match fs::metadata(&target) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if let Some(metadata) = &existing {
        if metadata.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "this is a folder",
            ));
        }
        // Renaming asks only for the folder's permission; the file's own mark is the user's word.
        if metadata.permissions().readonly() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the existing file is read-only",
            ));
        }
    }
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".tweedie-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The default is private to the user; the umask narrows this to what a new file would get.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(metadata) = existing {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    // Makes the new name itself durable. Some file systems cannot; the content is safe regardless.
    #[cfg(unix)]
    if let Err(error) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, folder = %folder.display(), "the folder cannot be flushed");
    }
    Ok(())
}

/// Where a symbolic link leads; any other path as it is.
fn followed(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}
