//! Layers filled from their weights, each by its name.

use burn::module::Param;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{GroupNorm, GroupNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor, TensorData};

use crate::error::DiffusionError;
use crate::weights::Weights;

/// So many bytes may wait for the device at once.
const UPLOADS: usize = 32 << 20;

/// Builds layers on a device.
pub(crate) struct Layers<'a> {
    weights: &'a mut dyn Weights,
    device: &'a Device,
    /// Bytes handed to the device since it was last waited for.
    waiting: usize,
}

impl<'a> Layers<'a> {
    pub(crate) fn new(weights: &'a mut dyn Weights, device: &'a Device) -> Self {
        Self {
            weights,
            device,
            waiting: 0,
        }
    }

    fn tensor<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Tensor<D>, DiffusionError> {
        let values = self.weights.take(name, &shape)?;
        self.waiting += size_of_val(values.as_slice());
        let tensor = Tensor::from_data(TensorData::new(values, shape), self.device);
        // A GPU queues uploads and keeps a copy of each until it has taken them.
        if self.waiting > UPLOADS {
            self.device
                .sync()
                .map_err(|e| DiffusionError::Device(format!("{e:?}")))?;
            self.waiting = 0;
        }
        Ok(tensor)
    }

    fn bias(&mut self, name: &str, channels: usize) -> Result<Param<Tensor<1>>, DiffusionError> {
        self.vector(&format!("{name}.bias"), channels)
    }

    /// One value for each channel, under its full name.
    pub(crate) fn vector(
        &mut self,
        name: &str,
        channels: usize,
    ) -> Result<Param<Tensor<1>>, DiffusionError> {
        Ok(Param::from_tensor(self.tensor(name, [channels])?))
    }

    /// A square convolution of an odd side that keeps the size at stride 1.
    pub(crate) fn convolution(
        &mut self,
        name: &str,
        channels: [usize; 2],
        side: usize,
        stride: usize,
    ) -> Result<Conv2d, DiffusionError> {
        self.padded_convolution(name, channels, (side, side / 2), stride)
    }

    /// A square convolution of any side, with so many zeros around its input.
    pub(crate) fn padded_convolution(
        &mut self,
        name: &str,
        [input, output]: [usize; 2],
        (side, padding): (usize, usize),
        stride: usize,
    ) -> Result<Conv2d, DiffusionError> {
        let weight = self.tensor(&format!("{name}.weight"), [output, input, side, side])?;
        let mut layer = Conv2dConfig::new([input, output], [side, side])
            .with_stride([stride, stride])
            .with_padding(PaddingConfig2d::Explicit(
                padding, padding, padding, padding,
            ))
            .init(self.device);
        layer.weight = Param::from_tensor(weight);
        layer.bias = Some(self.bias(name, output)?);
        Ok(layer)
    }

    /// A fully connected layer.
    pub(crate) fn linear(
        &mut self,
        name: &str,
        channels: [usize; 2],
    ) -> Result<Linear, DiffusionError> {
        let weight = self.tensor::<2>(&format!("{name}.weight"), [channels[1], channels[0]])?;
        self.linear_from(weight, name, channels)
    }

    /// A 1×1 convolution over a sequence, `[out, in, 1]`, which is a fully connected layer.
    pub(crate) fn pointwise(
        &mut self,
        name: &str,
        channels: [usize; 2],
    ) -> Result<Linear, DiffusionError> {
        let weight = self.tensor::<3>(&format!("{name}.weight"), [channels[1], channels[0], 1])?;
        self.linear_from(weight.squeeze_dim(2), name, channels)
    }

    /// PyTorch stores `[out, in]`, Burn `[in, out]`.
    fn linear_from(
        &mut self,
        weight: Tensor<2>,
        name: &str,
        channels: [usize; 2],
    ) -> Result<Linear, DiffusionError> {
        let mut layer = LinearConfig::new(channels[0], channels[1]).init(self.device);
        layer.weight = Param::from_tensor(weight.transpose());
        layer.bias = Some(self.bias(name, channels[1])?);
        Ok(layer)
    }

    /// Group normalisation in so many groups; `epsilon` is added to the variance.
    pub(crate) fn norm(
        &mut self,
        name: &str,
        channels: usize,
        (groups, epsilon): (usize, f64),
    ) -> Result<GroupNorm, DiffusionError> {
        let mut layer = GroupNormConfig::new(groups, channels)
            .with_epsilon(epsilon)
            .init(self.device);
        layer.gamma = Some(self.vector(&format!("{name}.weight"), channels)?);
        layer.beta = Some(self.bias(name, channels)?);
        Ok(layer)
    }
}
