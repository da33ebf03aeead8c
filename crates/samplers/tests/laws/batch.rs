//! Several candidates in one batch: each is, to the last bit, what its seed gives alone, and a batch is
//! counted as one candidate is.

use burn::tensor::{Device, Tensor};
use diffusion::WhiteGaussian;
use operators::registry::Context;
use operators::{Chain, NoiseBatch, NoiseSource, Operator, SeededNoise};
use samplers::{Problem, Sampler, SamplerError};

use crate::{Setup, all, bytes};

const SEEDS: [u64; 3] = [5, 1, 8];
const SIDE: usize = 16;

/// One of every kind of solve, and one that is not linear.
const OPERATORS: [&str; 5] = [
    "random-mask",
    "box:factor=2",
    "gaussian-blur:size=5,std=1",
    "mri:acceleration=2",
    "hdr",
];

fn build(text: &str) -> Box<dyn Operator> {
    let context = Context {
        device: &Device::flex(),
        measured: None,
        load_kernel: &|_| unreachable!("no kernel"),
    };
    let chain: Chain = text.parse().expect("registered");
    chain.build((SIDE, SIDE), None, &context).expect("fits")
}

fn measure(operator: &dyn Operator, pictures: usize) -> Tensor<4> {
    let device = Device::flex();
    let truth = SeededNoise::new(9, 9).normal([1, 3, SIDE, SIDE], &device) * 0.5;
    let clean = operator.apply(truth);
    let y = clean.clone() + SeededNoise::new(9, 1).normal(clean.dims(), &device) * 0.1;
    let y = match operator.measured() {
        Some(mask) => {
            let shape = y.dims();
            y * mask.expand(shape)
        }
        None => y,
    };
    y.repeat(&[pictures, 1, 1, 1])
}

/// The pictures, and what they cost.
fn run(
    sampler: &dyn Sampler,
    operator: &dyn Operator,
    seeds: &[u64],
) -> Result<(Tensor<4>, samplers::Cost), SamplerError> {
    let setup = Setup::new("12");
    let denoiser = WhiteGaussian::new(0.25);
    let y = measure(operator, seeds.len());
    let never = || false;
    let problem = Problem::new(&denoiser, operator, y, 0.1, &setup.respaced, &never);
    let sources = seeds.iter().map(|&seed| SeededNoise::new(seed, 0));
    let x = sampler.run(&problem, &mut NoiseBatch(sources.collect()))?;
    Ok((x, problem.cost()))
}

#[test]
fn a_candidate_in_a_batch_is_the_candidate_alone() {
    let mut compared = 0;
    for text in OPERATORS {
        let operator = build(text);
        for (name, sampler) in all() {
            let together = match run(sampler.as_ref(), operator.as_ref(), &SEEDS) {
                Err(SamplerError::NoSpectrum { .. } | SamplerError::NeedsLinear { .. }) => continue,
                other => other.unwrap_or_else(|e| panic!("{name}, {text}: {e}")),
            };
            let mut most = 0;
            for (place, &seed) in SEEDS.iter().enumerate() {
                let alone = run(sampler.as_ref(), operator.as_ref(), &[seed]).expect("as before");
                let mine = together.0.clone().narrow(0, place, 1);
                assert!(
                    bytes(&mine) == bytes(&alone.0),
                    "{name}, {text}: seed {seed} is another picture in a batch"
                );
                most = most.max(alone.1.products);
                assert_eq!(
                    alone.1.evaluations, together.1.evaluations,
                    "{name}, {text}"
                );
            }
            // A solve goes on until the last picture of the batch has converged.
            assert_eq!(most, together.1.products, "{name}, {text}");
            compared += 1;
        }
    }
    assert!(compared > 4 * 14, "only {compared} were compared");
}
