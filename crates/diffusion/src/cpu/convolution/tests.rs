//! Convolutions against the plain sum, and their transposes.

use super::*;
use crate::cpu::testing::{Numbers, check_transposed, difference, shape};

struct Case {
    window: Window,
    channels: [usize; 2],
    shape: Shape,
}

/// Every kind of window the networks have, at sizes that fill tiles and that do not.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (side, stride, padding) in [
        (3, 1, [1, 1, 1, 1]),
        (3, 2, [1, 1, 1, 1]),
        (3, 2, [0, 0, 1, 1]),
        (3, 1, [2, 0, 0, 1]),
        (1, 1, [0; 4]),
        (1, 2, [0; 4]),
    ] {
        for channels in [[3, 32], [32, 3], [32, 48], [64, 160]] {
            for [pictures, height, width] in [[1, 8, 14], [3, 5, 7], [2, 26, 40]] {
                cases.push(Case {
                    window: Window {
                        sides: [side; 2],
                        stride: [stride; 2],
                        padding,
                    },
                    channels,
                    shape: shape(pictures, height, width, channels[0]),
                });
            }
        }
    }
    cases
}

/// Weights `[output, input, y, x]` and the convolution of them.
fn build(case: &Case, bias: Vec<f32>) -> (Vec<f32>, Convolution) {
    let [inputs, outputs] = case.channels;
    let [height, width] = case.window.sides;
    let weights = Numbers(3).values(outputs * inputs * height * width);
    let strides = Strides::of_convolution(inputs, height * width);
    let convolution = Convolution::new(case.window, case.channels, (&weights, strides), bias);
    (weights, convolution)
}

/// The sum as it is defined.
fn plain(case: &Case, weights: &[f32], bias: &[f32], x: &Picture) -> Vec<f64> {
    let [inputs, outputs] = case.channels;
    let [window_height, window_width] = case.window.sides;
    let out = case.window.output(x.shape).with_channels(outputs);
    let mut values = Vec::with_capacity(out.len());
    for pixel in 0..out.pixels() {
        let [picture, oy, ox] = out.position(pixel);
        for (o, &bias) in bias.iter().enumerate() {
            let mut sum = f64::from(bias);
            for [ky, kx] in case.window.taps() {
                let y = (oy * case.window.stride[0] + ky).checked_sub(case.window.padding[0]);
                let x_at = (ox * case.window.stride[1] + kx).checked_sub(case.window.padding[1]);
                let (Some(y), Some(column)) = (y, x_at) else {
                    continue;
                };
                if y >= x.shape.height || column >= x.shape.width {
                    continue;
                }
                let from = ((picture * x.shape.height + y) * x.shape.width + column) * inputs;
                for i in 0..inputs {
                    let at = ((o * inputs + i) * window_height + ky) * window_width + kx;
                    sum += f64::from(weights[at]) * f64::from(x.values[from + i]);
                }
            }
            values.push(sum);
        }
    }
    values
}

#[test]
fn forwards_it_is_the_plain_sum() {
    for case in cases() {
        let bias = Numbers(5).values(case.channels[1]);
        let (weights, convolution) = build(&case, bias.clone());
        let x = Numbers(1).picture(case.shape);
        let exact = plain(&case, &weights, &bias, &x);
        let off = difference(&convolution.forward(&x), &exact);
        let Case { window, shape, .. } = case;
        assert!(off <= 2e-6, "{window:?} of {shape:?} is off by {off:e}");
    }
}

#[test]
fn backward_it_is_transposed() {
    for case in cases() {
        let (_, convolution) = build(&case, Vec::new());
        check_transposed(
            case.shape,
            |x| convolution.forward(x),
            |v| convolution.pullback(v, case.shape),
        );
    }
}

/// Weights beyond the limit are not transformed; what comes out is the same.
#[test]
fn both_ways_agree() {
    let case = Case {
        window: cases()[0].window,
        channels: [32, 64],
        shape: shape(1, 12, 10, 32),
    };
    let (_, convolution) = build(&case, Numbers(5).values(64));
    let x = Numbers(1).picture(case.shape);
    let gathered = convolution.forward.run(&x, case.shape.with_channels(64));
    let exact: Vec<f64> = gathered.values.iter().map(|&x| x.into()).collect();
    assert!(difference(&convolution.forward(&x), &exact) <= 2e-6);
}

