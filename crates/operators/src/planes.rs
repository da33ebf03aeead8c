//! Pictures on the processor, a plane at a time: the columns of each go through a map of lines.
//!
//! [`columns`] maps `[h, w]` to `[w, h']`, transposed, so that twice in a row is a map of both
//! directions, and nothing is ever gathered value by value. Blocks of columns are shared among
//! threads. Besides the picture that comes and the one that goes, a few planes are in memory.

use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;

use crate::fft::{Lane, WIDTH, Work};

/// Columns of one plane that are mapped together: as real and as imaginary parts.
const BLOCK: usize = 2 * WIDTH;

/// A linear map of lines of pixels. Real and imaginary parts are lines of their own.
pub(crate) trait Line: Sync {
    /// Values of a line before.
    fn taken(&self) -> usize;

    /// Values of a line after.
    fn given(&self) -> usize;

    /// Replaces `work.lines`, `taken` values, by `given` values.
    fn run(&self, work: &mut Work);
}

/// Every column of a plane `[taken, width]` through `line`, transposed: `[width, given]`.
pub(crate) fn columns(line: &dyn Line, plane: &[f32], width: usize) -> Vec<f32> {
    debug_assert_eq!(plane.len(), line.taken() * width, "a plane of columns");
    let given = line.given();
    let mut mapped = vec![0.0; width * given];
    let blocks = mapped.par_chunks_mut(BLOCK * given).enumerate();
    blocks.for_each_init(Work::default, |work, (block, mapped)| {
        let first = block * BLOCK;
        let count = BLOCK.min(width - first);
        work.lines.clear();
        work.lines.extend(plane.chunks_exact(width).map(|row| {
            let mut values = [0.0; BLOCK];
            values[..count].copy_from_slice(&row[first..first + count]);
            Lane {
                re: std::array::from_fn(|i| values[i]),
                im: std::array::from_fn(|i| values[WIDTH + i]),
            }
        }));
        line.run(work);
        for (column, mapped) in mapped.chunks_exact_mut(given).enumerate() {
            let part = column % WIDTH;
            for (to, from) in mapped.iter_mut().zip(&work.lines) {
                *to = if column < WIDTH {
                    from.re[part]
                } else {
                    from.im[part]
                };
            }
        }
    });
    mapped
}

/// The same with a complex plane, real parts and imaginary parts.
pub(crate) fn complex_columns(
    line: &dyn Line,
    [re, im]: [&[f32]; 2],
    width: usize,
) -> [Vec<f32>; 2] {
    let given = line.given();
    let (mut real, mut imaginary) = (vec![0.0; width * given], vec![0.0; width * given]);
    let blocks = real.par_chunks_mut(WIDTH * given);
    let blocks = blocks.zip(imaginary.par_chunks_mut(WIDTH * given));
    blocks
        .enumerate()
        .for_each_init(Work::default, |work, (block, (real, imaginary))| {
            let first = block * WIDTH;
            let count = WIDTH.min(width - first);
            let part = |row: &[f32]| {
                let mut values = [0.0; WIDTH];
                values[..count].copy_from_slice(&row[first..first + count]);
                values
            };
            work.lines.clear();
            let rows = re.chunks_exact(width).zip(im.chunks_exact(width));
            work.lines.extend(rows.map(|(re, im)| Lane {
                re: part(re),
                im: part(im),
            }));
            line.run(work);
            let both = real
                .chunks_exact_mut(given)
                .zip(imaginary.chunks_exact_mut(given));
            for (column, (real, imaginary)) in both.enumerate() {
                for (at, from) in work.lines.iter().enumerate() {
                    real[at] = from.re[column];
                    imaginary[at] = from.im[column];
                }
            }
        });
    [real, imaginary]
}

/// A plane `[down.taken, across.taken]` through one map along its height and one along its width.
pub(crate) fn both(down: &dyn Line, across: &dyn Line, plane: &[f32]) -> Vec<f32> {
    let turned = columns(down, plane, across.taken());
    columns(across, &turned, down.given())
}

/// `plane` times `factors`, value by value.
pub(crate) fn multiply(plane: &mut [f32], factors: &[f32]) {
    let chunk = 1 << 14;
    let pairs = plane.par_chunks_mut(chunk).zip(factors.par_chunks(chunk));
    pairs.for_each(|(plane, factors)| {
        for (value, factor) in plane.iter_mut().zip(factors) {
            *value *= factor;
        }
    });
}

/// The values of a tensor, in row order.
///
/// # Panics
/// If the device no longer answers, as every operation on its tensors does.
pub(crate) fn values(x: Tensor<4>) -> Vec<f32> {
    let values = x.into_data().try_into_vec_as::<f32>();
    values.expect("pictures are numbers")
}

/// Every plane of `x` through `map`, to planes of `(height, width)`.
pub(crate) fn map(
    x: Tensor<4>,
    (height, width): (usize, usize),
    mut map: impl FnMut(&[f32]) -> Vec<f32>,
) -> Tensor<4> {
    let device = x.device();
    let [b, c, h, w] = x.dims();
    let before = values(x);
    let mut after = Vec::with_capacity(b * c * height * width);
    for plane in before.chunks_exact(h * w) {
        after.extend(map(plane));
    }
    drop(before);
    Tensor::from_data(TensorData::new(after, [b, c, height, width]), &device)
}

/// A plane as a tensor `[1, 1, height, width]`.
pub(crate) fn picture(
    plane: Vec<f32>,
    (height, width): (usize, usize),
    device: &burn::tensor::Device,
) -> Tensor<4> {
    Tensor::from_data(TensorData::new(plane, [1, 1, height, width]), device)
}

/// The planes of one picture through `map`, one by one.
pub(crate) fn picture_planes(x: Tensor<4>, map: impl FnMut(&[f32]) -> Vec<f32>) -> Vec<Vec<f32>> {
    let [_, _, h, w] = x.dims();
    values(x).chunks_exact(h * w).map(map).collect()
}

/// Every picture of a batch by itself through `map`, plane by plane, to planes of `(height, width)`.
pub(crate) fn each_picture(
    x: Tensor<4>,
    (height, width): (usize, usize),
    mut map: impl FnMut(&[Vec<f32>]) -> Vec<Vec<f32>>,
) -> Tensor<4> {
    let (device, [b, _, _, _]) = (x.device(), x.dims());
    let mut after = Vec::new();
    let mut channels = 0;
    for i in 0..b {
        let picture = picture_planes(x.clone().narrow(0, i, 1), <[f32]>::to_vec);
        let found = map(&picture);
        channels = found.len();
        after.extend(found.into_iter().flatten());
    }
    Tensor::from_data(
        TensorData::new(after, [b, channels, height, width]),
        &device,
    )
}
