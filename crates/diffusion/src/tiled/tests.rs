//! Tiles leave a denoiser as it is that sees each pixel alone, or whose reach their halo covers; blended
//! ones have the product of the blend; batches and graphs that are built anew change nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::tensor::Distribution;
use burn::tensor::module::{avg_pool2d, conv2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions};

use super::*;
use crate::WhiteGaussian;

fn level() -> Level {
    Level::new(0.4, 400)
}

fn noise(shape: [usize; 4]) -> Tensor<4> {
    let device = Device::flex();
    device.seed(7);
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), &device)
}

fn distance(a: Tensor<4>, b: Tensor<4>) -> f32 {
    (a - b).abs().max().into_scalar()
}

#[test]
fn a_denoiser_of_single_pixels_is_the_same_in_tiles() {
    let white = || Box::new(WhiteGaussian::new(0.3));
    let tiled = Tiled::new(white(), TileField::of(16));
    let (x, v) = (noise([2, 3, 56, 40]), noise([2, 3, 56, 40]) + 0.3);
    assert!(tiled.layout(&x, Pass::Forward).expect("tiles").len() > 4);
    let whole = white().linearise(x.clone(), level());
    let parts = tiled.linearise(x.clone(), level());
    let eps = whole.prediction.eps;
    assert!(distance(parts.prediction.eps, eps.clone()) < 1e-5);
    assert!(distance(tiled.evaluate(x, level()).eps, eps) < 1e-5);
    assert!(distance((parts.pullback)(v.clone()), (whole.pullback)(v)) < 1e-5);
}

/// Each pixel with half of its right neighbour, of which there is none at a tile's border: tiles matter.
struct Neighbours;

fn moved(x: &Tensor<4>, left: bool) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let column = Tensor::zeros([b, c, h, 1], &x.device());
    let rest = x.clone().narrow(3, usize::from(left), w - 1);
    let parts = if left {
        vec![rest, column]
    } else {
        vec![column, rest]
    };
    Tensor::cat(parts, 3) * 0.5
}

impl Denoiser for Neighbours {
    fn evaluate(&self, x: Tensor<4>, _: Level) -> Prediction {
        Prediction {
            eps: x.clone() + moved(&x, true),
            variance_logits: Some(x),
        }
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        Linearisation {
            prediction: self.evaluate(x, level),
            pullback: Box::new(|v| v.clone() + moved(&v, false)),
        }
    }
}

#[test]
fn the_product_is_that_of_the_blend() {
    // Graphs of the first are kept; the second has too many pixels for that.
    for (size, again) in [([1, 3, 40, 72], false), ([1, 1, 320, 400], true)] {
        let tiled = Tiled::new(Box::new(Neighbours), TileField::of(16));
        let (x, v) = (noise(size), noise(size) * 2.0 + 0.3);
        assert_eq!(tiled.recomputes(size), again);
        let point = tiled.linearise(x.clone(), level());
        let dot = |a: Tensor<4>, b: Tensor<4>| (a * b).sum().into_scalar::<f32>();
        // The denoiser is linear, and so is the blend.
        let forwards = dot(v.clone(), point.prediction.eps.clone());
        let pulled = (point.pullback)(v.clone());
        let back = dot(pulled.clone(), x.clone());
        assert!(
            (forwards - back).abs() < 1e-4 * forwards.abs(),
            "{forwards}, {back}"
        );
        let once_more = tiled.product(x.clone(), level(), v);
        assert!(distance(once_more, pulled) < 1e-5);
        let whole = tiled.whole().evaluate(x.clone(), level());
        assert!(
            distance(whole.eps, point.prediction.eps) > 0.01,
            "borders of tiles count"
        );
        let logits = point.prediction.variance_logits.expect("blended as well");
        assert!(distance(logits, x) < 1e-5);
    }
}

/// A small network of convolutions with one halving, whose pixels see six others on each side at most.
struct Convolutions {
    kernels: [Tensor<4>; 3],
    runs: Arc<AtomicUsize>,
}

impl Convolutions {
    fn new() -> Self {
        let kernels = [[8, 3, 3, 3], [8, 8, 3, 3], [3, 8, 3, 3]].map(|shape| noise(shape) * 0.2);
        Self {
            kernels,
            runs: Arc::default(),
        }
    }

