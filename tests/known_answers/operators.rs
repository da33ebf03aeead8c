//! The measurement operators of the papers' code, to 1e-5 of the model range.

use burn::tensor::{Device, Tensor};
use operators::registry::Context;
use operators::{Blur, KernelImage, LinearOperator, OperatorError};
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
        let blur =
            Blur::with_kernel("kernel", &kernel_image, (64, 64), &Device::flex()).expect("usable");
        let off = difference(&blur.apply(image), &recorded.tensor(answer));
        assert!(off <= 1e-5, "{kernel}: off by {off:e}");
    }
}
