//! A region of a picture is restored as the whole picture would have it there, and nothing else changes.

use std::sync::Arc;

use engine::{Event, Job, Recipe};
use imaging::{Depth, Photo, Planar, Rect};

use super::{engine, failure, finished, listen, recipe};

/// Of floating point, so that nothing is rounded away.
fn scene(width: usize, height: usize) -> Arc<Photo> {
    let mut picture = Planar::new(width, height);
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (x, y) = ((i % width) as f32, (i / width % height) as f32);
        *value = 0.5 + 0.2 * (0.31 * x).sin() + 0.2 * (0.23 * y + 0.1 * x).cos();
    }
    Arc::new(Photo::from_planar(&picture, Depth::Float))
}

fn job(operator: &str, sampler: &str, region: Option<Rect>) -> Job {
    Job {
        photo: scene(203, 150),
        mask: None,
        recipe: Recipe {
            operator: operator.parse().expect("known"),
            sampler: sampler.parse().expect("valid"),
            noise: 0.1,
            steps: 6,
            region,
            ..recipe()
        },
        start: None,
        scene: None,
    }
}

/// The largest difference under a rectangle of each.
fn apart(a: &Photo, at: Rect, b: &Photo, there: Rect) -> f32 {
    let (a, b) = (a.planar(at), b.planar(there));
    let differences = a.data.iter().zip(&b.data).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

#[test]
fn a_region_is_what_the_whole_picture_has_there_and_the_rest_of_the_photo_stays() {
    let engine = engine();
    let region = Rect::new(60, 45, 70, 50);
    for (operator, sampler, most) in [
        ("identity", "posterior-mean", 1e-6),
        ("identity", "ca-dps:covariance=isotropic,start=1", 1e-6),
        ("identity", "diffpir", 1e-6),
        // Inverse filters have no border.
        (
            "gaussian-blur:size=9,std=1",
            "ca-dps:covariance=isotropic,start=1",
            2e-3,
        ),
        ("gaussian-blur:size=9,std=1", "diffpir:start=1", 2e-3),
    ] {
        let run = |region| {
            engine.submit(job(operator, sampler, region));
            let events = listen(&engine);
            (finished(&events).clone(), events)
        };
        let (whole, _) = run(None);
        let (part, events) = run(Some(region));
        assert_eq!(part.photo.bounds(), whole.photo.bounds());
        assert_eq!(part.report.recipe.region, Some(region));
        let difference = apart(&part.photo, region, &whole.photo, region);
        assert!(difference < most, "{operator}, {sampler}: {difference}");
        let photo = scene(203, 150);
        for y in 0..150 {
            for x in (0..203).filter(|&x| !region.contains(x, y)) {
                let pixel = Rect::new(x, y, 1, 1);
                assert_eq!(apart(&part.photo, pixel, &photo, pixel), 0.0, "({x}, {y})");
            }
        }
        assert!(apart(&part.photo, region, &photo, region) > 0.01);
        let windows: Vec<Rect> = events
            .iter()
            .filter_map(|event| match event {
                Event::Window { estimate, .. } => Some(estimate.window),
                _ => None,
            })
            .collect();
        assert_eq!(windows, [region]);
    }
}

#[test]
fn an_enlarged_region_is_a_picture_of_its_own() {
    let engine = engine();
    let region = Rect::new(48, 32, 40, 24);
    let run = |region| {
        engine.submit(job(
            "box:factor=2",
            "ca-dps:covariance=isotropic,start=1",
            region,
        ));
        finished(&listen(&engine)).clone()
    };
    let (whole, part) = (run(None), run(Some(region)));
    assert_eq!((part.photo.width(), part.photo.height()), (80, 48));
    assert_eq!((whole.photo.width(), whole.photo.height()), (406, 300));
    let there = Rect::new(96, 64, 80, 48);
    let difference = apart(&part.photo, part.photo.bounds(), &whole.photo, there);
    assert!(difference < 1e-3, "{difference}");
}

#[test]
fn a_region_that_cannot_be_is_refused() {
    let engine = engine();
    let outside = Some(Rect::new(150, 100, 60, 20));
    let inside = Some(Rect::new(0, 0, 64, 64));
    for (operator, region, reason) in [
        ("identity", outside, "does not lie in the photo"),
        (
            "identity",
            Some(Rect::new(3, 3, 0, 5)),
            "does not lie in the photo",
        ),
        ("box-mask:size=32", inside, "takes no region"),
        ("mri", inside, "whole picture"),
        ("gaussian-blur+random-mask", inside, "whole picture"),
    ] {
        engine.submit(job(operator, "ca-dps", region));
        let said = failure(&listen(&engine));
        assert!(said.contains(reason), "{operator}: {said}");
    }
}

/// A recipe that was written before there were regions is one of the whole picture.
#[test]
fn recipes_without_a_region_still_load() {
    let mut value: serde_json::Value =
        serde_json::from_str(&Recipe::default().to_json()).expect("its own JSON");
    let fields = value.as_object_mut().expect("fields");
    assert!(fields.get("region").is_none());
    let old: Recipe = serde_json::from_value(value).expect("as before");
    assert_eq!(old, Recipe::default());
    let region = Some(Rect::new(1, 2, 3, 4));
    let new = Recipe {
        region,
        ..Recipe::default()
    };
    let read: Recipe = serde_json::from_str(&new.to_json()).expect("its own JSON");
    assert_eq!(read.region, region);
}
