//! Samplers and operators that are not linear: restored, or refused by name.

use burn::tensor::{Device, Tensor};
use diffusion::WhiteGaussian;
use operators::registry::{Build, Context, OPERATORS};
use operators::{Chain, KernelImage, NoiseSource, Operator, OperatorError, SeededNoise};
use samplers::{Problem, Requirement, SamplerError};

use crate::{SHAPE, Setup, all};

/// Every operator of the registry that is not linear, and one behind a linear one.
fn nonlinear() -> Vec<(&'static str, Box<dyn Operator>)> {
    let names = OPERATORS
        .iter()
        .filter(|e| matches!(e.build, Build::Nonlinear(_)));
    let alone = names.map(|e| (e.family.name, e.family.name.to_owned()));
    let behind = ("hdr", "gaussian-blur:size=3,std=1+hdr".to_owned());
    let no_kernel = |_: &str| -> Result<KernelImage, OperatorError> { unreachable!("no kernel") };
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: None,
        load_kernel: &no_kernel,
    };
    alone
        .chain([behind])
        .map(|(name, text)| {
            let chain: Chain = text.parse().expect("registered");
            (name, chain.build((8, 8), None, &context).expect("fits"))
        })
        .collect()
}

#[test]
fn those_that_solve_refuse_before_anything_is_evaluated() {
    let setup = Setup::new("12");
    let denoiser = WhiteGaussian::new(0.25);
    let mut refused = 0;
    for (name, sampler) in all() {
        for (part, operator) in nonlinear() {
            let y = operator.apply(SeededNoise::new(9, 9).normal(SHAPE, &Device::flex()) * 0.5);
            let respaced = &setup.respaced;
            let problem = Problem::new(&denoiser, operator.as_ref(), y, 0.1, respaced, &|| false);
            let ended = sampler.run(&problem, &mut SeededNoise::new(1, 0));
            if sampler.requirement() == Requirement::Derivative {
                ended.unwrap_or_else(|e| panic!("{name} with {part}: {e}"));
                continue;
            }
            let expected = SamplerError::NeedsLinear {
                sampler: sampler.name(),
                operator: part,
            };
            assert_eq!(ended.err(), Some(expected.clone()), "{name} with {part}");
            assert_eq!(problem.cost().evaluations, 0, "{name} evaluated");
            let said = expected.to_string();
            assert!(
                said.contains(sampler.name()) && said.contains(part),
                "{said}"
            );
            assert!(
                name.starts_with(sampler.name()),
                "{name} calls itself {}",
                sampler.name()
            );
            refused += 1;
        }
    }
    assert!(refused > 0);
}

/// In 200 steps the residual falls below two thirds of what another draw of the prior leaves, which
/// looks as likely and knows nothing of the measurement.
#[test]
fn those_that_take_them_come_nearer_to_the_measurement() {
    let setup = Setup::new("200");
    let denoiser = WhiteGaussian::new(0.25);
    for (name, sampler) in all()
        .into_iter()
        .filter(|(_, s)| s.requirement() == Requirement::Derivative)
    {
        for (part, operator) in nonlinear() {
            let truth = SeededNoise::new(9, 9).normal(SHAPE, &Device::flex()) * 0.5;
            let clean = operator.apply(truth.clone());
            let noise = SeededNoise::new(9, 10).normal(clean.dims(), &Device::flex()) * 0.05;
            let y = clean + noise;
            let problem = Problem::new(
                &denoiser,
                operator.as_ref(),
                y,
                0.05,
                &setup.respaced,
                &|| false,
            );
            let x = sampler
                .run(&problem, &mut SeededNoise::new(4, 0))
                .expect("runs");
            let level = |x: Tensor<4>| {
                f64::from(
                    problem
                        .residual(x)
                        .square()
                        .mean()
                        .sqrt()
                        .into_scalar::<f32>(),
                )
            };
            let other = SeededNoise::new(77, 0).normal(SHAPE, &Device::flex()) * 0.5;
            let (last, blind) = (level(x), level(other));
            eprintln!("{name}, {part}: {last:.3}, a draw of the prior {blind:.3}");
            assert!(
                last < 0.66 * blind,
                "{name}, {part}: {last} against {blind}"
            );
        }
    }
}
