//! Promise: `FORMATS.md` says what the code does. Every row of its tables is made here from the
//! code's own tables and behaviour, and looked for on the page.

use crate::{
    Depth, FileFormat, Limits, Loss, Resolution,
    codec::{HEIC_PROGRAMS, PROGRAMS, REFUSED},
    format::{ENDINGS, ONLY_READ},
    metadata::{self, ColorChunk, ColorChunks, Metadata, Note},
};

const PAGE: &str = include_str!("../FORMATS.md");

fn yes(held: bool) -> &'static str {
    if held { "yes" } else { "no" }
}

/// Looks for rows in the order of the page, and that there are no others in their table.
fn check(heading: &str, rows: &[String]) {
    let (_, section) = PAGE
        .split_once(heading)
        .unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n## ").next().expect("a section");
    let found: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .collect();
    assert_eq!(found, rows, "under {heading}");
}

#[test]
fn formats_that_are_written() {
    let row = |(format, endings): &(FileFormat, &[&str])| {
        let depths: Vec<&str> = [
            (Depth::Eight, "8"),
            (Depth::Sixteen, "16"),
            (Depth::Float, "float"),
        ]
        .into_iter()
        .filter(|(depth, _)| format.nearest_depth(*depth) == *depth)
        .map(|(_, name)| name)
        .collect();
        let pixels = if format.is_lossy() {
            "compressed anew"
        } else {
            "exact"
        };
        let most = match format.max_side() {
            side if side >= i32::MAX as usize => "-".to_owned(),
            side => side.to_string(),
        };
        format!(
            "| {format} | {} | {} | {} | {} | {pixels} | {most} |",
            endings.join(", "),
            depths.join(", "),
            yes(format.holds_alpha()),
            yes(*format == FileFormat::Tiff),
        )
    };
    check(
        "## Read and written",
        &ENDINGS.iter().map(row).collect::<Vec<_>>(),
    );
    assert_eq!(ENDINGS.map(|(format, _)| format), FileFormat::ALL);
    for (format, endings) in ENDINGS {
        assert_eq!(endings[0], format.extension());
    }
}

#[test]
fn formats_that_are_only_read() {
    let programs: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
    let rows = [
        "| JPEG XL | by the decoder jxl-oxide |".to_owned(),
        "| AVIF | by the decoder rav1d |".to_owned(),
        format!(
            "| HEIC | by {}, if one is installed |",
            HEIC_PROGRAMS.join(", ")
        ),
        format!(
            "| camera raw | developed by {}, if one is installed |",
            programs.join(", ")
        ),
    ];
    check("## Read only", &rows);
    for (row, (name, _)) in rows.iter().zip(ONLY_READ) {
        assert!(row.starts_with(&format!("| {name} |")), "{row}");
    }
    assert_eq!(rows.len(), ONLY_READ.len());
}

#[test]
fn formats_that_are_refused() {
    let rows = REFUSED
        .iter()
        .map(|format| format!("| {} | `{}` |", format.name, format.command));
    check("## Refused by name", &rows.collect::<Vec<_>>());
}

#[test]
fn metadata_that_are_kept() {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x02\0\0\0A\0\0\0".to_vec();
    exif.extend([0; 4]);
    let full = Metadata {
        icc: Some(vec![1; 200]),
        exif: Some(exif),
        xmp: Some(b"<x/>".to_vec()),
        photoshop: Some(b"8BIM".to_vec()),
        notes: vec![
            Note::comment(b"Sea").expect("a text"),
            Note::other(b"Title\0Sea"),
        ],
        resolution: Some(Resolution { x: 300.0, y: 300.0 }),
        color: ColorChunk::new(*b"gAMA", &[0; 4]).into_iter().collect(),
    };
    let row = |format: FileFormat| {
        let kept = full.kept_by(format, false);
        let held = [
            kept.icc.is_some(),
            kept.exif.is_some(),
            kept.xmp.is_some(),
            kept.photoshop.is_some(),
            !kept.notes.is_empty(),
            kept.notes.len() == 2,
            kept.resolution.is_some(),
            !kept.color.is_empty(),
        ];
        format!("| {format} | {} |", held.map(yes).join(" | "))
    };
    check("## Kept beside the pixels", &FileFormat::ALL.map(row));
}

#[test]
fn losses_that_are_named() {
    let color = ColorChunk::new(*b"gAMA", &[0; 4])
        .into_iter()
        .collect::<Vec<_>>();
    let all = [
        Loss::Depth {
            from: Depth::Sixteen,
            to: Depth::Eight,
        },
        Loss::Transparency,
        Loss::Channels,
        Loss::Pages { of: 3 },
        Loss::Layers,
        Loss::Frames { of: 3 },
        Loss::Pictures { of: 3 },
        Loss::GainMap,
        Loss::DepthMap,
        Loss::Video,
        Loss::Sequence,
        Loss::RawData {
            by: PROGRAMS[0].name,
        },
        Loss::ColorChunks(ColorChunks::of(&color)),
        Loss::Profile,
        Loss::DamagedProfile,
        Loss::LinkedProfile,
        Loss::CalibratedColors,
        Loss::Exif,
        Loss::Xmp,
        Loss::ExtendedXmp,
        Loss::Iptc,
        Loss::Texts,
        Loss::Credentials,
        Loss::Resolution,
    ];
    let (_, section) = PAGE
        .split_once("## Named before saving")
        .expect("a heading");
    let section = section.split("\n## ").next().expect("a section");
    let named: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.split('|').nth(1).expect("a cell").trim())
        .collect();
    assert_eq!(named, all.map(|loss| loss.to_string()));
}

#[test]
fn limits_are_those_of_the_code() {
    let limits = Limits::default();
    for sentence in [
        format!("{} megapixels", limits.max_pixels / 1_000_000),
        format!("{} GiB", limits.max_alloc >> 30),
        format!("{} MiB", metadata::MOST >> 20),
        format!(
            "{} characters",
            crate::shown(&"x".repeat(9999)).chars().count() - 1
        ),
    ] {
        assert!(PAGE.contains(&sentence), "{sentence}");
    }
}
