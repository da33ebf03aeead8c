//! Promise: a stroke takes the pixels whose centre it covers, no more and no less, says truly which
//! rectangle it touched, and can be undone from that rectangle alone.

mod common;

use common::noise;
use imaging::{Mask, Rect, Value};

/// Distance from a point to a segment, by the angles at its ends: other algebra than the crate's.
fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let dot = |u: (f64, f64), v: (f64, f64)| u.0 * v.0 + u.1 * v.1;
    let minus = |u: (f64, f64), v: (f64, f64)| (u.0 - v.0, u.1 - v.1);
    let (ab, ap, bp) = (minus(b, a), minus(p, a), minus(p, b));
    if dot(ab, ap) <= 0.0 {
        ap.0.hypot(ap.1)
    } else if dot(ab, bp) >= 0.0 {
        bp.0.hypot(bp.1)
    } else {
        (ab.0 * ap.1 - ab.1 * ap.0).abs() / ab.0.hypot(ab.1)
    }
}

fn wide(point: (f32, f32)) -> (f64, f64) {
    (f64::from(point.0), f64::from(point.1))
}

fn changed(before: &Mask, after: &Mask) -> Option<Rect> {
    let mut difference = Mask::new(before.width(), before.height());
    for y in 0..before.height() {
        for x in 0..before.width() {
            if before.get(x, y) != after.get(x, y) {
                difference.fill_rect(Rect::new(x, y, 1, 1), Value::Paint);
            }
        }
    }
    difference.bounding_box()
}

#[test]
fn a_capsule_equals_the_distance_test() {
    let (width, height) = (70, 50);
    for case in 0..400 {
        let random =
            |k: u64, low: f64, high: f64| (low + (high - low) * noise(case * 16 + k)) as f32;
        let from = (random(0, -20.0, 90.0), random(1, -20.0, 70.0));
        let mut to = (random(2, -20.0, 90.0), random(3, -20.0, 70.0));
        match case % 5 {
            0 => to = from,
            1 => to.1 = from.1,
            2 => to.0 = from.0,
            _ => {}
        }
        let radius = random(4, 0.0, if case % 2 == 0 { 3.0 } else { 30.0 });
        let mut mask = Mask::new(width, height);
        let dirty = mask.stamp(from, to, radius, Value::Paint);
        for y in 0..height {
            for x in 0..width {
                let d = distance((x as f64 + 0.5, y as f64 + 0.5), wide(from), wide(to));
                let covered = d <= f64::from(radius);
                // A tie to the last bit may fall either way; random numbers do not tie.
                assert_eq!(
                    mask.get(x, y) == 255,
                    covered,
                    "case {case} at {x},{y}: {d} {radius}"
                );
            }
        }
        assert_eq!(dirty, mask.bounding_box(), "case {case}");
    }
}

#[test]
fn a_polygon_equals_the_winding_test() {
    let (width, height) = (40, 30);
    for case in 0..200_u64 {
        let corners: Vec<(f32, f32)> = (0..3 + case % 6)
            .map(|k| {
                let at = |j: u64, span: f64| {
                    (noise(case * 64 + 2 * k + j) * (span + 20.0) - 10.0) as f32
                };
                (at(0, width as f64), at(1, height as f64))
            })
            .collect();
        let mut mask = Mask::new(width, height);
        let dirty = mask.fill_polygon(&corners, Value::Paint);
        for y in 0..height {
            for x in 0..width {
                let p = (x as f64 + 0.5, y as f64 + 0.5);
                // The angle the outline sweeps around the centre, in turns.
                let mut turns = 0.0;
                for (i, &corner) in corners.iter().enumerate() {
                    let (a, b) = (wide(corner), wide(corners[(i + 1) % corners.len()]));
                    let (u, v) = ((a.0 - p.0, a.1 - p.1), (b.0 - p.0, b.1 - p.1));
                    turns += (u.0 * v.1 - u.1 * v.0).atan2(u.0 * v.0 + u.1 * v.1);
                }
                let inside = (turns / std::f64::consts::TAU).round() != 0.0;
                assert_eq!(mask.get(x, y) == 255, inside, "case {case} at {x},{y}");
            }
        }
        assert_eq!(dirty, mask.bounding_box(), "case {case}");
    }
}

#[test]
fn undo_from_the_dirty_rectangle_restores_every_byte() {
    let mut mask = Mask::new(60, 45);
    let mut history: Vec<(Mask, Rect, Vec<u8>)> = Vec::new();
    for case in 0..60 {
        let at = |k: u64, span: f64| (noise(case * 8 + k) * (span + 20.0) - 10.0) as f32;
        let (from, to) = ((at(0, 60.0), at(1, 45.0)), (at(2, 60.0), at(3, 45.0)));
        let value = if case % 3 == 2 {
            Value::Erase
        } else {
            Value::Paint
        };
        let before = mask.clone();
        let dirty = match case % 4 {
            0 => mask.fill_rect(Rect::new(from.0.max(0.0) as usize, 7, 20, 9), value),
            1 => mask.fill_polygon(&[from, to, (at(4, 60.0), at(5, 45.0))], value),
            _ => mask.stamp(from, to, at(6, 0.0).abs(), value),
        };
        if let Some(touched) = changed(&before, &mask) {
            let dirty = dirty.expect("a change is reported");
            assert!(
                dirty.contains_rect(touched),
                "case {case}: {dirty:?} {touched:?}"
            );
        }
        if let Some(dirty) = dirty {
            let patch = before.patch(dirty);
            assert_eq!(patch.len(), dirty.area());
            history.push((before, dirty, patch));
        }
    }
    assert!(history.len() > 30);
    while let Some((before, dirty, patch)) = history.pop() {
        mask.restore_patch(dirty, &patch);
        assert_eq!(mask, before);
    }
    assert!(mask.is_empty());
}
