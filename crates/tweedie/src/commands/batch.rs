//! `tweedie batch`: many photos, one after another. What is there already is left alone, so that the
//! same command goes on where it was interrupted; a photo that fails does not stop the others, a full
//! disk does.

mod clock;
mod journal;
mod status;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use engine::{BatchRequest, Chain, Job, Masks, Pair, Recipe, Shard};
use imaging::{ImagingError, Photo, ReadMask};

use super::files::{check_file_or_folder, check_input, check_room, kernel_files};
use super::saving::Saving;
use super::{compression, masks};
use crate::cli::BatchArgs;
use crate::failure::{is_full, misuse};
use crate::interrupt;
use crate::progress::{Ended, Runner};
use crate::terminal::{note, one_line, say, shown};
use clock::Clock;
use journal::Journal;
use table::{Line, State, Table};

pub(crate) fn run(args: &BatchArgs) -> Result<ExitCode> {
    if args.status {
        return status::run(&args.output, &args.draw.report);
    }
    let recipe = args.damage.recipe(&args.draw)?;
    check(args, &recipe)?;
    let shard = match args.shard {
        Some(shard) => Some(shard),
        None => Shard::from_environment(|name| std::env::var(name).ok())?,
    };
    let pairs = pairs(args, shard)?;
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make the folder {}", shown(&args.output)))?;
    check_room(&args.output)?;
    let mut journal = shard
        .map(|shard| Journal::begin(&args.output, shard, &recipe, &pairs))
        .transpose()?;
    let runner = Runner::start()?;
    let mut table = Table::default();
    let mut clock = Clock::new(pairs.len());
    let mut full = None;
    for (index, pair) in pairs.iter().enumerate() {
        if runner.is_interrupted() {
            break;
        }
        let line = match one(&runner, pair, args, &clock) {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                full = Some(error);
                break;
            }
        };
        clock.passed(index + 1, line.state == State::Restored);
        say(format!("{}/{}  {}", index + 1, pairs.len(), line));
        if let Some(journal) = &mut journal {
            journal.add(&line)?;
        }
        table.lines.push(line);
    }
    conclude(args, &table, pairs.len(), &clock)?;
    if let Some(journal) = journal {
        journal.end(table.lines.len() == pairs.len())?;
    }
    match full {
        Some(error) => Err(error),
        None => Ok(exit_code(&table, pairs.len(), runner.is_interrupted())),
    }
}

/// Refuses what no photo could be restored with.
fn check(args: &BatchArgs, recipe: &Recipe) -> Result<()> {
    for file in &args.draw.report {
        let json = file
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("json"));
        ensure!(
            json,
            "{}: a batch is reported as JSON; end its name with .json",
            shown(file)
        );
    }
    for kernel in kernel_files(&recipe.operator) {
        check_input(kernel)?;
    }
    let masks = masks::file(args.masks.as_deref());
    for path in args.photos.iter().map(PathBuf::as_path).chain(masks) {
        check_file_or_folder(path)?;
    }
    engine::check_sampler(&recipe.sampler, &recipe.operator)?;
    for idle in args.damage.idle(&recipe.operator) {
        note(format!("{idle} is ignored: only inpainting knows it"));
    }
    let needs_masks = recipe.operator.contains("inpaint");
    match (&args.masks, needs_masks) {
        (None, true) => {
            misuse("`inpaint` needs masks; name their folder, or one for all, with --masks")
        }
        (Some(_), false) => misuse(format!(
            "`{}` has no use for masks; leave --masks out",
            recipe.operator
        )),
        _ => Ok(()),
    }
}

