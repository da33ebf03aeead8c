//! Gradients against Burn's, for every kind of network.

use burn::module::ModuleMapper;
use burn::tensor::{Device, Gradients, TensorData};

use super::*;
use crate::architecture::Architecture;
use crate::cpu::testing::{Numbers, Random};

/// The prediction, the gradient of its sum with `v`, tensor by tensor, both by Burn.
fn by_modules(
    network: Network,
    noisy: Noisy<'_>,
    v: &[f32],
) -> (Vec<f32>, Vec<(String, Vec<f32>)>) {
    struct Lift;
    impl ModuleMapper for Lift {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|old| old.autodiff().require_grad())
        }
    }
    struct Collect<'a>(&'a mut Gradients, Vec<(String, Vec<f32>)>);
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let own = param.val();
            let name = format!("{:?}", own.dims());
            let slopes = own.grad_remove(self.0).expect("every weight takes part");
            self.1
                .push((name, slopes.into_data().try_into_vec().expect("floats")));
        }
    }
    let network = network.map(&mut Lift);
    let [height, width] = noisy.sides;
    let shape = [noisy.conditions.len(), 3, height, width];
    let device = Device::flex();
    let tensor =
        |values: &[f32]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), &device);
    let out = network.forward(tensor(noisy.pictures), noisy.conditions);
    let mut gradients = (out.clone() * tensor(v)).sum().backward();
    let mut collect = Collect(&mut gradients, Vec::new());
    network.visit(&mut collect);
    let out = out.inner().into_data().try_into_vec().expect("floats");
    (out, collect.1)
}

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |m, x| m.max(x.abs()))
}

fn off(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let pairs = ours.iter().zip(theirs);
    pairs.fold(0.0, |m: f32, (x, y)| m.max((x - y).abs()))
}

/// Some pictures and timesteps, and a cotangent.
fn example(pictures: usize, sides: [usize; 2]) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let mut numbers = Numbers(23);
    let len = pictures * 3 * sides[0] * sides[1];
    let timesteps = (0..pictures).map(|i| (37 + 411 * i % 1000) as f32);
    (
        numbers.values(len),
        numbers.values(len),
        timesteps.collect(),
    )
}

fn network(json: &str) -> Network {
    let config: Architecture = serde_json::from_str(json).expect("a configuration");
    Network::build(&config, &mut Random(Numbers(17)), &Device::flex()).expect("builds")
}

/// A network of each option that can be trained, with sides that do and do not fill tiles.
const TABLE: [(&str, &str, [usize; 2]); 11] = [
    (
        "added embedding, convolutions that resample",
        r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 1,
        "channel_mult": "1,2,3", "attention_resolutions": "16", "num_heads": 2}"#,
        [12, 20],
    ),
    (
        "scale and shift, residual blocks that resample",
        r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 2,
        "channel_mult": "1,1,2", "attention_resolutions": "32,8", "num_head_channels": 16,
        "use_scale_shift_norm": true, "resblock_updown": true}"#,
        [20, 12],
    ),
    (
        "scale and shift, convolutions that resample, q, k and v first",
        r#"{"image_size": 32, "num_channels": 64, "num_res_blocks": 1,
        "channel_mult": "1,2", "attention_resolutions": "16", "num_head_channels": 32,
        "use_scale_shift_norm": true, "use_new_attention_order": true}"#,
        [10, 14],
    ),
    (
        "added embedding, residual blocks that resample, one head",
        r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 1,
        "channel_mult": "1,2,2", "attention_resolutions": "32,16", "num_heads": 1,
        "resblock_updown": true, "use_new_attention_order": true}"#,
        [4, 28],
    ),
    (
        "one level",
        r#"{"image_size": 16, "num_channels": 32, "num_res_blocks": 1, "channel_mult": "1",
        "use_scale_shift_norm": true}"#,
        [5, 7],
    ),
    (
        "diffusers' network: padding at one side, sines first, no attention in the middle",
        r#"{"image_size": 32, "num_channels": 32, "num_res_blocks": 2, "channel_mult": "1,2",
        "attention_resolutions": "16", "num_head_channels": 8,
        "variant": {"norm_groups": 16, "norm_epsilon": 1e-6, "pad_right_bottom": true,
        "sines_first": true, "frequency_shift": 1.0, "middle_attention": false,
        "up_attention_resolutions": "32"}}"#,
        [16, 8],
    ),
    (
        "channels that fill no vectors",
        r#"{"image_size": 16, "num_channels": 20, "num_res_blocks": 1, "channel_mult": "1,2",
        "num_head_channels": 10, "variant": {"norm_groups": 5}}"#,
        [8, 6],
    ),
    (
        "channels too many to be transformed",
        r#"{"image_size": 8, "num_channels": 384, "num_res_blocks": 1, "channel_mult": "1",
        "num_head_channels": 64}"#,
        [4, 4],
    ),
    (
        "the preset for processors",
        r#"{"image_size": 64, "num_channels": 32, "num_res_blocks": 1, "channel_mult": "1,2,3,4",
        "num_head_channels": 32, "use_scale_shift_norm": true}"#,
        [16, 16],
    ),
    (
        "preconditioned, two levels",
        r#"{"image_size": 64, "channels": [16, 32], "down": [1, 2], "up": [1], "embed": 16}"#,
        [12, 20],
    ),
    (
        "preconditioned, three levels of channels that fill no vectors",
        r#"{"image_size": 64, "channels": [5, 6, 10], "down": [1, 1, 1], "up": [2, 1], "embed": 8}"#,
        [8, 16],
    ),
];

