//! guided-diffusion's network: outputs and vector-Jacobian products of two architectures.

use burn::tensor::Device;
use diffusion::Prior;
use tests::{Recorded, data, difference};

fn check(name: &str, outputs: usize) {
    let prior = Prior::open(&data(&format!("{name}.pt")), None, &Device::flex())
        .expect("a reference checkpoint loads");
    let recorded = Recorded::open(&format!("{name}.io.safetensors"));
    for case in 0..4 {
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
            let at = prior.denoiser.linearise(one(&x), timestep as usize);
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
fn other_sizes_than_the_trained_one_work() {
    let prior = Prior::open(&data("unet_plain.pt"), None, &Device::flex()).expect("loads");
    let x = burn::tensor::Tensor::<4>::zeros([1, 3, 48, 20], &Device::flex());
    assert_eq!(prior.denoiser.stride(), 4);
    assert_eq!(prior.denoiser.evaluate(x, 10).eps.dims(), [1, 3, 48, 20]);
}
