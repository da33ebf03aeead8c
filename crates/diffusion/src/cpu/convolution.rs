//! Convolutions and fully connected layers, which are convolutions of single pixels.

mod slope;
mod weights;

use std::sync::OnceLock;

use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};

use super::gather::{Gather, Tap};
use super::picture::{Picture, Shape, floats};
use super::product::{Panels, panel_width};
use super::winograd::Winograd;
use weights::{Strides, fill};

/// Where a convolution looks.
#[derive(Clone, Copy, Debug)]
struct Window {
    sides: [usize; 2],
    stride: [usize; 2],
    /// Zeros above, left, below and right.
    padding: [usize; 4],
}

/// A convolution.
#[derive(Debug)]
pub(crate) struct Convolution {
    window: Window,
    inputs: usize,
    strides: Strides,
    forward: Gather,
    /// Packed at the first product: most methods of restoration never ask for one.
    backward: OnceLock<Gather>,
    /// Forwards and backward, for windows that have one.
    winograd: [OnceLock<Winograd>; 2],
}

/// Pairs of channels up to which weights are transformed: they grow by 16/9 and are kept beside
/// the plain ones, which wide networks could not afford.
const TRANSFORMED: usize = 1 << 17;

impl Convolution {
    /// The weights lie as `strides` say; biases are filled up with zeros.
    fn new(
        window: Window,
        [inputs, outputs]: [usize; 2],
        (weights, strides): (&[f32], Strides),
        mut bias: Vec<f32>,
    ) -> Self {
        let [height, width] = window.sides;
        bias.resize(outputs.next_multiple_of(panel_width()), 0.0);
        let [top, left, ..] = window.padding;
        let taps = window.taps().map(|[y, x]| Tap {
            dy: y as isize - top as isize,
            dx: x as isize - left as isize,
            row: (y * width + x) * inputs,
        });
        let mut panels = Panels::zeros(height * width * inputs, outputs);
        fill(
            &mut panels,
            weights,
            height * width,
            [strides.input, strides.output],
        );
        Self {
            window,
            inputs,
            strides,
            forward: Gather {
                step: window.stride,
                lattice: [1, 1],
                taps: vec![taps.collect()],
                panels,
                bias,
            },
            backward: OnceLock::new(),
            winograd: [OnceLock::new(), OnceLock::new()],
        }
    }

    /// From Burn's layer.
    pub(crate) fn from_conv2d(layer: &Conv2d) -> Self {
        assert_eq!(
            (layer.groups, layer.dilation),
            (1, [1, 1]),
            "no network here has grouped or dilated convolutions"
        );
        let [outputs, inputs, height, width] = layer.weight.dims();
        let PaddingConfig2d::Explicit(top, left, bottom, right) = layer.padding else {
            panic!("every convolution here states its padding");
        };
        let window = Window {
            sides: [height, width],
            stride: layer.stride,
            padding: [top, left, bottom, right],
        };
        let weights = floats(layer.weight.val().into_data());
        let bias = layer.bias.as_ref().map(|bias| bias.val().into_data());
        Self::new(
            window,
            [inputs, outputs],
            (&weights, Strides::of_convolution(inputs, height * width)),
            bias.map_or_else(Vec::new, floats),
        )
    }

    /// From Burn's fully connected layer, for each pixel alike.
    pub(crate) fn from_linear(layer: &Linear) -> Self {
        let [inputs, outputs] = layer.weight.dims();
        let window = Window {
            sides: [1, 1],
            stride: [1, 1],
            padding: [0; 4],
        };
        let weights = floats(layer.weight.val().into_data());
        let bias = layer.bias.as_ref().map(|bias| bias.val().into_data());
        Self::new(
            window,
            [inputs, outputs],
            (&weights, Strides::of_linear(outputs)),
            bias.map_or_else(Vec::new, floats),
        )
    }

    /// Takes other weights and biases, as the layer it was made from has them in memory, into
    /// everything that has been packed.
    pub(crate) fn set(&mut self, weights: &[f32], bias: &[f32]) {
        let (taps, Strides { output, input }) = (self.taps(), self.strides);
        fill(&mut self.forward.panels, weights, taps, [input, output]);
        self.forward.bias[..bias.len()].copy_from_slice(bias);
        if let Some(backward) = self.backward.get_mut() {
            fill(&mut backward.panels, weights, taps, [output, input]);
        }
        let [forward, backward] = &mut self.winograd;
        if let Some(forward) = forward.get_mut() {
            forward.fill(weights, [input, output], false);
            forward.bias[..bias.len()].copy_from_slice(bias);
        }
        if let Some(backward) = backward.get_mut() {
            backward.fill(weights, [output, input], true);
        }
    }

