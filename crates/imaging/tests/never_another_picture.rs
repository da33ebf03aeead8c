//! Promise: a file is opened as its own picture, upright, or refused in a sentence that names what
//! it is: never as its thumbnail, never turned twice, never as bit patterns.

mod common;

use common::{
    chunk, colorful, exif, file, jpeg_with, png_with, segment,
    tiff::{Form, Page, page},
};
use image::{DynamicImage, ImageFormat};
use imaging::{ImagingError, Loss, Photo, SaveOptions, losses};

const FULL: (usize, usize) = (96, 64);
const SMALL: (usize, usize) = (24, 16);

fn gray(size: (usize, usize), level: u8, tags: &[common::tiff::Tag]) -> Page {
    page(size, &[8], 1, vec![level; size.0 * size.1], tags)
}

fn reduced(page: Page) -> Page {
    let mut page = page;
    page.tags.push((254, 4, vec![1]));
    page
}

fn opened(pages: &[Page]) -> Photo {
    Photo::decode(&Form::default().file(pages), "pages.tif").expect("valid")
}

#[test]
fn a_thumbnail_is_not_the_photo() {
    let (full, small) = (gray(FULL, 200, &[]), gray(SMALL, 20, &[]));
    let mut old = small.clone();
    old.tags.push((255, 3, vec![2]));
    let below = Page {
        below: vec![full.clone()],
        ..reduced(small.clone())
    };
    for pages in [
        vec![reduced(small.clone()), full.clone()],
        vec![old, full.clone()],
        // A scanner that does not say which is which.
        vec![small.clone(), full.clone()],
        vec![full.clone(), reduced(small.clone())],
        vec![below],
    ] {
        let photo = opened(&pages);
        assert_eq!((photo.width(), photo.height()), FULL);
        assert_eq!(photo.rgba8(photo.bounds())[0], 200);
        let told = losses(&photo, imaging::FileFormat::Tiff, &SaveOptions::default());
        let pages = told
            .list
            .iter()
            .any(|loss| matches!(loss, Loss::Pages { .. }));
        // An unmarked small page may be a page all the same.
        assert!(!pages || told.list == [Loss::Pages { of: 2 }], "{told}");
    }
    // Pages of an album in different sizes: the first.
    let photo = opened(&[gray((600, 400), 9, &[]), gray((1300, 900), 200, &[])]);
    assert_eq!(photo.width(), 600);
    // What lies in the first directory beside the thumbnail is said of the photo.
    let mut first = reduced(small);
    first
        .tags
        .push((271, 2, b"Canon\0".map(u64::from).to_vec()));
    let photo = opened(&[first, full]);
    let notes = photo.exif().expect("a maker");
    assert!(notes.windows(5).any(|part| part == b"Canon"));
}

#[test]
fn directories_that_follow_themselves_end() {
    let mut bytes = Form::default().file(&[gray(SMALL, 7, &[])]);
    let start = bytes[4..8].to_vec();
    let end = bytes.len() - 4;
    bytes[end..].copy_from_slice(&start);
    assert!(Photo::decode(&bytes, "round.tif").is_ok());
}

