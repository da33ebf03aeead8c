//! How often a restoration asks the denoiser, and of how many pixels, before it has begun: with a
//! [`Pace`](crate::Pace), what an estimate of its time is made of.

use burn::tensor::{Device, Tensor};
use diffusion::{Process, Schedule, WhiteGaussian};
use imaging::Mask;
use operators::{Chain, Context, SeededNoise, Spec};
use samplers::{Cost, Levels, Problem, Sampler};

use crate::scales::{self, Scale};
use crate::{kernel_file, regions, restore, whole, windows};

/// What one window asks of the denoiser.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Pixels of the window.
    pub pixels: usize,
    /// Runs of the network forwards.
    pub evaluations: usize,
    /// Runs backwards: vector-Jacobian products.
    pub products: usize,
}

/// What a sampler asks for a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// From noise.
    pub noise: Cost,
    /// From the estimate of a coarser scale, if it takes one up.
    pub taken_up: Option<Cost>,
}

/// A window as it is going to be sampled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Width and height.
    pub size: (usize, usize),
    /// Those of the coarser scales that come before it, coarsest first, for samplers that take up their
    /// estimates.
    pub coarser: Vec<(usize, usize)>,
}

/// What a restoration asks of the denoiser, window by window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work(pub Vec<Share>);

impl Work {
    /// Of windows that cost so much each.
    #[must_use]
    pub fn of(cost: Costs, windows: &[Planned]) -> Self {
        let share = |(width, height): (usize, usize), cost: Cost| Share {
            pixels: width * height,
            evaluations: cost.evaluations + cost.again,
            products: cost.products,
        };
        let mut work = Self::default();
        for window in windows {
            let scales = window.coarser.iter().filter(|_| cost.taken_up.is_some());
            let costs = std::iter::once(cost.noise).chain(cost.taken_up.into_iter().cycle());
            let sizes = scales.copied().chain([window.size]);
            work.0
                .extend(sizes.zip(costs).map(|(size, cost)| share(size, cost)));
        }
        work
    }

    /// Adds what was asked of a window, or of a scale of it, by its place in the plan.
    pub fn add(&mut self, part: usize, share: Share) {
        if self.0.len() <= part {
            self.0.resize(part + 1, Share::default());
        }
        let there = &mut self.0[part];
        there.pixels = share.pixels;
        there.evaluations += share.evaluations;
        there.products += share.products;
    }
}

/// What so many steps of a sampler cost on a window, with a prior of this process. Counted by
/// running it on a tiny picture with a closed form instead of a network, which takes about as many
/// milliseconds as there are steps; covariances that iterate until they are content may stop
/// elsewhere on a photo. `None` for a sampler or a number of steps that cannot be.
#[must_use]
pub fn cost(sampler: &Spec, steps: usize, process: &Process) -> Option<Cost> {
    let sampler = samplers::parse(sampler).ok()?;
    cost_over(sampler.as_ref(), sampler.levels(), steps, process)
}

/// The same for a sampler that takes those of these levels' steps that lie below its start.
fn cost_over(
    sampler: &dyn Sampler,
    levels: Levels,
    steps: usize,
    process: &Process,
) -> Option<Cost> {
    let full = Schedule::new(process.noise_schedule.clone(), process.steps).ok()?;
    let schedule = levels.schedule(&full, steps, &WhiteGaussian::new(0.25));
    cost_of(sampler, &schedule.ok()?)
}

/// What a run of these steps asks for, from the start of the sampler.
pub(crate) fn cost_of(sampler: &dyn Sampler, schedule: &Schedule) -> Option<Cost> {
    const SIDE: usize = 8;
    let device = Device::flex();
    let denoiser = WhiteGaussian::new(0.25);
    let all_known = sampler.requirement() == samplers::Requirement::Identity;
    let measured: Vec<bool> = (0..SIDE * SIDE).map(|i| all_known || i % 3 > 0).collect();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &kernel_file::load,
    };
    let name = if all_known { "identity" } else { "inpaint" };
    let operator = Chain(vec![Spec::named(name)]).build((SIDE, SIDE), None, &context);
    let operator = operator.ok()?;
    let measurement = Tensor::zeros([1, 3, SIDE, SIDE], &device);
    let never = || false;
    let problem = Problem::new(
        &denoiser,
        operator.as_ref(),
        measurement,
        0.05,
        schedule,
        &never,
    );
    let _ = sampler.run(&problem, &mut SeededNoise::new(0, 0)).ok()?;
    Some(problem.cost())
}

