//! A real U-Net on whatever Vulkan adapter there is, against the same network on the processor.
//!
//! One level and 32 channels: a software adapter needs a minute for the shaders of that already.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{
    Answers, Checkpoint, DiffusionError, Prior, UNet, UNetConfig, Weights, write_safetensors,
};
use engine::DeviceChoice;

const CONFIG: &str = r#"{
    "image_size": 16, "num_channels": 32, "num_res_blocks": 1, "channel_mult": "1",
    "attention_resolutions": "16", "num_heads": 2, "learn_sigma": true,
    "use_scale_shift_norm": true
}"#;
const SHAPE: [usize; 4] = [1, 3, 8, 8];

type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers between -1 and 1 without a pattern, the same on every machine.
fn scattered(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Makes up every tensor it is asked for, and keeps them.
#[derive(Default)]
struct MadeUp(Tensors);

impl Weights for MadeUp {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let count: usize = shape.iter().product();
        let fan_in = (count / shape[0]).max(1) as f32;
        let values: Vec<f32> = scattered(count, self.0.len() as u64 + 1)
            .into_iter()
            .map(|v| v / fan_in.sqrt())
            .collect();
        self.0
            .insert(name.to_owned(), (shape.to_vec(), values.clone()));
        Ok(values)
    }
}

fn write(path: &Path, tensors: &Tensors) {
    let bytes = write_safetensors(tensors).expect("shapes fit");
    std::fs::write(path, bytes).expect("a temporary folder can be written");
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    let data = tensor.try_into_data().expect("the processor answers");
    data.iter::<f32>().collect()
}

/// What the processor makes of one picture, in the form that `verify_prior` reads.
fn answers(prior: &Prior) -> Tensors {
    let count = SHAPE.iter().product();
    let (x, cotangent) = (scattered(count, 101), scattered(count, 102));
    let upload = |values: &[f32]| {
        Tensor::<4>::from_data(TensorData::new(values.to_vec(), SHAPE), &Device::flex())
    };
    let at = prior
        .denoiser
        .linearise(upload(&x), prior.schedule.level(321));
    let mut output = values(at.prediction.eps);
    output.extend(values(at.prediction.variance_logits.expect("learned")));
    let product = values((at.pullback)(upload(&cotangent)));
    let picture = SHAPE.to_vec();
    [
        ("case0.x", picture.clone(), x),
        ("case0.t", vec![1], vec![321.0]),
        ("case0.output", vec![1, 6, 8, 8], output),
        ("case0.cotangent", picture.clone(), cotangent),
        ("case0.vjp_eps", picture, product),
    ]
    .into_iter()
    .map(|(name, shape, values)| (name.to_owned(), (shape, values)))
    .collect()
}

#[test]
fn a_network_on_the_gpu_gives_what_the_processor_gives() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let config: UNetConfig = serde_json::from_str(CONFIG).expect("well formed");
    let mut weights = MadeUp::default();
    UNet::build(&config, &mut weights, &Device::flex()).expect("builds");
    write(&at("model.safetensors"), &weights.0);
    std::fs::write(at("config.json"), CONFIG).expect("written");
    let prior = Prior::open(folder.path(), None, &Device::flex()).expect("opens");
    write(&at("io.safetensors"), &answers(&prior));
    Checkpoint::open(&at("io.safetensors")).expect("well formed");

    let cases = engine::verify_prior(
        folder.path(),
        None,
        &Answers::default(),
        &at("io.safetensors"),
        DeviceChoice::Gpu(0),
    )
    .expect("a Vulkan adapter computes: install mesa-vulkan-drivers (tests/run.sh does)");
    let [case] = &cases[..] else {
        panic!("one case was recorded: {cases:?}")
    };
    assert!(case.output < 1e-4, "output: {:e}", case.output);
    assert!(case.vjp < 1e-4, "vector-Jacobian product: {:e}", case.vjp);
}
