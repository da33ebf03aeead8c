//! Where the files come from: a folder or a zip archive, read by the same names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use imaging::Limits;
use zip::ZipArchive;

use crate::error::TrainerError;

const ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp"];
/// Folders in folders; a deeper nest is a mistake, or a loop of links.
const DEPTH: usize = 16;

/// A folder or an archive. Names are relative, with `/` between folders.
pub(super) enum Source {
    Folder {
        files: BTreeMap<String, PathBuf>,
    },
    Archive {
        archive: ZipArchive<BufReader<File>>,
        files: BTreeMap<String, usize>,
    },
}

impl Source {
    /// Opens what is there, but for what lies in the folder `output`.
    pub(super) fn open(path: &Path, output: Option<&Path>) -> Result<Self, TrainerError> {
        let file_error = |source| TrainerError::File {
            path: path.to_owned(),
            source,
        };
        if std::fs::metadata(path).map_err(file_error)?.is_dir() {
            // One that is not there yet holds nothing.
            let output = output.and_then(|output| output.canonicalize().ok());
            if output.is_some() && output == path.canonicalize().ok() {
                return Err(TrainerError::Dataset {
                    path: path.to_owned(),
                    reason:
                        "they lie in the output folder itself, and what is written there would \
                             be taken for photographs; use another --output"
                            .to_owned(),
                });
            }
            let mut files = BTreeMap::new();
            walk(path, "", (DEPTH, output.as_deref()), &mut files)?;
            return Ok(Self::Folder { files });
        }
        let refuse = |reason: String| TrainerError::Dataset {
            path: path.to_owned(),
            reason,
        };
        let file = BufReader::new(File::open(path).map_err(file_error)?);
        let archive = ZipArchive::new(file).map_err(|e| {
            refuse(format!(
                "it is neither a folder nor a zip archive that can be read ({e})"
            ))
        })?;
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            // A name that is no text names no picture of ours.
            if let Some(Ok(name)) = archive.name_for_index(index)
                && !name.ends_with('/')
            {
                files.insert(name.into_owned(), index);
            }
        }
        Ok(Self::Archive { archive, files })
    }

    /// The names of all pictures, sorted.
    pub(super) fn pictures(&self) -> Vec<String> {
        let is_picture = |name: &&String| {
            let hidden = name.split('/').any(|part| part.starts_with('.'));
            let ending = Path::new(name.as_str()).extension();
            let known = ending.is_some_and(|ending| {
                ENDINGS
                    .iter()
                    .any(|known| ending.eq_ignore_ascii_case(known))
            });
            // What a Mac packs beside each file only looks like a picture.
            known && !hidden && !name.starts_with("__MACOSX/")
        };
        match self {
            Self::Folder { files } => files.keys().filter(is_picture).cloned().collect(),
            Self::Archive { files, .. } => files.keys().filter(is_picture).cloned().collect(),
        }
    }

    /// The bytes of a file, or why there are none.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let limit = Limits::default().max_alloc;
        match self {
            Self::Folder { files } => {
                let path = files.get(name).ok_or("it is not there")?;
                let file = File::open(path).map_err(|e| e.to_string())?;
                bounded(file, limit)
            }
            Self::Archive { archive, files } => {
                let index = *files.get(name).ok_or("it is not there")?;
                let file = archive.by_index(index).map_err(|e| e.to_string())?;
                bounded(file, limit)
            }
        }
    }
}

/// An archive may claim any size; what is read counts.
fn bounded(file: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| e.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("it is larger than {limit} bytes"));
    }
    Ok(bytes)
}

fn walk(
    folder: &Path,
    prefix: &str,
    (depth, without): (usize, Option<&Path>),
    files: &mut BTreeMap<String, PathBuf>,
) -> Result<(), TrainerError> {
    let file_error = |source| TrainerError::File {
        path: folder.to_owned(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(file_error)? {
        let entry = entry.map_err(file_error)?;
        let Ok(own) = entry.file_name().into_string() else {
            tracing::warn!(path = %entry.path().display(), "its name is not text; left out");
            continue;
        };
        let name = format!("{prefix}{own}");
        // Links to files are followed; a link to a folder may lead in a circle.
        let kind = entry.file_type().map_err(file_error)?;
        if kind.is_dir() {
            let path = entry.path();
            let left_out = without.is_some() && path.canonicalize().ok().as_deref() == without;
            if depth > 0 && !own.starts_with('.') && !left_out {
                walk(&path, &format!("{name}/"), (depth - 1, without), files)?;
            }
        } else if entry.path().is_file() {
            files.insert(name, entry.path());
        }
    }
    Ok(())
}
