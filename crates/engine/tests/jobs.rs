//! What the worker promises about jobs: one terminal event each, stopping, failing, going on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{
    Chain, DeviceChoice, Engine, Estimate, Event, Job, Noise, Outcome, Picture, PriorChoice,
    Recipe, Scene, Spec, Start, Timed, TimingRequest,
};
use imaging::{Depth, Mask, Photo, Planar, Rect, Value};

fn photo(width: usize, height: usize) -> Arc<Photo> {
    let mut picture = Planar::new(width, height);
    for (i, value) in picture.data.iter_mut().enumerate() {
        *value = 0.3 + 0.4 * ((i % 17) as f32 / 17.0);
    }
    Arc::new(Photo::from_planar(&picture, Depth::Eight))
}

fn mask(width: usize, height: usize) -> Arc<Mask> {
    let mut mask = Mask::new(width, height);
    mask.fill_rect(Rect::new(width / 3, height / 3, 9, 5), Value::Paint);
    mask.fill_rect(Rect::new(width - 6, 2, 4, 4), Value::Paint);
    Arc::new(mask)
}

fn recipe() -> Recipe {
    Recipe {
        prior: PriorChoice::BuiltIn("gaussian".to_owned()),
        device: DeviceChoice::Cpu,
        steps: 20,
        ..Recipe::default()
    }
}

fn inpainting() -> Job {
    Job {
        photo: photo(120, 90),
        mask: Some(mask(120, 90)),
        recipe: recipe(),
        start: None,
        scene: None,
    }
}

/// Every event of the next job, up to its terminal one.
fn listen(engine: &Engine) -> Vec<Event> {
    let mut events = Vec::new();
    let patience = Instant::now();
    while !events.last().is_some_and(Event::is_terminal) {
        assert!(
            patience.elapsed() < Duration::from_secs(120),
            "no terminal event: {events:?}"
        );
        events.extend(engine.wait_event(Duration::from_millis(100)));
    }
    events
}

fn finished(events: &[Event]) -> &Outcome {
    match events.last() {
        Some(Event::Finished { outcome, .. }) => outcome,
        other => panic!("not finished: {other:?}"),
    }
}

fn failure(events: &[Event]) -> String {
    match events.last() {
        Some(Event::Failed { error, .. }) => error.to_string(),
        other => panic!("not failed: {other:?}"),
    }
}

fn engine() -> Engine {
    Engine::start(|| ()).expect("a thread can be started")
}

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

/// Stops a run of 400 steps a window once `done` of them are.
fn stopped_after(engine: &Engine, done: usize) -> Option<Outcome> {
    let mut long = inpainting();
    long.recipe.steps = 400;
    long.recipe.sampler = Spec::named("ca-dps").with("covariance", "krylov:20");
    let id = engine.submit(long);
    loop {
        match engine.wait_event(Duration::from_secs(10)) {
            Some(Event::Progress(progress)) if progress.done >= done => break,
            Some(event) if !event.is_terminal() => {}
            other => panic!("no progress: {other:?}"),
        }
    }
    engine.stop(id);
    match listen(engine).pop() {
        Some(Event::Stopped { outcome, .. }) => outcome,
        other => panic!("not stopped: {other:?}"),
    }
}

#[test]
fn stopping_keeps_the_best_so_far_and_the_next_job_runs() {
    let engine = engine();
    let outcome = stopped_after(&engine, 200).expect("half of the first window is kept");
    assert!(outcome.report.stopped);
    engine.submit(inpainting());
    finished(&listen(&engine));
}

#[test]
fn stopping_early_keeps_nothing() {
    assert!(stopped_after(&engine(), 1).is_none());
}

#[test]
fn a_queued_job_can_be_stopped_before_it_starts() {
    let engine = engine();
    engine.submit(inpainting());
    let waiting = engine.submit(inpainting());
    engine.stop(waiting);
    finished(&listen(&engine));
    assert!(matches!(
        listen(&engine).last(),
        Some(Event::Stopped { outcome: None, .. })
    ));
}

#[test]
fn pausing_holds_the_run_and_resuming_ends_it() {
    let engine = engine();
    engine.set_paused(true);
    engine.submit(inpainting());
    let mut steps = 0;
    while let Some(event) = engine.wait_event(Duration::from_millis(400)) {
        steps += usize::from(matches!(event, Event::Progress(_)));
    }
    assert_eq!(steps, 0, "a paused run takes no steps");
    engine.set_paused(false);
    finished(&listen(&engine));
}

