//! Reading a session with its photo.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{ImagingError, Limits, Photo};

use super::opened::Opened;
use super::{PhotoReference, Refusal, Resumed, SessionError, SessionRequest, Stored};
use crate::mask::document::{Restored, Source};
use crate::photo::load;
use crate::runs::{Kept, Scores, Taken};

/// Reads a session file, without its photo.
///
/// # Errors
/// [`SessionError::Picture`] where the disk does not give it, and those of [`Stored::read`].
pub(super) fn stored(path: &Path) -> Result<Stored, SessionError> {
    let most = Limits::default().max_alloc;
    let cannot = |source| ImagingError::Read {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(most).read_to_end(&mut bytes).map_err(cannot)?;
    Stored::read(&bytes, path)
}

struct Found {
    source: Source,
    photo: Arc<Photo>,
    sha256: Option<String>,
    remark: Option<String>,
}

/// Reads a session and the photo it is about.
///
/// # Errors
/// A [`Refusal`] that says what can be done.
pub(super) fn resume(request: SessionRequest) -> Result<Opened, Refusal> {
    let stored = stored(&request.session).map_err(Refusal::Broken)?;
    let found = photo(&stored, &request)?;
    let simulation = stored.simulation.as_ref();
    let simulation = simulation.map(|simulation| simulation.on(&found.photo));
    let simulation = simulation.transpose().map_err(Refusal::Broken)?;
    let photo = match &simulation {
        Some((_, made)) => Arc::clone(&made.photo),
        None => Arc::clone(&found.photo),
    };
    let attached = Attached::new(&stored, &photo);
    let path = if request.recovery {
        stored.kept_at
    } else {
        Some(request.session.clone())
    };
    let session = Resumed {
        path,
        recovered: request.recovery.then_some(request.session),
        settings: stored.settings,
        result: attached.result,
        taken: attached.taken,
        runs: attached.runs,
        reports: stored.reports,
        remark: joined(found.remark, stored.remark),
        simulation,
    };
    Ok(Opened {
        source: found.source,
        photo,
        mask: Some(stored.mask),
        mask_error: None,
        sha256: found.sha256,
        session: Some(Box::new(session)),
    })
}

/// Results and runs on the photo they belong to.
struct Attached {
    result: Option<Restored>,
    taken: Option<Taken>,
    runs: Vec<(Kept, Option<Scores>)>,
}

impl Attached {
    fn new(stored: &Stored, photo: &Arc<Photo>) -> Self {
        let runs: Vec<_> = stored
            .runs
            .iter()
            .cloned()
            .map(|run| run.on(photo))
            .collect();
        let taken = stored.result.as_ref().and_then(|result| {
            let content = result.picture.clone().on(photo)?;
            Some(result.taken(content))
        });
        let result = taken.as_ref().map(|taken| Restored {
            photo: taken.content.to_photo(),
            report: taken.report.clone(),
        });
        Self {
            result,
            taken,
            runs,
        }
    }
}

fn joined(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one} {other}")),
        (one, other) => one.or(other),
    }
}

fn photo(stored: &Stored, request: &SessionRequest) -> Result<Found, Refusal> {
    let found = match &stored.photo {
        PhotoReference::Demo => {
            let (photo, _) = load::demo()
                .map_err(SessionError::Picture)
                .map_err(Refusal::Broken)?;
            Found {
                source: Source::Demo,
                photo: Arc::new(photo),
                sha256: None,
                remark: None,
            }
        }
        PhotoReference::Embedded(photo) => Found {
            source: Source::Clipboard,
            photo: photo.clone(),
            sha256: None,
            remark: None,
        },
        PhotoReference::File { places, sha256 } => {
            return file(stored, request, places, sha256.as_deref());
        }
    };
    Ok(found)
}

fn file(
    stored: &Stored,
    request: &SessionRequest,
    places: &[PathBuf],
    expected: Option<&str>,
) -> Result<Found, Refusal> {
    let (path, sha256) = match &request.photo {
        Some(chosen) => (chosen.clone(), load::hash(chosen).ok()),
        None => find(places, expected).ok_or_else(|| Refusal::Missing {
            request: request.clone(),
            photo: places.first().cloned().unwrap_or_default(),
        })?,
    };
    let photo = Photo::open_what_is_there(&path).map_err(|error| Refusal::Broken(error.into()))?;
    let size = (photo.width(), photo.height());
    let same = expected.is_none() || sha256.as_deref() == expected;
    if size != stored.size || !(same || request.accept_changed) {
        return Err(Refusal::Changed {
            request: request.clone(),
            photo: path,
            sizes: (size != stored.size).then_some([size, stored.size]),
        });
    }
    let remark = (!same).then(|| {
        format!(
            "{} is not the picture the session was made on; look whether the mask still fits.",
            path.display()
        )
    });
    Ok(Found {
        source: Source::File(path),
        photo: Arc::new(photo),
        sha256,
        remark,
    })
}

/// The first place with the very file; if there is none, the first place with any.
fn find(places: &[PathBuf], expected: Option<&str>) -> Option<(PathBuf, Option<String>)> {
    let mut there = places
        .iter()
        .filter(|place| place.is_file())
        .map(|place| (place.clone(), load::hash(place).ok()))
        .peekable();
    let first = there.peek().cloned();
    let same = there.find(|(_, sha256)| expected.is_none() || sha256.as_deref() == expected);
    same.or(first)
}
