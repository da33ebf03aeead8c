//! Laws of linear operators.

use burn::tensor::{Device, Tensor};
use operators::{GramInverse, Spectrum};

use crate::{EXAMPLES, build, close, dot, draw, draw_measurement, linear};

#[test]
fn the_adjoint_is_the_adjoint() {
    for (text, size) in EXAMPLES {
        let uncropped = build(text, *size, None);
        let (h, w) = uncropped.output_size();
        for seen in [None, Some((h - 1, w.saturating_sub(2).max(1)))] {
            let a = build(text, *size, seen);
            for seed in 0..3 {
                let (x, y) = (draw(seed, *size), draw_measurement(seed + 10, a.as_ref()));
                let a = linear(a.as_ref(), text);
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
    for (text, size) in EXAMPLES.iter().filter(|(text, _)| {
        !text.contains("inpaint") && !text.contains("mask") && !text.contains("mri")
    }) {
        let a = build(text, *size, None);
        let flat = Tensor::<4>::ones([1, 3, size.0, size.1], &Device::flex()) * 0.4;
        let seen = a.apply(flat);
        close(&seen, &(seen.ones_like() * 0.4), 1e-5);
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
        let y = draw_measurement(6, a.as_ref());
        let a = linear(a.as_ref(), text);
        if let Some(diagonal) = a.diagonal(variance.clone()) {
            let product = a.apply(variance * a.adjoint(y.clone()));
            close(&product, &(diagonal * y), 1e-5);
            claimed.push(*text);
        }
    }
    assert_eq!(
        claimed,
        [
            "inpaint",
            "box-mask:size=8,margin=4",
            "random-mask:keep=0.3,seed=5",
            "strokes-mask:count=3",
            "identity",
            "strokes-mask:count=3+identity",
            "box:factor=4",
            "box:factor=2+box:factor=2",
            "grayscale",
            "grayscale:weights=mean+box:factor=2",
        ]
    );
}

/// `A A⁺ A = A` for those that promise a pseudo-inverse.
#[test]
fn estimates_of_well_conditioned_operators_explain_the_measurement() {
    for text in [
        "inpaint",
        "identity",
        "bicubic:factor=4",
        "box:factor=4",
        "grayscale",
        "mri:acceleration=1,centre=0",
    ] {
        let a = build(text, (24, 32), None);
        let y = a.apply(draw(4, (24, 32)));
        close(&a.apply(a.estimate(y.clone())), &y, 1e-4);
    }
}

/// Which examples have a spectrum, and how well it is one: kernels that are mirrored about pixels
/// have one whose vectors are not quite orthonormal at the border, and reductions after them one
/// that is not exact there.
fn spectral_kind(text: &str) -> Option<Kind> {
    let none = [
        "kernel",
        "inpaint+gauss",
        "motion",
        "shake",
        "mri",
        "bicubic:factor=2+random",
    ];
    if none.iter().any(|part| text.contains(part)) {
        return None;
    }
    Some(match (text.contains("gaussian"), text.contains("factor")) {
        (true, true) => Kind::Inside,
        (true, false) => Kind::Oblique,
        _ => Kind::Exact,
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Exact,
    Oblique,
    Inside,
}

/// `A x` is `x̄` through `S`: what is analysed of a picture is what is explained of its
/// measurement; what is synthesised is analysed again; and in orthonormal spectra `AᵀA = V S² Vᵀ`
/// and `x̄` has the energy of its part of `x`.
#[test]
fn spectra_are_singular_value_decompositions() {
    for (text, size) in EXAMPLES {
        let uncropped = build(text, *size, None).output_size();
        for seen in [None, Some((uncropped.0 - 2, uncropped.1 - 1))] {
            let a = build(text, *size, seen);
            let a = linear(a.as_ref(), text);
            let kind = spectral_kind(text);
            let device = Device::flex();
            assert_eq!(Spectrum::is_at_hand(a, &device), kind.is_some(), "{text}");
            let (Some(spectrum), Some(kind)) = (Spectrum::of(a, &device), kind) else {
                continue;
            };
            let x = draw(7, *size);
            let there = spectrum.analyse(x.clone());
            if kind != Kind::Inside {
                let again = spectrum.analyse(spectrum.synthesise(there.clone()));
                close(&again, &there, 1e-3);
            }
            if kind == Kind::Exact {
                let squares = there.clone() * spectrum.values.clone().square();
                let round = a.adjoint(a.apply(x.clone()));
                close(&spectrum.synthesise(squares), &round, 1e-5);
                let part = spectrum.synthesise(there.clone());
                let energy = dot(there.clone(), there.clone());
                assert!((dot(part, x.clone()) / energy - 1.0).abs() < 1e-4, "{text}");
            }
            let y = a.apply(x);
            let explained = spectrum.explained(y.clone());
            close(
                &(explained.clone() * spectrum.values.clone()),
                &(there * spectrum.values.clone()),
                1e-4,
            );
            if kind != Kind::Inside {
                close(&a.apply(spectrum.synthesise(explained)), &y, 2e-3);
            }
        }
    }
}

/// Where a reduction follows a blur that is mirrored elsewhere, what is left unexplained is little,
/// and at the border.
#[test]
fn spectra_that_hold_inside_explain_what_lies_there() {
    let size = (96, 128);
    let a = build("gaussian-blur:size=9,std=1.5+bicubic:factor=4", size, None);
    let a = linear(a.as_ref(), "blur and reduction");
    let spectrum = Spectrum::of(a, &Device::flex()).expect("at hand");
    let y = a.apply(draw(3, size));
    let left = y.clone() - a.apply(spectrum.synthesise(spectrum.explained(y.clone())));
    let inside = |t: &Tensor<4>| t.clone().narrow(2, 4, 16).narrow(3, 4, 24);
    let level = |t: Tensor<4>| f64::from(t.square().mean().sqrt().into_scalar::<f32>());
    let (most, least) = (
        level(left.clone()) / level(y.clone()),
        level(inside(&left)) / level(inside(&y)),
    );
    assert!(least < 1e-2 && most < 0.1, "{least} inside, {most} in all");
}

/// `(v A Aᵀ + n)⁻¹` undoes `v A Aᵀ + n` where it is said to, and is symmetric and positive everywhere.
#[test]
fn inverses_of_grams_are_inverses_where_they_are_exact() {
    let mut exact = 0;
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let y = draw_measurement(5, a.as_ref());
        let z = draw_measurement(6, a.as_ref());
        let a = linear(a.as_ref(), text);
        for (variance, noise) in [(0.3, 0.01), (2.0, 0.5)] {
            let Some(inverse) = GramInverse::of(
                a,
                Tensor::full([1, 1, 1, 1], variance, &Device::flex()),
                noise,
            ) else {
                assert!(text.contains("mri"), "{text}");
                continue;
            };
            let forth = dot(inverse.apply(y.clone()), z.clone());
            let back = dot(inverse.apply(z.clone()), y.clone());
            assert!(
                (forth - back).abs() < 1e-4 * dot(y.clone(), y.clone()) / noise,
                "{text}"
            );
            assert!(dot(inverse.apply(y.clone()), y.clone()) > 0.0, "{text}");
            if inverse.is_exact() {
                exact += 1;
                let product = a.apply(a.adjoint(y.clone())) * variance + y.clone() * noise;
                close(&inverse.apply(product), &y, 1e-4 / noise);
            }
        }
    }
    assert!(exact > 30, "{exact}");
}

/// Without noise an inverse has an end all the same: values that the operator all but loses are not
/// magnified by more than rounding allows.
#[test]
fn inverses_without_noise_are_bounded() {
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let y = draw_measurement(5, a.as_ref());
        let a = linear(a.as_ref(), text);
        let variance = Tensor::full([1, 1, 1, 1], 1.0, &Device::flex());
        let Some(inverse) = GramInverse::of(a, variance, 0.0) else {
            continue;
        };
        let found = inverse.apply(y.clone());
        let gain = (dot(found.clone(), found) / dot(y.clone(), y)).sqrt();
        // Gains of averages are at most one, those of a grey value and of reductions less.
        assert!(gain > 0.5 && gain < 1e8, "{text}: {gain:e}");
    }
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
