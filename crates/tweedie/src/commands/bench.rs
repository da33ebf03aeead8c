//! What `evaluate` and `lab ablation` do alike: get everything ready, fill a table, sum it up.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use engine::{Chain, DeviceChoice, PriorChoice};
use evaluation::{
    Bench, Ended, Found, Lpips, MaskChoice, Method, Picture, Plan, Progress, Store, Subject,
    Summary, Task,
};
use indicatif::{ProgressBar, ProgressStyle};

use super::photos::name_some;
use crate::interrupt::{self, Interrupt};
use crate::terminal::say;

/// What a command line asks for.
pub(super) struct Asked<'a> {
    /// The folder of clean pictures, or one of them.
    pub(super) images: &'a Path,
    pub(super) operators: &'a [Chain],
    pub(super) masks: &'a [MaskChoice],
    pub(super) methods: Vec<Method>,
    pub(super) noise: f64,
    pub(super) draws: usize,
    /// Draws at a time.
    pub(super) together: usize,
    pub(super) seed: u64,
    pub(super) crop: usize,
    pub(super) limit: Option<usize>,
    pub(super) prior: &'a PriorChoice,
    pub(super) device: DeviceChoice,
    /// The network for LPIPS and the weights of its layers.
    pub(super) lpips: Option<(PathBuf, PathBuf)>,
}

/// What is in the folder in the end.
pub(super) struct Filled {
    pub(super) ended: Ended,
    pub(super) summary: Summary,
    pub(super) store: Store,
}

/// Fills the table in the folder `output` with a progress bar, until it is full or Ctrl-C is pressed.
pub(super) fn fill(asked: Asked<'_>, output: &Path) -> Result<Filled> {
    let tasks = Task::all(asked.operators, asked.masks)?;
    let (device, info) = engine::open_device(asked.device)?;
    let prior = engine::load_prior(asked.prior, &device)?;
    let sides = (asked.crop, asked.crop);
    engine::check_memory(&prior, &device, sides, asked.together)?;
    let open = |(network, heads): &(PathBuf, PathBuf)| Lpips::open(network, heads);
    let lpips = asked.lpips.as_ref().map(open).transpose()?;
    let pictures = pictures(asked.images, asked.crop, asked.limit)?;
    let plan = Plan {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        files: evaluation::files_read(&tasks)?,
        tasks,
        methods: asked.methods,
        noise: asked.noise,
        draws: asked.draws,
        together: asked.together,
        seed: asked.seed,
        crop: asked.crop,
        prior: prior.summary.name.clone(),
        prior_sha256: prior.summary.sha256.clone(),
        device: info.to_string(),
        pictures: pictures.iter().map(Picture::mark).collect(),
        lpips: lpips.as_ref().map(|lpips| lpips.mark().clone()),
    };
    let bench = Bench {
        pictures: &pictures,
        subject: Subject {
            denoiser: &prior.denoiser,
            schedule: &prior.schedule,
            device: &device,
        },
        lpips: lpips.as_ref(),
    };
    let store = Store::open(output, &plan)?;
    let ended = with_bar(bench, &store)?;
    let summary = Summary::read(&store)?;
    Ok(Filled {
        ended,
        summary,
        store,
    })
}

/// Says how it ended where there is more to do.
pub(super) fn exit_code(ended: Ended) -> ExitCode {
    match ended {
        Ended::Finished => ExitCode::SUCCESS,
        Ended::Stopped => {
            say("stopped and saved; the same command goes on from here");
            ExitCode::from(interrupt::EXIT_CODE)
        }
    }
}

/// Reads the clean pictures and says which were left out.
fn pictures(path: &Path, crop: usize, limit: Option<usize>) -> Result<Vec<Picture>> {
    let Found { pictures, left_out } = evaluation::read_pictures(path, crop, limit)?;
    if !left_out.is_empty() {
        say(format!("{} images are left out:", left_out.len()));
        name_some(&left_out);
    }
    Ok(pictures)
}

fn with_bar(bench: Bench<'_>, store: &Store) -> Result<Ended> {
    let interrupt = Interrupt::listen()?;
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "{bar:32.cyan/blue} {pos}/{len} · {eta} left · {msg}",
    )?);
    let mut show = |progress: Progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(progress.now);
        interrupt.flow()
    };
    let asked = || interrupt.asked();
    let ended = evaluation::run(bench, store, &mut show, &asked);
    bar.finish_and_clear();
    Ok(ended?)
}
