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
pub(super) struct Layers<'a> {
    pub(super) weights: &'a mut dyn Weights,
    pub(super) device: &'a Device,
    /// Groups of every normalisation.
    pub(super) groups: usize,
    /// What every normalisation adds to the variance.
    pub(super) epsilon: f64,
    /// Bytes handed to the device since it was last waited for.
    pub(super) waiting: usize,
}

impl Layers<'_> {
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
        Ok(Param::from_tensor(
            self.tensor(&format!("{name}.bias"), [channels])?,
        ))
    }

    /// A square convolution that keeps the size at stride 1.
    pub(super) fn convolution(
        &mut self,
        name: &str,
        channels: [usize; 2],
        side: usize,
        stride: usize,
    ) -> Result<Conv2d, DiffusionError> {
        let [input, output] = channels;
        let weight = self.tensor(&format!("{name}.weight"), [output, input, side, side])?;
        let mut layer = Conv2dConfig::new([input, output], [side, side])
            .with_stride([stride, stride])
            .with_padding(PaddingConfig2d::Explicit(
                side / 2,
                side / 2,
                side / 2,
                side / 2,
            ))
            .init(self.device);
        layer.weight = Param::from_tensor(weight);
        layer.bias = Some(self.bias(name, output)?);
        Ok(layer)
    }

    /// A fully connected layer.
    pub(super) fn linear(
        &mut self,
        name: &str,
        channels: [usize; 2],
    ) -> Result<Linear, DiffusionError> {
        let weight = self.tensor::<2>(&format!("{name}.weight"), [channels[1], channels[0]])?;
        self.linear_from(weight, name, channels)
    }

    /// A 1×1 convolution over a sequence, `[out, in, 1]`, which is a fully connected layer.
    pub(super) fn pointwise(
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

    /// Group normalisation.
    pub(super) fn norm(
        &mut self,
        name: &str,
        channels: usize,
    ) -> Result<GroupNorm, DiffusionError> {
        let mut layer = GroupNormConfig::new(self.groups, channels)
            .with_epsilon(self.epsilon)
            .init(self.device);
        layer.gamma = Some(Param::from_tensor(
            self.tensor(&format!("{name}.weight"), [channels])?,
        ));
        layer.beta = Some(self.bias(name, channels)?);
        Ok(layer)
    }
}
