//! What is told before a run against what the run then takes, by a clock that only the denoiser turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{bounded, unbounded};
use diffusion::{
    Denoiser, Level, Linearisation, Prediction, Process, Schedule, TileField, Tiled, WhiteGaussian,
};
use imaging::{Depth, Photo, Planar, Rect, Value};

use samplers::Cost;

use super::*;
use crate::device::DeviceInfo;
use crate::job::Job;
use crate::outbox::Outbox;
use crate::prior::LoadedPrior;
use crate::recipe::Recipe;
use crate::session::Session;
use crate::{regions, restore, whole, work};

/// A clock in nanoseconds, and how often it was turned.
#[derive(Clone, Default)]
struct Hands(Arc<(AtomicU64, AtomicU64)>);

impl Hands {
    fn seconds(&self) -> f64 {
        self.0.0.load(Ordering::Relaxed) as f64 * 1e-9
    }

    /// Something took so many seconds, or about as many where a machine is never twice the same.
    fn turn(&self, seconds: f64, unsteady: bool) {
        const AROUND_ONE: [f64; 5] = [0.8, 1.0, 1.3, 0.9, 1.0];
        let call = self.0.1.fetch_add(1, Ordering::Relaxed) as usize;
        let factor = if unsteady { AROUND_ONE[call % 5] } else { 1.0 };
        let passed = (seconds * factor * 1e9) as u64;
        let _ = self.0.0.fetch_add(passed, Ordering::Relaxed);
    }
}

/// Larger pictures take longer for a pixel, products longer than evaluations, and the first call of all
/// prepares the others.
struct Slow {
    inner: WhiteGaussian,
    hands: Hands,
    unsteady: bool,
}

impl Slow {
    fn evaluation(x: &Tensor<4>) -> f64 {
        let [_, _, height, width] = x.dims();
        let pixels = (height * width) as f64;
        pixels * (4e-6 + 4e-11 * pixels)
    }

    fn take(&self, seconds: f64) {
        let first = self.hands.seconds() == 0.0;
        self.hands
            .turn(seconds * if first { 9.0 } else { 1.0 }, self.unsteady);
    }
}

impl Denoiser for Slow {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        self.take(Self::evaluation(&x));
        self.inner.evaluate(x, level)
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let seconds = Self::evaluation(&x);
        self.take(seconds);
        let inner = self.inner.linearise(x, level);
        let (hands, unsteady) = (self.hands.clone(), self.unsteady);
        Linearisation {
            pullback: Box::new(move |v| {
                hands.turn(1.2 * seconds, unsteady);
                (inner.pullback)(v)
            }),
            ..inner
        }
    }

    fn stride(&self) -> usize {
        8
    }
}

fn prior(hands: &Hands, unsteady: bool) -> LoadedPrior {
    let process = Process::default();
    let schedule = Schedule::new(process.noise_schedule, process.steps).expect("usual");
    let inner = WhiteGaussian::new(0.25);
    LoadedPrior {
        summary: crate::prior::describe_prior(&"gaussian".to_owned().into()).expect("built in"),
        schedule,
        denoiser: Tiled::new(
            Box::new(Slow {
                inner,
                hands: hands.clone(),
                unsteady,
            }),
            TileField::WHOLE,
        ),
        config: None,
    }
}

/// A photo with spots that need windows of three sizes.
fn job(operator: &str, sampler: &str, steps: usize) -> Job {
    let mut mask = Mask::new(400, 300);
    for spot in [
        Rect::new(20, 20, 5, 5),
        Rect::new(300, 30, 60, 70),
        Rect::new(60, 150, 130, 110),
    ] {
        let _ = mask.fill_rect(spot, Value::Paint);
    }
    let operator: Chain = operator.parse().expect("valid");
    let inpainting = restore::is_inpainting(&operator);
    let (width, height) = if inpainting { (400, 300) } else { (90, 70) };
    let mut picture = Planar::new(width, height);
    for (i, value) in picture.data.iter_mut().enumerate() {
        *value = 0.3 + 0.4 * ((i % 17) as f32 / 17.0);
    }
    Job {
        photo: Arc::new(Photo::from_planar(&picture, Depth::Eight)),
        mask: inpainting.then(|| Arc::new(mask)),
        recipe: Recipe {
            operator,
            sampler: sampler.parse().expect("valid"),
            steps,
            ..Recipe::default()
        },
        start: None,
        scene: None,
    }
}

