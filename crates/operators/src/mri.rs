//! Magnetic resonance imaging: some lines of the spectrum were measured.
//!
//! Cartesian undersampling as in fastMRI (Zbontar et al. 2018, arXiv 1811.08839): a fully sampled
//! centre and, at random, as many other columns of the spectrum as make one column in
//! `acceleration`. Complex values stand as real part above imaginary part, `[b, c, 2h, w]`; pictures
//! are real, one spectrum for each channel. Columns that were not measured are holes: zero, without
//! noise and without likelihood. The operator is linear; its columns are orthonormal frequencies, but
//! those of a real picture come in pairs, so `A Aᵀ` is not diagonal and solvers iterate.

use burn::tensor::{Device, Tensor, TensorData};

use crate::class::Class;
use crate::dft::{Axis, Dft};
use crate::error::OperatorError;
use crate::family::Family;
use crate::noise::SeededNoise;
use crate::operator::LinearOperator;
use crate::parameter::{Parameter, seed};
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;

/// The random stream of column masks, apart from those of images.
const STREAM: u64 = 0x3a1_0000;

pub(crate) const NAME: &str = "mri";

/// Which columns are measured; of the scan of magnitudes too.
pub(crate) const PARAMETERS: &[Parameter] = &[
    Parameter::number("acceleration", "Acceleration", 4.0, (1.0, 32.0))
        .help("One column in so many is measured; 1 is all of them."),
    Parameter::number("centre", "Centre", 0.08, (0.0, 1.0))
        .help("Share of the columns, around frequency 0, that are all measured."),
    seed(
        "seed",
        "Which columns",
        "Another number is another random set of columns.",
    ),
];

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "MRI",
        summary: "Some columns of its Fourier transform were measured, as a fast scanner does.",
        parameters: PARAMETERS,
        ..Family::PLAIN
    },
    class: Class::Fourier,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> Built {
    Ok(Box::new(Mri::read(values, size, context.device)?))
}

/// Which columns the parameters mean, for pictures of `size` (height, width).
fn columns(values: &Values, size: (usize, usize)) -> Result<Vec<bool>, OperatorError> {
    let acceleration = values.number("acceleration")?;
    let centre = values.number("centre")?;
    let seed = values.whole("seed")?;
    let columns = size.1;
    let wanted = (columns as f64 / acceleration).round().max(1.0) as usize;
    let middle = (columns as f64 * centre).round() as usize;
    if middle > wanted {
        let reason = format!(
            "{middle} of {columns} columns are more than the {wanted} that this acceleration \
             leaves; take a smaller share or a smaller acceleration"
        );
        return Err(values.refuse("centre", &reason));
    }
    Ok(columns_kept(columns, wanted, middle, seed as u64))
}

/// `middle` columns around index `columns / 2` and others at random, `wanted` in all.
fn columns_kept(columns: usize, wanted: usize, middle: usize, seed: u64) -> Vec<bool> {
    let start = columns / 2 - middle / 2;
    let mut kept: Vec<bool> = (0..columns)
        .map(|i| (start..start + middle).contains(&i))
        .collect();
    let mut others: Vec<usize> = (0..columns).filter(|&i| !kept[i]).collect();
    let mut noise = SeededNoise::new(seed, STREAM);
    for _ in middle..wanted.min(columns) {
        kept[others.swap_remove(noise.next_below(others.len()))] = true;
    }
    kept
}

/// A scan of some columns.
pub(crate) struct Mri {
    transform: Dft,
    /// `[1, 1, 2h, w]`.
    mask: Tensor<4>,
}

impl Mri {
    /// As the parameters say.
    pub(crate) fn read(
        values: &Values,
        size: (usize, usize),
        device: &Device,
    ) -> Result<Self, OperatorError> {
        Ok(Self::new(&columns(values, size)?, size, device))
    }

    fn new(kept: &[bool], (height, width): (usize, usize), device: &Device) -> Self {
        let whole = Axis {
            pixels: height,
            padded: height,
            kept: None,
        };
        let some = Axis {
            pixels: width,
            padded: width,
            kept: Some(kept),
        };
        let row: Vec<f32> = kept.iter().map(|&k| f32::from(u8::from(k))).collect();
        let row = Tensor::<4>::from_data(TensorData::new(row, [1, 1, 1, width]), device);
        Self {
            transform: Dft::new(&whole, &some),
            mask: row.expand([1, 1, 2 * height, width]),
        }
    }
}

impl LinearOperator for Mri {
    fn input_size(&self) -> (usize, usize) {
        self.transform.input_size()
    }

    fn output_size(&self) -> (usize, usize) {
        self.transform.output_size()
    }

    fn gives_pictures(&self) -> bool {
        false
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.transform.apply(x)
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.transform.adjoint(y)
    }

    /// The zero-filled reconstruction, `Aᵀ y`.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.transform.adjoint(y)
    }

    fn measured(&self) -> Option<Tensor<4>> {
        Some(self.mask.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_columns_are_kept_as_asked_for_and_the_middle_is_whole() {
        for (columns, wanted, middle) in [(64, 16, 5), (320, 40, 13), (9, 9, 1), (8, 1, 0)] {
            let kept = columns_kept(columns, wanted, middle, 3);
            assert_eq!(kept.iter().filter(|k| **k).count(), wanted);
            let start = columns / 2 - middle / 2;
            assert!(kept[start..start + middle].iter().all(|k| *k));
            assert_eq!(kept, columns_kept(columns, wanted, middle, 3));
        }
        assert_ne!(columns_kept(64, 16, 5, 0), columns_kept(64, 16, 5, 1));
    }
}
