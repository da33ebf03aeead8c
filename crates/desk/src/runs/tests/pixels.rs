//! Changed pixels: exact, and no more of them than there are.

use imaging::{Depth, Mask};

use super::*;

/// A mask of some pixels chosen by a small generator, and a picture of numbers to match.
fn scattered(width: usize, height: usize, seed: u64) -> (Mask, Planar) {
    let mut random = seed;
    let mut next = || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as u32
    };
    let mut mask = Mask::new(width, height);
    for _ in 0..width {
        let (x, y) = (next() as usize % width, next() as usize % height);
        let _ = mask.fill_rect(Rect::new(x, y, 1 + next() as usize % 5, 1), Value::Paint);
    }
    let data = (0..3 * width * height).map(|_| next() as f32 / 2f32.powi(31));
    let picture = Planar::from_data(width, height, data.collect()).expect("fits");
    (mask, picture)
}

#[test]
fn a_photo_written_from_its_changes_is_the_same_bit_for_bit() {
    for (seed, depth) in [(1, Depth::Eight), (2, Depth::Sixteen), (3, Depth::Float)] {
        let (mask, picture) = scattered(61, 23, seed);
        let base = Photo::from_planar(&Planar::new(61, 23), depth);
        let mut restored = base.clone();
        restored.write_masked(base.bounds(), &picture, &mask);
        let changed = Changed::under(&restored, &mask).expect("sizes agree");
        assert_eq!(changed.len(), mask.count());
        assert_eq!(changed.mask(), mask);
        let content = Content::Patched(Arc::new(base), Arc::new(changed));
        assert!(content.to_photo().pixels_equal(&restored), "{depth}");
        for rect in [restored.bounds(), Rect::new(7, 5, 30, 11)] {
            assert_eq!(
                content.rgba8(rect),
                restored.rgba8(rect),
                "{depth} {rect:?}"
            );
        }
    }
}

#[test]
fn a_part_is_what_a_flood_fill_finds() {
    let (mask, picture) = scattered(40, 30, 9);
    let mut photo = Photo::from_planar(&Planar::new(40, 30), Depth::Eight);
    photo.write_masked(photo.bounds(), &picture, &mask);
    let changed = Changed::under(&photo, &mask).expect("sizes agree");
    let mut seen = 0;
    for component in mask.components() {
        let b = component.bounds;
        let inside = (b.y..b.bottom())
            .flat_map(|y| (b.x..b.right()).map(move |x| (x, y)))
            .filter(|(x, y)| mask.get(*x, *y) > 0);
        let parts: Vec<Changed> = inside
            .filter_map(|(x, y)| changed.part_at((x as f32 + 0.5, y as f32 + 0.5), 0.0))
            .filter(|part| part.bounds() == Some(b) && part.len() == component.pixels)
            .collect();
        assert!(parts.len() >= component.pixels, "{component:?}");
        seen += component.pixels;
    }
    assert_eq!(seen, changed.len());
    assert_eq!(changed.part_at((-500.0, -500.0), 10.0), None);
}

#[test]
fn a_click_beside_a_thin_scratch_still_finds_it() {
    let mut mask = Mask::new(40, 40);
    let _ = mask.fill_rect(Rect::new(20, 5, 1, 30), Value::Paint);
    let photo = Photo::from_planar(&Planar::new(40, 40), Depth::Eight);
    let changed = Changed::under(&photo, &mask).expect("sizes agree");
    assert!(changed.part_at((24.0, 20.0), 2.0).is_none());
    let part = changed.part_at((24.0, 20.0), 4.0).expect("in reach");
    assert_eq!(part.len(), 30);
}

#[test]
fn laying_one_over_another_is_pixelwise() {
    let (top, a) = scattered(50, 20, 4);
    let (below, b) = scattered(50, 20, 5);
    let base = Photo::from_planar(&Planar::new(50, 20), Depth::Sixteen);
    let under = |mask: &Mask, picture: &Planar| {
        let mut photo = base.clone();
        photo.write_masked(base.bounds(), picture, mask);
        Changed::under(&photo, mask).expect("sizes agree")
    };
    let (upper, lower) = (under(&top, &a), under(&below, &b));
    let merged = upper.over(&lower);
    for y in 0..20 {
        for x in 0..50 {
            assert_eq!(
                merged.at(x, y),
                upper.at(x, y).or(lower.at(x, y)),
                "{x} {y}"
            );
        }
    }
    let other_size = Changed::nothing((3, 3));
    assert_eq!(upper.over(&other_size), upper);
}

