//! A region against the whole picture with a network that looks at its neighbourhood, in tiles.

use std::sync::Arc;

use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;
use burn::tensor::{Device, Tensor};
use crossbeam_channel::{bounded, unbounded};
use diffusion::{Denoiser, Level, Linearisation, Prediction, Process, Schedule, TileField, Tiled};
use imaging::{Depth, Photo, Planar, Rect};

use super::*;
use crate::control::Control;
use crate::device::{DeviceChoice, DeviceInfo};
use crate::event::JobId;
use crate::job::Job;
use crate::outbox::Outbox;
use crate::prior::LoadedPrior;
use crate::recipe::Recipe;

/// How far [`Smooth`] looks.
const REACH: usize = 6;

/// The mean of a neighbourhood of 7 × 7, twice, is taken for the picture; zeros lie outside, as in
/// convolutions.
struct Smooth;

fn smoothed(x: Tensor<4>) -> Tensor<4> {
    let window = AvgPoolOptions::new([7, 7]).with_stride([1, 1]);
    let once = |x| avg_pool2d(x, window.clone().with_padding([3, 3]));
    once(once(x).tanh())
}

impl Denoiser for Smooth {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let alpha_bar = level.alpha_bar();
        let x0 = smoothed(x.clone() / alpha_bar.sqrt());
        Prediction {
            eps: (x - x0 * alpha_bar.sqrt()) / (1.0 - alpha_bar).sqrt(),
            variance_logits: None,
        }
    }

    fn linearise(&self, _: Tensor<4>, _: Level) -> Linearisation {
        unreachable!("nothing is differentiated here")
    }

    fn stride(&self) -> usize {
        4
    }

    fn range(&self) -> Option<(f64, f64)> {
        Some((-1.0, 1.0))
    }

    fn halo(&self) -> Option<usize> {
        Some(REACH)
    }
}

fn prior() -> LoadedPrior {
    let process = Process::default();
    LoadedPrior {
        summary: crate::prior::describe_prior(&"gaussian".to_owned().into()).expect("built in"),
        schedule: Schedule::new(process.noise_schedule, process.steps).expect("usual"),
        denoiser: Tiled::new(Box::new(Smooth), TileField::WHOLE).with_sides([64, 48]),
        config: None,
    }
}

fn restored(operator: &str, sampler: &str, region: Option<Rect>) -> Photo {
    let mut picture = Planar::new(230, 170);
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (x, y) = ((i % 230) as f32, (i / 230) as f32);
        *value =
            0.5 + 0.3 * (0.4 * x).sin() * (0.27 * y).cos() + 0.1 * ((i * 37 % 101) as f32 / 101.0);
    }
    let job = Job {
        photo: Arc::new(Photo::from_planar(&picture, Depth::Float)),
        mask: None,
        recipe: Recipe {
            operator: operator.parse().expect("valid"),
            sampler: sampler.parse().expect("valid"),
            noise: 0.1,
            steps: 4,
            region,
            ..Recipe::default()
        },
        start: None,
        scene: None,
    };
    let on = (
        Device::flex(),
        DeviceInfo {
            choice: DeviceChoice::Cpu,
            name: "the processor".to_owned(),
            backend: "CPU".to_owned(),
            software: false,
        },
    );
    let (prior, control) = (prior(), Control::default());
    let (events, _inbox) = unbounded();
    let (previews, latest) = bounded(1);
    let outbox = Outbox::new(events, previews, latest, Arc::new(|| ()));
    let session = Session::new(JobId(1), &job, &prior, &on, &outbox, &control);
    let restored = restore(&mut session.expect("begins")).expect("runs");
    restored.expect("not stopped").photo
}

/// Root mean square and largest difference under a rectangle.
fn apart(a: &Photo, b: &Photo, at: Rect) -> (f32, f32) {
    let (a, b) = (a.planar(at), b.planar(at));
    let differences: Vec<f32> = a.data.iter().zip(&b.data).map(|(a, b)| a - b).collect();
    let square = differences.iter().map(|d| d * d).sum::<f32>() / differences.len() as f32;
    let largest = differences.iter().fold(0.0, |m, d| d.abs().max(m));
    (square.sqrt(), largest)
}

const REGION: Rect = Rect::new(90, 70, 60, 44);

#[test]
fn one_evaluation_of_a_region_is_that_of_the_whole() {
    let whole = restored("identity", "posterior-mean", None);
    let part = restored("identity", "posterior-mean", Some(REGION));
    let (_, largest) = apart(&part, &whole, REGION);
    assert!(largest < 1e-5, "{largest}");
}

/// Over several steps what lies farther than the context acts through it, and next to nothing of it
/// arrives: within one receptive field of the region's border a trace, and farther inside none.
#[test]
fn several_steps_of_a_region_are_those_of_the_whole_but_for_a_seam() {
    let sampler = "ca-dps:covariance=isotropic,jacobian=model,start=0.7";
    for operator in ["identity", "gaussian-blur:size=9,std=1"] {
        let whole = restored(operator, sampler, None);
        let part = restored(operator, sampler, Some(REGION));
        let (seam, _) = apart(&part, &whole, REGION);
        assert!(seam < 2e-3, "{operator}: {seam}");
        let inside = Rect::new(
            REGION.x + REACH,
            REGION.y + REACH,
            REGION.width - 2 * REACH,
            REGION.height - 2 * REACH,
        );
        let (_, largest) = apart(&part, &whole, inside);
        assert!(largest < 2e-3, "{operator}: {largest}");
        // They would differ where anything did: the noise is drawn, and the seed tells.
        let elsewhere = apart(&part, &whole, Rect::new(0, 0, 60, 44));
        assert!(elsewhere.0 > 0.02, "outside of the region the photo stays");
    }
}
