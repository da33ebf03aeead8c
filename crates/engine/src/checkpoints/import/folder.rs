//! The folder of a prior while it is written.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use imaging::ImagingError;
use tempfile::NamedTempFile;

use crate::error::EngineError;

/// A folder whose weights lie beside their final name, where renaming is all that is left to do.
/// Dropped, it leaves everything as it was.
pub(super) struct Folder {
    path: PathBuf,
    weights: NamedTempFile,
    // Dropped last: only an empty folder can be removed.
    made: Made,
}

/// A folder that is removed again if nothing is in it.
struct Made(Option<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // Any other than an empty folder stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

impl Folder {
    /// Refuses a folder that already holds a prior, or a part of one.
    ///
    /// # Errors
    /// [`EngineError::Recipe`].
    pub(super) fn check(path: &Path) -> Result<(), EngineError> {
        if weights_in(path).exists() || config_in(path).exists() {
            return Err(EngineError::Recipe(format!(
                "{} already holds a prior; choose an empty folder",
                path.display()
            )));
        }
        Ok(())
    }

    /// Makes the folder, unless it is there.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be written.
    pub(super) fn new(path: &Path) -> Result<Self, EngineError> {
        let made = Made((!path.exists()).then(|| path.to_owned()));
        std::fs::create_dir_all(path).map_err(|e| unwritable(path, e))?;
        Ok(Self {
            path: path.to_owned(),
            weights: temporary(path).map_err(|e| unwritable(&weights_in(path), e))?,
            made,
        })
    }

    /// The weights, to be written.
    pub(super) fn weights(&self) -> &NamedTempFile {
        &self.weights
    }

    /// Gives the weights their name, and a configuration beside them: both, or none if the
    /// program lives.
    ///
    /// # Errors
    /// [`EngineError`] if that is not possible.
    pub(super) fn keep(self, json: &str) -> Result<(), EngineError> {
        // Dropped from the last to the first.
        let Self {
            made: _made,
            weights,
            path,
        } = self;
        let (weights_path, config_path) = (weights_in(&path), config_in(&path));
        let written = temporary(&path).and_then(|mut file| {
            file.write_all(json.as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        });
        let config = written.map_err(|e| unwritable(&config_path, e))?;
        let flushed = weights.as_file().sync_all();
        flushed.map_err(|e| unwritable(&weights_path, e))?;
        let persisted = weights.persist_noclobber(&weights_path);
        persisted.map_err(|e| unwritable(&weights_path, e.error))?;
        if let Err(error) = config.persist_noclobber(&config_path) {
            // Alone they would be taken for a prior, and stand in the way of the next attempt.
            let _ = std::fs::remove_file(&weights_path);
            return Err(unwritable(&config_path, error.error));
        }
        // Makes the names durable. Some systems cannot; the files are whole regardless.
        let _ = File::open(&path).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

fn weights_in(folder: &Path) -> PathBuf {
    folder.join("model.safetensors")
}

fn config_in(folder: &Path) -> PathBuf {
    folder.join("config.json")
}

fn unwritable(path: &Path, source: std::io::Error) -> EngineError {
    let path = path.to_owned();
    ImagingError::Write { path, source }.into()
}

/// A file that is deleted unless it is given a name.
fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tweedie-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The default is private to the user; the umask narrows this to what a new file would get.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
