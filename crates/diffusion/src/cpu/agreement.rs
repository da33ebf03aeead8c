//! The program against the modules it was written from.

use burn::tensor::{Device, Tensor, TensorData};

use super::testing::{Numbers, Random};
use crate::preconditioned::{PreconditionedConfig, PreconditionedUNet};
use crate::unet::{UNet, UNetConfig};
use crate::{Denoiser, Level, PreconditionedDenoiser, UNetDenoiser};

fn random(shape: [usize; 4], seed: u64) -> Tensor<4> {
    let values = Numbers(seed).values(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

/// The largest difference, relative to the largest value.
fn difference(ours: Tensor<4>, theirs: Tensor<4>) -> f32 {
    let scale = theirs.clone().abs().max().into_scalar::<f32>();
    (ours - theirs).abs().max().into_scalar::<f32>() / scale
}

/// Noise, logits and products of both; says whether there are logits.
fn compare(program: &dyn Denoiser, modules: &dyn Denoiser, name: &str, shape: [usize; 4]) -> bool {
    let mut learned = false;
    for (sigma, timestep) in [(0.02_f64, 3), (120.0, 960)] {
        let level = Level::new(1.0 / (1.0 + sigma * sigma), timestep);
        let x = random(shape, 23);
        let v = random(shape, 29);
        let ours = program.linearise(x.clone(), level);
        let theirs = modules.linearise(x.clone(), level);
        let again = program.evaluate(x, level).eps;
        assert_eq!(again.to_data(), ours.prediction.eps.to_data());
        let eps = difference(ours.prediction.eps, theirs.prediction.eps);
        assert!(eps <= 1e-5, "{name} {shape:?}: eps is off by {eps:e}");
        let logits = [
            &ours.prediction.variance_logits,
            &theirs.prediction.variance_logits,
        ];
        if let [Some(ours), Some(theirs)] = logits {
            let off = difference(ours.clone(), theirs.clone());
            assert!(off <= 1e-5, "{name} {shape:?}: logits are off by {off:e}");
            learned = true;
        } else {
            assert!(logits.iter().all(|logits| logits.is_none()));
        }
        let product = difference((ours.pullback)(v.clone()), (theirs.pullback)(v));
        assert!(
            product <= 1e-5,
            "{name} {shape:?}: the product is off by {product:e}"
        );
    }
    learned
}

fn check(json: &str, shape: [usize; 4]) {
    let config: UNetConfig = serde_json::from_str(json).expect("a configuration");
    let mut weights = Random(Numbers(17));
    let network = UNet::build(&config, &mut weights, &Device::flex()).expect("builds");
    let stride = config.stride().expect("checked");
    let program = UNetDenoiser::new(network.clone(), stride);
    let modules = UNetDenoiser::with_modules(network, stride);
    assert_eq!(compare(&program, &modules, json, shape), config.learn_sigma);
}

#[test]
fn additive_with_convolutional_resampling() {
    let json = r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 1,
        "channel_mult": "1,2,3", "attention_resolutions": "16", "num_heads": 2}"#;
    check(json, [1, 3, 12, 20]);
    check(json, [3, 3, 16, 8]);
}

#[test]
fn scale_shift_with_residual_resampling_and_learned_sigma() {
    let json = r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 2,
        "channel_mult": "1,1,2", "attention_resolutions": "32,8", "num_head_channels": 16,
        "learn_sigma": true, "use_scale_shift_norm": true, "resblock_updown": true}"#;
    check(json, [1, 3, 20, 12]);
    check(json, [3, 3, 8, 24]);
}

#[test]
fn scale_shift_with_convolutional_resampling_and_qkv_first() {
    let json = r#"{"image_size": 32, "num_channels": 64, "num_res_blocks": 1,
        "channel_mult": "1,2", "attention_resolutions": "16", "num_head_channels": 32,
        "use_scale_shift_norm": true, "use_new_attention_order": true}"#;
    check(json, [1, 3, 10, 14]);
    check(json, [3, 3, 16, 16]);
}

#[test]
fn additive_with_residual_resampling_one_head_and_learned_sigma() {
    let json = r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 1,
        "channel_mult": "1,2,2", "attention_resolutions": "32,16", "num_heads": 1,
        "learn_sigma": true, "resblock_updown": true, "use_new_attention_order": true}"#;
    check(json, [1, 3, 4, 28]);
    check(json, [3, 3, 12, 12]);
}

/// One level, two with whole vectors of channels, three without, and blocks missing on one way.
#[test]
fn preconditioned_networks_of_one_to_three_levels() {
    for (channels, down, up, shape) in [
        (
            [16].as_slice(),
            [1].as_slice(),
            [].as_slice(),
            [2, 3, 6, 10],
        ),
        (&[48, 96], &[1, 2], &[1], [1, 3, 12, 20]),
        (&[16, 32], &[2, 1], &[0], [3, 3, 16, 8]),
        (&[5, 6, 10], &[1, 0, 1], &[1, 2], [2, 3, 8, 24]),
    ] {
        let mut config = PreconditionedConfig::new(64, channels, down, up);
        (config.embed, config.sigma_data) = (16, 0.4);
        let mut weights = Random(Numbers(17));
        let network = PreconditionedUNet::build(&config, &mut weights, &Device::flex());
        let network = network.expect("builds");
        let program = PreconditionedDenoiser::new(network.clone(), &config);
        let modules = PreconditionedDenoiser::with_modules(network, &config);
        assert_eq!(shape[2] % config.stride() + shape[3] % config.stride(), 0);
        let name = format!("{channels:?}");
        assert!(!compare(&program, &modules, &name, shape));
    }
}
