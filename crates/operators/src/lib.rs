//! Measurement operators: what happened to a picture, as mathematics.
//!
//! A measurement is `y = A x0 + sigma_y n`, `n ~ N(0, I)`, with images as tensors
//! `[batch, channel, height, width]` in the model range [-1, 1]. A [`LinearOperator`] carries its
//! exact adjoint; any other [`Operator`] carries a vector-Jacobian product.
//!
//! A new operator is one file and one line in [`registry`].

mod airy;
mod bicubic;
mod block_dct;
mod blur;
mod box_average;
mod box_mask;
mod camera_shake;
mod chain;
mod class;
mod clip;
mod composition;
mod convolution;
mod cosine;
mod crop;
mod decomposable;
mod defocus;
mod dense;
mod dft;
mod error;
mod family;
mod fft;
mod folding;
mod gaussian_blur;
mod gram;
mod grayscale;
mod harmonic;
mod hdr;
mod identity;
mod inpaint;
mod jpeg;
mod kernel;
mod least_squares;
mod magnitude;
mod matrices;
mod motion_blur;
mod motion_path;
mod mri;
mod mri_magnitude;
mod noise;
mod noise_model;
mod nonlinear;
mod operator;
mod parameter;
mod phase_retrieval;
mod planes;
mod poisson;
mod positional;
mod prior;
mod random_mask;
mod reflect;
pub mod registry;
mod series;
mod spec;
mod spectrum;
mod stroke;
mod strokes_mask;
mod taps;
mod values;
mod words;

pub use block_dct::BlockDct;
pub use blur::Blur;
pub use chain::{Chain, Fourier};
pub use class::Class;
pub use composition::Composition;
pub use cosine::{Border, Cosines};
pub use crop::Crop;
pub use decomposable::LoadKernel;
pub use dense::Dense;
pub use error::OperatorError;
pub use family::Family;
pub use folding::{CosineMap, Fidelity};
pub use gram::GramInverse;
pub use inpaint::Inpaint;
pub use kernel::{KernelImage, KernelNote};
pub use noise::{NoiseBatch, NoiseSource, SeededNoise};
pub use noise_model::Noise;
pub use nonlinear::Operator;
pub use operator::LinearOperator;
pub use parameter::{Kind, Parameter, Range, WholeRange};
pub use positional::PositionalNoise;
pub use registry::{Context, families};
pub use spec::Spec;
pub use spectrum::Spectrum;
pub use values::Values;
pub use words::{Argument, Word};
