//! The measurement operators of the papers' code, to 1e-5 of the model range.

use burn::tensor::{Device, Tensor};
use imaging::{Depth, Photo, Planar, SaveOptions};
use operators::registry::Context;
use operators::{Blur, Border, KernelImage, LinearOperator, OperatorError};
use tests::{Recorded, difference};

fn no_kernel(_: &str) -> Result<KernelImage, OperatorError> {
    Err(OperatorError::Kernel {
        reason: "none here".to_owned(),
    })
}

fn apply(chain: &str, image: Tensor<4>) -> Tensor<4> {
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: None,
        load_kernel: &no_kernel,
    };
    let [_, _, h, w] = image.dims();
    let chain: operators::Chain = chain.parse().expect("a known operator");
    chain
        .build((h, w), None, &context)
        .expect("fits the image")
        .apply(image)
}

fn agrees(chain: &str, image: &str, answer: &str) {
    let recorded = Recorded::open("operators.safetensors");
    let off = difference(
        &apply(chain, recorded.tensor(image)),
        &recorded.tensor(answer),
    );
    assert!(off <= 1e-5, "{chain}: off by {off:e}");
}

#[test]
fn antialiased_bicubic_reduction() {
    agrees("bicubic:factor=2", "image", "bicubic_down_x2");
    agrees("bicubic:factor=4", "image", "bicubic_down_x4");
    agrees("bicubic:factor=8", "image", "bicubic_down_x8");
    agrees("bicubic:factor=4", "image_96x64", "bicubic_down_x4_96x64");
}

#[test]
fn gaussian_blur() {
    agrees(
        "gaussian-blur:size=61,std=3",
        "image",
        "gaussian_blur_61_3.0",
    );
    agrees(
        "gaussian-blur:size=9,std=1.5",
        "image",
        "gaussian_blur_9_1.5",
    );
}

#[test]
fn blur_with_a_recorded_kernel() {
    let recorded = Recorded::open("operators.safetensors");
    for (kernel, answer) in [
        ("motion_like_kernel_15", "motion_like_blur_15"),
        ("gaussian_kernel_61_3.0", "gaussian_blur_61_3.0"),
        ("gaussian_kernel_9_1.5", "gaussian_blur_9_1.5"),
    ] {
        let (shape, weights) = recorded.values(kernel);
        let kernel_image = KernelImage {
            width: shape[1],
            height: shape[0],
            weights,
        };
        let image = recorded.tensor::<4>("image");
        let blur = Blur::correlating(&kernel_image, (64, 64), Border::Pixel).expect("usable");
        let off = difference(&blur.apply(image), &recorded.tensor(answer));
        assert!(off <= 1e-5, "{kernel}: off by {off:e}");
    }
}

/// The JPEG operator against another encoder and decoder, which round pixels to whole levels and
/// compute in integers: colours at full size, as that encoder stores them. Where one of the two rounds
/// a coefficient up and the other down they differ by a step, so the mean is compared with what was
/// lost and the median with a level.
#[test]
fn jpeg_is_what_an_encoder_and_a_decoder_do() {
    let recorded = Recorded::open("operators.safetensors");
    // Not a multiple of 8, so that borders are compared as well.
    let image = recorded
        .tensor::<4>("image")
        .narrow(2, 0, 60)
        .narrow(3, 0, 53);
    let levels = ((image.clamp(-1.0, 1.0) + 1.0) * 127.5).round();
    let values: Vec<f32> = levels.to_data().iter::<f32>().map(|v| v / 255.0).collect();
    let planar = Planar::from_data(53, 60, values).expect("fits");
    let photo = Photo::from_planar(&planar, Depth::Eight);
    let folder = tempfile::tempdir().expect("a scratch folder");
    for quality in [95_u8, 75, 50, 20, 5] {
        let file = folder.path().join(format!("{quality}.jpg"));
        let options = SaveOptions {
            quality,
            depth: None,
        };
        imaging::save(&photo, &file, &options).expect("saves");
        let decoded = Photo::open(&file).expect("opens");
        let theirs: Vec<f32> = decoded.planar(decoded.bounds()).data;
        let ours = apply(
            &format!("jpeg:quality={quality},chroma=444"),
            levels.clone() / 127.5 - 1.0,
        );
        let ours: Vec<f32> = ours
            .to_data()
            .iter::<f32>()
            .map(|v| (v + 1.0) / 2.0)
            .collect();
        let apart = distances(&ours, &theirs);
        let lost = distances(&planar.data, &theirs);
        let middle = |d: &[f32]| d[d.len() / 2];
        let mean = |d: &[f32]| d.iter().sum::<f32>() / d.len() as f32;
        let (close, far) = (middle(&apart), mean(&lost));
        assert!(close < 1.0, "quality {quality}: {close} levels apart");
        // At quality 95 the integers of that encoder lose as much as the quantisation does.
        let share = mean(&apart) / far;
        assert!(
            quality > 90 || share < 0.35,
            "quality {quality}: {share} of {far} levels"
        );
    }
}

/// Absolute differences in levels of 8 bits, in order.
fn distances(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut off: Vec<f32> = a
        .iter()
        .zip(b)
        .map(|(a, b)| 255.0 * (a - b).abs())
        .collect();
    off.sort_by(f32::total_cmp);
    off
}
