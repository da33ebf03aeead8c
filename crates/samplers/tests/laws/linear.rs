//! Samplers on linear operators of every kind: those that mix channels, change the size, give spectra,
//! or are composed.

use burn::tensor::{Device, Tensor};
use diffusion::WhiteGaussian;
use operators::registry::Context;
use operators::{Chain, KernelImage, NoiseSource, Operator, OperatorError, SeededNoise};
use samplers::{Problem, SamplerError};

use crate::{CREEPING, Setup, all};

const SIGMA: f64 = 0.1;

const OPERATORS: [&str; 7] = [
    "grayscale",
    "mri:acceleration=2",
    "box:factor=2",
    "bicubic:factor=2",
    "gaussian-blur:size=5,std=1",
    "gaussian-blur:size=3,std=1+strokes-mask:count=2",
    "box:factor=2+grayscale+random-mask",
];

fn build(text: &str) -> Box<dyn Operator> {
    let no_kernel = |_: &str| -> Result<KernelImage, OperatorError> { unreachable!("no kernel") };
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: None,
        load_kernel: &no_kernel,
    };
    let chain: Chain = text.parse().expect("registered");
    chain.build((16, 16), None, &context).expect("fits")
}

/// The result explains the measurement about as well as its noise allows. Samplers in singular vectors
/// say so where there are none at hand.
#[test]
fn measurements_are_explained() {
    let setup = Setup::new("50");
    let denoiser = WhiteGaussian::new(0.25);
    let device = Device::flex();
    for text in OPERATORS {
        let operator = build(text);
        let truth = SeededNoise::new(9, 9).normal([2, 3, 16, 16], &device) * 0.5;
        let clean = operator.apply(truth);
        let noise = SeededNoise::new(9, 1).normal(clean.dims(), &device) * SIGMA;
        let mut y = clean + noise;
        if let Some(mask) = operator.measured() {
            let shape = y.dims();
            y = y * mask.expand(shape);
        }
        let level = |r: Tensor<4>| {
            let values = r.dims().iter().product::<usize>() as f64;
            let seen = operator
                .measured()
                .map_or(1.0, |m| f64::from(m.mean().into_scalar::<f32>()));
            (f64::from(r.square().sum().into_scalar::<f32>()) / (values * seen)).sqrt()
        };
        let blind = level(y.clone());
        for (name, sampler) in all() {
            let respaced = &setup.respaced;
            let problem = Problem::new(
                &denoiser,
                operator.as_ref(),
                y.clone(),
                SIGMA,
                respaced,
                &|| false,
            );
            let x = match sampler.run(&problem, &mut SeededNoise::new(2, 0)) {
                Ok(x) => x,
                Err(SamplerError::NoSpectrum { .. })
                    if ["ddnm", "ddrm"].contains(&name.as_str()) =>
                {
                    continue;
                }
                Err(other) => panic!("{name}, {text}: {other}"),
            };
            assert_eq!(x.dims(), [2, 3, 16, 16], "{name}, {text}");
            let left = level(problem.residual(x.clone()));
            eprintln!("{name}, {text}: {left:.3} of {blind:.3}");
            samplers::check_finite(&x, 49, "result").expect("finite");
            // 50 steps are too few for those that creep.
            if CREEPING.contains(&name.as_str()) {
                continue;
            }
            // DiffPIR trusts the denoiser lambda times more than the noise warrants.
            let most = if name == "diffpir" {
                2.0 * SIGMA * 7_f64.sqrt()
            } else {
                1.3 * SIGMA
            };
            assert!(left < most, "{name}, {text}: {left} of {blind}");
        }
    }
}
