//! `tweedie train`.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use engine::{DeviceInfo, PriorChoice};
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use trainer::{
    Card, Dataset, DatasetOptions, Ended, Event, Length, NoiseLevels, Pace, Preset, Progress, Run,
    Settings, Start, Validated,
};

use super::{measure, photos};
use crate::cli::TrainArgs;
use crate::interrupt::{self, Interrupt};
use crate::terminal::say;

/// The side of crops if nobody says otherwise.
const SIDE: usize = 64;

pub(crate) fn run(args: &TrainArgs) -> Result<ExitCode> {
    let (device, info) = engine::open_device(args.device)?;
    let on_processor = info.backend == "CPU";
    let start = start(args)?;
    let settings = settings(args, start.as_ref())?;
    let pace = pace(args, on_processor)?;
    let (training, held_out) = datasets(args, &settings)?;
    let run = Run {
        card: card(args, &info, &training),
        training: Arc::new(training),
        held_out: Arc::new(held_out),
        settings,
        start,
        pace,
        output: args.output.clone(),
        device,
    };
    // From here on there is something to save.
    let mut view = View::new(&info, Interrupt::listen()?)?;
    let ended = trainer::train(&run, &mut |event| view.show(event));
    view.bar.finish_and_clear();
    match ended? {
        Ended::Finished(measures) => {
            say(measures.to_markdown());
            say(format!("the prior is in {}", args.output.display()));
        }
        Ended::AlreadyFinished => say(format!(
            "the run in {} was finished before; nothing is left to do",
            args.output.display()
        )),
        Ended::Stopped => {
            say("stopped and saved; the same command goes on from here");
            return Ok(ExitCode::from(interrupt::EXIT_CODE));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn start(args: &TrainArgs) -> Result<Option<Start>> {
    Ok(match &args.from {
        None => None,
        Some(PriorChoice::Path(path)) => Some(Start::open(path)?),
        Some(PriorChoice::BuiltIn(name)) => {
            let (config, weights) = engine::built_in_prior(name)?;
            Some(Start::from_bytes(config, weights)?)
        }
    })
}

fn settings(args: &TrainArgs, start: Option<&Start>) -> Result<Settings> {
    let length = args
        .iterations
        .map_or(Length::Hours(args.hours), Length::Iterations);
    let size = args.size.or_else(|| start.map(Start::side));
    let preset = args
        .preset
        .unwrap_or(Preset::Standard)
        .settings(size.unwrap_or(SIDE), length)?;
    let settings = Settings {
        batch: args.batch.unwrap_or(preset.batch),
        learning_rate: args.learning_rate.unwrap_or(preset.learning_rate),
        warmup: args.warmup.unwrap_or(preset.warmup),
        loss: args.loss,
        noise: NoiseLevels {
            mean: args.noise_mean,
            spread: args.noise_spread,
            uniform: args.noise_uniform,
        },
        precision: args.precision,
        reduction: args.reduction,
        flips: !args.no_flips,
        seed: args.seed,
        ..preset
    };
    let settings = match start {
        None => settings,
        Some(start) => {
            let own = start.settings(settings.clone());
            let (name, side) = (&start.origin().name, start.side());
            ensure!(
                args.size.is_none_or(|size| size == side),
                "{name} was trained at {side} pixels; leave --size out"
            );
            ensure!(
                args.preset.is_none() || own.model == settings.model,
                "the network of {name} is another one than the preset's; leave --preset out"
            );
            own
        }
    };
    // Before photographs are read for minutes.
    settings.check()?;
    Ok(settings)
}

fn pace(args: &TrainArgs, on_processor: bool) -> Result<Pace> {
    let minutes = |minutes: f64, what: &str| {
        ensure!(
            (0.0..=1e6).contains(&minutes),
            "--{what} is {minutes}; write minutes, such as 10"
        );
        Ok(Duration::from_secs_f64(60.0 * minutes))
    };
    ensure!(
        args.micro_batch != Some(0),
        "--micro-batch must be at least 1"
    );
    ensure!(args.crops > 0, "--crops must be at least 1");
    Ok(Pace {
        micro: args.micro_batch,
        save_every: minutes(args.save_minutes, "save-minutes")?,
        validate_every: minutes(args.validate_minutes, "validate-minutes")?,
        crops: args.crops,
        samples: args.samples,
        half: args.half,
        check_memory: on_processor,
        ..Pace::default()
    })
}

fn datasets(args: &TrainArgs, settings: &Settings) -> Result<(Dataset, Dataset)> {
    let options = DatasetOptions {
        grouping: args.reading.group,
        longest: args.reading.longest,
        smallest: settings.model.image_size(),
        manifest: args.manifest.clone(),
        output: Some(args.output.clone()),
    };
    let photographs = read_all(&args.photos, &options)?;
    for photographs in &photographs {
        if let Some(unlisted @ 1..) = photographs.unlisted() {
            say(format!(
                "  {}: the manifest does not know {unlisted} of them; they are left alone",
                photographs.path().display()
            ));
        }
    }
    let (training, held_out) = if args.held_out.is_empty() {
        Dataset::split_all(photographs, settings.held_out, settings.seed)?
    } else {
        // All of it is held out; the table is about the photographs to train on.
        let options = DatasetOptions {
            manifest: None,
            ..options
        };
        Dataset::with_all_held_out(photographs, read_all(&args.held_out, &options)?)?
    };
    let copies = training.copies();
    if !copies.is_empty() {
        say(format!(
            "  {} pictures are not trained on because the same files are held out:",
            copies.len()
        ));
        photos::name_some(copies);
    }
    say(format!(
        "training on {}; holding out {}",
        photos::amount(&training),
        photos::amount(&held_out)
    ));
    Ok((training, held_out))
}

fn read_all(paths: &[PathBuf], options: &DatasetOptions) -> Result<Vec<Dataset>> {
    let read = |path: &PathBuf| photos::read(path, options);
    paths.iter().map(read).collect()
}

fn card(args: &TrainArgs, info: &DeviceInfo, training: &Dataset) -> Card {
    let folder = args.output.canonicalize();
    let folder = folder.as_ref().unwrap_or(&args.output).file_name();
    let by_folder = folder.map(|name| name.to_string_lossy().into_owned());
    let names = args.photos.iter().filter_map(|path| path.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    Card {
        name: args
            .name
            .clone()
            .or(by_folder)
            .unwrap_or_else(|| "prior".to_owned()),
        licence: args.licence.clone(),
        trained_on: format!("{} ({})", photos::amount(training), names.join(", ")),
        device: info.to_string(),
    }
}

/// A run in a terminal.
struct View {
    bar: ProgressBar,
    device: String,
    measuring: bool,
    interrupt: Interrupt,
}

impl View {
    fn new(info: &DeviceInfo, interrupt: Interrupt) -> Result<Self> {
        let style = ProgressStyle::with_template("{bar:32.cyan/blue} {msg}")?;
        Ok(Self {
            bar: ProgressBar::new(0).with_style(style),
            device: info.to_string(),
            measuring: false,
            interrupt,
        })
    }

    /// A line above the bar; plainly if there is no terminal.
    fn line(&self, line: impl std::fmt::Display) {
        self.bar.suspend(|| say(line));
    }

    fn show(&mut self, event: Event) -> ControlFlow<()> {
        match event {
            Event::Started {
                step,
                parameters,
                ignored,
            } => {
                if let Some((path, reason)) = ignored {
                    self.line(format!(
                        "{} cannot be read ({reason}); going on from the one before",
                        path.display()
                    ));
                }
                let from = match step {
                    0 => "starting".to_owned(),
                    step => format!("going on after step {step}"),
                };
                let device = &self.device;
                self.line(format!("{from}: {parameters} weights on {device}"));
            }
            Event::Planned {
                iterations,
                remaining,
            } => self.line(format!(
                "{iterations} steps will take about {}",
                HumanDuration(remaining)
            )),
            Event::Step(progress) => self.step(&progress),
            Event::Validated(news) => self.validated(&news),
            Event::Saved { path, step } => {
                self.line(format!("step {step}: saved {}", path.display()));
            }
            Event::Measuring(now) => {
                if !self.measuring {
                    self.measuring = true;
                    self.bar.finish_and_clear();
                    if let Ok(bar) = measure::bar() {
                        self.bar = bar;
                    }
                }
                measure::show(&self.bar, now);
            }
            _ => {}
        }
        self.interrupt.flow()
    }

    /// The losses, and below them how well pictures are estimated at each noise level.
    fn validated(&self, news: &Validated) {
        self.line(format!(
            "step {}: training loss {:.4}, error of the noise on held-out photographs {:.4}",
            news.step, news.training_loss, news.loss.mean
        ));
        for part in news.estimates.chunks(3) {
            let levels: Vec<String> = part
                .iter()
                .map(|at| {
                    format!(
                        "sigma {:.2}: RMSE {:.4}, PSNR {:.2} dB",
                        at.sigma, at.rmse, at.psnr
                    )
                })
                .collect();
            self.line(format!("  {}", levels.join("   ")));
        }
    }

    fn step(&self, progress: &Progress) {
        let all = progress.iterations;
        self.bar.set_length(all.unwrap_or(progress.step));
        self.bar.set_position(progress.step);
        let of = all.map_or_else(|| "?".to_owned(), |all| all.to_string());
        let left = match progress.remaining {
            Some(left) => format!("{} left", HumanDuration(left)),
            None => "measuring the speed".to_owned(),
        };
        self.bar.set_message(format!(
            "{}/{of} steps · {:.1} images/s · {left} · loss {:.4}",
            progress.step, progress.images_per_second, progress.loss
        ));
    }
}
