//! Small text files: settings, and what is remembered.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use imaging::ImagingError;

/// No settings are longer, in bytes.
const MOST: u64 = 4 << 20;

/// Why a file could not be stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Its folder cannot be made.
    #[error("cannot make the folder {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] ImagingError),
    /// It cannot be put into JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// A file's text; `None` if there is no such file.
///
/// # Errors
/// The system's, and [`io::ErrorKind::InvalidData`] for what is no text.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Writes a file in one step, and makes its folder if there is none.
///
/// # Errors
/// [`StoreError::Folder`] and [`StoreError::Write`].
pub(crate) fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    make_folder_of(path)?;
    Ok(imaging::write_atomically(path, text.as_bytes())?)
}

/// Makes the folder of a file.
///
/// # Errors
/// [`StoreError::Folder`].
pub(crate) fn make_folder_of(path: &Path) -> Result<(), StoreError> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder {
        folder: folder.to_owned(),
        source,
    })
}
