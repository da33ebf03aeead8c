//! `tweedie degrade`.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use engine::{Chain, Noise};
use imaging::{Mask, Photo, Rect};

use super::files::{Files, kernel_files};
use super::masks;
use super::saving::save;
use crate::cli::DegradeArgs;
use crate::terminal::{note, say, shown};

pub(crate) fn run(args: &DegradeArgs) -> Result<ExitCode> {
    let reads = std::iter::once(args.input.as_path())
        .chain(masks::file(args.mask.as_deref()))
        .chain(kernel_files(&args.operator));
    Files {
        reads: reads.collect(),
        pictures: vec![&args.output],
        ..Files::default()
    }
    .check()?;
    let photo = Photo::open(&args.input)?;
    let needed = args.operator.contains("inpaint");
    let name = shown(&args.input);
    let reading = args.reading.mask_is;
    let mask = masks::read(args.mask.as_deref(), reading, (&photo, &name), needed)?;
    let mask = mask.map(|read| read.mask);
    let (photo, mask) = divisible(photo, mask, &args.operator)?;
    let noise = Noise {
        sigma: args.noise,
        photons: args.photons,
    };
    let damaged = engine::degrade(&photo, mask.as_ref(), &args.operator, noise, args.seed)?;
    save(&damaged, &args.output, args.save.options())?;
    say(format!("damaged: {}", shown(&args.output)));
    Ok(ExitCode::SUCCESS)
}

/// The photo without the columns and rows at its right and bottom that the reductions would not divide.
fn divisible(photo: Photo, mask: Option<Mask>, operator: &Chain) -> Result<(Photo, Option<Mask>)> {
    let factor = operator.factor()?;
    let (width, height) = (photo.width(), photo.height());
    let (right, bottom) = (width % factor, height % factor);
    if right == 0 && bottom == 0 {
        return Ok((photo, mask));
    }
    ensure!(
        width >= factor && height >= factor,
        "the photo is {width} x {height} pixels, too small to be reduced {factor} times"
    );
    let rect = Rect::new(0, 0, width - right, height - bottom);
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    note(format!(
        "{width} x {height} pixels cannot be divided by {factor}; {} at the right and {} at the bottom \
         are cut off, which leaves {} x {}",
        counted(right, "column"),
        counted(bottom, "row"),
        rect.width,
        rect.height
    ));
    // A mask belongs to the measurement, which has the smaller size where something reduces.
    let fits = |mask: &Mask| mask.bounds() == photo.bounds();
    let mask = match mask {
        Some(mask) if fits(&mask) => Some(mask.crop(rect)),
        other => other,
    };
    Ok((photo.cropped(rect), mask))
}
