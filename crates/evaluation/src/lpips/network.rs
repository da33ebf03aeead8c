//! The networks whose features LPIPS compares, in the layout of torchvision's state dicts.
//!
//! A network is a list of layers; how many channels each has is read from the file.

use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{Checkpoint, DiffusionError};

/// Which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// AlexNet in its version for one GPU (Krizhevsky 2014).
    Alex,
    /// VGG-16 (Simonyan & Zisserman 2014, configuration D).
    Vgg,
}

/// A layer: what torchvision calls `features.N`, its kernel's side, its stride and its padding. A rectifier
/// follows each convolution.
#[derive(Clone, Copy)]
enum Layer {
    Convolve(usize, usize, usize, usize),
    /// Side and stride.
    Pool(usize, usize),
    /// What comes out here is compared.
    Tap,
}

use Layer::{Convolve, Pool, Tap};

const ALEX: &[Layer] = &[
    Convolve(0, 11, 4, 2),
    Tap,
    Pool(3, 2),
    Convolve(3, 5, 1, 2),
    Tap,
    Pool(3, 2),
    Convolve(6, 3, 1, 1),
    Tap,
    Convolve(8, 3, 1, 1),
    Tap,
    Convolve(10, 3, 1, 1),
    Tap,
];

const VGG: &[Layer] = &[
    Convolve(0, 3, 1, 1),
    Convolve(2, 3, 1, 1),
    Tap,
    Pool(2, 2),
    Convolve(5, 3, 1, 1),
    Convolve(7, 3, 1, 1),
    Tap,
    Pool(2, 2),
    Convolve(10, 3, 1, 1),
    Convolve(12, 3, 1, 1),
    Convolve(14, 3, 1, 1),
    Tap,
    Pool(2, 2),
    Convolve(17, 3, 1, 1),
    Convolve(19, 3, 1, 1),
    Convolve(21, 3, 1, 1),
    Tap,
    Pool(2, 2),
    Convolve(24, 3, 1, 1),
    Convolve(26, 3, 1, 1),
    Convolve(28, 3, 1, 1),
    Tap,
];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Alex => "AlexNet",
            Self::Vgg => "VGG-16",
        }
    }

    fn layers(self) -> &'static [Layer] {
        match self {
            Self::Alex => ALEX,
            Self::Vgg => VGG,
        }
    }
}

/// Weights `[out, in, side, side]` and biases of a convolution.
struct Weights {
    kernel: Tensor<4>,
    bias: Tensor<1>,
}

pub(super) struct Network {
    pub(super) kind: Kind,
    /// Of the convolutions, in their order.
    weights: Vec<Weights>,
}

impl Network {
    /// Told by the side of its first kernel. What else a file holds, such as the classifier, is left
    /// unread.
    ///
    /// # Errors
    /// [`DiffusionError`] if a layer is missing, has another shape or holds what is no number.
    pub(super) fn read(
        checkpoint: &mut Checkpoint,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        let mut first = checkpoint
            .shapes()
            .filter(|(n, _)| *n == "features.0.weight");
        let kind = match first.next() {
            Some((_, [_, 3, 11, 11])) => Kind::Alex,
            _ => Kind::Vgg,
        };
        drop(first);
        let mut weights = Vec::new();
        let mut inputs = 3;
        for layer in kind.layers() {
            let Convolve(number, side, ..) = *layer else {
                continue;
            };
            let name = |part: &str| format!("features.{number}.{part}");
            let (shape, kernel) = checkpoint.take_any(&name("weight"))?;
            let outputs = shape.first().copied().unwrap_or(0);
            let expected = [outputs, inputs, side, side];
            if shape != expected || outputs == 0 {
                return Err(DiffusionError::Mismatch {
                    reason: format!(
                        "`{}` is {shape:?}, but {expected:?} is needed",
                        name("weight")
                    ),
                });
            }
            let bias = checkpoint.take(&name("bias"), &[outputs])?;
            weights.push(Weights {
                kernel: Tensor::from_data(TensorData::new(kernel, expected), device),
                bias: Tensor::from_data(TensorData::new(bias, [outputs]), device),
            });
            inputs = outputs;
        }
        Ok(Self { kind, weights })
    }

    /// The channels of each layer that is compared.
    pub(super) fn taps(&self) -> impl Iterator<Item = usize> {
        let mut convolutions = 0;
        self.kind.layers().iter().filter_map(move |layer| {
            convolutions += usize::from(matches!(layer, Convolve(..)));
            matches!(layer, Tap).then(|| self.weights[convolutions - 1].bias.dims()[0])
        })
    }

    /// Of pictures `[b, 3, h, w]`, what comes out of each layer that is compared.
    pub(super) fn features(&self, mut x: Tensor<4>) -> Vec<Tensor<4>> {
        let mut weights = self.weights.iter();
        let mut taps = Vec::new();
        for layer in self.kind.layers() {
            match *layer {
                Convolve(_, _, stride, padding) => {
                    let Weights { kernel, bias } = weights.next().expect("read with the layers");
                    let [stride, padding] = [[stride; 2], [padding; 2]];
                    let options = ConvOptions::new(stride, padding, [1, 1], 1);
                    x = relu(conv2d(x, kernel.clone(), Some(bias.clone()), options));
                }
                Pool(side, stride) => {
                    let options = MaxPoolOptions::new([side; 2]).with_stride([stride; 2]);
                    x = max_pool2d(x, options);
                }
                Tap => taps.push(x.clone()),
            }
        }
        taps
    }
}
