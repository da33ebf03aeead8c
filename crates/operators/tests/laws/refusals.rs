//! What is refused, and what it says.

use burn::tensor::Device;
use operators::registry::Context;
use operators::{Blur, Border, Chain, KernelImage, LinearOperator, OperatorError};
use proptest::prelude::*;

use crate::{asymmetric, close, draw};

#[test]
fn bad_choices_are_refused_by_name() {
    for (text, word) in [
        ("blur", "no operator called `blur`"),
        ("bicubic:factor=1", "`1` is not a whole number from 2 to 16"),
        ("bicubic:facto=4", "parameter `facto`: unknown"),
        ("gaussian-blur:std=nan", "`nan` is not a number"),
        ("kernel", "parameter `FILE`: required"),
        ("camera-shake:size=5,anxiety=0", "take a larger size"),
        ("motion-path", "parameter `points`: required"),
        ("motion-path:points=0 0;1", "`1` is not two numbers"),
        ("motion-path:points=0 0;nan 1", "`nan 1` is not two numbers"),
        ("motion-path:points=3 3;3 3", "two points that differ"),
        ("motion-path:points=0 0;0 300", "150 px from its middle"),
        ("inpaint+", "the name is missing"),
        (
            "grayscale+jpeg",
            "what `jpeg` is given is a picture of 1 channels, but one of 3",
        ),
        ("grayscale+grayscale", "one of 3 channels is needed"),
        ("grayscale:weights=green", "write luma or mean"),
        ("jpeg:quality=0", "`0` is not a whole number from 1 to 100"),
        ("jpeg:chroma=422", "write 420 or 444"),
        ("box-mask:size=30,margin=2", "take a smaller size or margin"),
        ("random-mask:keep=0", "every pixel of 32 x 32 would be lost"),
        (
            "random-mask:keep=1",
            "every pixel of 32 x 32 would be known",
        ),
        (
            "strokes-mask:count=100,width=60",
            "every pixel of 32 x 32 would be lost",
        ),
        ("mri:acceleration=0.5", "not a number from 1 to 32"),
        ("mri:acceleration=8,centre=0.5", "take a smaller share"),
        ("phase-retrieval:oversample=9", "not a number from 1 to 4"),
    ] {
        let chain = text.parse::<Chain>();
        let error = match chain {
            Err(error) => error.to_string(),
            Ok(chain) => match chain.factor() {
                Err(error) => error.to_string(),
                Ok(_) => {
                    let device = Device::flex();
                    let context = Context {
                        device: &device,
                        measured: None,
                        load_kernel: &asymmetric,
                    };
                    let built = chain.build((32, 32), None, &context);
                    built.err().map_or_else(String::new, |e| e.to_string())
                }
            },
        };
        assert!(error.contains(word), "{text}: {error:?}");
    }
}

#[test]
fn sizes_that_do_not_divide_and_missing_masks_are_refused() {
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: None,
        load_kernel: &asymmetric,
    };
    let build = |text: &str, size| {
        let chain: Chain = text.parse().expect("valid text");
        chain
            .build(size, None, &context)
            .err()
            .expect("refused")
            .to_string()
    };
    assert!(build("bicubic:factor=4", (30, 32)).contains("multiple of 4"));
    assert!(build("inpaint", (30, 32)).contains("needs a mask"));
}

fn kernel(width: usize, height: usize, weights: Vec<f64>) -> Result<Blur, OperatorError> {
    let image = KernelImage {
        width,
        height,
        weights,
    };
    Blur::new(&image, (12, 10), Border::Pixel)
}

#[test]
fn kernels_that_cannot_be_are_refused_and_say_why() {
    for (width, height, weights, word) in [
        (4, 3, vec![1.0; 12], "4 x 3 pixels; both sides must be odd"),
        (257, 1, vec![1.0; 257], "at most 255 x 255"),
        (3, 3, vec![1.0; 8], "3 x 3 pixels"),
        (3, 3, vec![0.0; 9], "entirely black"),
        (3, 1, vec![1.0, -0.5, 1.0], "negative"),
        (3, 1, vec![1.0, f64::NAN, 1.0], "not a number"),
        (3, 1, vec![1.0, f64::INFINITY, 1.0], "not a number"),
    ] {
        let error = kernel(width, height, weights).err().expect("refused");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

/// Weights are brightnesses of a file, so they are scaled to sum to one, as the operator's summary says;
/// and a kernel may be larger than the picture, whose borders are mirrored as often as it takes.
#[test]
fn kernels_are_scaled_to_sum_to_one_and_may_be_larger_than_the_picture() {
    let weights: Vec<f64> = (0..35 * 41).map(|i| f64::from(i * 7 % 11)).collect();
    let seven = weights.iter().map(|w| 7.0 * w).collect();
    let x = draw(3, (12, 10));
    let [plain, bright] = [weights, seven].map(|w| {
        let blur = kernel(35, 41, w).expect("odd and not black");
        LinearOperator::apply(&blur, x.clone())
    });
    close(&plain, &bright, 1e-6);
    let blur = kernel(35, 41, vec![3.0; 35 * 41]).expect("odd and not black");
    let flat = x.ones_like() * 0.4;
    close(&LinearOperator::apply(&blur, flat.clone()), &flat, 1e-5);
}

proptest! {
    /// Whatever is typed, the answer is a chain or an error.
    #[test]
    fn no_text_panics(text in ".{0,60}") {
        let _ = text.parse::<Chain>();
    }
}
