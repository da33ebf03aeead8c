//! The counts of tensors by which memory is estimated, against what runs allocate.
//!
//! An allocator counts the bytes of this process; it is alone in its binary, and this is its only test,
//! since others would be counted too.

#![expect(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::tensor::Device;
use diffusion::{
    CalibratedLevel, Calibration, Denoiser, Level, Linearisation, NoiseSchedule, Prediction,
    Schedule, WhiteGaussian,
};
use operators::registry::Context;
use operators::{Chain, NoiseSource as _, PositionalNoise, SeededNoise, Spec};
use samplers::Problem;

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grown(bytes: usize) {
    let now = NOW.fetch_add(bytes, Ordering::Relaxed) + bytes;
    let _ = PEAK.fetch_max(now, Ordering::Relaxed);
}

// SAFETY: everything is done by the system's allocator; only counters are kept beside.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grown(size);
        let _ = NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// As far as memory goes a network in tiles: a prediction is a tensor of its own, and a product another.
struct Like(WhiteGaussian, Calibration);

impl Denoiser for Like {
    fn evaluate(&self, x: burn::tensor::Tensor<4>, level: Level) -> Prediction {
        self.0.evaluate(x, level)
    }

    fn linearise(&self, x: burn::tensor::Tensor<4>, level: Level) -> Linearisation {
        let held = x.clone();
        let point = self.0.linearise(x, level);
        let pullback = point.pullback;
        Linearisation {
            // It is run again where it was, so that it holds on to its input.
            pullback: Box::new(move |v| {
                let product = pullback(v);
                drop(held);
                product
            }),
            ..point
        }
    }

    fn calibration(&self) -> Option<&Calibration> {
        Some(&self.1)
    }

    fn range(&self) -> Option<(f64, f64)> {
        Some((-1.0, 1.0))
    }
}

/// As an error by frequency would be; the numbers do not matter here.
fn calibration() -> Calibration {
    let level = |sigma: f64| CalibratedLevel {
        sigma,
        mse: 0.01 * sigma,
        shrink: 1.0,
        bands: (0..64)
            .map(|band| 0.02 * sigma / f64::from(1 + band))
            .collect(),
    };
    Calibration {
        mean: [0.0; 3],
        spread: 0.25,
        pictures: 1,
        levels: vec![level(0.01), level(100.0)],
    }
}

const SIDE: usize = 384;
const TENSOR: usize = 3 * SIDE * SIDE * size_of::<f32>();

/// Tensors of the picture's size at the largest moment of a run.
fn held(sampler: &str, operator: &str) -> f64 {
    let device = Device::flex();
    let full = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
    let denoiser = Like(WhiteGaussian::new(0.25), calibration());
    let spec: Spec = sampler.parse().expect("valid");
    let sampler = samplers::parse(&spec).expect("registered");
    let levels = sampler.levels();
    let schedule = levels.schedule(&full, 4, &denoiser).expect("possible");
    let chain: Chain = operator.parse().expect("valid");
    let context = Context {
        device: &device,
        measured: None,
        load_kernel: &|_| unreachable!("no kernel is asked for"),
    };
    let operator = chain.build((SIDE, SIDE), None, &context).expect("it fits");
    let before = NOW.load(Ordering::Relaxed);
    let truth = SeededNoise::new(1, 0).normal([1, 3, SIDE, SIDE], &device) * 0.5;
    let y = operator.apply(truth);
    let never = || false;
    let problem = Problem::new(&denoiser, operator.as_ref(), y, 0.1, &schedule, &never);
    PEAK.store(NOW.load(Ordering::Relaxed), Ordering::Relaxed);
    let mut noise = PositionalNoise::new(1, (0, 0), (SIDE, SIDE));
    let result = sampler.run(&problem, &mut noise).expect("runs");
    drop(result);
    (PEAK.load(Ordering::Relaxed) - before) as f64 / TENSOR as f64
}

/// Never less than what a run takes, and within a quarter of it.
#[test]
fn the_counted_tensors_are_those_that_a_run_holds() {
    // Matrices and plans of transforms are made once, and are small beside a large picture.
    let _ = held("ca-dps", "gaussian-blur");
    let mut wrong = Vec::new();
    for sampler in [
        "ca-dps",
        "ca-dps:covariance=dct",
        "ca-dps:covariance=isotropic",
        "ca-dps:covariance=isotropic,jacobian=model",
        "ca-dps:covariance=dct,jacobian=model",
        "ca-dps:covariance=measured,jacobian=model",
        "ca-dps:covariance=measured-dct",
        "ca-dps:covariance=probe:1",
        "ca-dps:covariance=krylov:1",
        "pigdm",
        "diffpir",
        "red-diff",
        "daps",
        "ddnm",
        "ddrm",
        "dps",
        "ca-dps-released",
        "posterior-mean",
    ] {
        let operators: &[&str] = match sampler {
            "posterior-mean" => &["identity"],
            _ => &["identity", "gaussian-blur:size=25,std=2"],
        };
        let each: Vec<f64> = operators.iter().map(|o| held(sampler, o)).collect();
        let most = each.iter().copied().fold(0.0, f64::max);
        let counted = samplers::footprint(&sampler.parse().expect("valid")).tensors;
        if most > counted || most < 0.75 * counted {
            wrong.push(format!("{sampler}: {each:.2?} held, {counted} counted"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
