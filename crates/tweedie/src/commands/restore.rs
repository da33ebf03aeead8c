//! `tweedie restore`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, ensure};
use engine::{Account, Closeness, Film, Job, Outcome, Recipe};
use imaging::{Mask, Photo, ReadMask};

use super::files::{Files, kernel_files};
use super::saving::{Saving, save};
use super::target::{self, Target};
use super::{compression, conclude, masks, place};
use crate::cli::RestoreArgs;
use crate::interrupt;
use crate::progress;
use crate::terminal::{note, one_line, say, shown};

/// Steps of the sampler with the distance to the truth.
type Way = Vec<(usize, f64, Option<f64>)>;

/// What is read before the work begins.
struct Inputs {
    photo: Arc<Photo>,
    mask: Option<ReadMask>,
    truth: Option<Photo>,
    target: Option<Target>,
    /// Width and height of the result.
    size: (usize, usize),
    job: Job,
}

pub(crate) fn run(args: &RestoreArgs) -> Result<ExitCode> {
    check(args)?;
    let inputs = read(args)?;
    let saving = foretold(args, &inputs)?;
    let (mut film, mut way) = (Film::default(), Way::new());
    let holes = inputs.job.mask.clone();
    let ended = progress::run(inputs.job.clone(), &mut |preview| {
        if args.trajectory.is_some() {
            film.add(preview);
        }
        // Estimates have not the size of a result that is reduced in the end.
        if let (Some(truth), None) = (&inputs.truth, &inputs.target) {
            way.extend(engine::closeness_on_the_way(
                preview,
                truth,
                holes.as_deref(),
            ));
        }
    })?;
    let Some(outcome) = ended else {
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    };
    let restored = finished(&inputs, &outcome);
    write(args, &inputs, &restored, saving.as_ref())?;
    if let Some(file) = &args.trajectory {
        let size = (outcome.photo.width(), outcome.photo.height());
        let bytes = film.to_png(&inputs.photo, size)?;
        imaging::write_atomically(file, &bytes)?;
        say(format!("trajectory: {}", shown(file)));
    }
    write_reports(args, &inputs, (&restored, &outcome), &way)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses what cannot come to a good end, before anything is decoded.
fn check(args: &RestoreArgs) -> Result<()> {
    let reads = std::iter::once(args.input.as_path())
        .chain(masks::file(args.mask.as_deref()))
        .chain(args.truth.as_deref())
        .chain(kernel_files(&args.damage.operator));
    let in_place = args.in_place.then_some(args.input.as_path());
    let pictures = args.output.as_deref().into_iter().chain(in_place);
    let reports = args.draw.report.iter().map(std::path::PathBuf::as_path);
    Files {
        reads: reads.collect(),
        pictures: pictures.chain(args.layer.as_deref()).collect(),
        others: reports.chain(args.trajectory.as_deref()).collect(),
        in_place,
    }
    .check()?;
    if let Some(file) = &args.trajectory {
        let png = file
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("png"));
        ensure!(
            png,
            "{}: the trajectory is an animated PNG; end its name with .png",
            shown(file)
        );
    }
    if let Some(layer) = &args.layer {
        let format = imaging::FileFormat::from_path(layer)?;
        ensure!(
            format.holds_alpha(),
            "{}: {format} holds no transparency; write a layer as PNG, TIFF or WebP",
            shown(layer)
        );
    }
    let recipe = args.damage.recipe(&args.draw)?;
    engine::check_sampler(&recipe.sampler, &recipe.operator)?;
    Ok(())
}

