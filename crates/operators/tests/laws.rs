//! Laws that every registered operator obeys. A new one joins by its registry line: if no
//! example below names it, the first test fails.

use burn::tensor::{Device, Tensor};
use operators::registry::{Context, OPERATORS};
use operators::{
    Chain, KernelImage, LinearOperator, NoiseSource, OperatorError, SeededNoise, Spectrum,
};
use proptest::prelude::*;

/// Written examples with the picture size (height, width) they are tried on.
const EXAMPLES: &[(&str, (usize, usize))] = &[
    ("inpaint", (24, 32)),
    ("gaussian-blur:size=61,std=3", (24, 32)),
    ("gaussian-blur:size=5,std=0.7", (7, 9)),
    ("motion-blur:length=9,angle=30", (24, 32)),
    ("camera-shake:size=15,length=20", (24, 32)),
    ("kernel:asymmetric", (24, 32)),
    ("bicubic:factor=2", (24, 32)),
    ("bicubic:factor=4", (24, 32)),
    ("bicubic:factor=8", (24, 32)),
    ("box:factor=4", (24, 32)),
    ("gaussian-blur:size=9,std=1.5+bicubic:factor=4", (24, 32)),
    ("kernel:asymmetric+box:factor=2", (24, 32)),
    ("inpaint+gaussian-blur:size=9,std=1", (24, 32)),
    ("box:factor=2+box:factor=2", (24, 32)),
];

fn asymmetric(_: &str) -> Result<KernelImage, OperatorError> {
    let weights = (0..35).map(|i| f64::from((i * 7 + 3) % 11)).collect();
    Ok(KernelImage {
        width: 7,
        height: 5,
        weights,
    })
}

fn build(
    text: &str,
    size: (usize, usize),
    seen: Option<(usize, usize)>,
) -> Box<dyn LinearOperator> {
    let device = Device::flex();
    let measured: Vec<bool> = (0..size.0 * size.1).map(|i| (i * 31 + 7) % 5 > 1).collect();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &asymmetric,
    };
    let chain: Chain = text.parse().expect("a written example is valid");
    chain.build(size, seen, &context).expect("the example fits")
}

fn dot(a: Tensor<4>, b: Tensor<4>) -> f64 {
    let (a, b) = (a.to_data(), b.to_data());
    a.iter::<f64>()
        .zip(b.iter::<f64>())
        .map(|(a, b)| a * b)
        .sum()
}

fn close(a: &Tensor<4>, b: &Tensor<4>, tolerance: f64) {
    assert_eq!(a.dims(), b.dims());
    let off: f64 = (a.clone() - b.clone())
        .abs()
        .max()
        .into_scalar::<f32>()
        .into();
    assert!(off <= tolerance, "off by {off:e}");
}

fn draw(seed: u64, (h, w): (usize, usize)) -> Tensor<4> {
    SeededNoise::new(seed, 0).normal([2, 3, h, w], &Device::flex())
}

#[test]
fn every_registered_operator_is_tried() {
    for entry in OPERATORS {
        let name = entry.family.name;
        let tried = EXAMPLES.iter().any(|(text, _)| {
            text.split('+')
                .any(|part| part.split(':').next() == Some(name))
        });
        assert!(tried, "no example tries `{name}`");
    }
}

#[test]
fn the_adjoint_is_the_adjoint() {
    for (text, size) in EXAMPLES {
        let uncropped = build(text, *size, None);
        let (h, w) = uncropped.output_size();
        for seen in [None, Some((h - 1, w.saturating_sub(2).max(1)))] {
            let a = build(text, *size, seen);
            for seed in 0..3 {
                let (x, y) = (draw(seed, a.input_size()), draw(seed + 10, a.output_size()));
                let forth = dot(a.apply(x.clone()), y.clone());
                let back = dot(x.clone(), a.adjoint(y.clone()));
                let scale = dot(x.clone(), x).sqrt() * dot(y.clone(), y).sqrt();
                let off = (forth - back).abs() / scale;
                assert!(off <= 1e-5, "{text} seen {seen:?}: {forth} against {back}");
            }
        }
    }
}

#[test]
fn operators_are_linear() {
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let (x, z) = (draw(1, *size), draw(2, *size));
        let joint = a.apply(x.clone() * 0.3 + z.clone() * -1.7);
        close(&joint, &(a.apply(x) * 0.3 + a.apply(z) * -1.7), 1e-5);
    }
}

#[test]
fn averages_keep_flat_pictures_flat() {
    for (text, size) in EXAMPLES
        .iter()
        .filter(|(text, _)| !text.contains("inpaint"))
    {
        let a = build(text, *size, None);
        let flat = Tensor::<4>::ones([1, 3, size.0, size.1], &Device::flex()) * 0.4;
        let (h, w) = a.output_size();
        let expected = Tensor::<4>::ones([1, 3, h, w], &Device::flex()) * 0.4;
        close(&a.apply(flat), &expected, 1e-5);
    }
}

