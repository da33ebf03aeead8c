//! Laws that every registered sampler obeys, on a problem that takes milliseconds.

use std::cell::Cell;

use burn::tensor::{Device, Tensor};
use diffusion::{Denoiser, Linearisation, NoiseSchedule, Prediction, Schedule, WhiteGaussian};
use operators::{Inpaint, LinearOperator, NoiseSource, SeededNoise, Spec};
use samplers::registry::SAMPLERS;
use samplers::{Problem, Sampler, SamplerError};

const SHAPE: [usize; 4] = [1, 3, 8, 8];

/// Every sampler with its defaults, and every covariance of CA-DPS.
fn all() -> Vec<(String, Box<dyn Sampler>)> {
    let mut written: Vec<String> = SAMPLERS
        .iter()
        .map(|entry| entry.family.name.to_owned())
        .collect();
    for covariance in ["secant", "isotropic", "krylov:3", "full"] {
        written.push(format!("ca-dps:covariance={covariance}"));
    }
    written
        .into_iter()
        .map(|text| {
            let spec: Spec = text.parse().expect("valid");
            let sampler = samplers::parse(&spec).expect("registered");
            (text, sampler)
        })
        .collect()
}

struct Setup {
    full: Schedule,
    respaced: Schedule,
    operator: Inpaint,
    y: Tensor<4>,
}

impl Setup {
    fn new(steps: &str) -> Self {
        let full = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let respaced = full.respaced(steps).expect("possible");
        let device = Device::flex();
        let measured: Vec<bool> = (0..64).map(|i| i % 4 != 0).collect();
        let operator = Inpaint::new(&measured, (8, 8), &device);
        let truth = SeededNoise::new(9, 9).normal(SHAPE, &device) * 0.5;
        let y = operator.apply(truth);
        Self {
            full,
            respaced,
            operator,
            y,
        }
    }

    fn problem<'a>(
        &'a self,
        denoiser: &'a dyn Denoiser,
        cancelled: &'a dyn Fn() -> bool,
    ) -> Problem<'a> {
        Problem::new(
            denoiser,
            &self.operator,
            self.y.clone(),
            0.1,
            &self.respaced,
            cancelled,
        )
    }
}

fn bytes(t: &Tensor<4>) -> Vec<u32> {
    t.to_data().iter::<f32>().map(f32::to_bits).collect()
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_does_not() {
    let setup = Setup::new("12");
    let denoiser = WhiteGaussian::new(setup.full.clone(), 0.25);
    for (name, sampler) in all() {
        let run = |seed| {
            let problem = setup.problem(&denoiser, &|| false);
            bytes(
                &sampler
                    .run(&problem, &mut SeededNoise::new(seed, 0))
                    .expect("runs"),
            )
        };
        assert_eq!(run(1), run(1), "{name}");
        assert_ne!(run(1), run(2), "{name}");
    }
}

#[test]
fn cancelling_stops_before_the_next_evaluation() {
    let setup = Setup::new("12");
    let denoiser = WhiteGaussian::new(setup.full.clone(), 0.25);
    for (name, sampler) in all() {
        let asked = Cell::new(0);
        let cancelled = || {
            asked.set(asked.get() + 1);
            asked.get() > 5
        };
        let problem = setup.problem(&denoiser, &cancelled);
        let ended = sampler.run(&problem, &mut SeededNoise::new(1, 0));
        assert_eq!(ended.err(), Some(SamplerError::Cancelled), "{name}");
        let cost = problem.cost();
        assert_eq!(cost.evaluations + cost.products, 5, "{name} went on");
    }
}

/// A denoiser that breaks at a timestep.
struct Broken {
    inner: WhiteGaussian,
    value: f32,
}

impl Denoiser for Broken {
    fn evaluate(&self, x: Tensor<4>, timestep: usize) -> Prediction {
        let mut prediction = self.inner.evaluate(x, timestep);
        if timestep < 500 {
            prediction.eps = prediction.eps.zeros_like() + self.value;
        }
        prediction
    }

    fn linearise(&self, x: Tensor<4>, timestep: usize) -> Linearisation {
        let pullback = self.inner.linearise(x.clone(), timestep).pullback;
        Linearisation {
            prediction: self.evaluate(x, timestep),
            pullback,
        }
    }

    /// As networks do: infinities must not be clipped into pictures.
    fn range(&self) -> Option<(f64, f64)> {
        Some((-1.0, 1.0))
    }
}

#[test]
fn numbers_that_are_none_are_named_with_their_step() {
    let setup = Setup::new("12");
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let inner = WhiteGaussian::new(setup.full.clone(), 0.25);
        let denoiser = Broken { inner, value };
        for (name, sampler) in all() {
            let problem = setup.problem(&denoiser, &|| false);
            match sampler.run(&problem, &mut SeededNoise::new(1, 0)) {
                Err(SamplerError::NonFinite { step, .. }) => {
                    assert!((6..=7).contains(&step), "{name} with {value}: step {step}");
                }
                other => panic!("{name} with {value}: {other:?}"),
            }
        }
    }
}

/// Every posterior sampler brings the residual down to about what the noise explains.
#[test]
fn ca_dps_brings_the_residual_down_to_the_noise() {
    let setup = Setup::new("100");
    let denoiser = WhiteGaussian::new(setup.full.clone(), 0.25);
    for (name, sampler) in all()
        .into_iter()
        .filter(|(name, _)| name.starts_with("ca-dps"))
    {
        let problem = setup.problem(&denoiser, &|| false);
        let mut noise = SeededNoise::new(3, 0);
        let mut state = sampler.init(&problem, &mut noise).expect("starts");
        let mut levels = Vec::new();
        while state.remaining > 0 {
            levels.push(
                sampler
                    .step(&problem, &mut state, &mut noise)
                    .expect("steps")
                    .residual,
            );
        }
        let (first, last) = (levels[0], levels[levels.len() - 1]);
        assert!(first > 0.3, "{name} starts at {first}");
        assert!(
            (0.03..=0.2).contains(&last),
            "{name} ends at {last}, the noise is 0.1"
        );
    }
}

#[test]
fn costs_are_counted() {
    let setup = Setup::new("10");
    let denoiser = WhiteGaussian::new(setup.full.clone(), 0.25);
    for (text, evaluations, products) in [
        ("ca-dps:covariance=secant", 10, 10),
        ("ca-dps:covariance=krylov:3", 10, 30),
        ("dps", 10, 10),
        ("red-diff", 10, 0),
    ] {
        let sampler = samplers::parse(&text.parse().expect("valid")).expect("registered");
        let problem = setup.problem(&denoiser, &|| false);
        sampler
            .run(&problem, &mut SeededNoise::new(1, 0))
            .expect("runs");
        let cost = problem.cost();
        assert_eq!(
            (cost.evaluations, cost.products),
            (evaluations, products),
            "{text}"
        );
    }
}

#[test]
fn unknown_samplers_and_parameters_are_refused() {
    for (text, word) in [
        ("ddpm", "no sampler called `ddpm`"),
        ("ca-dps:covariance=diagonal", "is not a covariance"),
        ("ca-dps:covariance=krylov:0", "is not a covariance"),
        ("dps:scale=-1", "not a number from 0 to 100"),
        ("red-diff:weight=cubic", "write linear, sqrt"),
        ("red-diff:covariance=full", "unknown"),
    ] {
        let error = samplers::parse(&text.parse().expect("well-formed"))
            .err()
            .expect("refused");
        assert!(error.to_string().contains(word), "{text}: {error}");
    }
}