    pub(crate) fn forward(&self, x: &Picture) -> Picture {
        let outputs = self.forward.panels.columns;
        let shape = self.window.output(x.shape).with_channels(outputs);
        if !self.transforms(self.inputs, shape) {
            return self.forward.run(x, shape);
        }
        let winograd = self.winograd[0].get_or_init(|| {
            let Strides { output, input } = self.strides;
            let bias = self.forward.bias.clone();
            let mut winograd = Winograd::new(self.corner(), [self.inputs, outputs], bias);
            winograd.fill(&self.weights(), [input, output], false);
            winograd
        });
        winograd.run(x, shape)
    }

    /// The transposed convolution: to the `shape` of the input.
    pub(crate) fn pullback(&self, cotangent: &Picture, shape: Shape) -> Picture {
        let outputs = self.forward.panels.columns;
        if !self.transforms(outputs, shape) {
            let backward = self.backward.get_or_init(|| self.transposed());
            return backward.run(cotangent, shape);
        }
        let winograd = self.winograd[1].get_or_init(|| {
            let [top, left, ..] = self.window.padding.map(|pad| pad as isize - 2);
            let Strides { output, input } = self.strides;
            let mut winograd = Winograd::new([top, left], [outputs, self.inputs], Vec::new());
            winograd.fill(&self.weights(), [output, input], true);
            winograd
        });
        winograd.run(cotangent, shape)
    }

    /// Where the window of the first pixel starts.
    fn corner(&self) -> [isize; 2] {
        let [top, left, ..] = self.window.padding.map(|pad| -(pad as isize));
        [top, left]
    }

    fn taps(&self) -> usize {
        self.window.sides.iter().product()
    }

    /// Whether Winograd's way from `channels` to a picture of `shape` is there and pays.
    fn transforms(&self, channels: usize, shape: Shape) -> bool {
        self.window.sides == [3, 3]
            && self.window.stride == [1, 1]
            && self.inputs * self.forward.panels.columns <= TRANSFORMED
            && Winograd::suits(channels, shape)
    }

    /// The weights as the layer has them.
    fn weights(&self) -> Vec<f32> {
        let panels = &self.forward.panels;
        let mut weights = vec![0.0; panels.depth * panels.columns];
        for row in 0..panels.depth {
            let (tap, input) = (row / self.inputs, row % self.inputs);
            let first = input * self.strides.input + tap;
            let column = weights[first..].iter_mut().step_by(self.strides.output);
            for (output, weight) in column.take(panels.columns).enumerate() {
                *weight = panels.entry(row, output);
            }
        }
        weights
    }

    fn transposed(&self) -> Gather {
        let [_, width] = self.window.sides;
        let [stride_y, stride_x] = self.window.stride;
        let [top, left, ..] = self.window.padding;
        let outputs = self.forward.panels.columns;
        // Input `y` meets output `o` through tap `k` where o · stride + k - top = y.
        let reach = |place: usize, pad: usize, tap: usize, stride: usize| {
            let distance = (place + pad) as isize - tap as isize;
            (distance % stride as isize == 0).then(|| distance / stride as isize)
        };
        let places = (0..stride_y * stride_x).map(|place| {
            let taps = self.window.taps().filter_map(|[y, x]| {
                Some(Tap {
                    dy: reach(place / stride_x, top, y, stride_y)?,
                    dx: reach(place % stride_x, left, x, stride_x)?,
                    row: (y * width + x) * outputs,
                })
            });
            taps.collect()
        });
        let depth = self.taps() * outputs;
        let Strides { output, input } = self.strides;
        let mut panels = Panels::zeros(depth, self.inputs);
        fill(&mut panels, &self.weights(), self.taps(), [output, input]);
        Gather {
            step: [1, 1],
            lattice: self.window.stride,
            taps: places.collect(),
            panels,
            bias: Vec::new(),
        }
    }
}

impl Window {
    fn taps(&self) -> impl Iterator<Item = [usize; 2]> + use<> {
        let [height, width] = self.sides;
        (0..height * width).map(move |tap| [tap / width, tap % width])
    }

    fn output(&self, shape: Shape) -> Shape {
        let [top, left, bottom, right] = self.padding;
        let side = |length: usize, pad: usize, window: usize, stride: usize| {
            (length + pad - window) / stride + 1
        };
        shape.with_sides(
            side(shape.height, top + bottom, self.sides[0], self.stride[0]),
            side(shape.width, left + right, self.sides[1], self.stride[1]),
        )
    }
}

#[cfg(test)]
mod tests;
