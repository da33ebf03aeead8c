//! LPIPS: how different two pictures look to a network (Zhang, Isola, Efros, Shechtman & Wang 2018,
//! arXiv 1801.03924), version 0.1 of the authors' package `lpips`.
//!
//! Features of five layers are scaled to unit length at every place; their squared difference, weighed
//! channel by channel with what the authors fitted to people's judgements, is averaged over the picture and
//! summed over the layers:
//!
//! ```text
//! d(x, y) = Σ_l mean_hw w_lᵀ (φ_l(x) / |φ_l(x)| - φ_l(y) / |φ_l(y)|)²
//! ```
//!
//! Tweedie ships no such network. The user gives two files: the network as torchvision publishes it
//! (AlexNet or VGG-16, told apart by their first layer) and the weights `w_l` as the package `lpips` does
//! (`weights/v0.1/alex.pth`, `vgg.pth`). Both are read without executing anything in them. It runs on the
//! CPU device, whatever computes the restorations, so that scores do not depend on that. No part of the
//! cost of a restoration.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::Checkpoint;
use imaging::Planar;
use serde::{Deserialize, Serialize};

use crate::error::EvaluationError;
use crate::tensors::{number, upload};

mod network;

use network::{Kind, Network};

/// Added to lengths, as the package does.
const GUARD: f64 = 1e-10;
/// What the package takes off each channel in the model range, and what it divides by.
const SHIFT: [f32; 3] = [-0.030, -0.088, -0.188];
const SCALE: [f32; 3] = [0.458, 0.448, 0.450];

/// Which network a distance was measured with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LpipsMark {
    /// `AlexNet` or `VGG-16`.
    pub network: String,
    /// SHA-256 of the file of the network.
    pub network_sha256: String,
    /// SHA-256 of the file of the weights of its layers.
    pub heads_sha256: String,
}

/// See the module.
pub struct Lpips {
    network: Network,
    /// `w_l`, each `[1, c, 1, 1]`.
    heads: Vec<Tensor<4>>,
    mark: LpipsMark,
}

impl Lpips {
    /// Reads the network and the weights of its layers.
    ///
    /// # Errors
    /// [`EvaluationError::Perception`] if a file is no checkpoint or holds another network,
    /// [`EvaluationError::File`] if it cannot be read.
    pub fn open(network: &Path, heads: &Path) -> Result<Self, EvaluationError> {
        let device = Device::flex();
        let refuse = |file: &Path, advice: &'static str| {
            let file = file.to_owned();
            move |error| EvaluationError::Perception {
                file,
                reason: format!("{error}; {advice}"),
            }
        };
        let of_network = "the AlexNet or VGG-16 of torchvision is wanted, as its `state_dict`";
        let of_heads = "the weights of the package `lpips` for the same network are wanted, \
                        `weights/v0.1/alex.pth` or `vgg.pth`";
        let mut checkpoint = Checkpoint::open(network).map_err(refuse(network, of_network))?;
        let read = Network::read(&mut checkpoint, &device).map_err(refuse(network, of_network))?;
        let mut checkpoint = Checkpoint::open(heads).map_err(refuse(heads, of_heads))?;
        let weights = read.taps().enumerate().map(|(layer, channels)| {
            let name = format!("lin{layer}.model.1.weight");
            let values = checkpoint.take(&name, &[1, channels, 1, 1])?;
            Ok(constant(values, [1, channels, 1, 1], &device))
        });
        let weights: Result<_, _> = weights.collect();
        Ok(Self {
            heads: weights.map_err(refuse(heads, of_heads))?,
            mark: LpipsMark {
                network: read.kind.name().to_owned(),
                network_sha256: diffusion::file_sha256(network)?,
                heads_sha256: diffusion::file_sha256(heads)?,
            },
            network: read,
        })
    }

    /// What it measures with.
    #[must_use]
    pub fn mark(&self) -> &LpipsMark {
        &self.mark
    }

    /// The smallest side of a picture of which every layer sees something.
    #[must_use]
    pub fn least_side(&self) -> usize {
        match self.network.kind {
            Kind::Alex => 31,
            Kind::Vgg => 16,
        }
    }

    /// 0 for the same picture; differences that people find large have some tenths.
    ///
    /// # Errors
    /// [`EvaluationError::Setting`] for pictures that are too small or differ in size.
    pub fn distance(&self, a: &Planar, b: &Planar) -> Result<f64, EvaluationError> {
        let least = self.least_side();
        if a.bounds() != b.bounds() || a.width.min(a.height) < least {
            return Err(EvaluationError::Setting(format!(
                "LPIPS compares pictures of one size and at least {least} pixels a side, not {} x {} \
                 and {} x {}",
                a.width, a.height, b.width, b.height
            )));
        }
        let device = Device::flex();
        let both = Tensor::cat(vec![upload(a, &device), upload(b, &device)], 0);
        let channels = |values: [f32; 3]| constant(values.to_vec(), [1, 3, 1, 1], &device);
        let features = self
            .network
            .features((both - channels(SHIFT)) / channels(SCALE));
        let mut sum = 0.0;
        for (features, weights) in features.into_iter().zip(&self.heads) {
            let length = features.clone().square().sum_dim(1).sqrt();
            let unit = features / (length + GUARD);
            let apart = unit.clone().narrow(0, 0, 1) - unit.narrow(0, 1, 1);
            let weighed = (apart.square() * weights.clone()).sum_dim(1);
            sum += number(weighed.mean())?;
        }
        Ok(sum)
    }
}

fn constant(values: Vec<f32>, shape: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, shape), device)
}
