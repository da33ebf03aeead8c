//! Promise: what is said to be lost is what is missing from the saved file, in every format; all
//! else comes through.

mod common;

use std::io::Cursor;

use common::{IPTC, XMP, exif, full_jpeg, layouts, photo, profile};
use imaging::{Depth, FileFormat, Loss, Photo, SaveOptions, encode, losses};

fn saved(photo: &Photo, format: FileFormat) -> Photo {
    let bytes = encode(photo, format, &SaveOptions::default()).expect("it holds the pixels");
    Photo::decode(&bytes, "saved").expect("what we write can be read")
}

fn lost(photo: &Photo, format: FileFormat) -> Vec<Loss> {
    losses(photo, format, &SaveOptions::default()).list
}

/// What a copy lacks, by looking at it.
fn missing(before: &Photo, after: &Photo) -> Vec<Loss> {
    let (from, to) = (before.depth(), after.depth());
    let missing = [
        (to < from, Loss::Depth { from, to }),
        (before.has_alpha() && !after.has_alpha(), Loss::Transparency),
        (before.icc_profile() != after.icc_profile(), Loss::Profile),
        (before.exif() != after.exif(), Loss::Exif),
        (before.xmp() != after.xmp(), Loss::Xmp),
        (before.photoshop() != after.photoshop(), Loss::Iptc),
        (
            before.resolution().is_some() && after.resolution().is_none(),
            Loss::Resolution,
        ),
    ];
    let missing = missing.into_iter().filter(|(missing, _)| *missing);
    missing.map(|(_, loss)| loss).collect()
}

#[test]
fn everything_a_jpeg_holds_is_read() {
    let photo = Photo::decode(&full_jpeg(), "full.jpg").expect("valid");
    assert_eq!(photo.icc_profile(), Some(profile().as_slice()));
    assert_eq!(photo.exif(), Some(exif(1).as_slice()));
    assert_eq!(photo.xmp(), Some(XMP));
    assert_eq!(photo.photoshop(), Some(IPTC));
    let resolution = photo.resolution().expect("300 in an inch");
    assert_eq!((resolution.x, resolution.y), (300.0, 300.0));
    assert_eq!(photo.jpeg().quality, Some(75));
}

#[test]
fn what_is_told_is_what_is_missing() {
    let full = Photo::decode(&full_jpeg(), "full.jpg").expect("valid");
    for format in FileFormat::ALL {
        let again = saved(&full, format);
        let mut told = lost(&full, format);
        let comment = told.iter().position(|loss| *loss == Loss::Texts);
        comment.map(|at| told.remove(at));
        assert_eq!(told, missing(&full, &again), "{format}");
        // The texts themselves: nothing is lost on the way back where nothing was told.
        let kept = comment.is_none();
        let bytes = encode(&full, format, &SaveOptions::default()).expect("encoded");
        let found = bytes.windows(13).any(|part| part == b"taken by Anna");
        assert_eq!(kept, found, "{format}");
        if let Some(resolution) = again.resolution() {
            assert!(
                (resolution.x - 300.0).abs() < 0.02,
                "{format}: {resolution:?}"
            );
        }
        // And once more: a format keeps what it kept.
        assert_eq!(lost(&again, format), [], "{format}");
    }
    let none: [Loss; 0] = [];
    assert_eq!(lost(&full, FileFormat::Jpeg), none);
    assert_eq!(lost(&full, FileFormat::Png), [Loss::Iptc]);
    assert_eq!(lost(&full, FileFormat::Tiff), [Loss::Texts]);
    let webp = [Loss::Iptc, Loss::Texts, Loss::Resolution];
    assert_eq!(lost(&full, FileFormat::WebP), webp);
    let bmp = [
        Loss::Profile,
        Loss::Exif,
        Loss::Xmp,
        Loss::Iptc,
        Loss::Texts,
    ];
    assert_eq!(lost(&full, FileFormat::Bmp), bmp);
}

#[test]
fn pixels_that_do_not_fit_are_told_of_every_layout() {
    for image in layouts() {
        let original = photo(&image);
        for format in FileFormat::ALL {
            let again = saved(&original, format);
            let told = lost(&original, format);
            assert_eq!(
                told,
                missing(&original, &again),
                "{format} {:?}",
                image.color()
            );
        }
    }
}

