use imaging::Value;

use super::*;
use crate::windows;

/// The scales of every window over a square hole.
fn over(photo: (usize, usize), hole: Rect, stride: usize) -> Vec<(Window, Vec<Scale>)> {
    let mut mask = Mask::new(photo.0, photo.1);
    let _ = mask.fill_rect(hole, Value::Paint);
    let depths = mask.depths();
    let windows = windows::plan(&mask, stride).expect("plannable");
    let scales = |window: &Window| coarser(window, depths.deepest(window.core), photo, stride);
    windows.iter().map(|w| (*w, scales(w))).collect()
}

#[test]
fn narrow_holes_have_one_scale_and_wide_ones_as_many_as_make_them_narrow() {
    let factors = |side| {
        let hole = Rect::new(900, 700, side, side);
        let (_, scales) = &over((2000, 1600), hole, 8)[0];
        scales.iter().map(|s| s.factor).collect::<Vec<_>>()
    };
    assert!(factors(3).is_empty() && factors(12).is_empty());
    assert_eq!(factors(14), [2]);
    assert_eq!(factors(24), [2]);
    assert_eq!(factors(26), [4, 2]);
    assert_eq!(factors(150), [16, 8, 4, 2]);
    assert_eq!(factors(800), [32, 16, 8, 4, 2]);
}

#[test]
fn every_scale_contains_the_next_and_fits_the_photo_and_the_prior() {
    for (photo, stride) in [
        ((2000, 1600), 8),
        ((300, 220), 8),
        ((131, 77), 4),
        ((90, 90), 1),
    ] {
        let all = Rect::new(0, 0, photo.0, photo.1);
        let hole = Rect::new(photo.0 / 3, photo.1 / 4, photo.0 / 2, photo.1 / 2);
        let mut found = 0;
        for (window, scales) in over(photo, hole, stride) {
            let core = Scale::own(window.core);
            for pair in scales.iter().chain([&core]).collect::<Vec<_>>().windows(2) {
                let (coarse, fine) = (pair[0], pair[1]);
                assert_eq!(coarse.factor, 2 * fine.factor);
                assert!(
                    coarse.frame.contains_rect(fine.frame),
                    "{coarse:?} {fine:?}"
                );
                assert!(all.contains_rect(coarse.frame), "{coarse:?}");
                let (width, height) = coarse.size();
                assert!(width % stride == 0 && height % stride == 0, "{coarse:?}");
                assert!(width <= windows::LARGEST && height <= windows::LARGEST);
                found += 1;
            }
        }
        assert!(found > 0, "{photo:?}");
    }
}

/// A picture whose channels are planes over the photo's coordinates.
fn slope(scale: Scale) -> Planar {
    let (width, height) = scale.size();
    let mut picture = Planar::new(width, height);
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (channel, i) = (i / (width * height), i % (width * height));
        let middle = |i: usize, start: usize| start as f32 + (i as f32 + 0.5) * scale.factor as f32;
        let (x, y) = (
            middle(i % width, scale.frame.x),
            middle(i / width, scale.frame.y),
        );
        *value = [x, y, 2.0 * x - y][channel];
    }
    picture
}

/// Means of blocks and bilinear interpolation both keep a plane, so that nothing moves between scales.
#[test]
fn nothing_moves_from_scale_to_scale() {
    let coarse = Scale {
        factor: 4,
        frame: Rect::new(8, 12, 64, 48),
    };
    let own = Scale::own(Rect::new(22, 21, 19, 17));
    let carried = carried(&slope(coarse), coarse, own);
    let at_scale = slope(Scale {
        factor: 1,
        ..coarse
    });
    let (reduced, known) = reduced(&at_scale, &Mask::new(64, 48), 4);
    assert!(known.iter().all(|known| *known));
    for (found, wanted) in [(carried, slope(own)), (reduced, slope(coarse))] {
        assert_eq!((found.width, found.height), (wanted.width, wanted.height));
        for (a, b) in found.data.iter().zip(&wanted.data) {
            assert!((a - b).abs() < 1e-3, "{a} for {b}");
        }
    }
}

#[test]
fn a_block_is_known_by_half_of_its_pixels_and_is_their_mean() {
    let mut picture = Planar::new(4, 2);
    picture.data = [1.0, 9.0, 3.0, 9.0, 2.0, 9.0, 9.0, 9.0].repeat(3);
    let mut holes = Mask::new(4, 2);
    for (x, y) in [(1, 0), (1, 1), (3, 0), (2, 1), (3, 1)] {
        let _ = holes.fill_rect(Rect::new(x, y, 1, 1), Value::Paint);
    }
    let (small, known) = reduced(&picture, &holes, 2);
    assert_eq!(known, [true, false]);
    assert!(small.channel(2)[0] - 1.5 == 0.0);
}

#[test]
fn samplers_that_start_at_an_estimate_take_one_up_unless_told_to_start_from_noise() {
    let taken = |text: &str| taken_up(&text.parse().expect("valid"));
    assert_eq!(
        taken("ca-dps:covariance=dct"),
        Some("ca-dps:covariance=dct,start=1".parse().expect("valid"))
    );
    let own = "ca-dps:start=0.3";
    assert_eq!(taken(own), Some(own.parse().expect("valid")));
    assert_eq!(taken("ca-dps:start=noise"), None);
    assert_eq!(taken("invented"), None);
}
