//! The runs of a session that was opened take their place.

use super::kept::{Archive, Candidate, Kept, RunId};
use super::study::{Question, Scores};
use super::{Runs, Taken};
use crate::request::BoxedRequest;
use crate::runs::Summarise;

impl Runs {
    /// Puts them in place, and asks for their thumbnails. Their numbers go on after those of this
    /// window, so that no late answer about an earlier photo is taken for one about them; in a window
    /// that has just been opened they are as they were.
    pub(crate) fn resume(
        &mut self,
        runs: Vec<(Kept, Option<Scores>)>,
        taken: Option<Taken>,
    ) -> Option<BoxedRequest> {
        let before = self.last;
        let moved = |id: RunId| RunId(id.0.saturating_add(before));
        let taken = taken.map(|taken| Taken {
            run: taken.run.map(moved),
            ..taken
        });
        let mut questions = Vec::new();
        let mut archive = Vec::new();
        for (run, known) in runs {
            let run = Kept {
                id: moved(run.id),
                candidate: Candidate {
                    batch: moved(run.candidate.batch),
                    ..run.candidate
                },
                ..run
            };
            if archive.iter().any(|other: &Kept| other.id == run.id) {
                continue;
            }
            self.last = self.last.max(run.id.0);
            questions.extend(run.content.clone().map(|content| Question {
                run: run.id,
                content,
                truth: None,
                mask: None,
                known,
            }));
            archive.push(run);
        }
        self.taken = taken;
        self.archive = Archive::restored(archive, self.accepted());
        (!questions.is_empty()).then_some(Summarise(questions).into())
    }
}
