//! Motion along a drawn path: what became of a point of light while the shutter was open.
//!
//! The path is a chain of straight lines, travelled at constant speed. Samples of equal duration
//! along it are shared among their nearest pixels by distance, their mean lies in the middle, and they
//! weigh one together; so neither where a path was drawn nor which way it was travelled changes the
//! blur. A straight path is `motion-blur`.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::error::OperatorError;
use crate::family::Family;
use crate::parameter::Parameter;
use crate::registry::{Build, Built, Context, Entry};
use crate::stroke;
use crate::values::Values;

/// Samples of the path for each pixel of its length, as for straight smears.
const DENSITY: f64 = 16.0;
/// Points that a path may have.
const MOST_POINTS: usize = 1000;
/// Its longest, in pixels.
const LONGEST: f64 = 2000.0;
/// How far it may lie from its middle, in pixels: what a kernel of 255 pixels holds.
const REACH: f64 = 126.0;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "motion-path",
        title: "Motion along a path",
        summary: "Smeared along a drawn path.",
        parameters: &[
            Parameter::path("points", "Path").help(
                "The way that a point of light took. Only differences of points count, and none is more \
                 than 126 px from the middle.",
            ),
        ],
        example: "points=0 0;8 3;12 -2",
        ..Family::PLAIN
    },
    class: Class::Blur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let points = read(values)?;
    let path = samples(&points).map_err(|reason| values.refuse("points", &reason))?;
    let reach = path
        .iter()
        .fold(0.0, |most: f64, p| most.max(p.0.abs()).max(p.1.abs()));
    let side = 2 * reach.ceil() as usize + 3;
    let kernel = stroke::kernel(path.into_iter(), side);
    Ok(Box::new(Blur::new(&kernel, size, Border::Pixel)?))
}

fn read(values: &Values) -> Result<Vec<(f64, f64)>, OperatorError> {
    let number = |text: &str| text.parse().ok().filter(|v: &f64| v.abs() <= 1e6);
    let mut points = Vec::new();
    for pair in values.text("points")?.split(';') {
        let mut numbers = pair.split_whitespace();
        let both = (
            numbers.next().and_then(number),
            numbers.next().and_then(number),
            numbers.next(),
        );
        let (Some(x), Some(y), None) = both else {
            let reason = format!("`{pair}` is not two numbers, `x y`, with a space between them");
            return Err(values.refuse("points", &reason));
        };
        points.push((x, y));
        if points.len() > MOST_POINTS {
            let reason = format!("more than {MOST_POINTS} points; leave every other one out");
            return Err(values.refuse("points", &reason));
        }
    }
    Ok(points)
}

/// Samples of equal duration along the path, with their mean at (0, 0).
fn samples(points: &[(f64, f64)]) -> Result<Vec<(f64, f64)>, String> {
    let lines: Vec<_> = points.windows(2).map(|p| (p[0], p[1])).collect();
    let lengths: Vec<f64> = lines
        .iter()
        .map(|(a, b)| (b.0 - a.0).hypot(b.1 - a.1))
        .collect();
    let length: f64 = lengths.iter().sum();
    if length <= 0.0 {
        return Err("a path needs two points that differ".to_owned());
    }
    if length > LONGEST {
        return Err(format!(
            "the path is {length:.0} px long; at most {LONGEST} are possible"
        ));
    }
    let count = (length * DENSITY).ceil() as usize;
    let mut path = Vec::with_capacity(count);
    let (mut line, mut passed) = (0, 0.0);
    for i in 0..count {
        let along = (i as f64 + 0.5) / count as f64 * length;
        while along > passed + lengths[line] && line + 1 < lines.len() {
            passed += lengths[line];
            line += 1;
        }
        let (a, b) = lines[line];
        let share = if lengths[line] > 0.0 {
            (along - passed) / lengths[line]
        } else {
            0.0
        };
        path.push((a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1)));
    }
    let mean = |of: fn(&(f64, f64)) -> f64| path.iter().map(of).sum::<f64>() / count as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    for point in &mut path {
        *point = (point.0 - x, point.1 - y);
    }
    let farthest = path
        .iter()
        .fold(0.0, |most: f64, p| most.max(p.0.abs()).max(p.1.abs()));
    if farthest > REACH {
        return Err(format!(
            "the path reaches {farthest:.0} px from its middle; at most {REACH} are possible, so draw \
             it shorter"
        ));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_as_many_on_lines_of_the_same_length_and_their_mean_is_the_middle() {
        let corner = [(5.0, 5.0), (5.0, 5.0), (15.0, 5.0), (15.0, 15.0)];
        let path = samples(&corner).expect("short enough");
        assert_eq!(path.len(), 320);
        let level = |p: &&(f64, f64)| (p.1 - path[0].1).abs() < 1e-9;
        assert_eq!(path.iter().filter(level).count(), 160);
        let mean = path
            .iter()
            .fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
        assert!(mean.0.abs() < 1e-9 && mean.1.abs() < 1e-9, "{mean:?}");
        // The middle of the level line lies 2.5 to the left of that of both.
        assert!((path[80].0 + 2.5).abs() < 0.1, "{:?}", path[80]);
    }

    #[test]
    fn paths_that_are_none_or_too_far_are_refused() {
        assert!(samples(&[(1.0, 1.0)]).is_err());
        assert!(samples(&[(1.0, 1.0), (1.0, 1.0)]).is_err());
        assert!(samples(&[(0.0, 0.0), (252.0, 0.0)]).is_ok());
        let far = samples(&[(0.0, 0.0), (0.0, 254.0)]).expect_err("too far");
        assert!(far.contains("127 px from its middle"), "{far}");
        let back_and_forth: Vec<_> = (0..50).map(|i| (f64::from(i % 2) * 100.0, 0.0)).collect();
        assert!(samples(&back_and_forth).is_err(), "too long");
    }
}
