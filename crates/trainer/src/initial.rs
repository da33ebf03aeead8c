//! The weights a network starts from, as its first training code started it.
//!
//! Convolutions and linear layers: uniform within `1 / sqrt(inputs)`, weights and biases alike
//! (PyTorch's default). Normalisation: 1 and 0. Zero, so that every block starts as the identity:
//! the last convolution of residual blocks, the projection of attention, the scale and shift by the noise level,
//! and the last layer.

use diffusion::{DiffusionError, Weights, hex_sha256};

use crate::random::{Purpose, Stream};

/// Random weights. Each tensor has a stream of its own, addressed by its name.
pub(crate) struct Initial {
    seed: u64,
    /// The bound of the layer whose weight was asked for last; its bias follows.
    bound: f64,
}

impl Initial {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, bound: 0.0 }
    }
}

impl Weights for Initial {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let size = shape.iter().product();
        let layer = name.rsplit_once('.').map_or(name, |(layer, _)| layer);
        if name.ends_with(".gain") {
            return Ok(vec![1.0; size]);
        }
        if name.ends_with(".weight") {
            if shape.len() == 1 {
                self.bound = 0.0;
                return Ok(vec![1.0; size]);
            }
            let inputs: usize = shape[1..].iter().product();
            let silent = [".out_layers.3", ".proj_out", ".conv2", ".film"];
            let silent = ["out.2", "tail"].contains(&layer)
                || silent.iter().any(|ending| layer.ends_with(ending));
            self.bound = if silent {
                0.0
            } else {
                1.0 / (inputs as f64).sqrt()
            };
        }
        if self.bound == 0.0 {
            return Ok(vec![0.0; size]);
        }
        let digest = hex_sha256(name.as_bytes());
        let address = u64::from_str_radix(&digest[..16], 16).expect("hexadecimal digits");
        let mut stream = Stream::new(self.seed, Purpose::Weights, address, 0);
        let uniform = || (self.bound * (2.0 * stream.unit() - 1.0)) as f32;
        Ok(std::iter::repeat_with(uniform).take(size).collect())
    }
}
