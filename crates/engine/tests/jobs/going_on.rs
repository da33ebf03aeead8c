//! Going on from estimates of an earlier run.

use std::sync::Arc;

use engine::{Engine, Estimate, Event, Job, Outcome, Picture, Start};
use imaging::{Depth, Photo, Rect};

use super::{engine, finished, inpainting, listen};

/// Goes on from estimates of both windows: one done, one at a level.
fn going_on(engine: &Engine, level: f64) -> (Job, Vec<Rect>) {
    engine.submit(inpainting());
    let events = listen(engine);
    let windows = events.iter().find_map(|event| match event {
        Event::Started { plan, .. } => Some(plan.windows.clone()),
        _ => None,
    });
    let windows = windows.expect("it began");
    let estimate = |(i, window): (usize, &Rect)| Estimate {
        window: *window,
        picture: Picture::Eight([40, 90, 200, 255].repeat(window.area()).into()),
        level: if i == 0 { 0.0 } else { level },
    };
    let start = Start {
        estimates: windows.iter().enumerate().map(estimate).collect(),
    };
    let mut job = inpainting();
    job.recipe.from = Some(start.sha256());
    job.start = Some(Arc::new(start));
    (job, windows)
}

#[test]
fn a_job_goes_on_where_estimates_stood() {
    let engine = engine();
    let (job, windows) = going_on(&engine, 0.5);
    assert!(windows.len() > 1, "{windows:?}");
    let run = || {
        engine.submit(job.clone());
        let events = listen(&engine);
        let plan = events.iter().find_map(|event| match event {
            Event::Started { plan, .. } => Some(plan.steps),
            _ => None,
        });
        (finished(&events).clone(), plan.expect("it began"))
    };
    let (first, planned) = run();
    assert_eq!(first.report.residuals.len(), planned);
    assert!(
        planned > 0 && planned < 20 * (windows.len() - 1),
        "the first window is done and the others are past their noisiest steps: {planned}"
    );
    // The window that was done is as it was handed over.
    let mask = job.mask.as_ref().expect("inpainting");
    let at = (0..mask.data().len()).find(|i| {
        let (x, y) = (i % 120, i / 120);
        let inside = |w: &Rect| w.contains_rect(Rect::new(x, y, 1, 1));
        mask.data()[*i] > 0 && inside(&windows[0]) && !windows[1..].iter().any(inside)
    });
    let at = at.expect("the first window has pixels of its own");
    let pixel = first.photo.rgba8(Rect::new(at % 120, at / 120, 1, 1));
    assert_eq!(pixel[..3], [40, 90, 200]);
    assert_eq!(first.report.recipe.from, job.recipe.from);
    let (again, _) = run();
    assert!(
        first.photo.pixels_equal(&again.photo),
        "the same estimates, the same picture"
    );
}

/// A run over two windows of a photo of 16 bits, and one that goes on from the end of the first.
#[test]
fn a_window_that_was_done_comes_back_bit_for_bit_at_sixteen_bits() {
    let engine = engine();
    let mut job = inpainting();
    let deep = job.photo.planar(job.photo.bounds());
    job.photo = Arc::new(Photo::from_planar(&deep, Depth::Sixteen));
    for feather in [0, 3] {
        job.recipe.feather = feather;
        job.recipe.from = None;
        job.start = None;
        engine.submit(job.clone());
        let events = listen(&engine);
        let first = finished(&events).clone();
        let done = events.iter().filter_map(|event| match event {
            Event::Window { estimate, done, .. } => Some((*done, estimate.clone())),
            _ => None,
        });
        let done: Vec<_> = done.collect();
        let steps: Vec<usize> = done.iter().map(|(steps, _)| *steps).collect();
        assert_eq!(steps, [20, 40], "each window is told when it is done");
        let (left, right) = (&done[0].1, &done[1].1);

        let go_on = |left: &Estimate| {
            let right = Estimate {
                level: 0.5,
                ..right.clone()
            };
            let start = Start {
                estimates: vec![left.clone(), right],
            };
            let mut job = job.clone();
            job.recipe.seed += 1;
            job.recipe.from = Some(start.sha256());
            job.start = Some(Arc::new(start));
            engine.submit(job);
            finished(&listen(&engine)).clone()
        };
        // Every pixel of the photo that the other window could not have changed.
        let differing = |other: &Outcome, window: Rect| {
            let reach = right.window;
            let (a, b) = (first.photo.planar(window), other.photo.planar(window));
            let plane = window.area();
            (0..3 * plane)
                .filter(|i| {
                    let (x, y) = (
                        window.x + i % plane % window.width,
                        window.y + i % plane / window.width,
                    );
                    !reach.contains_rect(Rect::new(x, y, 1, 1))
                })
                .filter(|&i| a.data[i].to_bits() != b.data[i].to_bits())
                .count()
        };
        let again = go_on(left);
        assert_eq!(differing(&again, left.window), 0, "feather {feather}");
        assert!(!again.photo.pixels_equal(&first.photo), "the rest went on");
        let Picture::Exact(picture) = &left.picture else {
            panic!("it is told as it was computed")
        };
        let coarse = Estimate {
            picture: Picture::Eight(picture.to_rgba8().into()),
            ..left.clone()
        };
        assert!(
            differing(&go_on(&coarse), left.window) > 0,
            "8 bits are not enough"
        );
    }
}

#[test]
fn what_does_not_fit_together_is_not_gone_on_from() {
    let engine = engine();
    let (job, _) = going_on(&engine, 0.5);
    let refused = |spoil: &dyn Fn(&mut Job)| {
        let mut job = job.clone();
        spoil(&mut job);
        engine.submit(job);
        match listen(&engine).last() {
            Some(Event::Failed { error, .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert!(refused(&|job| job.start = None).contains("not at hand"));
    assert!(refused(&|job| job.recipe.from = None).contains("does not name"));
    assert!(refused(&|job| job.recipe.from = Some("00".repeat(32))).contains("does not name"));
    let invented = |job: &mut Job| job.recipe.sampler = "invented".parse().expect("syntax");
    assert!(refused(&invented).contains("ca-dps"));
    let moved = |job: &mut Job| {
        let mut start = Start::clone(job.start.as_ref().expect("set"));
        for estimate in &mut start.estimates {
            estimate.window.x += 1;
        }
        job.recipe.from = Some(start.sha256());
        job.start = Some(Arc::new(start));
    };
    assert!(refused(&moved).contains("other windows"));
}
