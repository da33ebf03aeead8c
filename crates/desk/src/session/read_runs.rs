//! Taking the runs of a session apart. A run of which anything is damaged is left out or loses the
//! part that is; nothing of it touches the rest of the session.

use std::sync::Arc;

use engine::{Estimate, Start};
use imaging::{Depth, Mask, Photo};

use super::archive::{ArchiveEntry, EstimateEntry, PictureEntry, RunEntry, TakenEntry, VERSION};
use super::container::Archive;
use super::read::{StoredPicture, StoredResult};
use crate::runs::packed::read_values;
use crate::runs::{self, Changed, Content, Kept, Place, RunId, Scores, Taken};

/// No `run.json` is longer.
const ENTRY_MAX: u64 = 16 << 20;

/// A run of a session, which has not met its photo yet.
#[derive(Clone, Debug)]
pub struct StoredRun {
    run: Kept,
    scores: Option<Scores>,
    picture: Option<StoredPicture>,
}

impl StoredRun {
    /// The run on its photo, and what was measured of it.
    #[must_use]
    pub fn on(self, photo: &Arc<Photo>) -> (Kept, Option<Scores>) {
        let content = self.picture.and_then(|picture| picture.on(photo));
        (
            Kept {
                content,
                ..self.run
            },
            self.scores,
        )
    }
}

/// What was read of the runs.
#[derive(Debug, Default)]
pub(super) struct StoredRuns {
    pub(super) runs: Vec<StoredRun>,
    pub(super) taken: Option<TakenEntry>,
    /// What is missing, in words.
    pub(super) remark: Option<String>,
}

impl StoredRuns {
    /// Reads the runs of a session whose photo has this size.
    pub(super) fn read(
        archive: &mut Archive<'_>,
        entry: Option<serde_json::Value>,
        size: (usize, usize),
    ) -> Self {
        let Some(entry) = entry else {
            return Self::default();
        };
        let remark = |text: &str| Self {
            remark: Some(text.to_owned()),
            ..Self::default()
        };
        let version = entry.get("version").and_then(serde_json::Value::as_u64);
        if version.is_some_and(|version| version > u64::from(VERSION)) {
            return remark(
                "The runs in this session were kept by a later Tweedie and are not shown.",
            );
        }
        let Ok(entry) = serde_json::from_value::<ArchiveEntry>(entry) else {
            return remark("The list of runs in this session is damaged; they are not shown.");
        };
        let most = runs::Archive::MAX_RUNS;
        let folders = &entry.runs[entry.runs.len().saturating_sub(most)..];
        let (mut damaged, mut runs) = (0, Vec::new());
        for folder in folders {
            match run(archive, folder, size) {
                Some((run, whole)) => {
                    damaged += usize::from(!whole);
                    runs.push(run);
                }
                None => damaged += 1,
            }
        }
        let remark = (damaged > 0).then(|| {
            format!(
                "{damaged} of the {} runs in this session are damaged: what could be read is shown.",
                folders.len()
            )
        });
        Self {
            runs,
            taken: entry.taken,
            remark,
        }
    }
}

/// A run, and whether all of it could be read.
fn run(archive: &mut Archive<'_>, folder: &str, size: (usize, usize)) -> Option<(StoredRun, bool)> {
    let json = archive.bytes(&format!("{folder}/run.json"), ENTRY_MAX)?;
    let entry: RunEntry = serde_json::from_slice(&json).ok()?;
    if !entry.is_sane() {
        return None;
    }
    let mut whole = true;
    let mut checked = |read: bool| whole &= read;
    let picture = entry.picture.as_ref().and_then(|picture| {
        let read = picture_of(archive, picture, size);
        checked(read.is_some());
        read
    });
    let mask = entry.mask.as_ref().and_then(|mask| {
        let read = mask_of(archive, mask, size);
        checked(read.is_some());
        read
    });
    let mut start = |estimates: &Option<Vec<EstimateEntry>>| {
        let read = start_of(archive, estimates.as_ref()?);
        checked(read.is_some());
        read.map(Arc::new)
    };
    let (begun, reached) = (start(&entry.start), start(&entry.reached));
    let (run, scores) = entry.run();
    let run = StoredRun {
        run: Kept {
            mask: mask.map(Arc::new),
            start: begun,
            reached,
            ..run
        },
        scores,
        picture,
    };
    Some((run, whole))
}

/// A picture of the archive.
pub(super) fn picture_of(
    archive: &mut Archive<'_>,
    picture: &PictureEntry,
    size: (usize, usize),
) -> Option<StoredPicture> {
    match picture {
        PictureEntry::Whole { entry } => {
            let photo = archive.photo(entry).ok()?;
            Some(StoredPicture::Whole(Arc::new(photo)))
        }
        PictureEntry::Patched { place, values } => {
            let place = Place::read(size, &archive.part(place)?)?;
            let values = read_values(values, &archive.part(values)?, place.len())?;
            let changed = Changed::at_place(&place, values)?;
            Some(StoredPicture::Patched(Arc::new(changed)))
        }
    }
}

fn mask_of(archive: &mut Archive<'_>, entry: &str, size: (usize, usize)) -> Option<Mask> {
    Some(Place::read(size, &archive.part(entry)?)?.mask())
}

fn start_of(archive: &mut Archive<'_>, entries: &[EstimateEntry]) -> Option<Start> {
    let estimates = entries.iter().map(|entry| {
        let photo = archive.photo(&entry.entry).ok()?;
        let window = entry.window();
        let fits = (photo.width(), photo.height()) == (window.width, window.height);
        let level = entry.level.is_finite() && entry.level >= 0.0;
        (fits && level).then(|| Estimate {
            window,
            picture: match photo.depth() {
                Depth::Float => engine::Picture::Exact(Arc::new(photo.planar(photo.bounds()))),
                Depth::Eight | Depth::Sixteen => {
                    engine::Picture::Eight(photo.rgba8(photo.bounds()).into())
                }
            },
            level: entry.level,
        })
    });
    Some(Start {
        estimates: estimates.collect::<Option<_>>()?,
    })
}

impl StoredResult {
    /// The result as it is current, with its picture.
    #[must_use]
    pub fn taken(&self, content: Content) -> Taken {
        Taken {
            run: self.taken.and_then(|taken| taken.run).map(RunId),
            blended: self.taken.is_some_and(|taken| taken.blended),
            content,
            report: self.report.clone(),
        }
    }
}

impl StoredPicture {
    /// The picture on its photo; `None` where it is of another size.
    #[must_use]
    pub fn on(self, photo: &Arc<Photo>) -> Option<Content> {
        match self {
            Self::Whole(whole) => Some(Content::Whole(whole)),
            Self::Patched(changed) => ((photo.width(), photo.height()) == changed.size())
                .then(|| Content::Patched(Arc::clone(photo), changed)),
        }
    }
}
