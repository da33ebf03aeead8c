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

/// What a PNG file says of its colours goes into the next PNG file, and is missed in all others.
#[test]
fn colours_of_png_files_stay_in_png_files() {
    let mut chunks = vec![
        common::chunk(b"gAMA", &100_000_u32.to_be_bytes()),
        common::chunk(b"cHRM", &[1; 32]),
        common::chunk(b"sBIT", &[5, 6, 5]),
    ];
    for second in [
        common::chunk(b"sRGB", &[0]),
        common::chunk(b"cICP", &[9, 16, 0, 1]),
    ] {
        chunks.push(second);
        let image = common::colorful();
        let photo = Photo::decode(&common::png_with(&image, &chunks), "a.png").expect("valid");
        let bytes = encode(&photo, FileFormat::Png, &SaveOptions::default()).expect("encoded");
        for chunk in &chunks {
            assert!(
                bytes.windows(chunk.len()).any(|part| part == chunk),
                "{chunk:?}"
            );
        }
        assert_eq!(lost(&photo, FileFormat::Png), []);
        // They stand before the pixels, once each.
        let pixels = bytes
            .windows(4)
            .position(|part| part == b"IDAT")
            .expect("pixels");
        let gamma = bytes
            .windows(4)
            .position(|part| part == b"gAMA")
            .expect("gamma");
        assert!(gamma < pixels);
        assert_eq!(bytes.windows(4).filter(|part| part == b"gAMA").count(), 1);
        for format in FileFormat::ALL
            .into_iter()
            .filter(|f| *f != FileFormat::Png)
        {
            let told = losses(&photo, format, &SaveOptions::default());
            let text = told.sentence().expect("colours are lost");
            assert!(text.contains("gAMA, cHRM"), "{text}");
        }
    }
}

#[test]
fn pages_frames_and_profiles_elsewhere_are_missed() {
    let page = |level: u8| common::tiff::page((9, 7), &[8], 1, vec![level; 63], &[]);
    let bytes = common::tiff::Form::default().file(&[page(1), page(2), page(3)]);
    let photo = Photo::decode(&bytes, "pages.tif").expect("valid");
    assert_eq!(lost(&photo, FileFormat::Tiff), [Loss::Pages { of: 3 }]);
    assert_eq!(lost(&saved(&photo, FileFormat::Tiff), FileFormat::Tiff), []);
    let mut animation = imaging::Animation::default();
    for level in [0.0, 1.0] {
        let mut picture = imaging::Planar::new(6, 5);
        picture.data.fill(level);
        animation.show(picture, std::time::Duration::from_millis(40));
    }
    let bytes = animation.to_png().expect("two pictures");
    let photo = Photo::decode(&bytes, "film.png").expect("valid");
    assert_eq!(lost(&photo, FileFormat::Png), [Loss::Frames { of: 2 }]);
    let text = losses(&photo, FileFormat::Jpeg, &SaveOptions::default()).sentence();
    assert_eq!(text.as_deref(), Some("JPEG keeps one of 2 frames."));
}

/// A bitmap of the last version: a header of 124 bytes, one pixel in blue.
fn bitmap(space: &[u8; 4], profile: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 124];
    header[0] = 124;
    (header[4], header[8], header[12], header[14]) = (1, 1, 1, 24);
    header[56..60].copy_from_slice(space);
    header[112] = 128;
    header[116..120].copy_from_slice(&(profile.len() as u32).to_le_bytes());
    let mut file = b"BM\0\0\0\0\0\0\0\0\x8a\0\0\0".to_vec();
    file.extend(header);
    file.extend([255, 0, 0, 0]);
    file.extend(profile);
    file
}

#[test]
fn profiles_of_bitmaps_are_read() {
    let bytes = bitmap(b"DEBM", &profile());
    let photo = Photo::decode(&bytes, "a.bmp").expect("valid");
    assert_eq!(photo.icc_profile(), Some(profile().as_slice()));
    assert_eq!(lost(&photo, FileFormat::Bmp), [Loss::Profile]);
    assert_eq!(lost(&photo, FileFormat::Png), []);
    let outside = bitmap(b"KNIL", b"C:\\screen.icm\0");
    let photo = Photo::decode(&outside, "a.bmp").expect("valid");
    assert_eq!(lost(&photo, FileFormat::Png), [Loss::LinkedProfile]);
    let plain = Photo::decode(&bitmap(b"BGRs", &[]), "a.bmp").expect("valid");
    assert_eq!(lost(&plain, FileFormat::Png), []);
}

#[test]
fn further_parts_of_a_jpeg_are_missed() {
    let image = common::colorful();
    let body = [
        b"http://ns.adobe.com/xmp/extension/\0".as_slice(),
        &[b'A'; 40],
    ]
    .concat();
    let extension = common::segment(0xE1, &body);
    let signed = common::segment(0xEB, b"JP\0\x01\0\0\0\x01\0\0\0\x20jumb\0\0");
    let segments = [extension.clone(), extension, signed];
    let photo = Photo::decode(&common::jpeg_with(&image, &segments), "a.jpg").expect("valid");
    let list = [Loss::ExtendedXmp, Loss::Credentials];
    assert_eq!(lost(&photo, FileFormat::Jpeg), list);
}
