//! Putting a session file together.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Snapshot;
use super::error::{SessionError, VERSION};
use super::file::{FORMAT, MANIFEST, MASK, Manifest, PHOTO, PLAIN, PhotoEntry, Place, ResultEntry};
use super::simulation::SimulationEntry;
use super::write_runs::RunsWriter;
use crate::mask::document::Source;
use crate::runs::packed::whole;

type Archive = ZipWriter<Cursor<Vec<u8>>>;

impl Snapshot {
    /// The bytes of a session file to be kept at `path`.
    ///
    /// # Errors
    /// [`SessionError::Picture`] when a picture cannot be encoded, [`SessionError::Write`] when
    /// the archive cannot be put together.
    pub fn to_bytes(&self, path: &Path) -> Result<Vec<u8>, SessionError> {
        let embedded = self.source == Source::Clipboard;
        let simulation = self.simulation.as_ref();
        let original = simulation.map_or(&self.photo, |damage| &damage.truth);
        let photo = embedded.then(|| whole(original)).transpose()?;
        let photo = photo.map(|entry| (format!("{PHOTO}.{}", entry.ending), entry.bytes));
        let mut runs = RunsWriter::default();
        let result = match &self.result {
            Some(result) => Some(ResultEntry {
                picture: runs.result(self, &result.photo)?,
                report: result.report.clone(),
            }),
            None => None,
        };
        let simulation = simulation
            .map(|damage| SimulationEntry::of(self, damage, &mut runs))
            .transpose()?;
        let kept = runs.archive(self);
        let kept = kept.map(serde_json::to_value).transpose();
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: if simulation.is_some() { VERSION } else { PLAIN },
            program: env!("CARGO_PKG_VERSION").to_owned(),
            photo: PhotoEntry {
                place: self.place(path, photo.as_ref().map(|(name, _)| name.as_str())),
                width: original.width(),
                height: original.height(),
            },
            simulation,
            settings: self.settings.clone(),
            runs: self.reports.clone(),
            result,
            archive: kept.map_err(unwritable)?,
            kept_at: self.path.as_ref().map(|path| path.display().to_string()),
        };
        let json = serde_json::to_vec_pretty(&manifest).map_err(unwritable)?;
        let mut archive = Archive::new(Cursor::new(Vec::new()));
        put(&mut archive, MANIFEST, &json, CompressionMethod::Deflated)?;
        // Pictures are packed already.
        let mask = self.mask.to_png()?;
        put(&mut archive, MASK, &mask, CompressionMethod::Stored)?;
        if let Some((name, bytes)) = photo {
            put(&mut archive, &name, &bytes, CompressionMethod::Stored)?;
        }
        for (name, bytes) in runs.entries() {
            let packed = [".png", ".tiff"]
                .iter()
                .any(|ending| name.ends_with(ending));
            let method = if packed {
                CompressionMethod::Stored
            } else {
                CompressionMethod::Deflated
            };
            put(&mut archive, name, bytes, method)?;
        }
        Ok(archive.finish().map_err(unwritable)?.into_inner())
    }

    fn place(&self, session: &Path, entry: Option<&str>) -> Place {
        match &self.source {
            Source::Demo => Place::Demo,
            Source::Clipboard => Place::Embedded {
                entry: entry.unwrap_or(PHOTO).to_owned(),
            },
            Source::File(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                let folder = session
                    .parent()
                    .and_then(|folder| std::path::absolute(folder).ok());
                let relative = folder.and_then(|folder| path.strip_prefix(folder).ok());
                Place::File {
                    relative: relative.map(|path| path.display().to_string()),
                    path: path.display().to_string(),
                    sha256: self.sha256.clone(),
                }
            }
        }
    }
}

fn put(
    archive: &mut Archive,
    name: &str,
    bytes: &[u8],
    method: CompressionMethod,
) -> Result<(), SessionError> {
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .large_file(bytes.len() >= u32::MAX as usize);
    archive.start_file(name, options).map_err(unwritable)?;
    archive.write_all(bytes).map_err(unwritable)
}

fn unwritable(error: impl std::fmt::Display) -> SessionError {
    SessionError::Write(error.to_string())
}
