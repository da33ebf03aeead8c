//! The average of the candidates: the picture with the least expected squared error.
//!
//! A draw has the error of the posterior mean and its own spread on top; the mean of n draws keeps one
//! n-th of that spread. It is smoother than any of them: for measuring, and where invented detail is
//! worse than none.

use std::sync::Arc;

use imaging::Photo;

use super::Taken;
use super::state::RunsState;
use crate::photo::changed::Changed;
use crate::photo::content::Content;

impl RunsState {
    pub(crate) fn average_obstacle(&self) -> Option<String> {
        (self.batch_pictures().len() < 2)
            .then(|| "At least two candidates are needed for an average".to_owned())
    }

    /// Makes the average of the latest batch the current result, as an undoable step.
    pub(crate) fn take_average(&mut self) {
        let pictures = self.batch_pictures();
        let Some((run, report)) = pictures.first().and_then(|(id, _)| {
            let run = self.runs.archive.get(*id)?;
            Some((run.id, run.report.clone()?))
        }) else {
            return;
        };
        let contents: Vec<Content> = pictures.into_iter().map(|(_, content)| content).collect();
        if let Some(content) = average(&contents) {
            self.take(Taken {
                run: Some(run),
                blended: true,
                content,
                report,
            });
            self.bring_forward();
        }
    }
}

/// Pixel by pixel; `None` if the pictures changed at different places, or there are none.
fn average(pictures: &[Content]) -> Option<Content> {
    let changed: Vec<Arc<Changed>> = pictures.iter().map(Content::changed).collect();
    let first = changed.first()?;
    if !changed.iter().all(|other| first.same_place(other)) {
        return None;
    }
    let mean = |pixel: usize| {
        [0, 1, 2].map(|channel| {
            let sum: f32 = changed.iter().map(|c| c.values()[pixel][channel]).sum();
            sum / changed.len() as f32
        })
    };
    let mean = first.with_values((0..first.len()).map(mean).collect())?;
    Some(match pictures.first()? {
        Content::Patched(base, _) => Content::Patched(Arc::clone(base), Arc::new(mean)),
        Content::Whole(photo) => {
            let mut photo = Photo::clone(photo);
            mean.write(&mut photo);
            Content::Whole(Arc::new(photo))
        }
    })
}
