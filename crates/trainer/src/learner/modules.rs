//! Steps by Burn's modules and its automatic differentiation, on any device.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::Network;

use super::{Learner, Slope, Update};
use crate::adamw::Moments;
use crate::batch::Example;
use crate::ema;
use crate::error::TrainerError;
use crate::gradient::{self, slope};
use crate::settings::Settings;
use crate::tensors::download;
use crate::vectors::Vectors;

/// Everything on the device.
pub(super) struct ByModules {
    /// Absent only within a step.
    network: Option<Network>,
    weights: Tensor<1>,
    ema: Tensor<1>,
    moments: Moments,
    gradient: Option<Tensor<1>>,
    settings: Settings,
    /// Crops differentiated at a time.
    micro: usize,
    device: Device,
}

impl ByModules {
    pub(super) fn new(
        network: Network,
        vectors: Vectors,
        (settings, micro): (&Settings, usize),
        device: &Device,
    ) -> Self {
        let upload = |values: Vec<f32>| {
            let count = values.len();
            Tensor::from_data(TensorData::new(values, [count]), device)
        };
        Self {
            network: Some(network),
            weights: upload(vectors.weights),
            ema: upload(vectors.ema),
            moments: Moments {
                first: upload(vectors.first),
                second: upload(vectors.second),
            },
            gradient: None,
            settings: settings.clone(),
            micro,
            device: device.clone(),
        }
    }
}

impl Learner for ByModules {
    fn slope(&mut self, batch: &[Example], scale: f64) -> Result<Slope, TrainerError> {
        let network = self.network.take().expect("put back after every step");
        let gradient::Slope {
            network,
            loss,
            error,
            gradient,
        } = slope(
            network,
            &self.weights,
            batch,
            (self.settings.model.image_size(), self.micro),
            (self.settings.precision, scale),
            &self.device,
        );
        self.network = Some(network);
        // One wait for the device, not two.
        let square = gradient.clone().square().sum();
        let numbers = download(Tensor::cat(vec![loss, error, square], 0))?;
        self.gradient = Some(gradient);
        let [loss, error, square] = [0, 1, 2].map(|i| f64::from(numbers[i]));
        Ok(Slope {
            loss,
            error,
            norm: square.sqrt(),
        })
    }

    fn descend(&mut self, update: Update, settings: &Settings) {
        let Some(gradient) = self.gradient.take() else {
            return;
        };
        let shortened = if update.shorten < 1.0 {
            gradient * update.shorten
        } else {
            gradient
        };
        let weights = self.weights.clone();
        let (number, rate) = (update.number, update.rate);
        self.weights = self
            .moments
            .update(weights, shortened, (number, rate), settings);
        self.ema = ema::follow(self.ema.clone(), &self.weights, update.decay);
    }

    fn vectors(&self) -> Result<Vectors, TrainerError> {
        Ok(Vectors {
            weights: download(self.weights.clone())?,
            ema: self.ema()?,
            first: download(self.moments.first.clone())?,
            second: download(self.moments.second.clone())?,
        })
    }

    fn ema(&self) -> Result<Vec<f32>, TrainerError> {
        download(self.ema.clone())
    }
}