fn on() -> (Device, DeviceInfo) {
    let info = DeviceInfo {
        choice: DeviceChoice::Cpu,
        name: "a clock".to_owned(),
        backend: "CPU".to_owned(),
        software: false,
    };
    (Device::flex(), info)
}

/// Seconds told, and seconds taken.
fn told_and_taken(job: &Job, unsteady: bool) -> (f64, f64) {
    let (hands, on, control) = (Hands::default(), on(), Control::default());
    let prior = prior(&hands, unsteady);
    let request = TimingRequest {
        prior: job.recipe.prior.clone(),
        device: DeviceChoice::Cpu,
        operator: job.recipe.operator.clone(),
        photo: (job.photo.width(), job.photo.height()),
        mask: job.mask.clone(),
    };
    let clock = || hands.seconds();
    let pace = time(&prior, &on.0, &request, &clock, (&control, JobId(1))).expect("timed");
    let windows = planned(&request.operator, request.photo, job.mask.as_deref(), 8);
    let windows = windows.expect("planned");
    let (recipe, process) = (&job.recipe, &prior.summary.process);
    let sampler =
        samplers::with_operator_defaults(&recipe.sampler, &recipe.operator, recipe.noise_model());
    let costs = work::costs(&sampler, recipe.steps, process, recipe.coarse_to_fine);
    let costs = costs.expect("known");
    let work = Work::of(costs, &windows);
    let told = pace.seconds(&work).expect("timed");

    let (events, _inbox) = unbounded();
    let (previews, latest) = bounded(1);
    let outbox = Outbox::new(events, previews, latest, Arc::new(|| ()));
    let before = hands.seconds();
    let mut session = Session::new(JobId(2), job, &prior, &on, &outbox, &control).expect("begins");
    let restored = if restore::is_inpainting(&job.recipe.operator) {
        regions::restore(&mut session)
    } else {
        whole::restore(&mut session)
    };
    let restored = restored.expect("runs").expect("not stopped");
    let report = session.report(&restored);
    let asked = |of: fn(Cost) -> usize| -> usize {
        let of_a = |window: &work::Planned| match costs.taken_up {
            Some(taken_up) => of(costs.noise) + window.coarser.len() * of(taken_up),
            None => of(costs.noise),
        };
        windows.iter().map(of_a).sum()
    };
    assert_eq!(
        (report.windows, report.evaluations, report.products),
        (
            windows.len(),
            asked(|c| c.evaluations),
            asked(|c| c.products)
        ),
        "{}",
        job.recipe.sampler
    );
    (told, hands.seconds() - before)
}

#[test]
fn what_is_told_is_what_the_account_of_the_run_takes() {
    let forms = [
        "ca-dps:covariance=krylov:3",
        "ca-dps:covariance=probe:2",
        "dps:start=1",
    ];
    let inpaint = "inpaint".parse().expect("valid");
    let takes =
        |name: &&str| restore::check_sampler(&operators::Spec::named(name), &inpaint).is_ok();
    let families = samplers::families().into_iter();
    let names = families.map(|family| family.name).filter(takes);
    for sampler in names.chain(forms) {
        let (told, taken) = told_and_taken(&job("inpaint", sampler, 12), false);
        // Only windows between the sizes that were timed are not told exactly.
        assert!(
            (told / taken - 1.0).abs() < 0.01,
            "{sampler}: {told} s told, {taken} s taken"
        );
    }
    let (told, taken) = told_and_taken(&job("gaussian-blur:size=9,std=1", "ca-dps", 12), false);
    assert!((told / taken - 1.0).abs() < 1e-6, "{told}, {taken}");
}

