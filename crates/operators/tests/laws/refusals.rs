//! What is refused, and what it says.

use burn::tensor::Device;
use operators::Chain;
use operators::registry::Context;
use proptest::prelude::*;

use crate::asymmetric;

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

proptest! {
    /// Whatever is typed, the answer is a chain or an error.
    #[test]
    fn no_text_panics(text in ".{0,60}") {
        let _ = text.parse::<Chain>();
    }
}
