//! Laws of operators that are not linear.

use burn::tensor::{Device, Tensor};

use crate::{EXAMPLES, NONLINEAR, build, close, dot, draw, draw_measurement};

/// `(A(x + h d) - A(x - h d)) / 2h`.
fn difference(a: &dyn operators::Operator, x: &Tensor<4>, d: &Tensor<4>, h: f64) -> Tensor<4> {
    let at = |h: f64| a.apply(x.clone() + d.clone() * h);
    (at(h) - at(-h)) / (2.0 * h)
}

/// `<A(x + h d) - A(x - h d), v> / 2h = <d, J(x)ᵀ v>` along random directions, for the `v` that shows
/// a difference most, and for another.
#[test]
fn the_pullback_is_the_gradient() {
    for (text, size) in NONLINEAR {
        let a = build(text, *size, None);
        // JPEG rounds: its steps must be far longer than the steps of its quantisation, and its
        // pictures far enough from the ends of the range. Its pullback leaves rounding out.
        let (h, scale, tolerance) = if text.contains("jpeg") {
            (0.2, 0.1, 2e-2)
        } else {
            (1e-3, 0.7, 5e-3)
        };
        for seed in 0..3 {
            let x = draw(seed, *size) * scale;
            let d = draw(seed + 20, *size).clamp(-2.0, 2.0);
            let moved = difference(a.as_ref(), &x, &d, h);
            let length = dot(moved.clone(), moved.clone());
            let other = draw_measurement(seed + 40, a.as_ref());
            let other_length = dot(other.clone(), other.clone());
            for (v, scale) in [
                (moved.clone(), length),
                (other, (length * other_length).sqrt()),
            ] {
                let forth = dot(moved.clone(), v.clone());
                let back = dot(d.clone(), a.pullback(x.clone(), v));
                let off = (forth - back).abs() / scale;
                assert!(off <= tolerance, "{text}: {forth} against {back}: {off:e}");
            }
        }
    }
}

#[test]
fn they_name_the_part_that_is_not_linear_and_the_others_are_linear() {
    for (text, size) in NONLINEAR {
        let a = build(text, *size, None);
        let part = a.linear().err().expect("not linear");
        let chain: operators::Chain = text.parse().expect("valid");
        assert!(
            chain.contains(part) && chain.nonlinear() == Some(part),
            "{text}: {part}"
        );
    }
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let chain: operators::Chain = text.parse().expect("valid");
        assert_eq!(chain.nonlinear(), None);
        let adjoint = a.linear().expect("linear");
        let v = draw_measurement(3, a.as_ref());
        close(
            &a.pullback(draw(1, *size), v.clone()),
            &adjoint.adjoint(v),
            0.0,
        );
    }
}

/// Parts in a row give what they give one by one, and holes are holes after a pixelwise part.
#[test]
fn parts_in_a_row_are_applied_in_order() {
    let size = (24, 32);
    let x = draw(1, size);
    let chained = build("gaussian-blur:size=5,std=1+hdr+box:factor=2", size, None);
    let blurred = build("gaussian-blur:size=5,std=1", size, None).apply(x.clone());
    let expected = build("hdr+box:factor=2", size, None).apply(blurred);
    close(&chained.apply(x), &expected, 0.0);

    let holes = build("inpaint", size, None).measured().expect("masked");
    let after = build("inpaint+hdr", size, None).measured().expect("masked");
    close(&holes, &after, 0.0);
    assert!(build("inpaint+jpeg", size, None).measured().is_none());
}

#[test]
fn highlights_and_shadows_are_cut_off() {
    let a = build("hdr", (1, 4), None);
    let values = burn::tensor::TensorData::new(vec![-0.9_f32, -0.3, 0.5, 0.6], [1, 1, 1, 4]);
    let seen = a
        .apply(Tensor::from_data(values, &Device::flex()))
        .to_data();
    let seen: Vec<f32> = seen.iter::<f32>().collect();
    assert_eq!(seen, [-1.0, -0.6, 1.0, 1.0]);
}

/// A shift, a sign and half a turn change nothing that a phase retrieval could see.
#[test]
fn magnitudes_do_not_know_the_sign_or_the_half_turn() {
    let size = (6, 8);
    let a = build("phase-retrieval", size, None);
    let x = draw(2, size);
    let seen = a.apply(x.clone());
    close(&a.apply(-x.clone()), &seen, 1e-6);
    close(&a.apply(x.flip([2, 3])), &seen, 1e-5);
}

