//! guided-diffusion's network: outputs and vector-Jacobian products of two architectures, and of
//! the variant that diffusers calls `UNet2DModel`.

use std::collections::BTreeMap;

use burn::tensor::Device;
use diffusion::{Answers, Checkpoint, Prior, UNet, inspect, write_safetensors};
use tests::{Recorded, data, difference};

fn check(name: &str, outputs: usize) {
    check_files(
        &format!("{name}.pt"),
        &format!("{name}.io.safetensors"),
        4,
        outputs,
    );
}

fn check_files(name: &str, io: &str, cases: usize, outputs: usize) {
    let prior =
        Prior::open(&data(name), None, &Device::flex()).expect("a reference checkpoint loads");
    let recorded = Recorded::open(io);
    for case in 0..cases {
        let x = recorded.tensor::<4>(&format!("case{case}.x"));
        let (_, timesteps) = recorded.values(&format!("case{case}.t"));
        let output = recorded.tensor::<4>(&format!("case{case}.output"));
        assert_eq!(output.dims()[1], outputs);
        let cotangent = recorded.tensor::<4>(&format!("case{case}.cotangent"));
        let vjp = recorded.tensor::<4>(&format!("case{case}.vjp_eps"));
        let largest = |t: &burn::tensor::Tensor<4>| {
            t.to_data()
                .iter::<f64>()
                .fold(0.0, |m: f64, v| m.max(v.abs()))
        };
        for (i, &timestep) in timesteps.iter().enumerate() {
            let one = |t: &burn::tensor::Tensor<4>| t.clone().narrow(0, i, 1);
            let at = prior
                .denoiser
                .linearise(one(&x), prior.schedule.level(timestep as usize));
            let eps = difference(&at.prediction.eps, &one(&output).narrow(1, 0, 3));
            assert!(
                eps / largest(&output) <= 1e-4,
                "{name} case {case}: eps off by {eps:e}"
            );
            if outputs == 6 {
                let ours = at
                    .prediction
                    .variance_logits
                    .expect("the variance is learned");
                let off = difference(&ours, &one(&output).narrow(1, 3, 3));
                assert!(
                    off / largest(&output) <= 1e-4,
                    "{name} case {case}: logits {off:e}"
                );
            }
            let product = difference(&(at.pullback)(one(&cotangent)), &one(&vjp));
            assert!(
                product / largest(&vjp) <= 1e-4,
                "{name} case {case}: vjp {product:e}"
            );
        }
    }
}

#[test]
fn residual_resampling_with_scale_shift_and_learned_sigma() {
    check("unet_updown_scaleshift", 6);
}

#[test]
fn convolutional_resampling_with_additive_embedding() {
    check("unet_plain", 3);
}

#[test]
fn a_diffusers_folder_with_its_own_padding_norms_and_sinusoids() {
    check_files("diffusers_ddpm", "diffusers_ddpm/io.safetensors", 3, 3);
}

#[test]
fn other_sizes_than_the_trained_one_work() {
    let prior = Prior::open(&data("unet_plain.pt"), None, &Device::flex()).expect("loads");
    let x = burn::tensor::Tensor::<4>::zeros([1, 3, 48, 20], &Device::flex());
    assert_eq!(prior.denoiser.stride(), 4);
    assert_eq!(
        prior
            .denoiser
            .evaluate(x, prior.schedule.level(10))
            .eps
            .dims(),
        [1, 3, 48, 20]
    );
}

/// The other layout of `qkv` is the same network with its rows in another order.
#[test]
fn both_attention_orders_are_one_network() {
    let device = Device::flex();
    let path = data("unet_plain.pt");
    let inspection = inspect(&path, None, &Answers::default()).expect("there");
    let config = inspection.into_config().expect("valid");
    let mut config = config.model.unet().expect("a U-Net").clone();
    let heads = config.num_heads;

    let mut checkpoint = Checkpoint::open(&path).expect("opens");
    let names: Vec<String> = checkpoint
        .shapes()
        .map(|(name, _)| name.to_owned())
        .collect();
    let mut tensors = BTreeMap::new();
    let mut reordered = 0;
    for name in names {
        let (shape, values) = checkpoint.take_any(&name).expect("readable");
        let values = if name.contains(".qkv.") {
            reordered += 1;
            qkv_first(&values, shape[0], heads)
        } else {
            values
        };
        tensors.insert(name, (shape, values));
    }
    assert!(reordered >= 10, "only {reordered} tensors of attention");
    let bytes = write_safetensors(&tensors).expect("writes");
    config.use_new_attention_order = true;
    let checkpoint = Checkpoint::from_safetensors(&bytes, "reordered").expect("reads");
    let network = UNet::load(&config, checkpoint, &device).expect("fits");

    let recorded = Recorded::open("unet_plain.io.safetensors");
    let (_, timesteps) = recorded.values("case0.t");
    let timesteps: Vec<f32> = timesteps.iter().map(|&t| t as f32).collect();
    let ours = network.forward(recorded.tensor("case0.x"), &timesteps);
    let off = difference(&ours, &recorded.tensor("case0.output"));
    assert!(off <= 1e-4, "off by {off:e}");
}

/// Rows `[head][q, k, v][channel]` to `[q, k, v][head][channel]`.
fn qkv_first(values: &[f32], rows: usize, heads: usize) -> Vec<f32> {
    let (length, width) = (values.len() / rows, rows / heads / 3);
    let row = |head: usize, part: usize, channel: usize| {
        let at = ((head * 3 + part) * width + channel) * length;
        &values[at..at + length]
    };
    let mut moved = Vec::with_capacity(values.len());
    for part in 0..3 {
        for head in 0..heads {
            for channel in 0..width {
                moved.extend_from_slice(row(head, part, channel));
            }
        }
    }
    moved
}
