//! Does the prior repeat its training pictures?
//!
//! For each sample, the nearest training crop (see [`super::nearest`]). The distance means little
//! alone: smooth pictures are near to many others. So the same is asked of training crops, whose
//! own photograph does not count, and of held-out crops, which nobody can have learnt by heart.
//! Samples much nearer than those are copies; the sheet shows each beside what it is near to.

use imaging::Planar;
use serde::{Deserialize, Serialize};

use super::nearest::Windows;
use super::sheet::contact_sheet;
use super::{Listener, Measuring, tell};
use crate::crops::Cropping;
use crate::dataset::Dataset;
use crate::error::TrainerError;

/// Distances to the nearest training crop: root mean squared difference in 8-bit levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distances {
    /// The smallest.
    pub min: f64,
    /// Half are below.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

impl Distances {
    fn of(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().map(|v| 255.0 * v).collect();
        sorted.sort_by(f64::total_cmp);
        Self {
            min: sorted[0],
            median: sorted[sorted.len() / 2],
            max: sorted[sorted.len() - 1],
        }
    }
}

/// How near samples come to the training set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memorisation {
    /// Windows of the training set that were looked at.
    pub windows: usize,
    /// From samples.
    pub samples: Distances,
    /// From held-out crops.
    pub held_out: Distances,
    /// From training crops to those of OTHER photographs; absent if there is one photograph only.
    pub training: Option<Distances>,
    /// The training picture nearest to each sample, with the distance in 8-bit levels.
    pub nearest: Vec<(String, f64)>,
}

/// Looks for copies among `samples`, which must be `side × side`. The sheet holds two rows of
/// eight at a time: samples, and below each its nearest training crop.
///
/// # Errors
/// [`TrainerError::Setting`] without samples, or if no training picture is as large as a sample;
/// [`TrainerError::Stopped`].
pub fn memorisation(
    samples: &[Planar],
    (training, held_out): (&Dataset, &Dataset),
    (side, seed): (usize, u64),
    listener: Listener<'_>,
) -> Result<(Memorisation, Planar), TrainerError> {
    let windows = Windows::new(training, side);
    if samples.is_empty() || windows.len() == 0 {
        return Err(TrainerError::Setting(format!(
            "copies can only be looked for with samples, and with training pictures of at least \
             {side} pixels"
        )));
    }
    let mut done = 0;
    let mut hear = || {
        done += 1;
        tell(
            listener,
            Measuring {
                what: "looking for copies",
                done,
                of: 3 * samples.len(),
            },
        )
    };
    let (mut nearest, mut pairs) = (Vec::new(), Vec::new());
    for sample in samples {
        let found = windows.nearest(sample, None).expect("there are windows");
        pairs.push(found.crop.cut(training, side));
        let name = training.pictures()[found.crop.picture].name().to_owned();
        nearest.push((name, 255.0 * found.distance));
        hear()?;
    }
    let plain = Cropping::plain(side);
    let mut distances = |dataset: &Dataset, own: bool| -> Result<Vec<f64>, TrainerError> {
        let mut each = Vec::with_capacity(samples.len());
        for crop in plain.fixed(dataset, samples.len(), seed) {
            let photograph = dataset.pictures()[crop.picture].photograph();
            let found = windows.nearest(&crop.cut(dataset, side), own.then_some(photograph));
            hear()?;
            each.extend(found.map(|found| found.distance));
        }
        Ok(each)
    };
    let held_out = Distances::of(&distances(held_out, false)?);
    let among = distances(training, true)?;
    let own: Vec<f64> = nearest
        .iter()
        .map(|(_, distance)| distance / 255.0)
        .collect();
    let measured = Memorisation {
        windows: windows.len(),
        samples: Distances::of(&own),
        held_out,
        training: (!among.is_empty()).then(|| Distances::of(&among)),
        nearest,
    };
    Ok((measured, beside_each_other(samples, &pairs)))
}

fn beside_each_other(samples: &[Planar], nearest: &[Planar]) -> Planar {
    const COLUMNS: usize = 8;
    let columns = COLUMNS.min(samples.len());
    let blank = Planar::new(samples[0].width, samples[0].height);
    let mut cells = Vec::new();
    for (above, below) in samples.chunks(columns).zip(nearest.chunks(columns)) {
        for row in [above, below] {
            cells.extend(row);
            cells.extend(std::iter::repeat_n(&blank, columns - row.len()));
        }
    }
    contact_sheet(&cells, columns)
}
