//! The pictures that samplers start from, on the photographs of the evaluation.

use burn::tensor::{Device, Tensor, TensorData};
use imaging::Photo;
use operators::registry::Context;
use operators::{Chain, KernelImage, NoiseSource, Operator, OperatorError, SeededNoise};

const SIDE: usize = 64;

/// The photographs of the evaluation, `[1, 3, 64, 64]` on the model range.
fn pictures() -> Vec<Tensor<4>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/evaluation/pictures");
    let files = std::fs::read_dir(folder).expect("the pictures of the evaluation");
    let mut files: Vec<_> = files.map(|file| file.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "png"));
    files.sort();
    let open = |file: &std::path::PathBuf| {
        let photo = Photo::open(file).expect("a picture");
        let values = photo.planar(photo.bounds()).data;
        let values: Vec<f32> = values.iter().map(|v| 2.0 * v - 1.0).collect();
        Tensor::from_data(TensorData::new(values, [1, 3, SIDE, SIDE]), &Device::flex())
    };
    files.iter().map(open).collect()
}

/// A point that moved along an L.
fn crooked(_: &str) -> Result<KernelImage, OperatorError> {
    let mut weights = vec![0.0; 81];
    (0..7).for_each(|i| weights[9 * (i + 1) + 2] = 1.0);
    (3..7).for_each(|i| weights[9 * 7 + i] = 1.0);
    Ok(KernelImage {
        width: 9,
        height: 9,
        weights,
    })
}

fn build(text: &str, seen: Option<(usize, usize)>) -> Box<dyn Operator> {
    let device = Device::flex();
    let measured: Vec<bool> = (0..SIDE * SIDE)
        .map(|at| !((20..44).contains(&(at / SIDE)) && (30..50).contains(&(at % SIDE))))
        .collect();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &crooked,
    };
    let chain: Chain = text.parse().expect("valid");
    chain.build((SIDE, SIDE), seen, &context).expect("it fits")
}

fn level(x: Tensor<4>) -> f64 {
    f64::from(x.square().mean().sqrt().into_scalar::<f32>())
}

/// PSNR on the model range.
fn psnr(x: Tensor<4>, truth: &Tensor<4>) -> f64 {
    20.0 * (2.0 / level(x - truth.clone())).log10()
}

/// Mean PSNR of the plain estimate and of the best linear one, and the mean level of what the latter
/// leaves unexplained, over that of the noise.
fn compare(text: &str, sigma: f64) -> (f64, f64, f64) {
    let operator = build(text, None);
    let pictures = pictures();
    let (mut plain, mut best, mut left) = (0.0, 0.0, 0.0);
    for (i, truth) in pictures.iter().enumerate() {
        let clean = operator.apply(truth.clone());
        let noise = SeededNoise::new(i as u64, 0).normal(clean.dims(), &Device::flex()) * sigma;
        let measured = |t: Tensor<4>| match operator.measured() {
            Some(mask) => t.clone() * mask.expand(t.dims()),
            None => t,
        };
        let y = measured(clean + noise);
        let found = operator.linear_estimate(y.clone(), sigma);
        samplers::check_finite(&found, 0, "linear estimate").expect("finite");
        let n = pictures.len() as f64;
        plain += psnr(operator.estimate(y.clone()), truth) / n;
        best += psnr(found.clone(), truth) / n;
        left += level(y - operator.apply(found)) / sigma / n;
    }
    (plain, best, left)
}

/// Starts are better than what the measurement shows plainly, and explain it within its noise.
#[test]
fn starts_are_nearer_to_the_truth_than_plain_estimates() {
    for (text, gain, most) in [
        ("gaussian-blur:size=61,std=2", 1.0, 1.3),
        ("gaussian-blur:size=61,std=3", 1.0, 1.3),
        ("defocus:radius=3", 1.0, 1.3),
        ("airy:radius=2.5", 1.0, 1.3),
        ("motion-blur:length=9,angle=30", 1.0, 1.3),
        ("camera-shake:size=31,length=20", 1.0, 1.3),
        ("kernel:crooked", 1.0, 1.3),
        ("bicubic:factor=2", 0.0, 1.3),
        ("bicubic:factor=4", 0.0, 1.3),
        ("box:factor=4", 0.3, 1.3),
        ("inpaint", 3.0, 1.3),
        ("random-mask:keep=0.3", 3.0, 1.3),
        ("gaussian-blur:size=9,std=1.5+bicubic:factor=2", 0.0, 1.3),
        ("defocus:radius=2+bicubic:factor=2", 0.0, 1.3),
        (
            "gaussian-blur:size=9,std=1.5+random-mask:keep=0.5",
            3.0,
            1.3,
        ),
        ("kernel:crooked+box:factor=2", 0.3, 1.3),
    ] {
        for sigma in [0.02, 0.1] {
            let (plain, best, left) = compare(text, sigma);
            assert!(
                best > plain + gain,
                "{text}, {sigma}: {best} against {plain}"
            );
            assert!(left < most, "{text}, {sigma}: {left} of the noise is left");
        }
    }
}
