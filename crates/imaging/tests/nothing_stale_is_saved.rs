//! Promise: what a saved file says of its picture is true of it: its size, that it is upright, and
//! no thumbnail of what it was before.

mod common;

use common::{chunk, colorful, jpeg_with, png_with, segment};
use image::{DynamicImage, GrayImage};
use imaging::{FileFormat, Loss, Photo, Planar, SaveOptions, encode, losses};

/// EXIF as a camera writes it: orientation, a directory with the size, a thumbnail with its own
/// orientation, both orders of bytes.
fn notes(motorola: bool) -> Vec<u8> {
    let n = |value: u32, bytes: usize| {
        if motorola {
            value.to_be_bytes()[4 - bytes..].to_vec()
        } else {
            value.to_le_bytes()[..bytes].to_vec()
        }
    };
    let entry = |tag, kind, value: Vec<u8>| {
        let mut value = value;
        value.resize(4, 0);
        [n(tag, 2), n(kind, 2), n(1, 4), value].concat()
    };
    let head: &[u8] = if motorola { b"MM\0*" } else { b"II*\0" };
    let mut out = [head, &n(8, 4)].concat();
    out.extend(n(4, 2));
    out.extend(entry(0x0100, 4, n(37, 4)));
    out.extend(entry(0x0101, 3, n(23, 2)));
    out.extend(entry(0x0112, 3, n(1, 2)));
    out.extend(entry(0x8769, 4, n(62, 4)));
    out.extend(n(92, 4));
    assert_eq!(out.len(), 62);
    out.extend(n(2, 2));
    out.extend(entry(0xA002, 3, n(37, 2)));
    out.extend(entry(0xA003, 4, n(23, 4)));
    out.extend(n(0, 4));
    assert_eq!(out.len(), 92);
    out.extend(n(3, 2));
    out.extend(entry(0x0112, 3, n(6, 2)));
    out.extend(entry(0x0201, 4, n(134, 4)));
    out.extend(entry(0x0202, 4, n(16, 4)));
    out.extend(n(0, 4));
    assert_eq!(out.len(), 134);
    out.extend(b"\xff\xd8OLD-THUMBNAIL\xd9");
    out
}

const PACKET: &str = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF \
    xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description \
    xmlns:t='http://ns.adobe.com/tiff/1.0/' xmlns:e='http://ns.adobe.com/exif/1.0/' \
    xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' \
    t:Orientation='1' e:PixelXDimension='37' dc:source='Anna'>\
    <e:PixelYDimension>23</e:PixelYDimension><xmp:Thumbnails><r:Alt><r:li>OLD-THUMBNAIL</r:li>\
    </r:Alt></xmp:Thumbnails></r:Description></r:RDF></x:xmpmeta>";

