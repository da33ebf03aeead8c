//! `tweedie batch`: many photos, one after another. What is there already is left alone, so that the
//! same command goes on where it was interrupted; a photo that fails does not stop the others.

mod table;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use engine::{BatchRequest, Job, Masks, Pair};

use super::saving::save;
use super::{compression, kernel_files, say};
use crate::cli::BatchArgs;
use crate::interrupt;
use crate::progress::{Ended, Runner};
use table::{Line, State, Table};

pub(crate) fn run(args: &BatchArgs) -> Result<ExitCode> {
    let recipe = args.damage.recipe(&args.draw)?;
    for file in &args.draw.report {
        let json = file
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("json"));
        ensure!(
            json,
            "{}: a batch is reported as JSON; end its name with .json",
            file.display()
        );
    }
    for kernel in kernel_files(&recipe.operator) {
        ensure!(kernel.is_file(), "there is no kernel {}", kernel.display());
    }
    engine::check_sampler(&recipe.sampler, &recipe.operator)?;
    let needs_masks = recipe.operator.contains("inpaint");
    match (&args.masks, needs_masks) {
        (None, true) => {
            bail!("`inpaint` needs masks; name their folder, or one for all, with --masks")
        }
        (Some(_), false) => bail!(
            "`{}` has no use for masks; leave --masks out",
            recipe.operator
        ),
        _ => {}
    }
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make the folder {}", args.output.display()))?;
    let pairs = BatchRequest {
        photos: args.photos.clone(),
        masks: args.masks.clone().map_or(Masks::Without, Masks::At),
        suffix: args.mask_suffix.clone(),
        output: args.output.clone(),
    }
    .pairs()?;
    let runner = Runner::start()?;
    let mut table = Table::default();
    let mut clock = Clock::new(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        if runner.is_interrupted() {
            break;
        }
        let line = one(&runner, pair, args, &clock);
        let Some(line) = line else { break };
        clock.passed(index + 1, line.state == State::Restored);
        say(format!("{}/{}  {}", index + 1, pairs.len(), line));
        table.lines.push(line);
    }
    say(table.summary(pairs.len(), clock.since.elapsed()));
    for file in &args.draw.report {
        imaging::write_atomically(file, table.json()?.as_bytes())?;
        say(format!("report: {}", file.display()));
    }
    Ok(if runner.is_interrupted() {
        say("stopped; the same command goes on from here");
        ExitCode::from(interrupt::EXIT_CODE)
    } else if table.failed() > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Restores one photo, or says why not; `None` when Ctrl-C stopped it.
fn one(runner: &Runner, pair: &Pair, args: &BatchArgs, clock: &Clock) -> Option<Line> {
    let line = |state, text: String, report| Line {
        photo: pair.photo.clone(),
        output: pair.output.clone(),
        state,
        text,
        report,
    };
    if let Some(reason) = &pair.obstacle {
        return Some(line(State::Failed, reason.clone(), None));
    }
    if pair.output.exists() && !args.force {
        return Some(line(State::Skipped, "is there already".to_owned(), None));
    }
    match restore(runner, pair, args, clock) {
        Ok(None) => None,
        Ok(Some(report)) => {
            let text = format!("{:.1} s, {} windows", report.seconds, report.windows);
            Some(line(State::Restored, text, Some(report)))
        }
        Err(error) => Some(line(State::Failed, format!("{error:#}"), None)),
    }
}

fn restore(
    runner: &Runner,
    pair: &Pair,
    args: &BatchArgs,
    clock: &Clock,
) -> Result<Option<engine::Report>> {
    let (photo, mask) = pair.open()?;
    let (operator, _) = compression::as_read(&args.damage.operator, &photo);
    let job = Job {
        photo,
        mask,
        recipe: args.damage.recipe_of(operator, &args.draw)?,
        start: None,
        scene: None,
    };
    let name = pair.photo.file_name().unwrap_or_default().to_string_lossy();
    let label = |left| format!("{name} · {}", clock.left(left));
    match runner.run(job, &label, &mut |_| ())? {
        Ended::Interrupted => Ok(None),
        Ended::Finished(outcome) => {
            save(&outcome.photo, &pair.output, &args.save.options())?;
            Ok(Some(outcome.report))
        }
    }
}

/// How long the rest will take, judged by what was restored so far.
struct Clock {
    since: Instant,
    photos: usize,
    done: usize,
    restored: usize,
    spent: Duration,
    last: Instant,
}

impl Clock {
    fn new(photos: usize) -> Self {
        let now = Instant::now();
        Self {
            since: now,
            photos,
            done: 0,
            restored: 0,
            spent: Duration::ZERO,
            last: now,
        }
    }

    fn passed(&mut self, done: usize, restored: bool) {
        self.done = done;
        if restored {
            self.restored += 1;
            self.spent += self.last.elapsed();
        }
        self.last = Instant::now();
    }

    /// Such as `2 of 5 · about 3 min left`.
    fn left(&self, of_this: Duration) -> String {
        let waiting = self.photos.saturating_sub(self.done + 1);
        // The first photo stands for the others until it is done.
        let each = match self.restored {
            0 => self.last.elapsed() + of_this,
            restored => self.spent / u32::try_from(restored).unwrap_or(u32::MAX),
        };
        let left = of_this + each * u32::try_from(waiting).unwrap_or(u32::MAX);
        let seconds = left.as_secs();
        let time = if seconds < 60 {
            format!("{seconds} s")
        } else {
            format!("{} min", seconds.div_ceil(60))
        };
        format!(
            "{} of {} · {time} left in all  ",
            self.done + 1,
            self.photos
        )
    }
}
