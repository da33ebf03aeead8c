//! What comes back: which pixels, at which size and depth, from which noise.

use std::sync::Arc;

use engine::{Chain, Event, Job, Noise, Recipe, Scene, Spec};
use imaging::{Mask, Rect};

use super::{engine, failure, finished, inpainting, listen, photo, recipe};

#[test]
fn a_feather_blends_its_width_and_no_farther() {
    let engine = engine();
    let sharp = inpainting();
    let mut soft = inpainting();
    soft.recipe.feather = 3;
    let photos = [&sharp, &soft].map(|job| {
        engine.submit(job.clone());
        Arc::clone(&finished(&listen(&engine)).photo)
    });
    let mask = sharp.mask.as_deref().expect("masked");
    let near = mask.grown(3);
    let mut blended = 0;
    for (x, y) in (0..90).flat_map(|y| (0..120).map(move |x| (x, y))) {
        let at = Rect::new(x, y, 1, 1);
        let [hard, soft, old] = [&photos[0], &photos[1], &sharp.photo].map(|p| p.planar(at));
        if mask.get(x, y) > 0 {
            assert_eq!(soft, hard, "({x}, {y}) is under the mask");
        } else if near.get(x, y) > 0 {
            blended += usize::from(soft != old);
        } else {
            assert_eq!(soft, old, "({x}, {y}) is beyond the feather");
        }
    }
    let band = near.count() - mask.count();
    assert!(
        blended * 4 > band,
        "{blended} of {band} pixels were blended"
    );

    let mut wide = inpainting();
    wide.recipe.feather = 17;
    engine.submit(wide);
    assert!(failure(&listen(&engine)).contains("feather of 17"));
}

#[test]
fn inpainting_changes_masked_pixels_only() {
    let engine = engine();
    let job = inpainting();
    engine.submit(job.clone());
    let events = listen(&engine);
    let outcome = finished(&events);
    let mask = job.mask.expect("masked");
    let (before, after) = (
        job.photo.rgba8(job.photo.bounds()),
        outcome.photo.rgba8(job.photo.bounds()),
    );
    let differs: Vec<bool> = before
        .chunks_exact(4)
        .zip(after.chunks_exact(4))
        .map(|(a, b)| a != b)
        .collect();
    for (i, &changed) in differs.iter().enumerate() {
        assert!(
            !changed || mask.data()[i] > 0,
            "pixel {i} outside the mask changed"
        );
    }
    assert!(differs.iter().any(|&d| d), "nothing was restored");
    let report = &outcome.report;
    assert_eq!(report.windows, 2);
    assert_eq!((report.evaluations, report.products), (40, 40));
    assert_eq!(report.residuals.len(), 40);
    assert_eq!(report.masked_pixels, mask.count());
    assert!(events.iter().any(|e| matches!(e, Event::Progress(_))));
}

#[test]
fn the_same_seed_gives_the_same_picture() {
    let engine = engine();
    let run = |seed| {
        let mut job = inpainting();
        job.recipe.seed = seed;
        engine.submit(job);
        Arc::clone(&finished(&listen(&engine)).photo)
    };
    assert!(run(1).pixels_equal(&run(1)));
    assert!(!run(1).pixels_equal(&run(2)));
}

/// Of a small photo that is sampled in one piece.
fn whole(operator: &str, sampler: &str) -> Job {
    Job {
        photo: photo(37, 23),
        mask: None,
        recipe: Recipe {
            operator: operator.parse().expect("known"),
            sampler: Spec::named(sampler),
            ..recipe()
        },
        start: None,
        scene: None,
    }
}

#[test]
fn whole_pictures_of_any_size_are_sharpened_and_enlarged() {
    let engine = engine();
    for (operator, size) in [
        ("gaussian-blur:size=9,std=1", (37, 23)),
        ("bicubic:factor=4", (148, 92)),
        ("box:factor=2", (74, 46)),
    ] {
        engine.submit(whole(operator, "ca-dps"));
        let events = listen(&engine);
        let outcome = finished(&events);
        assert_eq!(
            (outcome.photo.width(), outcome.photo.height()),
            size,
            "{operator}"
        );
    }
}

