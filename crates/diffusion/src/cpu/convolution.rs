//! Convolutions and fully connected layers, which are convolutions of single pixels.

use std::sync::OnceLock;

use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};

use super::gather::{Gather, Tap};
use super::picture::{Picture, Shape, floats};
use super::product::{Panels, panel_width};
use super::winograd::Winograd;

/// Where a convolution looks.
#[derive(Clone, Copy, Debug)]
struct Window {
    sides: [usize; 2],
    stride: [usize; 2],
    /// Zeros above, left, below and right.
    padding: [usize; 4],
}

/// A convolution with constant weights.
#[derive(Debug)]
pub(crate) struct Convolution {
    window: Window,
    inputs: usize,
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
    /// `weight(output, input, y, x)`; biases are filled up with zeros.
    fn new(
        window: Window,
        [inputs, outputs]: [usize; 2],
        mut bias: Vec<f32>,
        weight: impl Fn(usize, usize, usize, usize) -> f32,
    ) -> Self {
        let [height, width] = window.sides;
        bias.resize(outputs.next_multiple_of(panel_width()), 0.0);
        let [top, left, ..] = window.padding;
        let taps = window.taps().map(|[y, x]| Tap {
            dy: y as isize - top as isize,
            dx: x as isize - left as isize,
            row: (y * width + x) * inputs,
        });
        let panels = Panels::pack(height * width * inputs, outputs, |row, output| {
            let (tap, input) = (row / inputs, row % inputs);
            weight(output, input, tap / width, tap % width)
        });
        Self {
            window,
            inputs,
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
            bias.map_or_else(Vec::new, floats),
            |output, input, y, x| weights[((output * inputs + input) * height + y) * width + x],
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
            bias.map_or_else(Vec::new, floats),
            |output, input, _, _| weights[input * outputs + output],
        )
    }

    pub(crate) fn forward(&self, x: &Picture) -> Picture {
        let outputs = self.forward.panels.columns;
        let shape = self.window.output(x.shape).with_channels(outputs);
        if !self.transforms(self.inputs, shape) {
            return self.forward.run(x, shape);
        }
        let winograd = self.winograd[0].get_or_init(|| {
            let [top, left, ..] = self.window.padding.map(|pad| -(pad as isize));
            let weight = |input, output, y, x| self.weight(output, input, y, x);
            let bias = self.forward.bias.clone();
            Winograd::new([top, left], [self.inputs, outputs], bias, weight)
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
            let weight = |output, input, y, x| self.weight(output, input, 2 - y, 2 - x);
            Winograd::new([top, left], [outputs, self.inputs], Vec::new(), weight)
        });
        winograd.run(cotangent, shape)
    }

    /// Whether Winograd's way from `channels` to a picture of `shape` is there and pays.
    fn transforms(&self, channels: usize, shape: Shape) -> bool {
        self.window.sides == [3, 3]
            && self.window.stride == [1, 1]
            && self.inputs * self.forward.panels.columns <= TRANSFORMED
            && Winograd::suits(channels, shape)
    }

    fn weight(&self, output: usize, input: usize, y: usize, x: usize) -> f32 {
        let tap = y * self.window.sides[1] + x;
        self.forward.panels.entry(tap * self.inputs + input, output)
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
        let depth = self.forward.panels.depth / self.inputs * outputs;
        Gather {
            step: [1, 1],
            lattice: self.window.stride,
            taps: places.collect(),
            panels: Panels::pack(depth, self.inputs, |row, input| {
                let (tap, output) = (row / outputs, row % outputs);
                self.weight(output, input, tap / width, tap % width)
            }),
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
