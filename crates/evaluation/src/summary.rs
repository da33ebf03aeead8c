//! Cells condensed: for each task and method the mean over pictures, and how sure it is.

use serde::Serialize;

use crate::cell::{Cell, Measured, Outcome, Place};
use crate::error::EvaluationError;
use crate::plan::Plan;
use crate::score::Scores;
use crate::store::Store;

/// A mean over pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error, from the spread between pictures; `None` for a single one.
    pub standard_error: Option<f64>,
    /// How many pictures.
    pub count: usize,
}

impl Mean {
    /// Of what is there; `None` if nothing is.
    #[must_use]
    pub fn of(values: impl Iterator<Item = Option<f64>>) -> Option<Self> {
        let values: Vec<f64> = values.flatten().collect();
        let count = values.len();
        if count == 0 {
            return None;
        }
        let n = count as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        let standard_error = (count > 1).then(|| (squares / (n - 1.0) / n).sqrt());
        Some(Self {
            mean,
            standard_error,
            count,
        })
    }
}

/// A method on a task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Place of the task in the plan.
    pub task: usize,
    /// Place of the method in the plan.
    pub method: usize,
    /// What happened, written out.
    pub operator: String,
    /// Which baseline or sampler.
    pub name: String,
    /// Its steps; `None` for a baseline.
    pub steps: Option<usize>,
    /// Pictures measured so far.
    pub pictures: usize,
    /// PSNR of a draw over the whole picture, dB.
    pub psnr: Option<Mean>,
    /// Structural similarity of a draw.
    pub ssim: Option<Mean>,
    /// PSNR of a draw over lost pixels, dB.
    pub masked_psnr: Option<Mean>,
    /// Structural similarity of a draw around lost pixels.
    pub masked_ssim: Option<Mean>,
    /// Root mean square of `y - A x` of a draw.
    pub residual: Option<Mean>,
    /// LPIPS of a draw; less is better.
    pub lpips: Option<Mean>,
    /// The leading score against the reference's on the same pictures, dB; see
    /// [`Summary::reference`].
    pub against: Option<Mean>,
    /// PSNR of the mean of draws, dB.
    pub psnr_of_mean: Option<Mean>,
    /// PSNR of the mean of draws over lost pixels, dB.
    pub masked_psnr_of_mean: Option<Mean>,
    /// Denoiser evaluations of a draw.
    pub evaluations: Option<f64>,
    /// Vector-Jacobian products of a draw.
    pub products: Option<f64>,
    /// Wall-clock seconds of a draw.
    pub seconds: Option<Mean>,
    /// Most memory of any cell, bytes.
    pub peak_memory: Option<u64>,
    /// Why cells have no numbers, if some have none.
    pub note: Option<String>,
}

impl Row {
    /// What the table is about: PSNR over lost pixels where there are such, otherwise over all.
    #[must_use]
    pub fn leading(&self) -> Option<Mean> {
        self.masked_psnr.or(self.psnr)
    }

    /// Evaluations and products together, as the field counts them (NFE).
    #[must_use]
    pub fn spent(&self) -> Option<f64> {
        Some(self.evaluations? + self.products?)
    }

    /// Baselines have no steps.
    #[must_use]
    pub fn is_baseline(&self) -> bool {
        self.steps.is_none()
    }
}

/// All rows of an evaluation, finished or not.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// What was asked for.
    pub plan: Plan,
    /// The method that others are compared with on the same pictures: the first sampler with its
    /// largest number of steps, or the first baseline where there is no sampler.
    pub reference: usize,
    /// Task after task, methods in the order of the plan.
    pub rows: Vec<Row>,
    /// Every finished cell.
    pub cells: Vec<Cell>,
}

impl Summary {
    /// Of what is in the folder.
    ///
    /// # Errors
    /// [`EvaluationError::File`] if a cell's file is damaged.
    pub fn read(store: &Store) -> Result<Self, EvaluationError> {
        let plan = store.plan();
        let mut cells = Vec::new();
        for task in 0..plan.tasks.len() {
            for method in 0..plan.methods.len() {
                for picture in 0..plan.pictures.len() {
                    let place = Place {
                        task,
                        method,
                        picture,
                    };
                    cells.extend(store.cell(place)?);
                }
            }
        }
        Ok(Self::of(plan, cells))
    }