/// On a machine where the same takes now longer, now shorter, the typical time counts, not the best.
#[test]
fn an_unsteady_machine_is_not_taken_at_its_best() {
    for steps in [10, 11, 12] {
        let (told, taken) = told_and_taken(&job("inpaint", "ca-dps", steps), true);
        assert!(
            (told / taken - 1.0).abs() < 0.15,
            "{told} s told, {taken} s taken"
        );
    }
}

#[test]
fn large_windows_are_timed_only_where_nobody_would_wait_for_them() {
    let hands = Hands::default();
    let (on, control) = (on(), Control::default());
    let prior = prior(&hands, false);
    let request = |photo| TimingRequest {
        prior: PriorChoice::default(),
        device: DeviceChoice::Cpu,
        operator: "gaussian-blur".parse().expect("valid"),
        photo,
        mask: None,
    };
    let timed = |photo| {
        let clock = || hands.seconds();
        let stop = (&control, JobId(1));
        time(&prior, &on.0, &request(photo), &clock, stop).expect("timed")
    };
    // A photo that is sampled as a whole is timed on no more than a window.
    let sizes = |pace: &Pace| pace.sizes.iter().map(|s| s.pixels).collect::<Vec<_>>();
    assert_eq!(sizes(&timed((900, 100))), [(256 * 104) as f64]);
    let stride = 8;
    assert_eq!(super::sizes(&[], stride), [(64, 64)]);
    assert_eq!(super::sizes(&[(72, 64), (64, 64)], stride), [(72, 64)]);
    let both = [(64, 64), (256, 256)];
    assert_eq!(super::sizes(&both, stride), both);
    // By a clock a hundred times slower the larger of two is left to the first run.
    let job = job("inpaint", "ca-dps", 10);
    let masked = TimingRequest {
        operator: job.recipe.operator.clone(),
        photo: (400, 300),
        mask: job.mask,
        ..request((1, 1))
    };
    let clock = || hands.seconds() * 100.0;
    let pace = time(&prior, &on.0, &masked, &clock, (&control, JobId(1))).expect("timed");
    assert_eq!(sizes(&pace), [(64 * 64) as f64]);
}

#[test]
fn a_window_between_two_sizes_takes_between_them_and_one_beyond_as_much_for_a_pixel() {
    let size = |pixels, each| Timed {
        pixels,
        evaluation: pixels * each,
        product: 2.0 * pixels * each,
    };
    let pace = Pace {
        sizes: vec![size(100.0, 1.0), size(300.0, 3.0)],
        stride: 8,
    };
    let seconds = |pixels, evaluations, products| {
        let mut work = Work::default();
        let share = work::Share {
            pixels,
            evaluations,
            products,
        };
        work.add(1, share);
        pace.seconds(&work).expect("timed")
    };
    assert!((seconds(100, 1, 0) - 100.0).abs() < 1e-9);
    assert!((seconds(200, 1, 0) - 400.0).abs() < 1e-9);
    assert!((seconds(200, 0, 3) - 2400.0).abs() < 1e-9);
    assert!((seconds(50, 1, 0) - 50.0).abs() < 1e-9);
    assert!((seconds(600, 1, 0) - 1800.0).abs() < 1e-9);
    assert_eq!(Pace::default().seconds(&Work::default()), Some(0.0));
    let work = Work(vec![work::Share {
        pixels: 1,
        evaluations: 1,
        products: 0,
    }]);
    assert_eq!(Pace::default().seconds(&work), None);
    let slower = pace.clone().scaled(2.0);
    assert_eq!(slower.sizes[0].evaluation, 2.0 * pace.sizes[0].evaluation);
}