/// A drawn mask is `inpaint` with that mask: the same windows, the same picture.
#[test]
fn a_drawn_mask_needs_no_file_and_inpaints() {
    let engine = engine();
    let chain: Chain = "strokes-mask:count=2,seed=3".parse().expect("known");
    let known = chain.drawn_mask((90, 120)).expect("fits").expect("drawn");
    let lost = known.iter().map(|&k| if k { 0 } else { 255 }).collect();
    let mask = Mask::from_data(120, 90, lost).expect("fits");
    let run = |operator: Chain, mask: Option<Mask>| {
        let mut job = inpainting();
        job.mask = mask.map(Arc::new);
        job.recipe.operator = operator;
        engine.submit(job);
        finished(&listen(&engine)).clone()
    };
    let drawn = run(chain.clone(), None);
    let painted = run("inpaint".parse().expect("known"), Some(mask));
    assert!(drawn.photo.pixels_equal(&painted.photo));
    assert_eq!(drawn.report.masked_pixels, painted.report.masked_pixels);
    assert_eq!(drawn.report.recipe.operator, chain);
    assert!(
        !drawn.photo.pixels_equal(&photo(120, 90)),
        "nothing was restored"
    );
}

/// Pictures come back in three channels and at their size, whatever was lost.
#[test]
fn what_is_not_linear_or_not_in_colour_is_restored() {
    let engine = engine();
    for (operator, sampler, size) in [
        ("hdr", "red-diff", (37, 23)),
        ("jpeg:quality=20", "dps", (37, 23)),
        ("grayscale", "ca-dps", (37, 23)),
        ("grayscale+bicubic:factor=2", "diffpir", (74, 46)),
    ] {
        engine.submit(whole(operator, sampler));
        let events = listen(&engine);
        let outcome = finished(&events);
        let found = (outcome.photo.width(), outcome.photo.height());
        assert_eq!(found, size, "{operator}");
    }
}

/// What measures a spectrum is restored from the truth that the job brings, and from no photo.
#[test]
fn spectra_are_restored_from_the_scene_and_refused_without() {
    let engine = engine();
    let truth = photo(64, 32);
    let job = |operator: &str, sampler: &str, scene: bool| {
        let operator: Chain = operator.parse().expect("known");
        let seen = engine::simulate(&truth, None, &operator, Noise::from(0.05), 3);
        let seen = seen.expect("it can be measured");
        Job {
            photo: seen.photo,
            mask: None,
            recipe: Recipe {
                operator,
                sampler: Spec::named(sampler),
                noise: 0.05,
                ..recipe()
            },
            start: None,
            scene: scene.then(|| Scene {
                truth: seen.truth,
                noise: Noise::from(0.05),
                seed: 3,
            }),
        }
    };
    for (operator, sampler) in [
        ("mri:acceleration=2", "ca-dps"),
        ("mri-magnitude", "dps"),
        ("phase-retrieval", "red-diff"),
    ] {
        engine.submit(job(operator, sampler, true));
        let events = listen(&engine);
        let outcome = finished(&events);
        assert_eq!(outcome.photo.bounds(), truth.bounds(), "{operator}");
        let residual = *outcome.report.residuals.last().expect("steps");
        assert!(residual.is_finite(), "{operator}: {residual}");
        engine.submit(job(operator, sampler, false));
        let reason = failure(&listen(&engine));
        assert!(reason.contains("measures a spectrum"), "{reason}");
    }
    // A linear one is explained by its restoration as far as the noise allows.
    engine.submit(job("mri:acceleration=2", "ca-dps", true));
    let events = listen(&engine);
    let residual = *finished(&events).report.residuals.last().expect("steps");
    assert!(residual < 0.1, "{residual}");
}

/// Photon noise is reckoned with by its root mean variance; no noise at all is the rounding of the
/// photo where something has to be solved for, and nothing where pixels are only picked.
#[test]
fn the_noise_that_was_reckoned_with_is_reported() {
    let engine = engine();
    let run = |spoil: &dyn Fn(&mut Job)| {
        let mut job = inpainting();
        job.mask = None;
        job.recipe.noise = 0.0;
        job.recipe.operator = "gaussian-blur:size=5,std=1".parse().expect("known");
        spoil(&mut job);
        engine.submit(job);
        finished(&listen(&engine)).report.sigma_y
    };
    let rounding = 2.0 / 255.0 / 12_f64.sqrt();
    assert!((run(&|_| ()) - rounding).abs() < 1e-12);
    assert!((run(&|job| job.recipe.noise = 0.1) - 0.1).abs() < 1e-12);
    let picked = run(&|job| {
        *job = Job {
            recipe: Recipe {
                noise: 0.0,
                ..recipe()
            },
            ..inpainting()
        }
    });
    assert!(picked.abs() < 1e-12);
    // The photo's mean is about a half: 50 of 100 photons, and 4 · 50 / 100² their variance.
    let counted = run(&|job| job.recipe.photons = Some(100.0));
    assert!((counted / 0.02_f64.sqrt() - 1.0).abs() < 0.1, "{counted}");
}
