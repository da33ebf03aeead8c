//! Putting the runs of a session together: their entries, and the pictures they share.

use std::sync::Arc;

use imaging::Photo;

use super::Snapshot;
use super::archive::{
    ArchiveEntry, EstimateEntry, MOST_BYTES, PictureEntry, RESULT, RunEntry, TakenEntry, VERSION,
};
use super::error::SessionError;
use crate::runs::packed::{Entry, Estimates, Packed, Picture, whole};
use crate::runs::{Content, Kept, Taken};

/// Collects entries; equal ones are stored once.
#[derive(Default)]
pub(super) struct RunsWriter {
    entries: Vec<(String, Arc<[u8]>)>,
}

impl RunsWriter {
    /// All entries in their order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.entries
            .iter()
            .map(|(name, bytes)| (name.as_str(), &bytes[..]))
    }

    /// Adds an entry of this very name.
    pub(super) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.entries.push((name.to_owned(), bytes.into()));
    }

    /// The current result: only what differs from the photo, where that is known.
    ///
    /// # Errors
    /// [`SessionError::Picture`] when it cannot be encoded.
    pub(super) fn result(
        &mut self,
        snapshot: &Snapshot,
        photo: &Photo,
    ) -> Result<PictureEntry, SessionError> {
        let taken = snapshot
            .taken
            .as_ref()
            .filter(|taken| fits(snapshot, &taken.content));
        let picture = match taken {
            None => Picture::Whole(whole(photo)?),
            Some(taken) => match shared(snapshot, taken) {
                Some(picture) => picture,
                None => Picture::of(&taken.content)?,
            },
        };
        Ok(self.picture(RESULT, &picture))
    }

    /// The kept runs; `None` when there are none.
    pub(super) fn archive(&mut self, snapshot: &Snapshot) -> Option<ArchiveEntry> {
        if snapshot.runs.is_empty() {
            return None;
        }
        let mut room = MOST_BYTES;
        let mut folders = Vec::new();
        for run in snapshot.runs.iter().rev() {
            let packed = run.packed.get_or_init(|| Packed::of(run));
            let pictured = packed.bytes() <= room;
            if pictured {
                room -= packed.bytes();
            }
            folders.extend(self.run(snapshot, run, packed, pictured));
        }
        folders.reverse();
        Some(ArchiveEntry {
            version: VERSION,
            runs: folders,
            taken: snapshot.taken.as_ref().map(|taken| TakenEntry {
                run: taken.run.map(|run| run.0),
                blended: taken.blended,
            }),
        })
    }

    fn run(
        &mut self,
        snapshot: &Snapshot,
        run: &Kept,
        packed: &Packed,
        pictured: bool,
    ) -> Option<String> {
        let folder = format!("runs/{}", run.id.0);
        let mut entry = RunEntry::of(run);
        if pictured {
            let fits = run
                .content
                .as_ref()
                .is_some_and(|content| fits(snapshot, content));
            let picture = packed.picture.as_ref().filter(|_| fits);
            entry.picture = picture.map(|p| self.picture(&format!("{folder}/picture"), p));
            let mask = packed.mask.as_ref();
            entry.mask = mask.map(|mask| self.put(&format!("{folder}/mask"), mask));
            let mut estimates = |name: &str, estimates: &Option<Estimates>| {
                let estimates = estimates.as_ref()?;
                Some(self.estimates(&format!("{folder}/{name}"), estimates))
            };
            entry.start = estimates("start", &packed.start);
            entry.reached = estimates("reached", &packed.reached);
        }
        let json = serde_json::to_vec(&entry)
            .inspect_err(|error| tracing::warn!(%error, run = %run.id, "left out of the session"))
            .ok()?;
        self.entries
            .push((format!("{folder}/run.json"), json.into()));
        Some(folder)
    }

    fn picture(&mut self, name: &str, picture: &Picture) -> PictureEntry {
        match picture {
            Picture::Whole(entry) => PictureEntry::Whole {
                entry: self.put(name, entry),
            },
            Picture::Patched(place, values) => PictureEntry::Patched {
                place: self.put(name, place),
                values: self.put(name, values),
            },
        }
    }

    fn estimates(&mut self, name: &str, estimates: &Estimates) -> Vec<EstimateEntry> {
        let numbered = estimates.iter().enumerate();
        numbered
            .map(|(i, (window, level, entry))| EstimateEntry {
                x: window.x,
                y: window.y,
                width: window.width,
                height: window.height,
                level: *level,
                entry: self.put(&format!("{name}-{i}"), entry),
            })
            .collect()
    }

    /// Adds an entry, unless there is one of the same bytes: many runs have one place. Returns the
    /// name under which it is found.
    fn put(&mut self, name: &str, entry: &Entry) -> String {
        let there = self.entries.iter().find(|(there, bytes)| {
            (Arc::ptr_eq(bytes, &entry.bytes) || **bytes == *entry.bytes)
                && there.ends_with(entry.ending)
        });
        if let Some((there, _)) = there {
            return there.clone();
        }
        let name = format!("{name}.{}", entry.ending);
        self.entries.push((name.clone(), Arc::clone(&entry.bytes)));
        name
    }
}

/// Whether a picture means the photo of this session where it has no pixels of its own.
fn fits(snapshot: &Snapshot, content: &Content) -> bool {
    match content {
        Content::Whole(_) => true,
        Content::Patched(base, _) => Arc::ptr_eq(base, &snapshot.photo),
    }
}

/// The result as the run it came from has it already.
fn shared(snapshot: &Snapshot, taken: &Taken) -> Option<Picture> {
    let runs = snapshot.runs.iter();
    let run = runs.rev().find(|run| {
        let content = run.content.as_ref();
        content.is_some_and(|content| content.same(&taken.content))
    })?;
    run.packed.get_or_init(|| Packed::of(run)).picture.clone()
}
