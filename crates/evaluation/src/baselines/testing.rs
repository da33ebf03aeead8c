//! What the tests of baselines share.

use burn::tensor::{Device, Tensor};
use imaging::{Mask, Planar, Rect, Value};
use operators::registry::Context;
use operators::{Chain, LinearOperator, NoiseSource, Operator, SeededNoise};

use super::{Baseline, BaselineError, Measurement, parse};
use crate::tensors::{download, upload};

/// Discs and a ramp on stripes: edges, flat parts and some texture.
pub(super) fn synthetic(side: usize) -> Planar {
    let mut picture = Planar::new(side, side);
    let s = side as f64;
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (channel, y, x) = (i / (side * side), i / side % side, i % side);
        let (u, v) = (x as f64 / s, y as f64 / s);
        let disc = |cx: f64, cy: f64, r: f64| f64::from(u8::from((u - cx).hypot(v - cy) < r));
        let stripes = 0.06 * (u * 40.0).sin() * (1.0 - v);
        let shade = 0.25 + 0.3 * v + 0.1 * channel as f64;
        let value_here = shade + stripes + 0.35 * disc(0.3, 0.4, 0.2) - 0.2 * disc(0.7, 0.6, 0.22);
        *value = value_here.clamp(0.0, 1.0) as f32;
    }
    picture
}

/// A hole in a picture of 32 × 32.
pub(super) fn hole(rect: Rect) -> Mask {
    let mut mask = Mask::new(32, 32);
    mask.fill_rect(rect, Value::Paint);
    mask
}

/// Asks `fill` for a ramp of which the pixels of `mask` were lost: they must come back to `tolerance`, and
/// the others stay bit for bit.
pub(super) fn fills_a_ramp(
    mask: &Mask,
    tolerance: f32,
    fill: impl FnOnce(&Planar, &Mask) -> Planar,
) {
    let mut ramp = Planar::new(32, 32);
    for (i, value) in ramp.data.iter_mut().enumerate() {
        *value = 0.1 + 0.02 * (i % 32) as f32 + 0.005 * (i / 32 % 32) as f32;
    }
    let lost = |i: usize| mask.data()[i % 1024] > 0;
    let mut damaged = ramp.clone();
    for (i, value) in damaged.data.iter_mut().enumerate() {
        if lost(i) {
            *value = 0.9;
        }
    }
    let filled = fill(&damaged, mask);
    for (i, (a, b)) in filled.data.iter().zip(&ramp.data).enumerate() {
        let is_right = if lost(i) {
            (a - b).abs() < tolerance
        } else {
            a == b
        };
        assert!(is_right, "{i}: {a} {b}");
    }
}

pub(super) fn operator(chain: &str, side: usize, mask: Option<&Mask>) -> Box<dyn Operator> {
    let known: Option<Vec<bool>> = mask.map(|m| m.data().iter().map(|&b| b == 0).collect());
    let context = Context {
        device: &Device::flex(),
        measured: known.as_deref(),
        load_kernel: &|_| unreachable!("no kernel is asked for"),
    };
    let chain: Chain = chain.parse().expect("valid");
    chain.build((side, side), None, &context).expect("it fits")
}

pub(super) fn linear(operator: &dyn Operator) -> &dyn LinearOperator {
    operator
        .linear()
        .expect("baselines are tested on linear ones")
}

/// `A x + sigma n` with holes at zero.
pub(super) fn measure(operator: &dyn LinearOperator, truth: &Planar, sigma: f64) -> Tensor<4> {
    let device = Device::flex();
    let clean = operator.apply(upload(truth, &device));
    let y = clean.clone() + SeededNoise::new(7, 0).normal(clean.dims(), &device) * sigma;
    match operator.measured() {
        Some(mask) => {
            let shape = y.dims();
            y * mask.expand(shape)
        }
        None => y,
    }
}

pub(super) fn baseline(spec: &str) -> Box<dyn Baseline> {
    parse(&spec.parse().expect("valid")).expect("known")
}

/// PSNR of what the measurement shows plainly, and of the restoration.
pub(super) fn gain(spec: &str, chain: &str, mask: Option<&Mask>, sigma: f64) -> (f64, f64) {
    let truth = synthetic(32);
    let operator = operator(chain, 32, mask);
    let y = measure(linear(operator.as_ref()), &truth, sigma);
    let measurement = Measurement {
        operator: linear(operator.as_ref()),
        y: y.clone(),
        sigma_y: sigma,
        hole: mask,
    };
    let restored = baseline(spec).restore(&measurement).expect("suits");
    let psnr = |x| imaging::psnr(&download(x).expect("numbers"), &truth);
    (psnr(operator.estimate(y)), psnr(restored))
}

pub(super) fn is_unsuitable(spec: &str, chain: &str, mask: Option<&Mask>) -> bool {
    let operator = operator(chain, 32, mask);
    let y = measure(linear(operator.as_ref()), &synthetic(32), 0.0);
    let measurement = Measurement {
        operator: linear(operator.as_ref()),
        y,
        sigma_y: 0.0,
        hole: mask,
    };
    matches!(
        baseline(spec).restore(&measurement),
        Err(BaselineError::Unsuitable(_))
    )
}