    pub(crate) fn of(plan: &Plan, cells: Vec<Cell>) -> Self {
        let reference = reference(plan);
        let mut rows = Vec::new();
        for task in 0..plan.tasks.len() {
            let of = |method: usize| {
                let here = move |c: &&Cell| c.place.task == task && c.place.method == method;
                cells.iter().filter(here).collect::<Vec<_>>()
            };
            let other = of(reference);
            for method in 0..plan.methods.len() {
                rows.push(row(plan, (task, method), &of(method), &other));
            }
        }
        Self {
            plan: plan.clone(),
            reference,
            rows,
            cells,
        }
    }

    /// The rows of a task.
    pub fn task(&self, task: usize) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.task == task)
    }
}

fn reference(plan: &Plan) -> usize {
    let methods = || plan.methods.iter().enumerate();
    let Some((first, sampler)) = methods().find(|(_, m)| m.steps.is_some()) else {
        return 0;
    };
    let same = methods().filter(|(_, m)| m.spec == sampler.spec);
    same.max_by_key(|(_, m)| m.steps).map_or(first, |(i, _)| i)
}

fn row(plan: &Plan, (task, method): (usize, usize), cells: &[&Cell], other: &[&Cell]) -> Row {
    let measured: Vec<(usize, &Measured)> = cells
        .iter()
        .filter_map(|cell| Some((cell.place.picture, numbers(cell)?)))
        .collect();
    let each = |score: fn(&Scores) -> Option<f64>| {
        Mean::of(measured.iter().map(|(_, m)| of_draws(m, score)))
    };
    let of_mean = |score: fn(&Scores) -> Option<f64>| {
        Mean::of(
            measured
                .iter()
                .map(|(_, m)| m.mean.as_ref().and_then(score)),
        )
    };
    let differences = measured.iter().map(|(picture, mine)| {
        let same = other.iter().find(|cell| cell.place.picture == *picture)?;
        Some(leading(mine)? - leading(numbers(same)?)?)
    });
    let average = |of: fn(&Measured) -> usize| {
        let sum: usize = measured.iter().map(|(_, m)| of(m)).sum();
        (!measured.is_empty()).then(|| sum as f64 / measured.len() as f64)
    };
    let chosen = &plan.methods[method];
    let notes = cells.iter().find_map(|cell| match &cell.outcome {
        Outcome::Measured(_) => None,
        Outcome::Unsuitable(why) | Outcome::Failed(why) => Some(why.clone()),
    });
    Row {
        task,
        method,
        operator: plan.tasks[task].to_string(),
        name: chosen.spec.to_string(),
        steps: chosen.steps,
        pictures: measured.len(),
        psnr: each(|s| s.psnr),
        ssim: each(|s| s.ssim),
        masked_psnr: each(|s| s.masked_psnr),
        masked_ssim: each(|s| s.masked_ssim),
        residual: each(|s| s.residual),
        lpips: each(|s| s.lpips),
        against: Mean::of(differences),
        psnr_of_mean: of_mean(|s| s.psnr),
        masked_psnr_of_mean: of_mean(|s| s.masked_psnr),
        evaluations: average(|m| m.evaluations),
        products: average(|m| m.products),
        seconds: Mean::of(measured.iter().map(|(_, m)| Some(m.seconds))),
        peak_memory: measured.iter().filter_map(|(_, m)| m.peak_memory).max(),
        note: notes,
    }
}

fn numbers(cell: &Cell) -> Option<&Measured> {
    match &cell.outcome {
        Outcome::Measured(measured) => Some(measured),
        Outcome::Unsuitable(_) | Outcome::Failed(_) => None,
    }
}

fn of_draws(measured: &Measured, score: fn(&Scores) -> Option<f64>) -> Option<f64> {
    Mean::of(measured.draws.iter().map(score)).map(|mean| mean.mean)
}

fn leading(measured: &Measured) -> Option<f64> {
    of_draws(measured, |s| s.masked_psnr).or_else(|| of_draws(measured, |s| s.psnr))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_standard_errors_are_the_textbook_ones() {
        let mean = Mean::of([Some(1.0), None, Some(2.0), Some(6.0)].into_iter()).expect("three");
        let error = mean.standard_error.expect("more than one");
        assert!((mean.mean - 3.0).abs() < 1e-12 && mean.count == 3);
        assert!((error - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(
            Mean::of([Some(2.0)].into_iter())
                .expect("one")
                .standard_error,
            None
        );
        assert_eq!(Mean::of([None].into_iter()), None);
    }
}
