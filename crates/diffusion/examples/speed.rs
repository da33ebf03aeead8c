//! Milliseconds for one evaluation, and for one with its product, on the CPU device: the fastest of several.
//! `speed PRIOR [PRIOR…] [modules|program] SIDE…`: with either named, only that runs (then the peak of memory
//! is that one's); otherwise Burn's modules and the program that replaces them there. `--repeats N` takes
//! the fastest of so many.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use diffusion::{
    Answers, Architecture, Checkpoint, Denoiser, Inspection, Level, Network,
    PreconditionedDenoiser, UNetDenoiser, inspect,
};

/// The fastest, after one to warm up.
fn time(repeats: usize, f: &dyn Fn()) -> f64 {
    f();
    (0..repeats)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn measure(denoiser: &dyn Denoiser, side: usize, repeats: usize) -> [f64; 2] {
    let x = Tensor::<4>::zeros([1, 3, side, side], &Device::flex()) + 0.1;
    let level = Level::new(0.08, 500);
    let wait = |t: Tensor<4>| drop(t.into_data());
    let forward = time(repeats, &|| wait(denoiser.evaluate(x.clone(), level).eps));
    let both = time(repeats, &|| {
        let at = denoiser.linearise(x.clone(), level);
        let v = at.prediction.eps.clone();
        wait((at.pullback)(v));
    });
    [forward, both]
}

fn load(path: &str, modules: bool) -> Box<dyn Denoiser> {
    let found = inspect(path.as_ref(), None, &Answers::default()).expect("a prior");
    let weights = found.files.weights.clone();
    let config = Inspection::into_config(found).expect("determined").model;
    let mut checkpoint = Checkpoint::open(&weights).expect("readable");
    let network = Network::build(&config, &mut checkpoint, &Device::flex()).expect("loads");
    match (network, config) {
        (Network::UNet(network), config) if modules => {
            let stride = config.stride().expect("valid");
            Box::new(UNetDenoiser::with_modules(network, stride))
        }
        (Network::Preconditioned(network), Architecture::Preconditioned(config)) if modules => {
            Box::new(PreconditionedDenoiser::with_modules(network, &config))
        }
        (network, config) => network.into_denoiser(&config).expect("its own"),
    }
}

fn main() {
    let (mut priors, mut which, mut sides, mut repeats) = (Vec::new(), None, Vec::new(), 5);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "modules" | "program" => which = Some(argument),
            "--repeats" => {
                let next = arguments.next().and_then(|next| next.parse().ok());
                repeats = next.expect("a number follows --repeats");
            }
            other => match other.parse::<usize>() {
                Ok(side) => sides.push(side),
                Err(_) => priors.push(argument),
            },
        }
    }
    assert!(!priors.is_empty(), "name a prior folder or a checkpoint");
    for side in sides {
        for path in &priors {
            for (name, modules) in [("modules", true), ("program", false)] {
                if which.as_ref().is_some_and(|which| which != name) {
                    continue;
                }
                let [forward, both] = measure(load(path, modules).as_ref(), side, repeats);
                eprintln!(
                    "{path}, {side}x{side}, {name}: evaluation {:.1} ms, with product {:.1} ms",
                    1e3 * forward,
                    1e3 * both
                );
            }
        }
    }
}
