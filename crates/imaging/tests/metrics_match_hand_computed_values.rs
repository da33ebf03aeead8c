//! Promise: the numbers shown are the field's, checked against arithmetic done by hand.

mod common;

use common::{gradient, noise};
use imaging::{Mask, Planar, Rect, Value, masked_psnr, masked_ssim, mean_gradient, psnr, ssim};

fn flat(width: usize, height: usize, value: f32) -> Planar {
    Planar::from_data(width, height, vec![value; 3 * width * height]).expect("the count fits")
}

fn noisy(picture: &Planar, amount: f64, seed: u64) -> Planar {
    let values = picture.data.iter().enumerate();
    let data = values
        .map(|(i, &v)| v + (amount * (noise(seed + i as u64) - 0.5)) as f32)
        .collect();
    Planar::from_data(picture.width, picture.height, data).expect("the count fits")
}

#[test]
fn psnr_of_a_tenth_is_twenty_decibels() {
    assert!((psnr(&flat(5, 4, 0.5), &flat(5, 4, 0.6)) - 20.0).abs() < 1e-5);
    assert_eq!(psnr(&flat(5, 4, 0.5), &flat(5, 4, 0.5)), f64::INFINITY);
    // One value of twelve is off by 1: mean squared error 1/12.
    let mut one_off = flat(2, 2, 0.0);
    one_off.data[7] = 1.0;
    assert!((psnr(&flat(2, 2, 0.0), &one_off) - 10.0 * 12_f64.log10()).abs() < 1e-9);
}

#[test]
fn masked_psnr_sees_the_masked_pixels_only() {
    let truth = flat(6, 6, 0.0);
    let mut picture = truth.clone();
    picture.paste(1, 1, &flat(2, 2, 0.5));
    picture.paste(5, 5, &flat(1, 1, 0.9));
    let mut mask = Mask::new(6, 6);
    mask.fill_rect(Rect::new(1, 1, 2, 2), Value::Paint);
    assert!((masked_psnr(&truth, &picture, &mask) - 10.0 * 4_f64.log10()).abs() < 1e-9);
    mask.invert();
    // 0.81 in one of 32 pixels.
    let expected = -10.0 * (0.9_f32 as f64).powi(2).log10() + 10.0 * 32_f64.log10();
    assert!((masked_psnr(&truth, &picture, &mask) - expected).abs() < 1e-9);
    mask.clear();
    assert!(masked_psnr(&truth, &picture, &mask).is_nan());
}

#[test]
fn ssim_of_flat_pictures_is_the_luminance_term() {
    let (a, b) = (0.25_f64, 0.75_f64);
    let expected = (2.0 * a * b + 1e-4) / (a * a + b * b + 1e-4);
    assert!((ssim(&flat(16, 12, 0.25), &flat(16, 12, 0.75)) - expected).abs() < 1e-9);
    assert!(ssim(&flat(10, 30, 0.5), &flat(10, 30, 0.5)).is_nan());
    let picture = noisy(&gradient(30, 20), 0.4, 1);
    assert!((ssim(&picture, &picture) - 1.0).abs() < 1e-12);
}

#[test]
fn masked_ssim_averages_the_windows_centred_on_the_mask() {
    let truth = noisy(&gradient(40, 30), 0.4, 1);
    let restored = noisy(&truth, 0.3, 2);
    // A single pixel's window is an 11 x 11 picture of its own.
    let mut mask = Mask::new(40, 30);
    mask.fill_rect(Rect::new(20, 12, 1, 1), Value::Paint);
    let window = Rect::new(15, 7, 11, 11);
    let alone = ssim(&truth.crop(window), &restored.crop(window));
    assert!((masked_ssim(&truth, &restored, &mask) - alone).abs() < 1e-12);
    mask.fill_rect(mask.bounds(), Value::Paint);
    let whole = ssim(&truth, &restored);
    assert!((masked_ssim(&truth, &restored, &mask) - whole).abs() < 1e-12);
    // No window is centred this near to the border.
    mask.clear();
    mask.fill_rect(Rect::new(0, 0, 4, 30), Value::Paint);
    assert!(masked_ssim(&truth, &restored, &mask).is_nan());
}

/// The definition, two-dimensional window and centred moments, as the paper writes it.
fn ssim_by_definition(a: &Planar, b: &Planar) -> f64 {
    let weight = |i: usize, j: usize| {
        let (u, v) = (i as f64 - 5.0, j as f64 - 5.0);
        (-(u * u + v * v) / (2.0 * 1.5 * 1.5)).exp()
    };
    let total: f64 = (0..121).map(|k| weight(k % 11, k / 11)).sum();
    let (mut sum, mut count) = (0.0, 0.0);
    for channel in 0..3 {
        for y in 0..a.height - 10 {
            for x in 0..a.width - 10 {
                let mean = |f: &dyn Fn(usize) -> f64| -> f64 {
                    (0..121)
                        .map(|k| {
                            weight(k % 11, k / 11) / total * f((y + k / 11) * a.width + x + k % 11)
                        })
                        .sum()
                };
                let at = |p: &Planar, i: usize| f64::from(p.channel(channel)[i]);
                let (ma, mb) = (mean(&|i| at(a, i)), mean(&|i| at(b, i)));
                let va = mean(&|i| (at(a, i) - ma).powi(2));
                let vb = mean(&|i| (at(b, i) - mb).powi(2));
                let cov = mean(&|i| (at(a, i) - ma) * (at(b, i) - mb));
                sum += (2.0 * ma * mb + 1e-4) * (2.0 * cov + 9e-4)
                    / ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4));
                count += 1.0;
            }
        }
    }
    sum / count
}

#[test]
fn ssim_agrees_with_its_definition() {
    let truth = noisy(&gradient(24, 19), 0.3, 5);
    for amount in [0.05, 0.3, 1.0] {
        let picture = noisy(&truth, amount, 900);
        let (fast, slow) = (ssim(&truth, &picture), ssim_by_definition(&truth, &picture));
        assert!((fast - slow).abs() < 1e-10, "{fast} {slow}");
        assert!(fast < 0.999 && fast > 0.05);
    }
}

#[test]
fn the_mean_gradient_of_a_slope_is_its_steepness() {
    let slope = |dx: f32, dy: f32| {
        let data = (0..3 * 8 * 8)
            .map(|i| (i % 8) as f32 * dx + (i / 8 % 8) as f32 * dy)
            .collect();
        Planar::from_data(8, 8, data).expect("the count fits")
    };
    let mut mask = Mask::new(8, 8);
    assert_eq!(mean_gradient(&slope(0.03, 0.04), &mask), 0.0);
    mask.invert();
    assert!((mean_gradient(&slope(0.03, 0.04), &mask) - 0.05).abs() < 1e-6);
    let mut step = flat(8, 8, 0.0);
    step.paste(4, 0, &flat(4, 8, 1.0));
    // Of 7 × 7 pixels with both neighbours, one column of 7 has a step of 1 to its right.
    assert!((mean_gradient(&step, &mask) - 1.0 / 7.0).abs() < 1e-9);
}
