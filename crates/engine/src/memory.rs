//! Will it fit? Estimates before anything is allocated.
//!
//! Running out of memory on the CPU device ends the process, so a job that cannot fit is refused
//! with a size that would. Three things take memory: the tensors of the picture's size that a sampler
//! holds ([`samplers::footprint`] counts them, and a test proves the counts); the activations of the
//! tiles that the network is shown at one time, of which a vector-Jacobian product keeps a number for each
//! residual block, and what attention needs at each level that attends; and the photo with its result.

use burn::tensor::Device;
use diffusion::{Architecture, Denoiser as _, Heads, Pass, TileField, Tiling, UNetConfig};
use samplers::Footprint;
use sysinfo::System;

use crate::error::EngineError;
use crate::prior::LoadedPrior;

/// What runs the network, which decides what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// Burn's modules, on a GPU.
    Modules,
    /// The program of primitives, on the CPU device.
    Program,
}

impl Runner {
    /// What runs networks on `device`.
    pub(crate) fn of(device: &Device) -> Self {
        if *device == Device::flex() {
            Self::Program
        } else {
            Self::Modules
        }
    }

    /// Activations kept for each residual block, in units of its output. Generous: by growth of
    /// peak memory from 128 to 512 pixels a side, a product of natural64 takes 4.5 on the
    /// program, and one of a network with 64 channels and 3 residual blocks a level 5.6.
    /// natural64 takes 0.29 GB at 256 × 256 where this estimates 0.39 GB, and 0.88 GB at
    /// 512 × 512 where it estimates 1.5 GB.
    fn kept(self) -> f64 {
        match self {
            Self::Modules => 20.0,
            Self::Program => 8.0,
        }
    }

    /// Values that the attending blocks of a level keep, and those that one of them works with.
    fn attention(self, pixels: f64, channels: f64, heads: f64, blocks: f64) -> f64 {
        match self {
            // Copies of the attention weights that are alive at once, in every block.
            Self::Modules => 4.0 * blocks * pixels * pixels * heads,
            // Input and `qkv` of every block; the packed parts of one head, and for each thread
            // two times 48 rows of attention weights.
            Self::Program => {
                let threads = rayon::current_num_threads() as f64;
                pixels * (4.0 * blocks * channels + 8.0 * channels + 96.0 * threads)
            }
        }
    }

    /// Bytes of weights in each residual block that are packed at the first product. Two
    /// transformed copies of 16/9 of the weights; wide layers have a plain copy only.
    fn weights(self, channels: f64) -> f64 {
        let copies = match self {
            Self::Modules => 0.0,
            Self::Program if channels <= 362.0 => 3.6,
            Self::Program => 1.0,
        };
        // Two convolutions, one of them of twice as many channels on the way up.
        4.0 * copies * 9.0 * 2.5 * channels * channels
    }
}

/// The share of the free memory that a job may plan to use.
const SHARE: f64 = 0.8;

const GIB: f64 = (1_u64 << 30) as f64;

/// Free memory in bytes.
pub(crate) fn available() -> f64 {
    let mut system = System::new();
    system.refresh_memory();
    system.available_memory() as f64
}

/// Refuses to load a network of so many weights if it would not fit into what is `available`.
///
/// On the CPU device the weights are there once, packed, and up to 1.26 times while they are
/// read; the first evaluations may pack as much again. A GPU holds them in its own memory.
pub(crate) fn check_weights(
    parameters: usize,
    runner: Runner,
    available: f64,
) -> Result<(), EngineError> {
    let needed = match runner {
        Runner::Modules => 0.0,
        Runner::Program => 2.0 * 4.0 * parameters as f64,
    };
    if needed <= SHARE * available {
        return Ok(());
    }
    Err(EngineError::NetworkTooLarge {
        parameters,
        needed_gib: needed / GIB,
        available_gib: available / GIB,
    })
}

/// Bytes for one pass at `width × height`, batch 1.
fn estimate(
    architecture: &Architecture,
    runner: Runner,
    pass: Pass,
    (width, height): (usize, usize),
) -> f64 {
    match architecture {
        // Of a product; a forward pass takes less.
        Architecture::UNet(config) => unet(config, runner, width, height),
        Architecture::Preconditioned(config) => {
            let modules = match runner {
                Runner::Modules => 3.0,
                Runner::Program => 1.0,
            };
            modules * (width * height) as f64 * config.activation_bytes(pass == Pass::Product)
        }
    }
}

