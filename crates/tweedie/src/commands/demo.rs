//! `tweedie demo`: the main job on a machine without a display.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use engine::{Account, Draw, Job, Recipe};
use imaging::{Depth, Mask, Photo, Planar, SaveOptions};

use super::conclude;
use super::files::Files;
use crate::cli::DemoArgs;
use crate::interrupt;
use crate::progress;
use crate::terminal::{say, shown};

/// Pixels between the two halves of the before/after picture.
const GAP: usize = 8;

pub(crate) fn run(args: DemoArgs) -> Result<ExitCode> {
    let restored_path = args.output.join("demo-restored.png");
    let pair_path = args.output.join("demo-before-after.png");
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make the folder {}", shown(&args.output)))?;
    let reports: Vec<&Path> = args.draw.report.iter().map(PathBuf::as_path).collect();
    Files {
        pictures: vec![&restored_path, &pair_path],
        others: reports,
        ..Files::default()
    }
    .check()?;
    let photo = Arc::new(Photo::decode(engine::demo::DAMAGED, "the bundled photo")?);
    let mask = Arc::new(Mask::from_photo(&Photo::decode(
        engine::demo::MASK,
        "the bundled mask",
    )?));
    let usual = Recipe::default();
    let Draw { sampler, steps } = args.draw.draw(&usual.operator)?;
    let recipe = Recipe {
        sampler,
        steps,
        seed: args.draw.seed,
        prior: args.draw.prior,
        device: args.draw.device,
        ..usual
    };
    let job = Job {
        photo: Arc::clone(&photo),
        mask: Some(Arc::clone(&mask)),
        recipe,
        start: None,
        scene: None,
    };
    match progress::run(job, &mut |_| ())? {
        None => Ok(ExitCode::from(interrupt::EXIT_CODE)),
        Some(outcome) => {
            let options = SaveOptions::default();
            imaging::save(&outcome.photo, &restored_path, &options)?;
            let pair = side_by_side(&photo, &outcome.photo);
            imaging::save(
                &Photo::from_planar(&pair, Depth::Eight),
                &pair_path,
                &options,
            )?;
            say(format!("restored: {}", shown(&restored_path)));
            say(format!("before and after: {}", shown(&pair_path)));
            let account = Account {
                name: "The demo photograph",
                before: &photo,
                after: &outcome.photo,
                mask: Some(&mask),
                truth: None,
                mixed: false,
                report: &outcome.report,
                way: &[],
                earlier: &[],
            };
            conclude(&account, None, &args.draw.report)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn side_by_side(before: &Photo, after: &Photo) -> Planar {
    let (left, right) = (before.planar(before.bounds()), after.planar(after.bounds()));
    let mut pair = Planar::new(
        left.width + GAP + right.width,
        left.height.max(right.height),
    );
    pair.data.fill(1.0);
    pair.paste(0, 0, &left);
    pair.paste(left.width + GAP, 0, &right);
    pair
}
