//! Promise: a JPEG of which a part is missing is found out, and no other: not one without its last
//! two bytes, nor one that another file follows.

mod common;

use common::{colorful, file, jpeg_with, segment};
use image::ImageFormat;
use imaging::{FileFormat, Loss, Photo, SaveOptions, losses};

/// Baseline from our encoder; progressive with refining scans, and with restart markers at half the
/// colours, from another.
fn whole_files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("baseline", file(&colorful(), ImageFormat::Jpeg)),
        (
            "gray",
            file(&colorful().to_luma8().into(), ImageFormat::Jpeg),
        ),
        (
            "progressive",
            include_bytes!("data/progressive.jpg").to_vec(),
        ),
        ("restarts", include_bytes!("data/restarts.jpg").to_vec()),
    ]
}

fn cut_short(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jpg");
    std::fs::write(&path, bytes).expect("written");
    let photo = Photo::open_what_is_there(&path).expect("something is there");
    let strict = Photo::open(&path);
    assert_eq!(strict.is_err(), photo.is_cut_short(), "{strict:?}");
    photo.is_cut_short()
}

/// Where the data of the last scan begin.
fn scan(bytes: &[u8]) -> usize {
    let at = bytes
        .windows(2)
        .rposition(|pair| pair == [0xFF, 0xDA])
        .expect("a scan");
    at + 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]))
}

#[test]
fn whole_files_are_whole() {
    for (name, bytes) in whole_files() {
        assert!(!cut_short(&bytes), "{name}");
        // The end marker says nothing that is not known.
        assert!(
            !cut_short(&bytes[..bytes.len() - 2]),
            "{name} without its end marker"
        );
        assert!(
            !cut_short(&bytes[..bytes.len() - 1]),
            "{name} with half of it"
        );
        let more = [bytes.as_slice(), b"more data of another kind".as_slice()].concat();
        assert!(!cut_short(&more), "{name} with more behind it");
    }
}

#[test]
fn what_is_missing_is_missed_with_and_without_an_end_marker() {
    for (name, bytes) in whole_files() {
        let from = scan(&bytes);
        let length = bytes.len() - 2 - from;
        for tenths in 1..=9 {
            let mut end = from + length * tenths / 10;
            // Not between a byte FF and what belongs to it.
            end -= usize::from(bytes[end - 1] == 0xFF);
            let part = &bytes[..end];
            assert!(cut_short(part), "{name}, {tenths} tenths");
            let closed = [part, &[0xFF, 0xD9]].concat();
            assert!(
                cut_short(&closed),
                "{name}, {tenths} tenths and an end marker"
            );
        }
    }
    // Whole scans of a progressive file are missing.
    let bytes = include_bytes!("data/progressive.jpg");
    let last = bytes
        .windows(2)
        .rposition(|pair| pair == [0xFF, 0xDA])
        .expect("a scan");
    assert!(cut_short(&bytes[..last]));
    // A part in the middle, between restart markers.
    let bytes = include_bytes!("data/restarts.jpg");
    let marker = |code| move |pair: &[u8]| pair == [0xFF, code];
    let first = bytes.windows(2).position(marker(0xD1)).expect("a restart");
    let second = bytes.windows(2).position(marker(0xD2)).expect("a restart");
    let without = [&bytes[..first + 2], &bytes[second - 1..]].concat();
    assert!(cut_short(&without));
}

fn told(bytes: &[u8]) -> Vec<Loss> {
    let photo = Photo::decode(bytes, "a.jpg").expect("valid");
    assert!(!photo.is_cut_short());
    losses(&photo, FileFormat::Jpeg, &SaveOptions::default()).list
}

const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x08free";

fn packet(attributes: &str) -> Vec<u8> {
    let text = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description \
         xmlns:GCamera='http://ns.google.com/photos/1.0/camera/' \
         xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' dc:source='Anna' {attributes}/></r:RDF></x:xmpmeta>"
    );
    segment(0xE1, text.as_bytes())
}

/// An index of pictures: the first, and others of a length right behind it.
fn index(kinds: &[u32], before: usize, first: usize, length: usize) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x02\xb0\x07\0".to_vec();
    block.extend((16 * (kinds.len() as u32 + 1)).to_le_bytes());
    block.extend(26_u32.to_le_bytes());
    block.extend([0; 4]);
    // The first has no offset; the others count from the index's own header.
    block.extend(
        [0x030000_u32, first as u32, 0, 0]
            .iter()
            .flat_map(|n| n.to_le_bytes()),
    );
    for (number, kind) in kinds.iter().enumerate() {
        let at = first + number * length - before - 8;
        block.extend(
            [*kind, length as u32, at as u32, 0]
                .iter()
                .flat_map(|n| n.to_le_bytes()),
        );
    }
    segment(0xE2, &[b"MPF\0", block.as_slice()].concat())
}

#[test]
fn what_follows_the_picture_is_named() {
    let plain = file(&colorful(), ImageFormat::Jpeg);
    let video = [plain.as_slice(), MP4].concat();
    assert_eq!(told(&video), [Loss::Video]);
    let pictures = [plain.as_slice(), &plain, &plain].concat();
    assert_eq!(told(&pictures), [Loss::Pictures { of: 2 }]);
    let map = jpeg_with(&colorful(), &[packet("hdrgm:Version='1.0'")]);
    let ultra = [map.as_slice(), &map].concat();
    assert_eq!(told(&ultra), [Loss::GainMap]);
    let iso = jpeg_with(
        &colorful(),
        &[segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")],
    );
    assert_eq!(told(&[plain.as_slice(), &iso].concat()), [Loss::GainMap]);
    assert_eq!(told(&plain), []);
}

#[test]
fn an_index_tells_pictures_from_thumbnails() {
    let other = file(&colorful(), ImageFormat::Jpeg);
    for (kinds, expected) in [
        (vec![0x02_0002, 0x02_0002], vec![Loss::Pictures { of: 3 }]),
        (vec![0x01_0002], vec![]),
        (vec![0x01_0001, 0x02_0001], vec![Loss::Pictures { of: 2 }]),
    ] {
        // The index lies behind the first segment, 20 bytes into the file, and moves its end.
        let length = index(&kinds, 20, 10_000, other.len()).len();
        let first = other.len() + length;
        let mut bytes = jpeg_with(&colorful(), &[index(&kinds, 20, first, other.len())]);
        assert_eq!(bytes.len(), first);
        for _ in &kinds {
            bytes.extend(&other);
        }
        assert_eq!(told(&bytes), expected, "{kinds:x?}");
    }
}

/// A saved file promises nothing that it has not.
#[test]
fn claims_go_with_what_they_claim() {
    let attributes = "hdrgm:Version='1.0' GCamera:MotionPhoto='1' GCamera:MotionPhotoVersion='1'";
    let mut bytes = jpeg_with(&colorful(), &[packet(attributes)]);
    bytes.extend(MP4);
    let photo = Photo::decode(&bytes, "a.jpg").expect("valid");
    for format in FileFormat::ALL {
        let saved = imaging::encode(&photo, format, &SaveOptions::default()).expect("encoded");
        for claim in ["hdrgm", "hdr-gain-map", "MotionPhoto"] {
            let found = saved
                .windows(claim.len())
                .any(|part| part == claim.as_bytes());
            assert!(!found, "{format} still says {claim}");
        }
        let kept = saved.windows(16).any(|part| part == b"dc:source='Anna'");
        assert_eq!(kept, format.holds_exif(), "{format}");
    }
}