fn photos() -> Vec<Photo> {
    let packet = [b"http://ns.adobe.com/xap/1.0/\0", PACKET.as_bytes()].concat();
    let text = [b"XML:com.adobe.xmp\0\0\0\0\0", PACKET.as_bytes()].concat();
    let mut files = Vec::new();
    for motorola in [false, true] {
        let block = [b"Exif\0\0".to_vec(), notes(motorola)].concat();
        files.push(jpeg_with(
            &colorful(),
            &[segment(0xE1, &block), segment(0xE1, &packet)],
        ));
        let exif = chunk(b"eXIf", &notes(motorola));
        files.push(png_with(&colorful(), &[exif, chunk(b"iTXt", &text)]));
    }
    let decoded = files
        .iter()
        .map(|bytes| Photo::decode(bytes, "a").expect("valid"));
    decoded.collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn thumbnails_go_and_sizes_follow_the_picture() {
    for photo in photos() {
        let larger = photo.with_pixels(&Planar::new(74, 46));
        for format in FileFormat::ALL {
            for (photo, size) in [(&photo, (37, 23)), (&larger, (74, 46))] {
                let bytes = encode(photo, format, &SaveOptions::default()).expect("encoded");
                assert!(!holds(&bytes, b"OLD-THUMBNAIL"), "{format}");
                let again = Photo::decode(&bytes, "again").expect("valid");
                assert_eq!((again.width(), again.height()), size);
                if !format.holds_exif() {
                    continue;
                }
                let text = String::from_utf8(again.xmp().expect("kept").to_vec()).expect("text");
                let across = format!("PixelXDimension='{}'", size.0);
                let down = format!("<e:PixelYDimension>{}<", size.1);
                assert!(
                    text.contains(&across) && text.contains(&down),
                    "{format}: {text}"
                );
                assert!(text.contains("dc:source='Anna'"), "{text}");
                // The numbers, by another reader: TIFF tags are numbered and typed alike in both.
                let exif = again.exif().expect("kept");
                for (tag, side) in [(0xA002, size.0), (0xA003, size.1)] {
                    assert_eq!(number(exif, tag), Some(side as u32), "{format} {tag:x}");
                }
                assert!(number(exif, 0x0201).is_none(), "{format}");
            }
        }
    }
}

/// The value of a tag in any directory of a block.
fn number(block: &[u8], tag: u16) -> Option<u32> {
    let motorola = block.starts_with(b"MM");
    let word = |at: usize, bytes: usize| -> u32 {
        let part = &block[at..at + bytes];
        let fold = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        if motorola {
            part.iter().fold(0, fold)
        } else {
            part.iter().rev().fold(0, fold)
        }
    };
    let mut directories = vec![word(4, 4) as usize];
    while let Some(at) = directories.pop() {
        let count = word(at, 2) as usize;
        for index in 0..count {
            let entry = at + 2 + 12 * index;
            let size = if word(entry + 2, 2) == 3 { 2 } else { 4 };
            let value = word(entry + 8, size);
            match word(entry, 2) {
                found if found == u32::from(tag) => return Some(value),
                0x8769 => directories.push(value as usize),
                _ => {}
            }
        }
        let next = word(at + 2 + 12 * count, 4) as usize;
        directories.extend((next != 0).then_some(next));
    }
    None
}

/// Nothing of the size is said where nothing of it was said before.
#[test]
fn notes_without_a_size_get_none() {
    let block = [b"Exif\0\0".to_vec(), common::exif(1)].concat();
    let bytes = jpeg_with(&colorful(), &[segment(0xE1, &block)]);
    let photo = Photo::decode(&bytes, "a.jpg").expect("valid");
    let saved = encode(&photo, FileFormat::Jpeg, &SaveOptions::default()).expect("encoded");
    let again = Photo::decode(&saved, "b.jpg").expect("valid");
    assert_eq!(again.exif(), Some(common::exif(1).as_slice()));
}

/// A gray photo that becomes one in colour keeps its date, XMP and resolution; its profile is for
/// gray, and that it ends is said.
#[test]
fn colour_for_a_gray_photo_keeps_what_it_says() {
    let gray = GrayImage::from_fn(37, 23, |x, y| image::Luma([(x * y) as u8]));
    let mut profile = common::profile();
    profile[16..20].copy_from_slice(b"GRAY");
    let icc = [b"ICC_PROFILE\0\x01\x01", profile.as_slice()].concat();
    let packet = [b"http://ns.adobe.com/xap/1.0/\0", PACKET.as_bytes()].concat();
    let block = [b"Exif\0\0".to_vec(), notes(false)].concat();
    let segments = [
        segment(0xE1, &block),
        segment(0xE1, &packet),
        segment(0xE2, &icc),
    ];
    let mut bytes = jpeg_with(&DynamicImage::ImageLuma8(gray), &segments);
    bytes[13..18].copy_from_slice(&[1, 1, 44, 1, 44]);
    let photo = Photo::decode(&bytes, "gray.jpg").expect("valid");
    assert!(photo.is_gray());
    let told = |photo: &Photo| losses(photo, FileFormat::Jpeg, &SaveOptions::default()).list;
    assert_eq!(told(&photo), []);
    let mut picture = Planar::new(37, 23);
    picture.data[..37 * 23].fill(1.0);
    let color = photo.with_color_pixels(&picture);
    assert!(!color.is_gray());
    assert_eq!(color.rgba8(color.bounds())[..4], [255, 0, 0, 255]);
    assert_eq!(told(&color), [Loss::Profile]);
    let saved = encode(&color, FileFormat::Jpeg, &SaveOptions::default()).expect("encoded");
    let again = Photo::decode(&saved, "color.jpg").expect("valid");
    assert_eq!(again.icc_profile(), None);
    assert_eq!(again.exif(), photo.exif());
    assert_eq!(again.xmp(), photo.xmp());
    assert_eq!(again.resolution(), photo.resolution());
    // Formats that make colour of gray cannot keep it either.
    for format in [FileFormat::WebP, FileFormat::Png] {
        let bytes = encode(&photo, format, &SaveOptions::default()).expect("encoded");
        let kept = Photo::decode(&bytes, "saved")
            .expect("valid")
            .icc_profile()
            .is_some();
        let list = losses(&photo, format, &SaveOptions::default()).list;
        assert_eq!(kept, !list.contains(&Loss::Profile), "{format}");
        assert_eq!(kept, format == FileFormat::Png);
    }
}