/// [`estimate`] for a U-Net.
fn unet(config: &UNetConfig, runner: Runner, width: usize, height: usize) -> f64 {
    let Ok(levels) = config.level_channels() else {
        return 0.0;
    };
    let rates = config.attention_rates().unwrap_or_default();
    // On the way down and, with one block more and the skips joined, on the way up.
    let up_rates = config.up_attention_rates().unwrap_or_default();
    let (down, up) = (config.num_res_blocks, config.num_res_blocks + 1);
    let blocks = (down + up) as f64;
    let bytes = levels.iter().enumerate().map(|(level, &channels)| {
        let pixels = (width * height) as f64 / 4_f64.powi(level as i32);
        let at = |rates: &[usize], blocks| {
            if rates.contains(&(1 << level)) {
                blocks
            } else {
                0
            }
        };
        let middle = usize::from(config.variant.middle_attention && level + 1 == levels.len());
        let attending = at(&rates, down) + at(&up_rates, up) + middle;
        let heads = match config.heads() {
            Heads::Number(n) => n,
            Heads::Width(w) => channels / w,
        };
        let channels = channels as f64;
        let mut values = runner.kept() * pixels * channels * blocks;
        if attending > 0 {
            values += runner.attention(pixels, channels, heads as f64, attending as f64);
        }
        4.0 * values + blocks * runner.weights(channels)
    });
    bytes.sum()
}

/// Refuses batches of so many pictures of `(width, height)` that would not fit into what is free, or that
/// the prior's network cannot take.
///
/// # Errors
/// [`EngineError::OutOfMemory`] with a size that would do if not even one fits,
/// [`EngineError::TooManyTogether`] with a number that would do, [`EngineError::Recipe`] for sides that
/// the network's stride does not divide.
pub fn check_loaded(
    prior: &LoadedPrior,
    device: &Device,
    (width, height): (usize, usize),
    pictures: usize,
) -> Result<(), EngineError> {
    let stride = prior.denoiser.stride();
    if !width.is_multiple_of(stride) || !height.is_multiple_of(stride) {
        return Err(EngineError::Recipe(format!(
            "{width} x {height} pixels: this prior needs sides that are multiples of {stride}"
        )));
    }
    let demand = Demand::of(prior, device, true, Footprint::LARGEST);
    let available = available();
    check_against(&demand, (width, height), available)?;
    check_batch(demand.bytes(width, height), pictures, available)
}

/// Refuses so many pictures at a time, each of which needs `one` byte count of what is `available` and
/// fits alone.
fn check_batch(one: f64, pictures: usize, available: f64) -> Result<(), EngineError> {
    let needed = one * pictures as f64;
    if pictures == 1 || needed <= SHARE * available {
        return Ok(());
    }
    Err(EngineError::TooManyTogether {
        pictures,
        needed_gib: needed / GIB,
        available_gib: available / GIB,
        workable: ((SHARE * available / one) as usize).max(1),
    })
}

/// Refuses a picture of this width and height that would not fit into what is free, for a sampler that
/// holds so much.
pub(crate) fn check(
    prior: &LoadedPrior,
    device: &Device,
    tiles: bool,
    size: (usize, usize),
    held: Footprint,
) -> Result<(), EngineError> {
    check_against(&Demand::of(prior, device, tiles, held), size, available())
}

/// Bytes of a tensor of a colour picture, for each of its pixels.
const PIXEL: f64 = 12.0;
/// The photo, its result, and what is shown and encoded of them, in tensors of the picture's size: three
/// pictures of 8 bits a value, and one of floating point while it is read or written.
const PICTURES: f64 = 2.0;

/// What a restoration takes memory for.
struct Demand<'a> {
    /// `None` for a closed form, whose own needs are none.
    network: Option<Network<'a>>,
    held: Footprint,
}

/// A network, what runs it, and how much of a picture it is shown at once.
struct Network<'a> {
    config: &'a Architecture,
    runner: Runner,
    tiling: Tiling,
}

impl<'a> Demand<'a> {
    fn of(prior: &'a LoadedPrior, device: &Device, tiles: bool, held: Footprint) -> Self {
        let tiling = prior.denoiser.tiling();
        let whole = Tiling {
            field: TileField::WHOLE,
            ..tiling
        };
        let network = prior.config.as_ref().map(|config| Network {
            config: &config.model,
            runner: Runner::of(device),
            tiling: if tiles { tiling } else { whole },
        });
        Self { network, held }
    }

    fn stride(&self) -> usize {
        self.network.as_ref().map_or(1, |n| n.tiling.stride)
    }

    fn bytes(&self, width: usize, height: usize) -> f64 {
        let pixels = width as f64 * height as f64;
        let pass = if self.held.products {
            Pass::Product
        } else {
            Pass::Forward
        };
        let network = self.network.as_ref();
        let activations = network.map_or(0.0, |network| network.bytes(width, height, pass));
        (self.held.tensors + PICTURES) * PIXEL * pixels + activations
    }
}