/// Where an operator claims that `A diag(v) Aᵀ` is diagonal, the claimed diagonal must act like
/// the product itself.
#[test]
fn claimed_diagonals_are_diagonal() {
    let mut claimed = Vec::new();
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let variance = draw(5, *size).abs() + 0.1;
        if let Some(diagonal) = a.diagonal(variance.clone()) {
            let y = draw(6, a.output_size());
            let product = a.apply(variance * a.adjoint(y.clone()));
            close(&product, &(diagonal * y), 1e-5);
            claimed.push(*text);
        }
    }
    assert_eq!(
        claimed,
        ["inpaint", "box:factor=4", "box:factor=2+box:factor=2"]
    );
}

/// `A A⁺ A = A` for those that promise a pseudo-inverse.
#[test]
fn estimates_of_well_conditioned_operators_explain_the_measurement() {
    for text in ["inpaint", "bicubic:factor=4", "box:factor=4"] {
        let a = build(text, (24, 32), None);
        let y = a.apply(draw(4, (24, 32)));
        close(&a.apply(a.estimate(y.clone())), &y, 1e-4);
    }
}

/// `V` is orthonormal, `AᵀA = V S² Vᵀ`, and `x̄ = S⁺ Uᵀ y` brings back what was measured.
#[test]
fn spectra_are_singular_value_decompositions() {
    let mut decomposed = Vec::new();
    for (text, size) in EXAMPLES {
        for seen in [None, Some((size.0 - 3, size.1 - 2))] {
            // Reductions are not cropped to odd sizes here: sizes refer to the picture.
            if seen.is_some() && text.contains("factor") {
                continue;
            }
            let a = build(text, *size, seen);
            let x = draw(7, *size);
            let y = a.apply(x.clone());
            let Some(spectrum) = Spectrum::of(a.as_ref(), y.clone()) else {
                continue;
            };
            let there = spectrum.analyse(x.clone());
            close(&spectrum.synthesise(there.clone()), &x, 1e-5);
            let squares = there * spectrum.values.clone().square();
            close(&spectrum.synthesise(squares), &a.adjoint(a.apply(x)), 1e-5);
            let explained = spectrum.synthesise(spectrum.explained.clone());
            close(&a.apply(explained), &y, 2e-3);
            decomposed.push((*text, seen.is_some()));
        }
    }
    // Kernels of more than one separable term have none at hand.
    let simple: Vec<_> = EXAMPLES
        .iter()
        .map(|(text, _)| *text)
        .filter(|text| {
            ["kernel", "inpaint+", "motion", "shake"]
                .iter()
                .all(|several| !text.contains(several))
        })
        .collect();
    for text in simple {
        assert!(
            decomposed.contains(&(text, false)),
            "{text} has no spectrum"
        );
    }
    assert!(decomposed.contains(&("inpaint", true)));
    assert!(decomposed.contains(&("gaussian-blur:size=5,std=0.7", true)));
}

/// A smear to the right and upwards is darkest off the line.
#[test]
fn a_straight_smear_lies_along_its_angle() {
    let a = build("motion-blur:length=9,angle=45", (21, 21), None);
    let mut point = vec![0.0_f32; 21 * 21];
    point[10 * 21 + 10] = 1.0;
    let point = burn::tensor::TensorData::new(point, [1, 1, 21, 21]);
    let blurred = a.apply(Tensor::from_data(point, &Device::flex())).to_data();
    let blurred: Vec<f64> = blurred.iter::<f64>().collect();
    let at = |row: usize, column: usize| blurred[row * 21 + column];
    // Rows grow downwards: up and to the right is fewer rows, more columns.
    assert!(at(8, 12) > 0.05 && at(12, 8) > 0.05);
    assert!(at(8, 8) < 1e-6 && at(12, 12) < 1e-6);
    assert!((blurred.iter().sum::<f64>() - 1.0).abs() < 1e-5);
}

/// Cutting off what was not seen must not turn holes into measurements.
#[test]
fn holes_stay_holes_when_the_measurement_is_cropped() {
    let whole = build("gaussian-blur:size=5,std=1+inpaint", (24, 32), None);
    let seen = build(
        "gaussian-blur:size=5,std=1+inpaint",
        (24, 32),
        Some((21, 30)),
    );
    let mask = whole.measured().expect("masked");
    let expected = mask.slice([0..1, 0..1, 0..21, 0..30]);
    close(&seen.measured().expect("still masked"), &expected, 0.0);
    let through = build("inpaint+gaussian-blur:size=5,std=1", (24, 32), None);
    assert!(through.measured().is_none(), "a blur sees through holes");
}

#[test]
fn bad_choices_are_refused_by_name() {
    for (text, word) in [
        ("blur", "no operator called `blur`"),
        ("bicubic:factor=1", "`1` is not a whole number from 2 to 16"),
        ("bicubic:facto=4", "parameter `facto`: unknown"),
        ("gaussian-blur:std=nan", "`nan` is not a number"),
        ("kernel", "parameter `FILE`: required"),
        ("camera-shake:size=5,anxiety=0", "take a larger size"),
        ("inpaint+", "the name is missing"),
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
