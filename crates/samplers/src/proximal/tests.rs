use burn::tensor::Device;
use diffusion::{NoiseSchedule, Schedule, WhiteGaussian};
use operators::registry::{Build, Context, OPERATORS};
use operators::{Chain, KernelImage, NoiseSource, Operator, OperatorError, SeededNoise};

use super::*;

const SHAPE: [usize; 4] = [2, 3, 16, 16];
const SIGMA: f64 = 0.05;

fn draw(stream: u64) -> Tensor<4> {
    SeededNoise::new(5, stream).normal(SHAPE, &Device::flex()) * 0.3
}

fn build(text: &str) -> Box<dyn Operator> {
    let no_kernel = |_: &str| -> Result<KernelImage, OperatorError> { unreachable!("no kernel") };
    let device = Device::flex();
    let measured: Vec<bool> = (0..256).map(|i| i % 3 > 0).collect();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &no_kernel,
    };
    let chain: Chain = text.parse().expect("registered");
    chain.build((16, 16), None, &context).expect("fits")
}

/// `what` of a problem with `y = A x + noise` for a known `x`.
fn with_problem<T>(operator: &dyn Operator, what: impl FnOnce(&Problem<'_>) -> T) -> T {
    let full = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
    let denoiser = WhiteGaussian::new(0.25);
    let clean = operator.apply(draw(0));
    let noise = SeededNoise::new(6, 0).normal(clean.dims(), &Device::flex()) * SIGMA;
    let noise = match operator.measured() {
        Some(measured) => noise * measured.expand(clean.dims()),
        None => noise,
    };
    let never = || false;
    let problem = Problem::new(&denoiser, operator, clean + noise, SIGMA, &full, &never);
    what(&problem)
}

fn search<'a>(problem: &'a Problem<'a>, x0: Tensor<4>, variance: f64) -> Search<'a> {
    Search {
        problem,
        y: problem.measurement.clone(),
        ridge: SIGMA * SIGMA / variance,
        x0,
    }
}

fn off(a: Tensor<4>, b: Tensor<4>) -> f64 {
    f64::from((a - b).abs().max().into_scalar::<f32>())
}

fn nonlinear() -> impl Iterator<Item = &'static str> {
    let is_not_linear = |e: &&operators::registry::Entry| matches!(e.build, Build::Nonlinear(_));
    OPERATORS
        .iter()
        .filter(is_not_linear)
        .map(|e| e.family.name)
}

#[test]
fn through_a_linear_operator_the_search_ends_where_the_solve_does() {
    for text in ["inpaint", "gaussian-blur:size=5,std=1", "bicubic:factor=2"] {
        let operator = build(text);
        for variance in [1e-3, 0.1] {
            with_problem(operator.as_ref(), |problem| {
                let x0 = draw(1);
                let residual = problem.residual(x0.clone());
                let linear = problem.operator.linear().expect("linear");
                let solved = solved(problem, linear, x0.clone(), variance, residual);
                let (exact, _) = solved.expect("runs");
                let (sought, taken) = search(problem, x0.clone(), variance).run().expect("runs");
                let moved = off(exact.clone(), x0);
                let missed = off(exact, sought);
                assert!(
                    missed < 0.01 * moved,
                    "{text}, {variance}: {missed} of {moved}"
                );
                assert!(taken > 0, "{text}");
            });
        }
    }
}

/// Values that were not cut off are the mean of what was measured and what was thought, by their
/// precisions.
#[test]
fn an_exposure_is_undone_as_precisions_say() {
    let operator = build("hdr");
    let x0 = draw(1) * 0.1;
    let y = draw(2) * 0.5;
    with_problem(operator.as_ref(), |problem| {
        let ridge = 0.5;
        let search = Search {
            problem,
            y: y.clone(),
            ridge,
            x0: x0.clone(),
        };
        let (sought, _) = search.run().expect("runs");
        let expected = (y * 2.0 + x0 * ridge) / (4.0 + ridge);
        let inside = expected.clone().abs().lower_elem(0.45).float();
        assert!(inside.clone().mean().into_scalar::<f32>() > 0.9);
        let missed = off(sought * inside.clone(), expected * inside);
        assert!(missed < 1e-3, "{missed}");
    });
}

/// Every picture of a batch comes at least half of the way, whatever the others need, and ends where
/// it would alone.
#[test]
fn the_search_gains_with_every_operator_for_each_picture_by_itself() {
    for name in nonlinear() {
        let operator = build(name);
        with_problem(operator.as_ref(), |problem| {
            // The second picture starts at the truth, where there is little to gain.
            let near = draw(0).narrow(0, 1, 1);
            let x0 = Tensor::cat(vec![draw(1).narrow(0, 0, 1), near], 0);
            let both = search(problem, x0.clone(), 1.0);
            let (sought, taken) = both.run().expect("runs");
            assert!((1..=MOST).contains(&taken), "{name}: {taken}");
            let value = |x: Tensor<4>, i: usize| {
                let value = both.at(x).value.narrow(0, i, 1);
                f64::from(value.into_scalar::<f32>())
            };
            let (before, after) = (value(x0.clone(), 0), value(sought.clone(), 0));
            assert!(after < 0.5 * before, "{name}: {before} to {after}");
            assert!(value(sought.clone(), 1) <= value(x0.clone(), 1), "{name}");

            let one = |t: &Tensor<4>| t.clone().narrow(0, 0, 1);
            let alone = Search {
                problem,
                y: one(&both.y),
                ridge: both.ridge,
                x0: one(&x0),
            };
            let (alone, _) = alone.run().expect("runs");
            let missed = off(alone, one(&sought));
            assert!(missed < 1e-3, "{name}: {missed}");
        });
    }
}

#[test]
fn at_the_answer_there_is_nothing_to_do() {
    for name in nonlinear() {
        let operator = build(name);
        with_problem(operator.as_ref(), |problem| {
            let x0 = draw(0);
            let exact = Search {
                problem,
                y: problem.operator.apply(x0.clone()),
                ridge: 1.0,
                x0: x0.clone(),
            };
            let (sought, taken) = exact.run().expect("runs");
            assert_eq!((taken, off(sought, x0)), (0, 0.0), "{name}");
        });
    }
}