impl Network<'_> {
    /// For the tiles whose activations exist together; their weights are the same.
    fn bytes(&self, width: usize, height: usize, pass: Pass) -> f64 {
        let shown = self.tiling.at_once((height, width), pass);
        let of = |size| estimate(self.config, self.runner, pass, size);
        let weights = of((0, 0));
        weights + shown.tiles as f64 * (of((shown.width, shown.height)) - weights)
    }
}

fn check_against(
    demand: &Demand<'_>,
    (width, height): (usize, usize),
    available: f64,
) -> Result<(), EngineError> {
    let stride = demand.stride();
    let needed = demand.bytes(width, height);
    if needed <= SHARE * available {
        return Ok(());
    }
    let mut workable = stride;
    while demand.bytes(workable + stride, workable + stride) <= SHARE * available {
        workable += stride;
    }
    Err(EngineError::OutOfMemory {
        width,
        height,
        needed_gib: needed / GIB,
        available_gib: available / GIB,
        workable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn natural64() -> Architecture {
        let json = include_str!("../../../weights/natural64/config.json");
        diffusion::PriorConfig::from_json(json, "natural64")
            .expect("shipped")
            .model
    }

    #[test]
    fn a_workable_size_is_offered_and_works() {
        let config = natural64();
        let free = 2.0 * (1_u64 << 30) as f64;
        for runner in [Runner::Modules, Runner::Program] {
            let demand = Demand {
                network: Some(Network {
                    config: &config,
                    runner,
                    tiling: Tiling::new(TileField::of(config.image_size()), None, 8),
                }),
                held: Footprint::LARGEST,
            };
            let check = |side| check_against(&demand, (side, side), free);
            let error = check(8192).expect_err("far too large");
            let EngineError::OutOfMemory { workable, .. } = error else {
                panic!("{error}")
            };
            assert!(workable >= 1024, "only {workable}");
            check(workable).expect("as promised");
            check(workable + 8).expect_err("the limit");
        }
    }

    /// The network's own share does not grow with the picture: only what is kept of it does.
    #[test]
    fn a_large_picture_takes_memory_for_its_tensors_and_one_tile() {
        let config = natural64();
        let bytes = |products, side| {
            let demand = Demand {
                network: Some(Network {
                    config: &config,
                    runner: Runner::Program,
                    tiling: Tiling::new(TileField::of(config.image_size()), None, 8),
                }),
                held: Footprint {
                    tensors: 8.0,
                    products,
                },
            };
            demand.bytes(side, side) - (8.0 + PICTURES) * PIXEL * (side * side) as f64
        };
        for products in [false, true] {
            let activations = bytes(products, 2048);
            assert!((bytes(products, 7168) / activations - 1.0).abs() < 0.2);
            assert!(activations < 2e8, "{activations} bytes for one tile");
        }
    }

    #[test]
    fn more_candidates_than_memory_are_refused_with_a_number_that_fits() {
        let one = estimate(&natural64(), Runner::Program, Pass::Product, (64, 64));
        let free = 10.3 * one / SHARE;
        check_batch(one, 10, free).expect("they fit");
        let error = check_batch(one, 11, free).expect_err("one too many");
        let EngineError::TooManyTogether { workable, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(workable, 10);
        let said = check_batch(one, usize::MAX, free)
            .expect_err("far too many")
            .to_string();
        assert!(said.contains("at most 10 at a time"), "{said}");
    }

    #[test]
    fn a_network_that_would_not_fit_is_refused() {
        // The largest that has been published, and half as much memory again as its weights.
        let (imagenet, free) = (552_814_086, 3.3e9);
        let refused = check_weights(imagenet, Runner::Program, free);
        assert!(matches!(refused, Err(EngineError::NetworkTooLarge { .. })));
        check_weights(imagenet, Runner::Program, 2.0 * free).expect("enough");
        check_weights(imagenet, Runner::Modules, free).expect("the GPU has memory of its own");
        check_weights(usize::MAX, Runner::Program, 1e12).expect_err("whatever a file claims");
    }

    /// Peaks that were measured, in megabytes beyond what was there before the first product.
    #[test]
    fn the_program_needs_less_than_estimated() {
        for (side, peak) in [(128, 104.0), (256, 286.0), (384, 564.0), (512, 876.0)] {
            let size = (side, side);
            let estimated = estimate(&natural64(), Runner::Program, Pass::Product, size) / 1e6;
            assert!(estimated >= 1.1 * peak, "{side}: {estimated} MB");
        }
    }
}
