//! Noise that differs from value to value, as photon noise does.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::WhiteGaussian;
use operators::{Inpaint, NoiseSource, Operator, SeededNoise};

use crate::{SHAPE, Setup, all};

/// Standard deviations in the left and in the right half of a picture.
const LEVELS: (f64, f64) = (0.02, 0.5);

fn levels() -> Tensor<4> {
    let at = |i: usize| if i % 8 < 4 { LEVELS.0 } else { LEVELS.1 };
    let values: Vec<f32> = (0..64).map(|i| at(i) as f32).collect();
    let one = Tensor::<4>::from_data(TensorData::new(values, [1, 1, 8, 8]), &Device::flex());
    one.expand(SHAPE)
}

/// A value that is known better is met more closely. DDNM+ and DDRM reckon with one level for all,
/// along singular vectors.
#[test]
fn values_with_less_noise_are_met_more_closely() {
    let setup = Setup::new("200");
    let denoiser = WhiteGaussian::new(0.25);
    let device = Device::flex();
    let operator = Inpaint::new(&[true; 64], (8, 8), &device);
    let truth = SeededNoise::new(9, 9).normal(SHAPE, &device) * 0.5;
    let y = truth + SeededNoise::new(9, 1).normal(SHAPE, &device) * levels();
    let rms = (0.5 * (LEVELS.0.powi(2) + LEVELS.1.powi(2))).sqrt();
    for (name, sampler) in all() {
        if ["ddnm", "ddrm"].contains(&name.as_str()) {
            continue;
        }
        let run = |problem: samplers::Problem<'_>| {
            let x = sampler
                .run(&problem, &mut SeededNoise::new(1, 0))
                .expect("runs");
            let off = (problem.measurement.clone() - Operator::apply(&operator, x)).square();
            let half = |start| {
                let mean = off.clone().narrow(3, start, 4).mean();
                f64::from(mean.into_scalar::<f32>()).sqrt()
            };
            (half(0), half(4))
        };
        let never = || false;
        let problem = || {
            let respaced = &setup.respaced;
            samplers::Problem::new(&denoiser, &operator, y.clone(), rms, respaced, &never)
        };
        let (alike, _) = run(problem());
        let (left, right) = run(problem().with_variance(levels().square(), rms));
        eprintln!("{name}: {left:.3} and {right:.3}; with one level for all {alike:.3}");
        assert!(left < 0.5 * right, "{name}: {left} and {right}");
        assert!(
            left < 0.5 * alike,
            "{name}: {left}, and {alike} with one level for all"
        );
    }
}