#[test]
fn the_spread_is_the_sample_standard_deviation_in_levels() {
    let mut mask = Mask::new(8, 4);
    let _ = mask.fill_rect(Rect::new(2, 1, 3, 2), Value::Paint);
    let draw = |level: f32| {
        let mut flat = Planar::new(8, 4);
        flat.data.fill(level);
        let photo = Photo::from_planar(&flat, Depth::Float);
        let changed = Changed::under(&photo, &mask).expect("sizes agree");
        Content::Patched(Arc::new(photo), Arc::new(changed))
    };
    let candidates: Vec<_> = [0.2, 0.4, 0.6]
        .into_iter()
        .zip(1..)
        .map(|(level, id)| (RunId(id), draw(level)))
        .collect();
    let spread = Spread::over(&candidates).expect("three of one place");
    // The standard deviation of 0.2, 0.4, 0.6 is 0.2.
    assert!((spread.at(3, 2).expect("drawn") - 51.0).abs() < 1e-3);
    assert!((spread.mean - 51.0).abs() < 1e-3 && spread.top >= 51.0);
    assert_eq!(spread.at(0, 0), None);
    let rgba = spread.rgba8(Rect::new(1, 1, 2, 1));
    assert_eq!((rgba[3], rgba[7]), (0, 255));
    assert!(Spread::over(&candidates[..1]).is_none());
    let elsewhere = Content::Whole(Arc::new(Photo::from_planar(
        &Planar::new(8, 4),
        Depth::Eight,
    )));
    let mixed = [candidates[0].clone(), (RunId(9), elsewhere)];
    assert!(Spread::over(&mixed).is_none());
}

#[test]
fn thumbnails_show_where_it_changed_and_keep_the_proportions() {
    let mut mask = Mask::new(900, 600);
    let _ = mask.fill_rect(Rect::new(300, 200, 40, 30), Value::Paint);
    let photo = Arc::new(Photo::from_planar(&Planar::new(900, 600), Depth::Eight));
    let changed = Changed::under(&photo, &mask).expect("sizes agree");
    let content = Content::Patched(photo, Arc::new(changed));
    let part = crate::runs::study::attention(&content);
    assert!(part.contains_rect(Rect::new(300, 200, 40, 30)), "{part:?}");
    assert!(part.width <= 80 && part.height <= 80, "{part:?}");
    // Two patches at opposite ends: the larger one is looked at.
    let mut strewn = mask.clone();
    let _ = strewn.fill_rect(Rect::new(880, 580, 8, 8), Value::Paint);
    let Content::Patched(photo, _) = &content else {
        panic!("it is patched");
    };
    let changed = Changed::under(photo, &strewn).expect("sizes agree");
    let strewn = Content::Patched(Arc::clone(photo), Arc::new(changed));
    assert_eq!(crate::runs::study::attention(&strewn), part);
    let small = crate::runs::study::thumbnail(&content, Rect::new(0, 0, 900, 600), 192);
    assert_eq!((small.size, small.rgba.len()), ((192, 128), 192 * 128 * 4));
    let tiny = crate::runs::study::thumbnail(&content, Rect::new(5, 5, 3, 1), 192);
    assert_eq!(tiny.size, (3, 1), "never larger than it is");
}

#[test]
fn levels_are_counted_once_each() {
    let (mask, picture) = scattered(70, 70, 6);
    let mut photo = Photo::from_planar(&Planar::new(70, 70), Depth::Eight);
    photo.write_masked(photo.bounds(), &picture, &mask);
    let all = photo.rgba8(photo.bounds());
    let histogram = Histogram::of(&Content::Whole(Arc::new(photo)));
    for channel in 0..3 {
        for level in [0, 1, 77, 255] {
            let expected = all
                .chunks_exact(4)
                .filter(|pixel| usize::from(pixel[channel]) == level)
                .count();
            assert_eq!(histogram.counts[channel][level], expected);
        }
    }
    assert_eq!(histogram.level_at(0.0), 0);
    assert!(histogram.level_at(1.0) > 200);
}

#[test]
fn differences_are_absolute_and_magnified() {
    let (a, b) = ([10, 200, 5, 255], [13, 100, 5, 0]);
    assert_eq!(difference(&a, &b), [24, 255, 0, 255]);
    assert_eq!(difference(&b, &a), [24, 255, 0, 255]);
}

#[test]
fn the_filmstrip_is_bounded_and_ends_with_the_last_step_of_every_window() {
    let mut frames = Frames::default().emptied();
    for done in 1..=1000 {
        let x = if done <= 500 { 0 } else { 8 };
        let preview = engine::Preview {
            job: JobId(1),
            window: Rect::new(x, 0, 8, 8),
            rgba: vec![done as u8; 8 * 8 * 4],
            exact: Some(Arc::new(Planar::new(8, 8))),
            done,
            made: std::time::Instant::now(),
            level: 1.0,
        };
        frames.add(&preview);
        assert!(frames.all().len() <= Frames::MOST);
    }
    let done: Vec<usize> = frames.all().iter().map(|frame| frame.done).collect();
    assert!(
        done.is_sorted() && done.len() > Frames::MOST / 4,
        "{done:?}"
    );
    assert!(
        done.contains(&500) && done.last() == Some(&1000),
        "{done:?}"
    );
    let gaps: Vec<usize> = done.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().max() <= Some(&64), "evenly spread: {done:?}");
    let last = frames.moment(frames.all().len() - 1);
    assert_eq!(last.iter().map(|f| f.done).collect::<Vec<_>>(), [500, 1000]);
    assert_eq!(frames.moment(0).len(), 1);
}
