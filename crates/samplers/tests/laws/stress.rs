//! Problems that are too much: the answer is a finite picture or a named failure, never a panic and
//! never a number that is none.

use burn::tensor::{Device, Tensor};
use diffusion::WhiteGaussian;
use nalgebra::{DMatrix, DVector};
use operators::registry::Context;
use operators::{Chain, Dense, Inpaint, NoiseSource, Operator, SeededNoise};
use samplers::{Problem, Sampler, SamplerError, check_finite};

use crate::{SHAPE, Setup, all};

fn build(text: &str, size: (usize, usize)) -> Box<dyn Operator> {
    let context = Context {
        device: &Device::flex(),
        measured: None,
        load_kernel: &|_| unreachable!("no kernel"),
    };
    let chain: Chain = text.parse().expect("registered");
    chain.build(size, None, &context).expect("fits")
}

fn attempt(
    what: &str,
    (name, sampler): (&str, &dyn Sampler),
    operator: &dyn Operator,
    y: &Tensor<4>,
    sigma: f64,
) {
    let setup = Setup::new("20");
    let denoiser = WhiteGaussian::new(0.25);
    let problem = Problem::new(
        &denoiser,
        operator,
        y.clone(),
        sigma,
        &setup.respaced,
        &|| false,
    );
    match sampler.run(&problem, &mut SeededNoise::new(1, 0)) {
        Ok(x) => {
            assert_eq!(x.dims(), problem.shape());
            let finite = check_finite(&x, 19, "result");
            finite.unwrap_or_else(|e| panic!("{name}, {what}: {e}"));
        }
        Err(SamplerError::NonFinite { .. } | SamplerError::NoSpectrum { .. }) => {}
        Err(other) => panic!("{name}, {what}: {other}"),
    }
}

#[test]
fn almost_everything_is_missing() {
    let device = Device::flex();
    let truth = SeededNoise::new(9, 9).normal(SHAPE, &device) * 0.5;
    for known in [vec![27], vec![], (0..64).collect()] {
        let measured: Vec<bool> = (0..64).map(|i| known.contains(&i)).collect();
        let operator = Inpaint::new(&measured, (8, 8), &device);
        let y = Operator::apply(&operator, truth.clone());
        for (name, sampler) in all() {
            for sigma in [0.0, 0.1] {
                let what = format!("{} of 64 pixels known, noise {sigma}", known.len());
                attempt(&what, (&name, sampler.as_ref()), &operator, &y, sigma);
            }
        }
    }
}

#[test]
fn the_noise_drowns_the_picture() {
    let setup = Setup::new("20");
    for sigma in [2.0, 1e3, 1e6] {
        let noise = SeededNoise::new(5, 5).normal(SHAPE, &Device::flex()) * sigma;
        let y = Operator::apply(&setup.operator, setup.y.clone() + noise);
        for (name, sampler) in all() {
            let what = format!("noise {sigma}");
            attempt(&what, (&name, sampler.as_ref()), &setup.operator, &y, sigma);
        }
    }
}

/// No noise, and an operator that loses for good what it loses: the equations have no solution or many.
#[test]
fn the_operator_is_singular_and_claims_to_be_exact() {
    let device = Device::flex();
    let (height, width) = (16, 16);
    let truth = SeededNoise::new(9, 9).normal([1, 3, height, width], &device) * 0.5;
    for text in [
        // So wide that most singular values are rounding.
        "gaussian-blur:size=15,std=5",
        // Wider than the picture, whose borders are mirrored twice over.
        "gaussian-blur:size=61,std=9",
        "motion-blur:length=9,angle=30",
        "box:factor=8",
        "bicubic:factor=8",
        "grayscale",
        "mri:acceleration=8,centre=0",
        // 99 % of the pixels are lost.
        "random-mask:keep=0.01",
        "gaussian-blur:size=15,std=5+random-mask:keep=0.02",
    ] {
        let operator = build(text, (height, width));
        let y = operator.apply(truth.clone());
        // What no picture gives: the equations contradict each other.
        let wrong = SeededNoise::new(9, 1).normal(y.dims(), &device);
        for (name, sampler) in all() {
            for (y, what) in [(&y, "measured"), (&wrong, "impossible")] {
                let what = format!("{text}, no noise, {what}");
                attempt(&what, (&name, sampler.as_ref()), operator.as_ref(), y, 0.0);
            }
        }
    }
}

/// Every measurement says the same thing, with and without noise: `A = u vᵀ`.
#[test]
fn the_operator_has_rank_one() {
    let device = Device::flex();
    let (u, v) = (
        DVector::from_fn(12, |i, _| 1.0 + i as f64),
        DVector::from_fn(64, |i, _| (i as f64 * 0.7).sin()),
    );
    let matrix: DMatrix<f64> = &u * v.transpose();
    let operator = Dense::new(&matrix, &device);
    let truth = SeededNoise::new(9, 9).normal([1, 3, 1, 64], &device) * 0.5;
    let y = Operator::apply(&operator, truth);
    for (name, sampler) in all() {
        for sigma in [0.0, 1e-3, 0.1] {
            let what = format!("rank one, noise {sigma}");
            attempt(&what, (&name, sampler.as_ref()), &operator, &y, sigma);
        }
    }
}
