//! `tweedie evaluate`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use engine::Spec;
use evaluation::{
    Ended, Found, Method, Picture, Plan, Progress, Store, Subject, Summary, Task, baselines,
    report, tables,
};
use indicatif::{ProgressBar, ProgressStyle};

use super::photos::name_some;
use super::say;
use crate::cli::EvaluateArgs;
use crate::interrupt::{self, Interrupt};

pub(crate) fn run(args: &EvaluateArgs) -> Result<ExitCode> {
    let tasks = Task::all(&args.operator, &args.mask)?;
    let baselines = match (&args.baseline[..], args.no_baselines) {
        (_, true) => Vec::new(),
        ([], _) => baselines::families()
            .iter()
            .map(|f| Spec::named(f.name))
            .collect(),
        (named, _) => named.to_vec(),
    };
    let (device, info) = engine::open_device(args.device)?;
    let prior = engine::load_prior(&args.prior, &device)?;
    engine::check_memory(&prior, &device, (args.crop, args.crop))?;
    let pictures = pictures(&args.images, args.crop, args.limit)?;
    let plan = Plan {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        files: evaluation::files_read(&tasks)?,
        tasks,
        methods: Method::all(&baselines, &args.sampler, &args.steps),
        noise: args.noise,
        draws: args.draws,
        seed: args.seed,
        crop: args.crop,
        prior: prior.summary.name.clone(),
        prior_sha256: prior.summary.sha256.clone(),
        device: info.to_string(),
        pictures: pictures.iter().map(Picture::mark).collect(),
    };
    let subject = Subject {
        denoiser: prior.denoiser.as_ref(),
        schedule: &prior.schedule,
        device: &device,
    };
    let store = Store::open(&args.output, &plan)?;
    let ended = fill(&plan, &pictures, subject, &store)?;
    let summary = Summary::read(&plan, &store)?;
    write(&summary, &store, (&args.output, args.show))?;
    say(tables::markdown(&summary));
    say(format!("written into {}", args.output.display()));
    Ok(match ended {
        Ended::Finished => ExitCode::SUCCESS,
        Ended::Stopped => {
            say("stopped and saved; the same command goes on from here");
            ExitCode::from(interrupt::EXIT_CODE)
        }
    })
}

/// Reads the clean pictures and says which were left out.
pub(super) fn pictures(path: &Path, crop: usize, limit: Option<usize>) -> Result<Vec<Picture>> {
    let Found { pictures, left_out } = evaluation::read_pictures(path, crop, limit)?;
    if !left_out.is_empty() {
        say(format!("{} images are left out:", left_out.len()));
        name_some(&left_out);
    }
    Ok(pictures)
}

/// Fills the table with a progress bar, until it is full or Ctrl-C is pressed.
pub(super) fn fill(
    plan: &Plan,
    pictures: &[Picture],
    subject: Subject<'_>,
    store: &Store,
) -> Result<Ended> {
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
    let ended = evaluation::run(plan, pictures, subject, store, &mut show, &|| {
        interrupt.asked()
    });
    bar.finish_and_clear();
    Ok(ended?)
}

fn write(summary: &Summary, store: &Store, (folder, shown): (&Path, usize)) -> Result<()> {
    let files = [
        ("results.csv", tables::cells_csv(summary)),
        ("results.json", tables::json(summary)?),
        ("results.md", tables::markdown(summary)),
        ("report.html", report::html(summary, store, shown)?),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text));
    for (name, text) in files.into_iter().chain(report::plots(summary)) {
        imaging::write_atomically(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}