#[test]
fn raw_files_are_called_raw_files() {
    let dng = gray(SMALL, 9, &[(50706, 1, vec![1, 4, 0, 0])]);
    let sensor = gray(FULL, 9, &[(262, 3, vec![32803])]);
    let nef = Page {
        below: vec![sensor.clone()],
        ..reduced(gray(SMALL, 9, &[]))
    };
    let mut files: Vec<Vec<u8>> = [dng, nef, sensor]
        .map(|page| Form::default().file(&[page]))
        .into();
    files.push(b"FUJIFILMCCD-RAW 0201".to_vec());
    files.push(b"II\x2a\0\x10\0\0\0CR\x02\0\0\0\0\0\0\0\0\0\0\0".to_vec());
    files.push(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom".to_vec());
    files.push(b"IIRO\x08\0\0\0".to_vec());
    files.push(b"IIU\0\x08\0\0\0".to_vec());
    for file in files {
        let error = Photo::decode(&file, "photo.raw").expect_err("no photo");
        let text = error.to_string();
        assert!(
            text.contains("this is a raw file") && text.contains("darktable-cli"),
            "{text}"
        );
    }
}

#[test]
fn other_formats_are_refused_by_name_with_a_command() {
    for (bytes, name) in [
        (&b"\xff\x4f\xff\x51\0\x2f"[..], "JPEG 2000"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", "JPEG 2000"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "GIF"),
        (b"8BPS\0\x01", "PSD"),
        (b"v/1\x01", "OpenEXR"),
        (b"%PDF-1.7", "PDF"),
    ] {
        let error = Photo::decode(bytes, "a").expect_err("not read");
        assert!(matches!(error, ImagingError::Unsupported { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(name) && text.contains('`'), "{name}: {text}");
    }
}

#[test]
fn codings_of_jpeg_that_are_not_read_are_named() {
    let jpeg = file(&colorful(), ImageFormat::Jpeg);
    let at = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame")
        + 1;
    for (marker, name) in [
        (0xC3, "lossless"),
        (0xC9, "arithmetic"),
        (0xC5, "hierarchical"),
    ] {
        let mut other = jpeg.clone();
        other[at] = marker;
        let text = Photo::decode(&other, "a.jpg")
            .expect_err("not read")
            .to_string();
        assert!(text.contains(name), "{text}");
    }
    let mut deep = jpeg;
    deep[at + 3] = 12;
    let text = Photo::decode(&deep, "a.jpg")
        .expect_err("not read")
        .to_string();
    assert!(text.contains("more than 8 bits"), "{text}");
}

fn xmp(orientation: u8) -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <r:Description xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='{orientation}'/>\
         </r:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

/// ImageMagick's way to keep EXIF in a PNG file.
fn raw_profile(name: &str, data: &[u8], compressed: bool) -> Vec<u8> {
    let digits: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("\n{name}\n{:8}\n{}\n", data.len(), digits);
    let keyword = format!("Raw profile type {name}\0");
    if !compressed {
        return chunk(b"tEXt", &[keyword.as_bytes(), text.as_bytes()].concat());
    }
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("written");
    let packed = encoder.finish().expect("finished");
    chunk(b"zTXt", &[keyword.as_bytes(), &[0], &packed].concat())
}

fn text_chunk(keyword: &str, data: &[u8]) -> Vec<u8> {
    chunk(b"iTXt", &[keyword.as_bytes(), &[0; 5], data].concat())
}

/// Files that say that they stand turned by a quarter, in every way that there is; those of PNG and
/// TIFF, which are exact, from the fifth on.
fn turned_files(picture: &DynamicImage) -> Vec<Vec<u8>> {
    let with_prefix = [b"Exif\0\0".to_vec(), exif(6)].concat();
    let jpeg_xmp = |n| {
        segment(
            0xE1,
            &[b"http://ns.adobe.com/xap/1.0/\0".to_vec(), xmp(n)].concat(),
        )
    };
    vec![
        jpeg_with(picture, &[segment(0xE1, &with_prefix)]),
        jpeg_with(picture, &[jpeg_xmp(6)]),
        jpeg_with(picture, &[segment(0xE1, &with_prefix), jpeg_xmp(6)]),
        // EXIF has the last word.
        jpeg_with(picture, &[segment(0xE1, &with_prefix), jpeg_xmp(3)]),
        png_with(picture, &[chunk(b"eXIf", &exif(6))]),
        png_with(picture, &[chunk(b"eXIf", &with_prefix)]),
        png_with(picture, &[raw_profile("exif", &with_prefix, false)]),
        png_with(picture, &[raw_profile("APP1", &with_prefix, true)]),
        png_with(picture, &[text_chunk("XML:com.adobe.xmp", &xmp(6))]),
        png_with(picture, &[raw_profile("xmp", &xmp(6), true)]),
        png_with(
            picture,
            &[
                raw_profile("exif", &with_prefix, false),
                text_chunk("XML:com.adobe.xmp", &xmp(6)),
            ],
        ),
        tiff_with(picture, &[(274, 3, vec![6])]),
        tiff_with(
            picture,
            &[(700, 1, xmp(6).into_iter().map(u64::from).collect())],
        ),
        tiff_with(
            picture,
            &[
                (274, 3, vec![6]),
                (271, 2, b"Nikon\0".map(u64::from).to_vec()),
                (700, 1, xmp(6).into_iter().map(u64::from).collect()),
            ],
        ),
    ]
}

/// Wherever a file says that it stands turned, it is turned, once.
#[test]
fn an_orientation_is_honoured_once_wherever_it_stands() {
    let picture = colorful();
    let files = turned_files(&picture);
    let mut turned = picture.clone();
    turned.apply_orientation(image::metadata::Orientation::Rotate90);
    let folder = tempfile::tempdir().expect("a folder");
    for (index, bytes) in files.iter().enumerate() {
        let photo = Photo::decode(bytes, "turned").expect("valid");
        let size = (turned.width() as usize, turned.height() as usize);
        assert_eq!((photo.width(), photo.height()), size, "file {index}");
        if index >= 4 {
            assert!(
                photo.image().as_bytes() == turned.as_bytes(),
                "file {index}"
            );
        }
        let path = folder.path().join("turned");
        std::fs::write(&path, bytes).expect("written");
        assert_eq!(
            Photo::size_of(&path).expect("a header"),
            size,
            "file {index}"
        );
        // What is saved is upright for everybody.
        for format in imaging::FileFormat::ALL {
            let saved = imaging::encode(&photo, format, &SaveOptions::default()).expect("encoded");
            let again = Photo::decode(&saved, "again").expect("valid");
            assert_eq!(
                (again.width(), again.height()),
                size,
                "file {index}, {format}"
            );
            let six = b"Orientation='6'";
            assert!(
                !saved.windows(six.len()).any(|part| part == six),
                "file {index}, {format}"
            );
        }
    }
}

fn tiff_with(picture: &DynamicImage, tags: &[common::tiff::Tag]) -> Vec<u8> {
    let size = (picture.width() as usize, picture.height() as usize);
    let page = page(size, &[8; 3], 2, picture.as_bytes().to_vec(), tags);
    Form::default().file(&[page])
}
