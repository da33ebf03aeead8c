//! Jobs that cannot be done: a sentence, and the next one runs.

use std::sync::Arc;

use engine::{Chain, DeviceChoice, Engine, Job, PriorChoice, Recipe, Spec};
use imaging::Mask;

use super::{engine, failure, finished, inpainting, listen, photo, recipe};

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