#[test]
fn whole_pictures_of_any_size_are_sharpened_and_enlarged() {
    let engine = engine();
    for (operator, size) in [
        ("gaussian-blur:size=9,std=1", (37, 23)),
        ("bicubic:factor=4", (148, 92)),
        ("box:factor=2", (74, 46)),
    ] {
        let mut recipe = recipe();
        recipe.operator = operator.parse().expect("known");
        engine.submit(Job {
            photo: photo(37, 23),
            mask: None,
            recipe,
            start: None,
            scene: None,
        });
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
        let mut recipe = recipe();
        recipe.operator = operator.parse().expect("known");
        recipe.sampler = Spec::named(sampler);
        engine.submit(Job {
            photo: photo(37, 23),
            mask: None,
            recipe,
            start: None,
            scene: None,
        });
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

#[test]
fn bad_jobs_fail_with_a_sentence_and_the_next_one_runs() {
    let engine = engine();
    let spoiled = |spoil: &dyn Fn(&mut Job)| {
        let mut job = inpainting();
        spoil(&mut job);
        engine.submit(job);
        failure(&listen(&engine))
    };
    let empty = spoiled(&|job| job.mask = Some(Arc::new(Mask::new(120, 90))));
    assert!(empty.contains("the mask is empty"), "{empty}");
    let small = spoiled(&|job| job.mask = Some(Arc::new(Mask::new(10, 10))));
    assert!(
        small.contains("the mask is 10 x 10 pixels, but the photo is 120 x 90"),
        "{small}"
    );
    let none = spoiled(&|job| job.mask = None);
    assert!(none.contains("needs a mask"), "{none}");
    let noise = spoiled(&|job| job.recipe.noise = f64::NAN);
    assert!(noise.contains("noise level"), "{noise}");
    let dark = spoiled(&|job| job.recipe.photons = Some(0.0));
    assert!(
        dark.contains("0 photons for white are not from 1"),
        "{dark}"
    );
    let steps = spoiled(&|job| job.recipe.steps = 0);
    assert!(steps.contains("0 steps are too few"), "{steps}");
    let many = spoiled(&|job| job.recipe.steps = 1001);
    assert!(many.contains("1001"), "{many}");
    let prior = spoiled(&|job| job.recipe.prior = PriorChoice::Path("no/such/prior".into()));
    assert!(prior.contains("no/such/prior"), "{prior}");
    let gpu = spoiled(&|job| job.recipe.device = DeviceChoice::Gpu(77));
    assert!(gpu.contains("GPU"), "{gpu}");
    let sampler = spoiled(&|job| job.recipe.sampler = Spec::named("magic"));
    assert!(sampler.contains("no sampler called `magic`"), "{sampler}");
    let tiny = spoiled(&|job| {
        job.photo = photo(5, 40);
        job.mask = Some(Arc::new(
            Mask::from_data(5, 40, vec![255; 200]).expect("fits"),
        ));
        job.recipe.prior = PriorChoice::default();
    });
    assert!(tiny.contains("at least 8 x 8"), "{tiny}");
    let unused = spoiled(&|job| job.recipe.operator = "box:factor=2".parse().expect("known"));
    assert!(unused.contains("has no use for it"), "{unused}");
    let factors = "box:factor=16+box:factor=16+box:factor=16+box:factor=16+box:factor=16";
    let huge = spoiled(&|job| {
        job.mask = None;
        job.recipe.operator = factors.parse().expect("each is known");
    });
    assert!(huge.contains("at most 64 times"), "{huge}");
    let curved = spoiled(&|job| {
        job.mask = None;
        job.recipe.operator = "hdr".parse().expect("known");
        // Were the prior looked for, that would be the complaint.
        job.recipe.prior = PriorChoice::Path("no/such/prior".into());
    });
    assert!(
        curved.contains("ca-dps needs a linear operator, and `hdr` is not"),
        "{curved}"
    );
    let spectrum = spoiled(&|job| {
        job.mask = None;
        job.recipe.operator = "mri".parse().expect("known");
    });
    assert!(spectrum.contains("measures a spectrum"), "{spectrum}");
    let large = spoiled(&|job| {
        job.mask = None;
        job.recipe.operator = "box-mask".parse().expect("known");
    });
    assert!(large.contains("do not fit into 120 x 90"), "{large}");
    let operator = spoiled(&|job| job.recipe.operator = Chain(Vec::new()));
    assert!(operator.contains("no operator"), "{operator}");

    engine.submit(inpainting());
    finished(&listen(&engine));
}

/// `wake` runs on the worker: a panic in it is a panic of the worker.
#[test]
fn a_panic_is_reported_with_its_cause_and_the_next_job_runs() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let armed = Arc::new(AtomicBool::new(true));
    let trap = Arc::clone(&armed);
    let engine = Engine::start(move || {
        if trap.swap(false, Ordering::SeqCst) {
            panic!("the trap sprang");
        }
    })
    .expect("starts");
    engine.submit(inpainting());
    let cause = failure(&listen(&engine));
    assert!(cause.contains("the trap sprang"), "{cause}");
    engine.submit(inpainting());
    finished(&listen(&engine));
}

#[test]
fn recipes_survive_json() {
    let mut recipe = recipe();
    recipe.operator = "gaussian-blur:size=61,std=3+bicubic:factor=4"
        .parse()
        .expect("known");
    recipe.sampler = "ca-dps:covariance=krylov:4".parse().expect("well-formed");
    let json = serde_json::to_string(&recipe).expect("writes");
    assert_eq!(
        serde_json::from_str::<Recipe>(&json).expect("reads"),
        recipe
    );
    let bad = json.replace("bicubic", "tricubic");
    assert!(
        serde_json::from_str::<Recipe>(&bad).is_err(),
        "an unknown operator was accepted"
    );
}

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
    assert!(refused(&|job| job.recipe.sampler = Spec::named("ddrm")).contains("ca-dps"));
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

#[test]
fn a_prior_is_timed_and_gives_way() {
    let engine = engine();
    let request = || TimingRequest {
        prior: PriorChoice::BuiltIn("gaussian".to_owned()),
        device: DeviceChoice::Cpu,
        operator: recipe().operator,
        photo: (120, 90),
        mask: Some(mask(120, 90)),
    };
    let id = engine.time(request());
    let events = listen(&engine);
    let Some(Event::Timed { job, pace }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(*job, id);
    let sound = |size: &Timed| size.evaluation > 0.0 && size.product >= 0.0;
    assert!(
        !pace.sizes.is_empty() && pace.sizes.iter().all(sound) && pace.stride >= 1,
        "{pace:?}"
    );
    // One that is stopped before it began does nothing.
    let mut long = inpainting();
    long.recipe.steps = 900;
    let run = engine.submit(long);
    let id = engine.time(request());
    engine.stop(id);
    engine.stop(run);
    let _ = listen(&engine);
    let events = listen(&engine);
    assert!(matches!(events.last(), Some(Event::Stopped { job, outcome: None }) if *job == id));
}
