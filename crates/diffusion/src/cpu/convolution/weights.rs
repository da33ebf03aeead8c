//! Weights as a layer has them in memory, and how they get into panels.

use crate::cpu::product::Panels;

/// Where the weight of an output, an input and a tap is: taps stand side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strides {
    pub(super) output: usize,
    pub(super) input: usize,
}

impl Strides {
    /// `[output, input, y, x]`, as convolutions have it.
    pub(super) fn of_convolution(inputs: usize, taps: usize) -> Self {
        Self {
            output: inputs * taps,
            input: taps,
        }
    }

    /// `[input, output]`, as Burn's fully connected layers have it.
    pub(super) fn of_linear(outputs: usize) -> Self {
        Self {
            output: 1,
            input: outputs,
        }
    }
}

/// Fills panels whose row `tap · rows + row` has, in `column`, the weight at
/// `row · stride + column · column_stride + tap`.
pub(super) fn fill(
    panels: &mut Panels,
    weights: &[f32],
    taps: usize,
    [stride, column_stride]: [usize; 2],
) {
    let rows = panels.depth / taps;
    for panel in 0..panels.count() {
        let columns = panels.columns_of(&(panel..panel + 1));
        for row in 0..rows {
            let own = &weights[row * stride + columns.start * column_stride..];
            for tap in 0..taps {
                let target = panels.row_mut(panel, tap * rows + row);
                for (i, value) in target[..columns.len()].iter_mut().enumerate() {
                    *value = own[i * column_stride + tap];
                }
            }
        }
    }
}
