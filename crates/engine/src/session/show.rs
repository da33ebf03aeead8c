//! What a session shows of a window on the way and at its end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Tensor;
use imaging::Planar;

use super::{Session, WindowProblem};
use crate::error::EngineError;
use crate::event::{Event, Preview};
use crate::pixels;
use crate::scales::LEVEL;
use crate::start::{Estimate, Picture};

/// Previews come at most this often, so that reading pixels back never rules the run.
const INTERVAL: Duration = Duration::from_millis(60);

impl Session<'_> {
    /// Shows an estimate that is not the last, if it is time to.
    pub(super) fn preview(
        &mut self,
        window: &WindowProblem<'_>,
        estimate: &Tensor<4>,
        level: f64,
    ) -> Result<(), EngineError> {
        let due = self
            .tally
            .last_preview
            .is_none_or(|at| at.elapsed() >= INTERVAL);
        if !due {
            return Ok(());
        }
        // A coarser scale leaves details open, however sure it is of what it shows.
        let level = window.coarse.map_or(level, |_| level.max(LEVEL));
        if window.window.area() > Preview::EXACT_PIXELS {
            let small = self.reduced(window, estimate)?;
            self.send(window, &small, None, level);
        } else {
            let picture = pixels::from_tensor(estimate.clone(), window.kept())?;
            self.show(window, Arc::new(window.placed(picture)), level)?;
        }
        Ok(())
    }

    /// Shows a result, which `estimate` holds as well.
    pub(super) fn conclude(
        &mut self,
        window: &WindowProblem<'_>,
        picture: &Arc<Planar>,
        estimate: &Tensor<4>,
    ) -> Result<(), EngineError> {
        if window.coarse.is_some() {
            let placed = Arc::new(window.placed(Planar::clone(picture)));
            return self.show(window, placed, LEVEL);
        }
        if Preview::reduction(window.window) == 1 {
            self.show(window, Arc::clone(picture), 0.0)?;
        } else {
            let small = self.reduced(window, estimate)?;
            self.send(window, &small, Some(Arc::clone(picture)), 0.0);
        }
        self.tell_done(window, picture);
        Ok(())
    }

    /// A window that an earlier run has finished.
    pub(super) fn keep_done(
        &mut self,
        window: &WindowProblem<'_>,
        done: &Estimate,
    ) -> Result<super::Sampled, EngineError> {
        let picture = done.planar()?;
        self.tally.window += 1;
        self.tally.part += 1;
        self.show(window, Arc::clone(&picture), 0.0)?;
        self.tell_done(window, &picture);
        Ok(super::Sampled::Complete(picture))
    }

    /// An estimate at the size that is shown.
    fn reduced(
        &self,
        window: &WindowProblem<'_>,
        estimate: &Tensor<4>,
    ) -> Result<Planar, EngineError> {
        let every = Preview::reduction(window.window);
        pixels::reduced_from_tensor(estimate.clone(), window.kept(), every)
    }

    fn show(
        &mut self,
        window: &WindowProblem<'_>,
        picture: Arc<Planar>,
        level: f64,
    ) -> Result<(), EngineError> {
        if Preview::reduction(window.window) == 1 {
            self.send(window, &Arc::clone(&picture), Some(picture), level);
        } else {
            let (width, height) = Preview::size_of(window.window);
            let small = picture.resized(width, height);
            self.send(window, &small, Some(picture), level);
        }
        Ok(())
    }

    fn send(
        &mut self,
        window: &WindowProblem<'_>,
        shown: &Planar,
        exact: Option<Arc<Planar>>,
        level: f64,
    ) {
        let made = Instant::now();
        self.outbox.preview(Preview {
            job: self.id,
            window: window.window,
            rgba: (window.show)(shown),
            exact,
            done: self.tally.steps,
            made,
            level,
        });
        self.tally.last_preview = Some(Instant::now());
    }

    fn tell_done(&self, window: &WindowProblem<'_>, picture: &Arc<Planar>) {
        self.outbox.event(Event::Window {
            job: self.id,
            done: self.tally.steps,
            estimate: Estimate {
                window: window.window,
                picture: Picture::Exact(Arc::clone(picture)),
                level: 0.0,
            },
        });
    }
}
