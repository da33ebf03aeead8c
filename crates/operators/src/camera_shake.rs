//! Camera shake: a random path of a hand-held camera.
//!
//! After Boracchi & Foi 2012, "Modeling the performance of image restoration from motion blur",
//! section IV: a point moves at constant speed; its velocity is pulled back to the start, pushed by
//! Gaussian jerks, and now and then reversed by a big shake, all in proportion to `anxiety`. The
//! field's random motion kernels (Borodenko's generator) follow it.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::family::Family;
use crate::noise::SeededNoise;
use crate::parameter::{Parameter, seed};
use crate::registry::{Build, Built, Context, Entry};
use crate::stroke;
use crate::values::Values;

/// Moments at which the path is computed, as in the paper.
const MOMENTS: usize = 2000;
/// The share of a path that its kernel must hold.
const INSIDE: f64 = 0.99;
/// The random stream of paths, apart from those of images.
const STREAM: u64 = 0x5ba_4e00;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "camera-shake",
        title: "Camera shake",
        summary: "Smeared along the random path of a hand-held camera.",
        parameters: &[
            Parameter::kernel_side("size", "Kernel side", 61)
                .help("Room for the path, which is centred in it."),
            Parameter::number("length", "Length", 60.0, (1.0, 500.0))
                .unit("px")
                .help("Length of the path."),
            Parameter::number("anxiety", "Shakiness", 0.005, (0.0, 1.0))
                .help("0 is a straight line; more is a shakier hand."),
            seed(
                "path",
                "Which path",
                "Another number is another random path.",
            ),
        ],
        ..Family::PLAIN
    },
    class: Class::Blur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let side = values.whole("size")?;
    let length = values.number("length")?;
    let anxiety = values.number("anxiety")?;
    let seed = values.whole("path")?;
    let path = centred(path(
        length,
        anxiety,
        &mut SeededNoise::new(seed as u64, STREAM),
    ));
    let points = path.len() as f64;
    let kernel = stroke::kernel(path.into_iter(), side);
    if kernel.weights.iter().sum::<f64>() < INSIDE * points {
        let reason = format!(
            "the path leaves a kernel of {side} x {side} pixels; take a larger size or a shorter \
             length"
        );
        return Err(values.refuse("size", &reason));
    }
    Ok(Box::new(Blur::new(&kernel, size, Border::Pixel)?))
}

/// Points of equal duration along a path of `length` pixels.
fn path(length: f64, anxiety: f64, noise: &mut SeededNoise) -> Vec<(f64, f64)> {
    let pull = 0.7 * noise.next_unit();
    let jerk = 10.0 * noise.next_unit();
    // A calm hand does not jerk back either.
    let big_shake = 12.0 * anxiety * noise.next_unit() / MOMENTS as f64;
    let speed = length / (MOMENTS - 1) as f64;

    let angle = std::f64::consts::TAU * noise.next_unit();
    let mut velocity = (speed * libm::cos(angle), speed * libm::sin(angle));
    let mut place = (0.0, 0.0);
    let mut points = Vec::with_capacity(MOMENTS);
    for _ in 0..MOMENTS {
        points.push(place);
        let (mut dx, mut dy) = (0.0, 0.0);
        if noise.next_unit() < big_shake {
            // Back where it came from, give or take half a radian, at twice the speed.
            let turn = std::f64::consts::PI + noise.next_unit() - 0.5;
            let (sin, cos) = (libm::sin(turn), libm::cos(turn));
            dx = 2.0 * (velocity.0 * cos - velocity.1 * sin);
            dy = 2.0 * (velocity.0 * sin + velocity.1 * cos);
        }
        dx += anxiety * (jerk * noise.next_normal() - pull * place.0) * speed;
        dy += anxiety * (jerk * noise.next_normal() - pull * place.1) * speed;
        let next = (velocity.0 + dx, velocity.1 + dy);
        let size = next.0.hypot(next.1).max(f64::MIN_POSITIVE);
        velocity = (next.0 / size * speed, next.1 / size * speed);
        place = (place.0 + velocity.0, place.1 + velocity.1);
    }
    points
}

/// Moved so that the middle of its bounding box is at (0, 0).
fn centred(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let middle = |of: fn(&(f64, f64)) -> f64| {
        let values = points.iter().map(of);
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
        f64::midpoint(low, high)
    };
    let (x, y) = (middle(|p| p.0), middle(|p| p.1));
    points.into_iter().map(|p| (p.0 - x, p.1 - y)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(anxiety: f64, seed: u64) -> Vec<(f64, f64)> {
        path(40.0, anxiety, &mut SeededNoise::new(seed, STREAM))
    }

    #[test]
    fn a_path_has_its_length_whatever_the_hand() {
        for seed in 0..5 {
            let points = drawn(0.1, seed);
            let length: f64 = points
                .windows(2)
                .map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1))
                .sum();
            assert!((length - 40.0).abs() < 1e-9, "{length}");
        }
    }

    #[test]
    fn a_calm_hand_moves_straight_and_a_shaky_one_does_not() {
        let reach = |points: &[(f64, f64)]| {
            let end = points[points.len() - 1];
            end.0.hypot(end.1)
        };
        for seed in 0..5 {
            assert!((reach(&drawn(0.0, seed)) - 40.0).abs() < 1e-9);
        }
        assert!(reach(&drawn(0.5, 1)) < 20.0);
        assert_ne!(drawn(0.1, 1), drawn(0.1, 2));
    }
}