fn read(args: &RestoreArgs) -> Result<Inputs> {
    let photo = Arc::new(Photo::open_what_is_there(&args.input)?);
    if photo.is_cut_short() {
        note(format!(
            "{} ends early: the lower part of the picture, or its fine detail, is missing",
            shown(&args.input)
        ));
    }
    let (operator, remark) = compression::as_read(&args.damage.operator, &photo);
    if let Some(remark) = remark {
        say(format!("{}: {remark}", shown(&args.input)));
    }
    let size = (photo.width(), photo.height());
    let target = target::plan(args.target, &operator, size, args.mask.is_some())?;
    let operator = target.as_ref().map_or(operator, |t| t.operator.clone());
    for idle in args.damage.idle(&operator) {
        note(format!("{idle} is ignored: only inpainting knows it"));
    }
    if let Some(caution) = engine::caution(&args.damage.recipe_of(operator.clone(), &args.draw)?) {
        note(caution);
    }
    let needed = operator.contains("inpaint");
    let name = shown(&args.input);
    let reading = args.reading.mask_is;
    let mask = masks::read(args.mask.as_deref(), reading, (&photo, &name), needed)?;
    let factor = operator.factor()?;
    // Of a region that is enlarged, the result is that region alone.
    let part = args.region.filter(|_| factor > 1);
    let part = part.map_or(size, |region| (region.width, region.height));
    let result = (part.0 * factor, part.1 * factor);
    let result = target.as_ref().map_or(result, |target| target.size);
    let truth = args.truth.as_deref().map(Photo::open).transpose()?;
    if let Some(truth) = &truth {
        let found = (truth.width(), truth.height());
        ensure!(
            found == result,
            "the truth is {} x {} pixels and the result will be {} x {}; to compare, they must be the \
             same size",
            found.0,
            found.1,
            result.0,
            result.1
        );
    }
    let job = Job {
        photo: Arc::clone(&photo),
        mask: mask.as_ref().map(|read| Arc::new(read.mask.clone())),
        recipe: Recipe {
            region: args.region,
            ..args.damage.recipe_of(operator, &args.draw)?
        },
        start: None,
        scene: None,
    };
    Ok(Inputs {
        photo,
        mask,
        truth,
        target,
        size: result,
        job,
    })
}

/// Says what the photo loses in the file that the result is written to.
fn foretold(args: &RestoreArgs, inputs: &Inputs) -> Result<Option<Saving>> {
    let in_place = args.in_place.then_some(args.input.as_path());
    let path = args.output.as_deref().or(in_place);
    let options = args.save.options();
    path.map(|path| Saving::foretold(&inputs.photo, inputs.size, path, options))
        .transpose()
}

/// The result with the mask's soft rim, at the size that was asked for.
fn finished(inputs: &Inputs, outcome: &Outcome) -> Photo {
    let mut restored = Photo::clone(&outcome.photo);
    if let Some(mask) = &inputs.mask {
        mask.soften(&mut restored, &inputs.photo);
    }
    match &inputs.target {
        Some(target) => target::reduced(&restored, target.size),
        None => restored,
    }
}

fn write(
    args: &RestoreArgs,
    inputs: &Inputs,
    restored: &Photo,
    saving: Option<&Saving>,
) -> Result<()> {
    if let Some(saving) = saving {
        saving.save(restored)?;
        say(format!("restored: {}", shown(saving.path())));
    }
    if let Some(path) = &args.layer {
        let whole = || vec![u8::MAX; restored.bounds().area()];
        let mask = inputs.mask.as_ref();
        let fits = mask.filter(|mask| mask.mask.bounds() == restored.bounds());
        let opacity = fits.map_or_else(whole, ReadMask::opacity);
        save(&restored.layer(&opacity), path, args.save.options())?;
        say(format!("layer: {}", shown(path)));
    }
    Ok(())
}

/// Prints the scores, and writes the reports.
fn write_reports(
    args: &RestoreArgs,
    inputs: &Inputs,
    (restored, outcome): (&Photo, &Outcome),
    way: &Way,
) -> Result<()> {
    let mask: Option<&Mask> = inputs.job.mask.as_deref();
    let truth = inputs.truth.as_ref();
    let close = truth.and_then(|truth| Closeness::of(restored, truth, mask));
    if let Some(close) = &close {
        let masked = close.masked_psnr;
        let masked = if masked.is_nan() {
            String::new()
        } else {
            format!(", PSNR under the mask {masked:.2} dB")
        };
        say(format!(
            "PSNR {:.2} dB, SSIM {:.4}{masked}",
            close.psnr, close.ssim
        ));
    }
    let name = args.input.file_name().map(Path::new);
    let name = name.map_or_else(|| shown(&place(&args.input)), shown);
    let account = Account {
        name: &one_line(&name),
        before: &inputs.photo,
        after: restored,
        mask,
        truth,
        mixed: false,
        report: &outcome.report,
        way,
        earlier: &[],
    };
    conclude(&account, close.as_ref(), &args.draw.report)
}
