//! Telling of a restoration: a page with pictures, plots and the history, and how it formed as an
//! animation. Both are gathered here and put together beside the window's thread.

use std::sync::Arc;

use engine::{Account, Earlier, Film, Report, Shot};
use imaging::{ImagingError, Mask, Photo};

use super::active::Ending;
use super::{Frame, Kept, noise_in_words};

/// What a report tells.
#[derive(Clone, Debug)]
pub struct Telling {
    name: String,
    before: Arc<Photo>,
    after: Arc<Photo>,
    mask: Option<Arc<Mask>>,
    truth: Option<Arc<Photo>>,
    report: Report,
    mixed: bool,
    way: Vec<(usize, f64, Option<f64>)>,
    earlier: Vec<Earlier>,
}
use super::state::RunsState;

impl Telling {
    /// The page. Encodes up to ten pictures: about a second.
    ///
    /// # Errors
    /// [`ImagingError::Encode`].
    pub fn html(&self) -> Result<String, ImagingError> {
        let account = Account {
            name: &self.name,
            before: &self.before,
            after: &self.after,
            mask: self.mask.as_deref(),
            truth: self.truth.as_deref(),
            report: &self.report,
            mixed: self.mixed,
            way: &self.way,
            earlier: &self.earlier,
        };
        account.html()
    }
}

/// How a picture formed.
#[derive(Clone, Debug)]
pub struct Trajectory {
    photo: Arc<Photo>,
    size: (usize, usize),
    film: Film,
}

impl Trajectory {
    /// The bytes of an animated PNG. Encodes up to 64 pictures: some seconds.
    ///
    /// # Errors
    /// [`ImagingError::Encode`].
    pub fn to_png(&self) -> Result<Vec<u8>, ImagingError> {
        self.film.to_png(&self.photo, self.size)
    }
}

impl RunsState {
    /// What a report of the current result tells.
    pub(crate) fn telling(&self) -> Option<Telling> {
        let document = self.document.as_ref()?;
        let result = document.result.as_ref()?;
        let run = self
            .runs
            .accepted()
            .and_then(|id| self.runs.archive.get(id));
        let masked = result.report.masked_pixels > 0;
        let mask = run
            .and_then(|run| self.job_of(run.id)?.mask)
            .unwrap_or_else(|| Arc::clone(&document.mask));
        let latest = self.runs.frames.run;
        let frames = self.runs.frames.all().iter();
        let own = latest.is_some() && latest == self.runs.accepted();
        let way = frames.filter_map(|frame| {
            let live = frame.live?;
            Some((frame.done, live.psnr, live.ssim))
        });
        Some(Telling {
            name: document.source.name(),
            before: Arc::clone(&document.photo),
            after: Arc::clone(&result.photo),
            mask: masked.then_some(mask),
            truth: self.truth().cloned(),
            report: result.report.clone(),
            mixed: self.runs.taken.as_ref().is_some_and(|taken| taken.blended),
            way: if own { way.collect() } else { Vec::new() },
            earlier: self.runs.archive.all().iter().map(earlier).collect(),
        })
    }

    /// The latest run as it formed.
    pub(crate) fn trajectory(&self) -> Option<Trajectory> {
        let document = self.document.as_ref()?;
        let frames = &self.runs.frames;
        let shot = |frame: &Frame| Shot {
            window: frame.window,
            size: frame.size,
            rgba: frame.rgba.clone(),
            done: frame.done,
        };
        let film = Film::of(frames.all().iter().map(shot).collect());
        (!film.is_empty()).then(|| Trajectory {
            photo: Arc::clone(&document.photo),
            size: frames.size,
            film,
        })
    }
}

fn earlier(run: &Kept) -> Earlier {
    let recipe = &run.recipe;
    let went_on = if recipe.from.is_some() {
        ", went on from an estimate"
    } else {
        ""
    };
    let feather = match recipe.feather {
        0 => String::new(),
        width => format!(", feather {width} px"),
    };
    let seconds = run.report.as_ref().map_or(0.0, |report| report.seconds);
    let scores = run.study.as_ref().and_then(|study| study.scores);
    let words = scores.iter().flat_map(crate::Scores::in_words);
    let words: Vec<String> = words
        .map(|(name, figure)| format!("{name} {figure}"))
        .collect();
    Earlier {
        name: run.id.to_string(),
        recipe: format!(
            "{}, {}, {}, {} steps, seed {}{feather}{went_on}",
            recipe.operator,
            noise_in_words(recipe),
            recipe.sampler,
            recipe.steps,
            recipe.seed
        ),
        ending: match &run.ending {
            Ending::Finished => format!("after {seconds:.1} s"),
            Ending::Stopped => format!("stopped after {seconds:.1} s"),
            Ending::Failed(reason) => format!("failed: {reason}"),
        },
        scores: words.join(", "),
    }
}