/// A picture that is compared with another is first made as like it as the measurement allows, channel
/// by channel.
#[test]
fn alike_are_pictures_that_cannot_be_told_apart() {
    let size = (6, 8);
    let wanted = draw(2, size);
    let channel = |i: usize| wanted.clone().narrow(1, i, 1);
    let hidden = vec![
        -channel(0),
        channel(1).flip([2, 3]),
        -channel(2).flip([2, 3]),
    ];
    let hidden = Tensor::cat(hidden, 1);
    for text in [
        "phase-retrieval",
        "mri-magnitude",
        "phase-retrieval+identity",
    ] {
        let a = build(text, size, None);
        close(&a.alike(hidden.clone(), &wanted), &wanted, 0.0);
        let other = a.alike(hidden.clone(), &draw(3, size));
        close(&a.apply(other), &a.apply(hidden.clone()), 1e-5);
    }
    for text in ["hdr", "jpeg", "gaussian-blur:size=3,std=1+phase-retrieval"] {
        let a = build(text, size, None);
        close(&a.alike(hidden.clone(), &wanted), &hidden, 0.0);
    }
}

/// The scan of magnitudes is what is left of the scan with phases, on the same columns.
#[test]
fn a_scan_without_phases_is_the_magnitude_of_the_scan() {
    for parameters in ["acceleration=4", "acceleration=2,seed=9"] {
        let size = (9, 16);
        let with = build(&format!("mri:{parameters}"), size, None);
        let without = build(&format!("mri-magnitude:{parameters}"), size, None);
        let x = draw(2, size);
        let spectrum = with.apply(x.clone());
        let part = |first| spectrum.clone().narrow(2, first, size.0);
        let expected = (part(0).square() + part(size.0).square()).sqrt();
        let seen = without.apply(x);
        close(&seen, &expected, 1e-6);
        let measured = without.measured().expect("some columns are holes");
        let holes = measured.clone() * -1.0 + 1.0;
        assert!(f64::from(holes.clone().sum().into_scalar::<f32>()) >= 0.5 * 9.0 * 16.0);
        close(
            &(seen.clone() * holes.expand(seen.dims())),
            &seen.zeros_like(),
            0.0,
        );
        let whole = with.measured().expect("some columns are holes");
        close(&measured, &whole.narrow(2, 0, size.0), 0.0);
    }
}

/// Two passes of the same quantisation change little more than one: the second finds almost only
/// multiples of its steps. And worse quality is worse.
#[test]
fn jpeg_quantises_more_at_lower_quality() {
    let size = (24, 32);
    let blur = build("gaussian-blur:size=9,std=2", size, None);
    let x = blur.apply(draw(5, size));
    let loss = |quality: usize| {
        let a = build(&format!("jpeg:quality={quality},chroma=444"), size, None);
        let once = a.apply(x.clone());
        let twice = a.apply(once.clone());
        let rms = |t: Tensor<4>| f64::from(t.square().mean().sqrt().into_scalar::<f32>());
        (rms(once.clone() - x.clone()), rms(twice - once))
    };
    let losses = [100, 90, 50, 10].map(loss);
    for pair in losses.windows(2) {
        assert!(pair[1].0 > 1.3 * pair[0].0, "{losses:?}");
    }
    for (first, second) in losses {
        assert!(second < 0.2 * first, "{losses:?}");
    }
}

/// What pulls at a picture is the gradient, but for values that were cut off: those stay where they
/// should have been, and come back where they should not.
#[test]
fn what_was_cut_off_and_should_not_have_been_comes_back() {
    for (text, size) in NONLINEAR {
        let a = build(text, *size, None);
        let x = draw(1, *size) * 0.1;
        let r = draw_measurement(2, a.as_ref());
        // Far from the ends of the range nothing is cut off.
        close(&a.towards(x.clone(), r.clone()), &a.pullback(x, r), 0.0);
    }
    for text in [
        "hdr",
        "jpeg:quality=90,chroma=444",
        "gaussian-blur:size=3,std=1+hdr",
    ] {
        let a = build(text, (16, 16), None);
        let over = draw(1, (16, 16)) * 0.0 + 1.5;
        let (down, up) = (over.clone() * -0.1, over.clone() * 0.1);
        let pull = |r| a.towards(over.clone(), r).mean().into_scalar::<f32>();
        assert!(pull(down.clone()) < -0.05, "{text}");
        assert_eq!(pull(up), 0.0, "{text}");
        let gradient = a.pullback(over.clone(), down).abs().max();
        assert_eq!(gradient.into_scalar::<f32>(), 0.0, "{text}");
    }
}
