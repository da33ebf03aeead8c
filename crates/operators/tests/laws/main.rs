//! Laws that every registered operator obeys. A new one joins by its registry line: if no example
//! below names it, the first test fails.
//!
//! The laws themselves: [`linear`], [`nonlinear`], [`masks`], [`paths`], and what is
//! [refused](refusals).

use burn::tensor::{Device, Tensor};
use operators::registry::{Context, OPERATORS};
use operators::{
    Chain, Fourier, KernelImage, LinearOperator, NoiseSource, Operator, OperatorError, SeededNoise,
};

mod linear;
mod masks;
mod nonlinear;
mod paths;
mod refusals;

/// Written examples with the picture size (height, width) they are tried on.
const EXAMPLES: &[(&str, (usize, usize))] = &[
    ("inpaint", (24, 32)),
    ("box-mask:size=8,margin=4", (24, 32)),
    ("random-mask:keep=0.3,seed=5", (24, 32)),
    ("strokes-mask:count=3", (24, 32)),
    ("bicubic:factor=2+random-mask", (24, 32)),
    ("identity", (24, 32)),
    ("strokes-mask:count=3+identity", (24, 32)),
    ("gaussian-blur:size=61,std=3", (24, 32)),
    ("gaussian-blur:size=5,std=0.7", (7, 9)),
    ("defocus:radius=2.5", (24, 32)),
    ("airy:radius=1.5", (7, 9)),
    ("motion-blur:length=9,angle=30", (24, 32)),
    ("motion-path:points=0 0;6 2.5;7 9;-3 4", (24, 32)),
    ("camera-shake:size=15,length=20", (24, 32)),
    ("kernel:asymmetric", (24, 32)),
    ("bicubic:factor=2", (24, 32)),
    ("bicubic:factor=4", (24, 32)),
    ("bicubic:factor=8", (24, 32)),
    ("box:factor=4", (24, 32)),
    ("gaussian-blur:size=9,std=1.5+bicubic:factor=4", (24, 32)),
    ("kernel:asymmetric+box:factor=2", (24, 32)),
    ("defocus:radius=1.5+bicubic:factor=2", (24, 32)),
    ("grayscale+defocus:radius=1.5", (24, 32)),
    ("defocus:radius=1.5+airy:radius=1+box:factor=4", (24, 32)),
    ("inpaint+gaussian-blur:size=9,std=1", (24, 32)),
    ("box:factor=2+box:factor=2", (24, 32)),
    ("grayscale", (24, 32)),
    ("grayscale:weights=mean+box:factor=2", (24, 32)),
    ("gaussian-blur:size=5,std=1+grayscale", (24, 32)),
    ("mri", (24, 32)),
    ("mri:acceleration=8,centre=0.04,seed=3", (9, 31)),
    ("bicubic:factor=2+mri:acceleration=1,centre=0", (24, 32)),
];

/// The same for those that are not linear.
const NONLINEAR: &[(&str, (usize, usize))] = &[
    ("hdr", (24, 32)),
    ("gaussian-blur:size=5,std=1+hdr+bicubic:factor=2", (24, 32)),
    ("grayscale+hdr", (24, 32)),
    ("phase-retrieval", (24, 32)),
    ("phase-retrieval:oversample=1.5", (9, 7)),
    ("box:factor=2+phase-retrieval", (24, 32)),
    ("mri-magnitude", (24, 32)),
    ("mri-magnitude:acceleration=8,centre=0.04,seed=3", (9, 31)),
    (
        "gaussian-blur:size=5,std=1+mri-magnitude:acceleration=1",
        (24, 32),
    ),
    ("jpeg:quality=100,chroma=444", (24, 32)),
    ("jpeg:quality=100", (24, 32)),
    ("jpeg:quality=100", (19, 21)),
    ("gaussian-blur:size=5,std=1+jpeg:quality=100", (24, 32)),
];

fn asymmetric(_: &str) -> Result<KernelImage, OperatorError> {
    let weights = (0..35).map(|i| f64::from((i * 7 + 3) % 11)).collect();
    Ok(KernelImage {
        width: 7,
        height: 5,
        weights,
    })
}

fn build(text: &str, size: (usize, usize), seen: Option<(usize, usize)>) -> Box<dyn Operator> {
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

/// The operator as the linear one that an example of [`EXAMPLES`] is.
fn linear<'a>(operator: &'a dyn Operator, text: &str) -> &'a dyn LinearOperator {
    let refused = |part| panic!("{text} is not linear: {part}");
    operator.linear().unwrap_or_else(refused)
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

/// In the shape of a measurement of [`draw`]'s pictures.
fn draw_measurement(seed: u64, operator: &dyn Operator) -> Tensor<4> {
    let (h, w) = operator.output_size();
    let channels = operator.channels().map_or(3, |(_, given)| given);
    SeededNoise::new(seed, 0).normal([2, channels, h, w], &Device::flex())
}

/// Whoever asks a chain whether it measures pictures needs not build it.
#[test]
fn a_chain_knows_whether_it_measures_a_spectrum() {
    for (text, size) in EXAMPLES.iter().chain(NONLINEAR) {
        let operator = build(text, *size, None);
        let chain: Chain = text.parse().expect("valid");
        assert_eq!(
            chain.fourier().is_none(),
            operator.gives_pictures(),
            "{text}"
        );
        let rows = match chain.fourier() {
            Some(Fourier::Complex) => 2,
            Some(Fourier::Magnitudes) | None => continue,
        };
        let factor = chain.factor().expect("valid");
        assert_eq!(operator.output_size().0, rows * size.0 / factor, "{text}");
    }
}

#[test]
fn every_registered_operator_is_tried() {
    for entry in OPERATORS {
        let name = entry.family.name;
        let tried = EXAMPLES.iter().chain(NONLINEAR).any(|(text, _)| {
            text.split('+')
                .any(|part| part.split(':').next() == Some(name))
        });
        assert!(tried, "no example tries `{name}`");
    }
}
