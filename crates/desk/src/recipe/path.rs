//! A path drawn on the photo: from the pointer's samples to few points, and their written form.

/// What a path may lose by leaving points out, in photo pixels: less than any blur can show.
const TOLERANCE: f32 = 0.15;
/// Points that are kept at most.
const MOST: usize = 400;
/// Shorter is a click, not a path, in photo pixels.
const SHORTEST: f32 = 0.5;

/// The corners that matter of what the pointer drew (Douglas & Peucker 1973); `None` of a click.
#[must_use]
pub(crate) fn simplified(points: &[(f32, f32)]) -> Option<Vec<(f32, f32)>> {
    let mut drawn = points.to_vec();
    drawn.dedup();
    let from = *drawn.first()?;
    if drawn
        .iter()
        .all(|p| (p.0 - from.0).hypot(p.1 - from.1) < SHORTEST)
    {
        return None;
    }
    let mut kept = vec![false; drawn.len()];
    kept[0] = true;
    kept[drawn.len() - 1] = true;
    let mut open = vec![(0, drawn.len() - 1)];
    while let Some((from, to)) = open.pop() {
        let off = |i: &usize| distance(drawn[*i], drawn[from], drawn[to]);
        let farthest = (from + 1..to).max_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(at) = farthest.filter(|at| off(at) > TOLERANCE) {
            kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    let mut flags = kept.into_iter();
    drawn.retain(|_| flags.next().unwrap_or(false));
    let every = drawn.len().div_ceil(MOST);
    Some(drawn.into_iter().step_by(every).collect())
}

/// Distance of a point from the line between two others.
fn distance(p: (f32, f32), a: (f32, f32), b: (f32, f32)) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
}

/// As `motion-path` has it: from the first point, in hundredths of a pixel.
#[must_use]
pub(crate) fn written(points: &[(f32, f32)]) -> String {
    let Some(first) = points.first() else {
        return String::new();
    };
    let number = |value: f32| {
        let text = format!("{value:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text == "-0" {
            "0".to_owned()
        } else {
            text.to_owned()
        }
    };
    let pair = |p: &(f32, f32)| format!("{} {}", number(p.0 - first.0), number(p.1 - first.1));
    points.iter().map(pair).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_corners_are_kept() {
        let there: Vec<_> = (0..=40).map(|i| (i as f32 * 0.5, 3.0)).collect();
        let down: Vec<_> = (1..=40).map(|i| (20.0, 3.0 + i as f32 * 0.25)).collect();
        let drawn = [there, down].concat();
        let corners = simplified(&drawn).expect("long enough");
        assert_eq!(corners, [(0.0, 3.0), (20.0, 3.0), (20.0, 13.0)]);
        // There and back again: the far end is not lost although both ends are the same.
        let back = simplified(&[(0.0, 0.0), (5.0, 0.0), (0.0, 0.0)]).expect("long enough");
        assert_eq!(back.len(), 3);
    }

    #[test]
    fn a_click_is_no_path_and_a_scrawl_has_an_end() {
        assert_eq!(simplified(&[]), None);
        assert_eq!(simplified(&[(4.0, 4.0), (4.1, 4.0)]), None);
        let scrawl: Vec<_> = (0..9000)
            .map(|i| (i as f32, ((i * i) % 97) as f32))
            .collect();
        let kept = simplified(&scrawl).expect("long enough").len();
        assert!((100..=MOST).contains(&kept), "{kept}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            written(&[(9.5, 2.0), (9.499, 1.0), (12.004, 2.126)]),
            "0 0;0 -1;2.5 0.13"
        );
    }
}
