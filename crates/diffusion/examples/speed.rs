//! Seconds for one evaluation, and for one with its product, on the CPU device: Burn's modules
//! against the program that replaces them there. `speed PRIOR [modules|program] SIDE…`.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use diffusion::{Answers, Checkpoint, Denoiser, Level, UNet, UNetDenoiser, inspect};

/// The fastest of five, after one to warm up.
fn time(f: &dyn Fn()) -> f64 {
    f();
    (0..5)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn measure(denoiser: &dyn Denoiser, side: usize) -> [f64; 2] {
    let x = Tensor::<4>::zeros([1, 3, side, side], &Device::flex()) + 0.1;
    let level = Level::new(0.08, 500);
    let wait = |t: Tensor<4>| drop(t.into_data());
    let forward = time(&|| wait(denoiser.evaluate(x.clone(), level).eps));
    let both = time(&|| {
        let at = denoiser.linearise(x.clone(), level);
        let v = at.prediction.eps.clone();
        wait((at.pullback)(v));
    });
    [forward, both]
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a prior folder or checkpoint");
    // With either named, the other is not run: then the peak of memory is that one's.
    let (which, sides): (Vec<_>, Vec<_>) =
        arguments.partition(|argument| argument.starts_with(char::is_alphabetic));
    let found = inspect(path.as_ref(), None, &Answers::default()).expect("a prior");
    let files = found.files.clone();
    let config = found.into_config().expect("determined").model;
    let stride = config.stride().expect("valid");
    let load = || {
        let checkpoint = Checkpoint::open(&files.weights).expect("readable");
        UNet::load(&config, checkpoint, &Device::flex()).expect("loads")
    };
    let program = UNetDenoiser::new(load(), stride);
    let modules = UNetDenoiser::with_modules(load(), stride);
    for side in sides.iter().map(|side| side.parse().expect("a number")) {
        if which.iter().all(|which| which == "modules") {
            let [forward, both] = measure(&modules, side);
            eprintln!("{side}x{side} modules: evaluation {forward:.4} s, with product {both:.4} s");
        }
        if which.iter().all(|which| which == "program") {
            let [forward, both] = measure(&program, side);
            eprintln!("{side}x{side} program: evaluation {forward:.4} s, with product {both:.4} s");
        }
    }
}
