//! Seconds for one evaluation and one product of a prior: `speed PRIOR SIDE…`.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use diffusion::Prior;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a prior folder or checkpoint");
    let prior = Prior::open(path.as_ref(), None, &Device::flex()).expect("loads");
    for side in arguments.map(|side| side.parse::<usize>().expect("a number")) {
        let x = Tensor::<4>::zeros([1, 3, side, side], &Device::flex()) + 0.1;
        let wait = |t: Tensor<4>| drop(t.into_data());
        let time = |f: &dyn Fn()| {
            f();
            (0..5)
                .map(|_| {
                    let start = Instant::now();
                    f();
                    start.elapsed().as_secs_f64()
                })
                .fold(f64::INFINITY, f64::min)
        };
        let forward = time(&|| wait(prior.denoiser.evaluate(x.clone(), 500).eps));
        let both = time(&|| {
            let at = prior.denoiser.linearise(x.clone(), 500);
            let v = at.prediction.eps.clone();
            wait((at.pullback)(v));
        });
        eprintln!("{side}x{side}: evaluation {forward:.4} s, with product {both:.4} s");
    }
}