/// Blocks and groups are cut for the number of threads; the results do not show it.
#[test]
fn the_number_of_threads_changes_nothing() {
    for case in cases() {
        let (_, convolution) = build(&case, Vec::new());
        let x = Numbers(1).picture(case.shape);
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("starts").install(|| {
                let out = convolution.forward(&x);
                let back = convolution.pullback(&out, case.shape);
                (out, back)
            })
        };
        assert_eq!(run(1), run(13));
    }
}

/// What every weight and bias adds up to, as it is defined.
fn plain_slopes(case: &Case, x: &Picture, v: &Picture) -> [Vec<f64>; 2] {
    let [inputs, outputs] = case.channels;
    let [height, width] = case.window.sides;
    let mut weights = vec![0.0; outputs * inputs * height * width];
    let mut bias = vec![0.0; outputs];
    for (pixel, v) in v.values.chunks_exact(outputs).enumerate() {
        let [picture, oy, ox] = case.window.output(x.shape).position(pixel);
        for (o, &v) in v.iter().enumerate() {
            bias[o] += f64::from(v);
            for [ky, kx] in case.window.taps() {
                let y = (oy * case.window.stride[0] + ky).checked_sub(case.window.padding[0]);
                let column = (ox * case.window.stride[1] + kx).checked_sub(case.window.padding[1]);
                let (Some(y), Some(column)) = (y, column) else {
                    continue;
                };
                if y >= x.shape.height || column >= x.shape.width {
                    continue;
                }
                let from = ((picture * x.shape.height + y) * x.shape.width + column) * inputs;
                for i in 0..inputs {
                    weights[((o * inputs + i) * height + ky) * width + kx] +=
                        f64::from(v) * f64::from(x.values[from + i]);
                }
            }
        }
    }
    [weights, bias]
}

#[test]
fn slopes_are_the_plain_sums() {
    for case in cases() {
        let [inputs, outputs] = case.channels;
        let (weights, convolution) = build(&case, Vec::new());
        let mut numbers = Numbers(1);
        let x = numbers.picture(case.shape);
        let v = numbers.picture(case.window.output(x.shape).with_channels(outputs));
        let exact = plain_slopes(&case, &x, &v);
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let mut slopes = [vec![0.0; weights.len()], vec![0.0; outputs]];
            let [by_weights, by_bias] = &mut slopes;
            pool.expect("starts")
                .install(|| convolution.add_slopes(&x, &v, by_weights, by_bias));
            slopes
        };
        let ours = run(1);
        for (ours, exact) in ours.iter().zip(&exact) {
            let largest = exact.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
            let pairs = ours.iter().zip(exact);
            let off = pairs.fold(0.0, |m: f64, (&x, y)| m.max((f64::from(x) - y).abs()));
            let Case { window, shape, .. } = case;
            assert!(
                off <= 5e-6 * largest,
                "{window:?} of {shape:?}, {inputs} to {outputs} channels, is off by {off:e} of \
                 {largest}"
            );
        }
        assert_eq!(ours, run(5));
    }
}

/// Everything packed follows the weights.
#[test]
fn set_weights_are_those_it_was_built_of() {
    for case in cases() {
        let (weights, built) = build(&case, Numbers(5).values(case.channels[1]));
        let (_, mut set) = build(&case, Vec::new());
        let x = Numbers(1).picture(case.shape);
        let run = |convolution: &Convolution| {
            let out = convolution.forward(&x);
            let back = convolution.pullback(&out, case.shape);
            (out, back)
        };
        // Packs other weights first.
        set.set(&Numbers(7).values(weights.len()), &[0.5]);
        run(&set);
        set.set(&weights, &Numbers(5).values(case.channels[1]));
        assert_eq!(run(&set), run(&built));
    }
}
