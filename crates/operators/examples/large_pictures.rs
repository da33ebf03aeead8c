//! How long operators take with pictures of a given size: `large_pictures [WIDTH HEIGHT
//! [OPERATOR]]`, three channels.
//!
//! For each operator the seconds to build it, to apply it, for its adjoint, for `(v A Aᵀ + n)⁻¹` or
//! its approximation, and for the best linear estimate.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use operators::registry::Context;
use operators::{Chain, GramInverse, KernelImage, NoiseSource, OperatorError, SeededNoise};

const OPERATORS: [&str; 11] = [
    "gaussian-blur:size=61,std=3",
    "defocus:radius=10",
    "camera-shake",
    "bicubic:factor=4",
    "box:factor=4",
    "gaussian-blur:size=61,std=3+bicubic:factor=4",
    "random-mask:keep=0.9",
    "box-mask:size=1000,margin=100",
    "mri",
    "phase-retrieval:oversample=1.5",
    "jpeg",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, otherwise| {
        arguments
            .get(i)
            .and_then(|a| a.parse().ok())
            .unwrap_or(otherwise)
    };
    let (width, height) = (number(0, 4000), number(1, 3000));
    let chosen: Vec<&str> = match arguments.get(2) {
        Some(one) => vec![one],
        None => OPERATORS.to_vec(),
    };
    let device = Device::flex();
    // Eight rows of noise over and over: what values they are makes no difference.
    let rows = SeededNoise::new(1, 0).normal([1, 3, 8, width], &device) * 0.3;
    let picture = rows
        .repeat(&[1, 1, height.div_ceil(8), 1])
        .narrow(2, 0, height);
    say(format!("{width} x {height}, three channels; seconds"));
    say("operator: build, apply, adjoint, inverse, linear estimate".to_owned());
    for text in chosen {
        time(text, &picture, &device);
    }
}

fn time(text: &str, picture: &Tensor<4>, device: &Device) {
    let no_kernel = |_: &str| -> Result<KernelImage, OperatorError> {
        Err(OperatorError::Kernel {
            reason: "none here".to_owned(),
        })
    };
    let context = Context {
        device,
        measured: None,
        load_kernel: &no_kernel,
    };
    let [_, _, height, width] = picture.dims();
    let (operator, built) = timed(|| {
        let chain: Chain = text.parse().expect("an operator");
        chain
            .build((height, width), None, &context)
            .expect("it fits")
    });
    let (y, applied) = timed(|| operator.apply(picture.clone()));
    let (_, back) = timed(|| operator.pullback(picture.clone(), y.clone()));
    let inverse = operator.linear().ok().and_then(|operator| {
        let variance = Tensor::full([1, 1, 1, 1], 0.01, device);
        let (inverse, _) = timed(|| GramInverse::of(operator, variance, 1e-4));
        inverse.map(|inverse| timed(|| inverse.apply(y.clone())).1)
    });
    let inverse = inverse.map_or_else(|| "none".to_owned(), |s| format!("{s:.2}"));
    let (_, estimated) = timed(|| operator.linear_estimate(y, 0.02));
    say(format!(
        "{text}: {built:.2}, {applied:.2}, {back:.2}, {inverse}, {estimated:.2}"
    ));
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let found = work();
    (found, start.elapsed().as_secs_f64())
}

/// Writes a line; whoever closed the other end has seen enough.
fn say(line: String) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}
