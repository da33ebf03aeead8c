//! Taking a session file apart. Whatever is in it, nothing panics and nothing is read without a
//! bound: people open files that others sent them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Report;
use imaging::{Mask, Photo};

use super::archive::{PictureEntry, TakenEntry, sane};
use super::container::Archive;
use super::error::{SessionError, VERSION};
use super::file::{FORMAT, Heading, MANIFEST, MASK, Manifest, Place};
use super::read_runs::{StoredRun, StoredRuns, picture_of};
use super::simulation::StoredSimulation;
use crate::recipe::settings::Settings;
use crate::runs::Changed;

/// More than a thousand runs' reports.
const MANIFEST_MAX: u64 = 64 << 20;

/// Which photo a session is about.
#[derive(Clone, Debug)]
pub enum PhotoReference {
    /// The bundled photograph.
    Demo,
    /// A file, which is elsewhere.
    File {
        /// Where it was, and other places where it may be, likeliest first.
        places: Vec<PathBuf>,
        /// Of its bytes, in hexadecimal.
        sha256: Option<String>,
    },
    /// It is in the session itself.
    Embedded(Arc<Photo>),
}

/// A picture that has not met its photo yet.
#[derive(Clone, Debug)]
pub enum StoredPicture {
    /// A picture of its own.
    Whole(Arc<Photo>),
    /// What differs from the photo.
    Patched(Arc<Changed>),
}

/// The latest result.
#[derive(Clone, Debug)]
pub struct StoredResult {
    /// The picture.
    pub picture: StoredPicture,
    /// How it came about.
    pub report: Report,
    /// Which run it is, when that is known.
    pub taken: Option<TakenEntry>,
}

/// What a session file holds.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Which photo.
    pub photo: PhotoReference,
    /// The photo's width and height.
    pub size: (usize, usize),
    /// The damage that was simulated on it; mask, result and runs are of the picture it makes.
    pub simulation: Option<StoredSimulation>,
    /// The mask, of the photo's size, or of the damaged picture's.
    pub mask: Mask,
    /// The settings, within what the window offers.
    pub settings: Settings,
    /// The latest result.
    pub result: Option<StoredResult>,
    /// The kept runs, oldest first.
    pub runs: Vec<StoredRun>,
    /// The reports of all runs.
    pub reports: Vec<Report>,
    /// What is missing, in words.
    pub remark: Option<String>,
    /// Where the person keeps the session, in an automatically saved file.
    pub kept_at: Option<PathBuf>,
}

impl Stored {
    /// Reads the bytes of the session file `path`.
    ///
    /// # Errors
    /// [`SessionError::Foreign`] for any other file, [`SessionError::Later`] for one of a later
    /// program, [`SessionError::Damaged`] when a part is missing, cut short or not what it should
    /// be.
    pub fn read(bytes: &[u8], path: &Path) -> Result<Self, SessionError> {
        let name = path.display().to_string();
        let mut archive = Archive::open(bytes, &name)?;
        let manifest = archive.manifest()?;
        let whole = (manifest.photo.width, manifest.photo.height);
        let simulated = manifest.simulation.as_ref();
        let size = simulated.map_or(whole, |entry| (entry.width, entry.height));
        let mask = Mask::from_photo(&archive.photo(MASK)?);
        if (mask.width(), mask.height()) != size {
            let (width, height) = (mask.width(), mask.height());
            return Err(archive.damaged(format!(
                "its mask is {width} × {height} pixels, its photo {} × {}",
                size.0, size.1
            )));
        }
        let photo = match manifest.photo.place {
            Place::Demo => PhotoReference::Demo,
            Place::Embedded { entry } => {
                let photo = archive.photo(&entry)?;
                if (photo.width(), photo.height()) != whole {
                    return Err(archive.damaged("its photo has another size than it says"));
                }
                PhotoReference::Embedded(Arc::new(photo))
            }
            Place::File {
                path: place,
                relative,
                sha256,
            } => PhotoReference::File {
                places: places(path, &place, relative.as_deref()),
                sha256,
            },
        };
        let simulation = match manifest.simulation {
            Some(entry) => Some(entry.read(&mut archive, whole)?),
            None => None,
        };
        let runs = StoredRuns::read(&mut archive, manifest.archive, size);
        let result = match manifest.result {
            Some(result) => Some(StoredResult {
                picture: archive.result(&result.picture, size)?,
                report: sane(result.report),
                taken: runs.taken,
            }),
            None => None,
        };
        Ok(Self {
            photo,
            size: whole,
            simulation,
            mask,
            settings: manifest.settings.within_range(),
            result,
            runs: runs.runs,
            reports: manifest.runs.into_iter().map(sane).collect(),
            remark: runs.remark,
            kept_at: manifest.kept_at.map(PathBuf::from),
        })
    }
}

/// Where the photo may be: where it was; where it was as seen from the session, which both may
/// have moved together; beside the session.
fn places(session: &Path, path: &str, relative: Option<&str>) -> Vec<PathBuf> {
    let path = PathBuf::from(path);
    let folder = session.parent().unwrap_or(Path::new(""));
    let beside = path.file_name().map(|name| folder.join(name));
    let mut places = vec![path.clone()];
    for place in relative
        .map(|relative| folder.join(relative))
        .into_iter()
        .chain(beside)
    {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

impl Archive<'_> {
    fn manifest(&mut self) -> Result<Manifest, SessionError> {
        let foreign = || SessionError::Foreign {
            name: self.name.to_owned(),
        };
        if self.zip.index_for_name(MANIFEST).is_none() {
            return Err(foreign());
        }
        let json = self.entry(MANIFEST, MANIFEST_MAX)?;
        let heading: Heading =
            serde_json::from_slice(&json).map_err(|error| self.damaged(error))?;
        if heading.format != FORMAT {
            return Err(SessionError::Foreign {
                name: self.name.to_owned(),
            });
        }
        if heading.version > VERSION {
            return Err(SessionError::Later {
                name: self.name.to_owned(),
                found: heading.version,
            });
        }
        serde_json::from_slice(&json).map_err(|error| self.damaged(error))
    }

    /// The result: without it the session is not what it was, so it is refused as a whole.
    fn result(
        &mut self,
        picture: &PictureEntry,
        size: (usize, usize),
    ) -> Result<StoredPicture, SessionError> {
        if let PictureEntry::Whole { entry } = picture {
            return Ok(StoredPicture::Whole(Arc::new(self.photo(entry)?)));
        }
        picture_of(self, picture, size).ok_or_else(|| self.damaged("its result cannot be read"))
    }
}
