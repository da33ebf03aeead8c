//! Promise: JPEG data inside TIFF files are read with the tables and the colours that the TIFF file
//! says.

mod common;

use common::{
    file,
    tiff::{Form, page},
};
use image::ImageFormat;
use imaging::{Depth, Photo};

/// JPEG data as strips, with and without shared tables, in colours by luma and in plain ones.
#[test]
fn jpeg_data_are_read() {
    let whole = common::gradient(48, 32);
    let picture = Photo::from_planar(&whole, Depth::Eight);
    let jpeg = file(picture.image(), ImageFormat::Jpeg);
    let same = Photo::decode(&jpeg, "a.jpg").expect("valid");
    // The segments up to the scan, but for the first, go into the shared tables.
    let tables: Vec<u8> = segments(&jpeg, |marker| matches!(marker, 0xDB | 0xC4));
    let rest: Vec<u8> = segments(&jpeg, |marker| matches!(marker, 0xC0..=0xC2 | 0xDD));
    let scan = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .expect("a scan");
    let short = [b"\xFF\xD8", rest.as_slice(), &jpeg[scan..]].concat();
    let tables = [b"\xFF\xD8", tables.as_slice(), b"\xFF\xD9"].concat();
    let shared: Vec<u64> = tables.into_iter().map(u64::from).collect();
    for (data, tags) in [
        (jpeg.clone(), vec![(259, 3, vec![7])]),
        (short, vec![(259, 3, vec![7]), (347, 7, shared)]),
    ] {
        let page = page((48, 32), &[8; 3], 6, data, &tags);
        let photo = Photo::decode(&Form::default().file(&[page]), "jpeg.tif").expect("valid");
        assert!(photo.pixels_equal(&same));
    }
    let page = page((48, 32), &[8; 3], 2, jpeg, &[(259, 3, vec![7])]);
    let photo = Photo::decode(&Form::default().file(&[page]), "rgb.tif").expect("valid");
    assert!(
        !photo.pixels_equal(&same),
        "the three numbers are not luma and chroma"
    );
}

fn segments(jpeg: &[u8], wanted: impl Fn(u8) -> bool) -> Vec<u8> {
    let (mut at, mut out) = (2, Vec::new());
    while jpeg[at + 1] != 0xDA {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if wanted(jpeg[at + 1]) {
            out.extend(&jpeg[at..end]);
        }
        at = end;
    }
    out
}