#[test]
fn gradients_are_burns() {
    for (what, json, sides) in TABLE {
        for pictures in [1, 3] {
            let (x, v, timesteps) = example(pictures, sides);
            let noisy = Noisy {
                pictures: &x,
                conditions: &timesteps,
                sides,
            };
            let (predicted, theirs) = by_modules(network(json), noisy, &v);
            let trainable = Trainable::new(network(json)).expect("on the processor");
            let mut ours = vec![0.0; trainable.weights()];
            let judge = |out: &[f32]| {
                let off = off(out, &predicted) / largest(&predicted);
                assert!(off <= 1e-5, "{what}: the prediction is off by {off:e}");
                v.clone()
            };
            trainable.add_gradient(noisy, judge, &mut ours);
            let mut rest = ours.as_slice();
            // A bias before a normalisation with a group for each channel changes nothing: its
            // gradient is rounding, and that is small only beside the others.
            let all = theirs.iter().map(|(_, theirs)| largest(theirs));
            let least = 1e-2 * all.fold(0.0, f32::max);
            for (number, (shape, theirs)) in theirs.iter().enumerate() {
                let (own, after) = rest.split_at(theirs.len());
                rest = after;
                let off = off(own, theirs) / largest(theirs).max(least);
                assert!(
                    off <= 1e-4,
                    "{what}, {pictures} pictures: tensor {number}, {shape}, is off by {off:e}"
                );
            }
            assert!(rest.is_empty());
        }
    }
}

/// Against nobody's derivative: differences of the loss along every tensor of weights.
#[test]
fn gradients_are_slopes() {
    // All kinds of layers, in seconds.
    check_slopes(TABLE[1], 7);
    check_slopes(TABLE[9], 3);
}

/// For one tensor in so many.
fn check_slopes((what, json, sides): (&str, &str, [usize; 2]), every: usize) {
    let (x, v, timesteps) = example(2, sides);
    let noisy = Noisy {
        pictures: &x,
        conditions: &timesteps,
        sides,
    };
    let mut order = Order::default();
    let built = network(json);
    built.visit(&mut order);
    let weights: Vec<f32> = {
        struct Collect(Vec<f32>);
        impl ModuleVisitor for Collect {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                let own: Vec<f32> = param.val().into_data().try_into_vec().expect("floats");
                self.0.extend(own);
            }
        }
        let mut collect = Collect(Vec::new());
        built.visit(&mut collect);
        collect.0
    };
    let mut trainable = Trainable::new(built).expect("on the processor");
    let mut slopes = vec![0.0; weights.len()];
    trainable.add_gradient(noisy, |_| v.clone(), &mut slopes);
    let loss = |trainable: &Trainable| {
        let mut sum = 0.0;
        let judge = |out: &[f32]| {
            let products = out.iter().zip(&v);
            sum = products.map(|(x, v)| f64::from(*x) * f64::from(*v)).sum();
            vec![0.0; out.len()]
        };
        trainable.add_gradient(noisy, judge, &mut vec![0.0; weights.len()]);
        sum
    };
    let mut places: Vec<Range<usize>> = order.places.into_values().collect();
    places.sort_by_key(|place| place.start);
    for place in places.into_iter().step_by(every) {
        let direction = Numbers(place.start as u64).values(place.len());
        let mut along = |step: f32| {
            let mut moved = weights.clone();
            for (weight, d) in moved[place.clone()].iter_mut().zip(&direction) {
                *weight += step * d;
            }
            trainable.set_weights(&moved);
            loss(&trainable)
        };
        let dot = |d: &[f32]| -> f64 {
            let products = slopes[place.clone()].iter().zip(d);
            products.map(|(s, d)| f64::from(*s) * f64::from(*d)).sum()
        };
        // The error of a difference is of the order of the step squared, its rounding of its
        // inverse.
        let step = 2e-3;
        let measured = (along(step) - along(-step)) / f64::from(2.0 * step);
        let predicted = dot(&direction);
        let scale = dot(&slopes[place.clone()]).sqrt() * (direction.len() as f64 / 3.0).sqrt();
        assert!(
            (measured - predicted).abs() <= 0.01 * scale + 1e-2,
            "{what}, {place:?}: {measured} is not {predicted}, at {scale}"
        );
    }
}

/// Pools of any size give the same bits.
#[test]
fn the_number_of_threads_changes_nothing() {
    for (what, json, sides) in [TABLE[8], TABLE[9]] {
        let (x, v, timesteps) = example(2, sides);
        let noisy = Noisy {
            pictures: &x,
            conditions: &timesteps,
            sides,
        };
        let trainable = Trainable::new(network(json)).expect("on the processor");
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let mut slopes = vec![0.0; trainable.weights()];
            pool.expect("starts")
                .install(|| trainable.add_gradient(noisy, |_| v.clone(), &mut slopes));
            slopes
        };
        assert!(
            run(1) == run(7),
            "{what}: slopes depend on the number of threads"
        );
    }
}
