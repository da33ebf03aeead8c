//! Several pictures in one batch, on a trained network: what each of them gets is what it gets alone.

use burn::tensor::{Device, Tensor};
use diffusion::{Denoiser, Prior};
use operators::{Inpaint, LinearOperator, NoiseBatch, NoiseSource, SeededNoise};
use samplers::Problem;
use tests::repository;

const SIDE: usize = 64;
const SEEDS: [u64; 3] = [4, 0, 11];

fn natural64() -> Prior {
    Prior::open(
        &repository().join("weights/natural64"),
        None,
        &Device::flex(),
    )
    .expect("shipped")
}

fn bits(t: &Tensor<4>) -> Vec<u32> {
    t.to_data().iter::<f32>().map(f32::to_bits).collect()
}

fn noise(seed: u64) -> Tensor<4> {
    SeededNoise::new(seed, 0).normal([1, 3, SIDE, SIDE], &Device::flex())
}

/// To the last bit, on the CPU device: no number depends on how the work is cut.
#[test]
fn an_evaluation_and_its_product_do_not_depend_on_the_rest_of_the_batch() {
    let prior = natural64();
    let denoiser: &dyn Denoiser = prior.denoiser.as_ref();
    let level = prior.schedule.level(300);
    let batch = Tensor::cat(SEEDS.map(noise).to_vec(), 0);
    let cotangents = Tensor::cat(SEEDS.map(|s| noise(s + 100)).to_vec(), 0);
    let together = denoiser.linearise(batch, level);
    let products = (together.pullback)(cotangents);
    for (place, seed) in SEEDS.into_iter().enumerate() {
        let alone = denoiser.linearise(noise(seed), level);
        let eps = together.prediction.eps.clone().narrow(0, place, 1);
        assert_eq!(
            bits(&eps),
            bits(&alone.prediction.eps),
            "evaluation {place}"
        );
        let product = products.clone().narrow(0, place, 1);
        let expected = (alone.pullback)(noise(seed + 100));
        assert!(bits(&product) == bits(&expected), "product {place}");
    }
}

/// A whole run of the default sampler.
#[test]
fn a_candidate_in_a_batch_is_the_candidate_alone() {
    let prior = natural64();
    let schedule = prior.schedule.respaced("4").expect("possible");
    let device = Device::flex();
    let known: Vec<bool> = (0..SIDE * SIDE).map(|i| i * 31 % 7 > 1).collect();
    let operator = Inpaint::new(&known, (SIDE, SIDE), &device);
    let y = operator.apply(noise(50) * 0.3);
    let sampler = samplers::parse(&"ca-dps".parse().expect("valid")).expect("registered");
    let run = |seeds: &[u64]| {
        let y = y.clone().repeat(&[seeds.len(), 1, 1, 1]);
        let never = || false;
        let denoiser = prior.denoiser.as_ref();
        let problem = Problem::new(denoiser, &operator, y, 0.05, &schedule, &never);
        let sources = seeds.iter().map(|&seed| SeededNoise::new(seed, 0));
        sampler
            .run(&problem, &mut NoiseBatch(sources.collect()))
            .expect("runs")
    };
    let together = run(&SEEDS);
    for (place, seed) in SEEDS.into_iter().enumerate() {
        let mine = together.clone().narrow(0, place, 1);
        assert!(bits(&mine) == bits(&run(&[seed])), "seed {seed}");
    }
}