/// Each format's own way of writing things down, through every other format that holds them.
#[test]
fn metadata_survives_a_journey() {
    let full = Photo::decode(&full_jpeg(), "full.jpg").expect("valid");
    let mut photo = full.clone();
    for format in [
        FileFormat::Tiff,
        FileFormat::Jpeg,
        FileFormat::Tiff,
        FileFormat::Png,
        FileFormat::Png,
        FileFormat::WebP,
        FileFormat::Jpeg,
    ] {
        photo = saved(&photo, format);
        assert_eq!(photo.icc_profile(), full.icc_profile(), "{format}");
        assert_eq!(photo.exif(), full.exif(), "{format}");
        assert_eq!(photo.xmp(), full.xmp(), "{format}");
    }
}

#[test]
fn the_sentence_names_what_is_lost() {
    let clear = photo(&layouts()[7]);
    let told = losses(&clear, FileFormat::Jpeg, &SaveOptions::default());
    let sentence = told.sentence().expect("much is lost");
    assert_eq!(sentence, "JPEG keeps 8 of 16 bits and no transparency.");
    let full = Photo::decode(&full_jpeg(), "full.jpg").expect("valid");
    let told = losses(&full, FileFormat::WebP, &SaveOptions::default());
    let sentence = "WebP keeps no IPTC, no text notes and no resolution.";
    assert_eq!(told.sentence().as_deref(), Some(sentence));
    let png = losses(&clear, FileFormat::Png, &SaveOptions::default());
    assert_eq!(png.sentence(), None);
    let eight = SaveOptions {
        depth: Some(Depth::Eight),
        ..SaveOptions::default()
    };
    let told = losses(&clear, FileFormat::Png, &eight);
    assert_eq!(told.sentence().as_deref(), Some("PNG keeps 8 of 16 bits."));
}

/// What a camera writes into an EXIF block, as tags of a TIFF file that other programs read: the
/// main directory has make and copyright, one below it the time.
#[test]
fn exif_becomes_tags_of_a_tiff_file() {
    let mut block = b"MM\0*\0\0\0\x08\0\x03".to_vec();
    block.extend(b"\x01\x0f\0\x02\0\0\0\x06\0\0\0\x32");
    block.extend(b"\x82\x98\0\x02\0\0\0\x05\0\0\0\x38");
    block.extend(b"\x87\x69\0\x04\0\0\0\x01\0\0\0\x3e");
    block.extend(b"\0\0\0\0Canon\0Anna\0\0");
    block.extend(b"\0\x01\x90\x03\0\x02\0\0\0\x14\0\0\0\x50\0\0\0\0");
    block.extend(b"2024:05:01 10:11:12\0");
    let mut file = full_jpeg();
    let old = exif(1);
    let at = file.windows(old.len()).position(|part| part == old);
    let at = at.expect("the block");
    file.splice(at..at + old.len(), block.iter().copied());
    let length = u16::try_from(2 + 6 + block.len()).expect("short");
    file[at - 8..at - 6].copy_from_slice(&length.to_be_bytes());
    let photo = Photo::decode(&file, "camera.jpg").expect("valid");
    assert_eq!(photo.exif(), Some(block.as_slice()));
    let tiff = encode(&photo, FileFormat::Tiff, &SaveOptions::default()).expect("encoded");

    // Another reader finds them, and the pixels.
    let mut reader = tiff::decoder::Decoder::new(Cursor::new(&tiff)).expect("a TIFF");
    let text = |reader: &mut tiff::decoder::Decoder<_>, tag| {
        let value = reader.get_tag(tag).expect("the tag is there");
        value.into_string().expect("a text")
    };
    use tiff::tags::Tag;
    assert_eq!(text(&mut reader, Tag::Make), "Canon");
    assert_eq!(text(&mut reader, Tag::Copyright), "Anna");
    let unit = reader.get_tag_u32(Tag::ResolutionUnit).expect("a unit");
    assert_eq!(unit, 2);
    let below = reader.get_tag(Tag::ExifDirectory).expect("a directory");
    let below = below.into_ifd_pointer().expect("a pointer");
    let below = reader.read_directory(below).expect("EXIF's");
    let taken = reader
        .read_directory_tags(&below)
        .find_tag(Tag::Unknown(0x9003));
    let taken = taken.expect("readable").expect("the time");
    assert_eq!(taken.into_string().expect("a text"), "2024:05:01 10:11:12");

    let again = Photo::decode(&tiff, "saved.tif").expect("valid");
    assert!(again.planar(again.bounds()) == photo.planar(photo.bounds()));
    let exif = again.exif().expect("tags");
    for text in ["Canon\0", "Anna\0", "2024:05:01 10:11:12\0"] {
        let found = exif.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(found, "{text}");
    }
}