/// The photos of this part, each with its mask. Says which masks belong to none.
fn pairs(args: &BatchArgs, shard: Option<Shard>) -> Result<Vec<Pair>> {
    let request = BatchRequest {
        photos: args.photos.clone(),
        recursive: args.recursive,
        masks: masks::file(args.masks.as_deref())
            .map_or(Masks::Without, |masks| Masks::At(masks.to_owned())),
        suffix: args.mask_suffix.clone(),
        output: args.output.clone(),
        name: args.name.clone(),
    };
    let mut pairs = request.pairs()?;
    let unused = request.unused_masks(&pairs)?;
    if !unused.is_empty() {
        const NAMED: usize = 8;
        let names = unused.iter().take(NAMED).map(|path| shown(path));
        let names = names.collect::<Vec<_>>().join(", ");
        let more = unused.len().saturating_sub(NAMED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        note(format!(
            "these masks belong to no photo of the batch: {names}{more}"
        ));
    }
    if let Some(shard) = shard {
        let all = pairs.len();
        pairs.retain(|pair| shard.holds(&pair.relative));
        say(format!("part {shard}: {} of {all} photos", pairs.len()));
    }
    Ok(pairs)
}

/// Restores one photo, or says why not; `None` when Ctrl-C stopped it.
///
/// # Errors
/// When there is no room for results any more: the next photo would fare no better.
fn one(runner: &Runner, pair: &Pair, args: &BatchArgs, clock: &Clock) -> Result<Option<Line>> {
    let line = |state, text: String, report| {
        Ok(Some(Line {
            photo: pair.photo.clone(),
            relative: pair.relative.clone(),
            output: pair.output.clone(),
            state,
            text,
            report,
        }))
    };
    if pair.obstacle.is_none() && pair.output.exists() && !args.force {
        return line(State::Skipped, "is there already".to_owned(), None);
    }
    let (photo, mask) = match inputs(pair, args) {
        Ok(inputs) => inputs,
        Err(error) => {
            let state = if pair.passed_over {
                State::Skipped
            } else {
                State::Failed
            };
            return line(state, format!("{error:#}"), None);
        }
    };
    match restore(runner, pair, args, clock, (photo, mask)) {
        Ok(None) => Ok(None),
        Ok(Some(report)) => {
            let text = format!("{:.1} s, {} windows", report.seconds, report.windows);
            line(State::Restored, text, Some(report))
        }
        Err(error) => match error.downcast_ref::<ImagingError>() {
            Some(cause) if is_full(cause) => Err(error),
            _ => line(State::Failed, format!("{error:#}"), None),
        },
    }
}

type Photograph = std::sync::Arc<Photo>;

/// Reads a photo and its mask. A photo without one may have parts erased, which are its mask.
fn inputs(pair: &Pair, args: &BatchArgs) -> Result<(Photograph, Option<ReadMask>)> {
    let Some(reason) = &pair.obstacle else {
        let (photo, mask) = pair.read(args.reading.mask_is.0)?;
        let name = one_line(&pair.relative.display().to_string());
        if photo.is_cut_short() {
            note(format!(
                "{name} ends early: a part of the picture, or its fine detail, is missing"
            ));
        }
        if args.masks.as_deref().is_some_and(masks::is_infrared) {
            let dust = masks::dust(&photo, &name)?;
            return Ok((photo, Some(dust)));
        }
        if let Some(mask) = &mask {
            masks::remark(mask, &format!("the mask of {name}"));
        }
        return Ok((photo, mask));
    };
    if pair.passed_over
        && pair.mask.is_none()
        && let Ok(photo) = Photo::open(&pair.photo)
        && let Some(mask) = masks::of_holes(&photo)
    {
        return Ok((photo.into(), Some(mask)));
    }
    bail!("{reason}")
}

fn restore(
    runner: &Runner,
    pair: &Pair,
    args: &BatchArgs,
    clock: &Clock,
    (photo, mask): (Photograph, Option<ReadMask>),
) -> Result<Option<engine::Report>> {
    let (operator, _): (Chain, _) = compression::as_read(&args.damage.operator, &photo);
    let factor = operator.factor()?;
    let size = (photo.width() * factor, photo.height() * factor);
    let saving = Saving::foretold(&photo, size, &pair.output, args.save.options())?;
    let job = Job {
        photo: Photograph::clone(&photo),
        mask: mask.as_ref().map(|read| read.mask.clone().into()),
        recipe: args.damage.recipe_of(operator, &args.draw)?,
        start: None,
        scene: None,
    };
    let name = pair.photo.file_name().map(Path::new).map(shown);
    let name = name.unwrap_or_default();
    let label = |left| format!("{name} · {}", clock.left(left));
    match runner.run(job, &label, &mut |_| ())? {
        Ended::Interrupted => Ok(None),
        Ended::Finished(outcome) => {
            let mut restored = Photo::clone(&outcome.photo);
            if let Some(mask) = &mask {
                mask.soften(&mut restored, &photo);
            }
            if let Some(folder) = pair.output.parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make the folder {}", shown(folder)))?;
            }
            saving.save(&restored)?;
            Ok(Some(outcome.report))
        }
    }
}

fn conclude(args: &BatchArgs, table: &Table, photos: usize, clock: &Clock) -> Result<()> {
    say(table.summary(photos, clock.elapsed()));
    for file in &args.draw.report {
        imaging::write_atomically(file, table.json()?.as_bytes())?;
        say(format!("report: {}", shown(file)));
    }
    Ok(())
}

fn exit_code(table: &Table, photos: usize, interrupted: bool) -> ExitCode {
    if interrupted {
        say("stopped; the same command goes on from here");
        return ExitCode::from(interrupt::EXIT_CODE);
    }
    // Where nothing could be done for any photo, something was meant otherwise.
    let idle = photos > 0 && table.without_work() == photos;
    if table.failed() > 0 || idle {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