/// What a recipe's sampler asks for a window, counted as by [`cost`].
#[must_use]
pub fn costs(
    sampler: &Spec,
    steps: usize,
    process: &Process,
    coarse_to_fine: bool,
) -> Option<Costs> {
    let taken_up = scales::taken_up(sampler).filter(|_| coarse_to_fine);
    // Finer scales take the steps of the recipe's own schedule that lie below their start.
    let levels = samplers::parse(sampler).ok()?.levels();
    Some(Costs {
        noise: cost(sampler, steps, process)?,
        taken_up: match taken_up {
            Some(taken_up) => {
                let sampler = samplers::parse(&taken_up).ok()?;
                Some(cost_over(sampler.as_ref(), levels, steps, process)?)
            }
            None => None,
        },
    })
}

/// The windows that are sampled one after another to undo `operator` on a photo of
/// this size (width, height), with a prior of this stride. `None` where nothing can be planned, such
/// as for an empty mask.
#[must_use]
pub fn planned(
    operator: &Chain,
    photo: (usize, usize),
    mask: Option<&Mask>,
    stride: usize,
) -> Option<Vec<Planned>> {
    let stride = stride.max(1);
    let drawn = restore::drawn_mask(operator, photo).ok()?;
    let mask = drawn
        .as_ref()
        .or_else(|| mask.filter(|_| restore::is_inpainting(operator)));
    if let Some(mask) = mask {
        let windows = windows::plan(mask, stride).ok()?;
        let courses = regions::courses(&windows, mask, stride, true);
        let planned = courses.iter().map(|course| Planned {
            size: (course.window.width, course.window.height),
            coarser: course.coarser.iter().map(Scale::size).collect(),
        });
        return Some(planned.collect());
    }
    let (height, width) = whole::padded((photo.1, photo.0), operator.factor().ok()?, stride);
    Some(vec![Planned {
        size: (width, height),
        coarser: Vec::new(),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use imaging::{Rect, Value};

    fn of(sampler: &str, steps: usize) -> Cost {
        let sampler = sampler.parse().expect("valid");
        cost(&sampler, steps, &Process::default()).expect("known")
    }

    #[test]
    fn steps_cost_what_their_samplers_ask() {
        let pair = |evaluations, products, again| Cost {
            evaluations,
            products,
            again,
        };
        assert_eq!(of("ca-dps", 50), pair(50, 50, 0));
        assert_eq!(of("diffpir", 50), pair(50, 0, 0));
        // Every product after the first of a step runs the network once more.
        assert_eq!(of("ca-dps:covariance=krylov:3", 50), pair(50, 150, 100));
        assert_eq!(of("daps", 10), pair(40, 0, 0));
        let late = of("dps:start=0.15", 50);
        assert!((1..10).contains(&late.evaluations), "{late:?}");
        for family in samplers::families() {
            let spec = Spec::named(family.name);
            let known = cost(&spec, 20, &Process::default());
            assert!(known.is_some(), "{}", family.name);
        }
        assert_eq!(cost(&Spec::named("none"), 20, &Process::default()), None);
        let many = cost(&Spec::named("ddrm"), 2000, &Process::default());
        assert_eq!(many, None, "more than the prior has");
    }

    #[test]
    fn what_is_planned_is_what_is_sampled() {
        let chain = |text: &str| text.parse::<Chain>().expect("valid");
        let plan = |text: &str, mask: Option<&Mask>| {
            let planned = planned(&chain(text), (500, 401), mask, 8)?;
            assert!(planned.iter().all(|window| window.coarser.is_empty()));
            Some(planned.iter().map(|window| window.size).collect::<Vec<_>>())
        };
        let mut mask = Mask::new(500, 401);
        assert_eq!(plan("inpaint", Some(&mask)), None, "an empty mask");
        let _ = mask.fill_rect(Rect::new(100, 100, 5, 5), Value::Paint);
        assert_eq!(plan("inpaint", Some(&mask)), Some(vec![(64, 64)]));
        // Everything but a mask alone is sampled as a whole, on sides that the stride divides.
        let whole = Some(vec![(504, 408)]);
        assert_eq!(plan("gaussian-blur:std=2", None), whole);
        assert_eq!(plan("gaussian-blur:std=2+inpaint", Some(&mask)), whole);
        assert_eq!(plan("bicubic:factor=4", None), Some(vec![(2000, 1608)]));
        // A mask that is drawn is sampled in windows like one that is painted.
        let drawn = plan("strokes-mask:count=1,width=3", None).expect("planned");
        assert!(drawn.iter().all(|(w, h)| w * h <= 256 * 256), "{drawn:?}");
    }
}