    fn run(&self, x: Tensor<4>) -> Tensor<4> {
        let _ = self.runs.fetch_add(1, Ordering::Relaxed);
        let same = || ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        let convolve = |x: Tensor<4>, i: usize| conv2d(x, self.kernels[i].clone(), None, same());
        let fine = convolve(x, 0).tanh();
        let halved = avg_pool2d(
            fine.clone(),
            AvgPoolOptions::new([2, 2]).with_stride([2, 2]),
        );
        let coarse = convolve(halved, 1).tanh();
        let [b, c, h, w] = coarse.dims();
        let doubled = coarse
            .reshape([b * c, h, w, 1])
            .repeat(&[1, 1, 1, 2])
            .reshape([b * c, h, 1, 2 * w])
            .repeat(&[1, 1, 2, 1])
            .reshape([b, c, 2 * h, 2 * w]);
        convolve(fine + doubled, 2)
    }
}

impl Denoiser for Convolutions {
    fn evaluate(&self, x: Tensor<4>, _: Level) -> Prediction {
        Prediction {
            eps: self.run(x),
            variance_logits: None,
        }
    }

    fn linearise(&self, x: Tensor<4>, _: Level) -> Linearisation {
        let x = x.autodiff().require_grad();
        let eps = self.run(x.clone());
        Linearisation {
            prediction: Prediction {
                eps: eps.clone().inner(),
                variance_logits: None,
            },
            pullback: Box::new(move |v| {
                let mut gradients = (eps * Tensor::from_inner(v)).sum().backward();
                x.grad_remove(&mut gradients).expect("it depends on x")
            }),
        }
    }

    fn stride(&self) -> usize {
        2
    }

    fn halo(&self) -> Option<usize> {
        Some(6)
    }
}

#[test]
fn tiles_with_a_halo_are_exact_forwards_and_in_products() {
    let size = [1, 3, 94, 130];
    let (x, v) = (noise(size), noise(size) + 0.2);
    let network = Convolutions::new();
    let whole = network.linearise(x.clone(), level());
    let pulled = (whole.pullback)(v.clone());
    for batch in [1, 3] {
        let tiled = Tiled::new(Box::new(Convolutions::new()), TileField::of(16))
            .with_sides([48, 36])
            .with_batch(batch);
        let eps = tiled.evaluate(x.clone(), level()).eps;
        assert!(distance(eps, whole.prediction.eps.clone()) < 1e-5);
        let point = tiled.linearise(x.clone(), level());
        assert!(distance(point.prediction.eps, whole.prediction.eps.clone()) < 1e-5);
        assert!(distance((point.pullback)(v.clone()), pulled.clone()) < 1e-5);
        let again = tiled.product(x.clone(), level(), v.clone());
        assert!(distance(again, pulled.clone()) < 1e-5);
    }
}

#[test]
fn a_large_picture_is_run_again_for_its_product_and_a_small_one_is_not() {
    for (size, recomputes) in [([1, 3, 32, 32], false), ([1, 3, 400, 402], true)] {
        let network = Convolutions::new();
        let runs = Arc::clone(&network.runs);
        let tiled = Tiled::new(Box::new(network), TileField::WHOLE).with_sides([120, 80]);
        assert_eq!(tiled.recomputes(size), recomputes);
        let (x, v) = (noise(size), noise(size) + 0.2);
        let point = tiled.linearise(x.clone(), level());
        let forwards = runs.swap(0, Ordering::Relaxed);
        let pulled = (point.pullback)(v.clone());
        let back = runs.load(Ordering::Relaxed);
        assert_eq!(back > 0, recomputes, "{forwards} runs, then {back}");
        let whole = tiled.whole().linearise(x, level());
        assert!(distance((whole.pullback)(v), pulled) < 1e-5);
    }
}

#[test]
fn an_evaluation_and_a_product_can_be_stopped_between_two_tiles() {
    let network = Convolutions::new();
    let runs = Arc::clone(&network.runs);
    let tiled = Tiled::new(Box::new(network), TileField::WHOLE).with_sides([120, 80]);
    let size = [1, 3, 400, 402];
    let (x, v) = (noise(size), noise(size) + 0.2);
    let point = tiled.linearise(x.clone(), level());
    let tiles = runs.swap(0, Ordering::Relaxed);
    assert!(!tiled.is_interrupted() && tiles > 9);
    let seen = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&seen);
    tiled.watch(Some(Arc::new(move |done, total| {
        told.store(total, Ordering::Relaxed);
        done < 3
    })));
    let _ = tiled.evaluate(x.clone(), level());
    assert!(tiled.is_interrupted());
    assert_eq!(runs.swap(0, Ordering::Relaxed), 3);
    assert_eq!(seen.load(Ordering::Relaxed), tiles);
    let _ = (point.pullback)(v);
    assert_eq!(runs.swap(0, Ordering::Relaxed), 1, "stopped is stopped");
    tiled.watch(None);
    let _ = tiled.evaluate(x, level());
    assert!(!tiled.is_interrupted());
    assert_eq!(runs.load(Ordering::Relaxed), tiles);
}
