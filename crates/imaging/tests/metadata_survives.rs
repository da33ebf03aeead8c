//! Promise: the colour profile and the camera's notes come through where the format holds them, and
//! a photo that was stored turned is upright once, not twice.

mod common;

use std::io::Cursor;

use common::{exif, profile};
use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use imaging::{Depth, FileFormat, Photo, Planar, Rect, SaveOptions, encode};

/// Two columns, one row, as stored: red then blue, marked with an orientation.
fn stored(orientation: u8) -> Vec<u8> {
    let image = RgbImage::from_raw(2, 1, vec![255, 0, 0, 0, 0, 255]).expect("two pixels");
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder
        .set_exif_metadata(exif(orientation))
        .expect("PNG holds EXIF");
    encoder
        .set_icc_profile(profile())
        .expect("PNG holds profiles");
    encoder
        .write_image(image.as_raw(), 2, 1, ExtendedColorType::Rgb8)
        .expect("encoded");
    bytes.into_inner()
}

#[test]
fn every_orientation_is_turned_upright() {
    let folder = tempfile::tempdir().expect("a folder");
    let (red, blue) = ([255, 0, 0, 255], [0, 0, 255, 255]);
    for (orientation, size, first) in [
        (1, (2, 1), red),
        (2, (2, 1), blue),
        (3, (2, 1), blue),
        (4, (2, 1), red),
        (5, (1, 2), red),
        (6, (1, 2), red),
        (7, (1, 2), blue),
        (8, (1, 2), blue),
    ] {
        let photo = Photo::decode(&stored(orientation), "turned").expect("valid");
        assert_eq!(
            (photo.width(), photo.height()),
            size,
            "orientation {orientation}"
        );
        assert_eq!(
            photo.rgba8(Rect::new(0, 0, 1, 1)),
            first,
            "orientation {orientation}"
        );
        assert_eq!(photo.exif(), Some(exif(1).as_slice()), "the tag is reset");
        let file = folder.path().join("turned.png");
        std::fs::write(&file, stored(orientation)).expect("written");
        let told = Photo::size_of(&file).expect("a header");
        assert_eq!(told, size, "orientation {orientation}, from the header");
    }
}

#[test]
fn profile_and_exif_come_through() {
    let photo = Photo::decode(&stored(6), "turned").expect("valid");
    assert_eq!(photo.icc_profile(), Some(profile().as_slice()));
    for format in FileFormat::ALL {
        let bytes = encode(&photo, format, &SaveOptions::default()).expect("encoded");
        let again = Photo::decode(&bytes, "saved").expect("valid");
        let icc = format.holds_profile().then(profile);
        let notes = format.holds_exif().then(|| exif(1));
        assert_eq!(again.icc_profile(), icc.as_deref(), "{format}");
        assert_eq!(again.exif(), notes.as_deref(), "{format}");
        assert_eq!(
            again.bounds(),
            Rect::new(0, 0, 1, 2),
            "{format} is not turned again"
        );
    }
}

#[test]
fn restoring_and_enlarging_keep_the_metadata() {
    let photo = Photo::decode(&stored(1), "upright").expect("valid");
    let larger = photo.with_pixels(&Planar::new(8, 4));
    assert_eq!(larger.icc_profile(), photo.icc_profile());
    assert_eq!(larger.exif(), photo.exif());
    assert_eq!(
        Photo::from_planar(&Planar::new(2, 2), Depth::Eight).exif(),
        None
    );
}

#[test]
fn other_formats_are_turned_too() {
    let image = DynamicImage::ImageRgb8(RgbImage::new(24, 8));
    let mut jpeg = Cursor::new(Vec::new());
    let mut encoder = JpegEncoder::new(&mut jpeg);
    encoder.set_exif_metadata(exif(6)).expect("JPEG holds EXIF");
    image.write_with_encoder(encoder).expect("encoded");
    let mut webp = Cursor::new(Vec::new());
    let mut encoder = WebPEncoder::new_lossless(&mut webp);
    // Some writers put the JPEG prefix into WebP files as well.
    let prefixed = [b"Exif\0\0".to_vec(), exif(6)].concat();
    encoder
        .set_exif_metadata(prefixed)
        .expect("WebP holds EXIF");
    image.write_with_encoder(encoder).expect("encoded");
    for bytes in [jpeg.into_inner(), webp.into_inner()] {
        let photo = Photo::decode(&bytes, "turned").expect("valid");
        assert_eq!((photo.width(), photo.height()), (8, 24));
        assert_eq!(photo.exif(), Some(exif(1).as_slice()));
    }
}

#[test]
fn exif_too_long_for_a_jpeg_is_left_out_and_the_file_stays_whole() {
    let mut long = exif(1);
    long.resize(70_000, 0);
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder
        .set_exif_metadata(long.clone())
        .expect("PNG holds EXIF");
    encoder
        .write_image(&[9; 3 * 64], 8, 8, ExtendedColorType::Rgb8)
        .expect("encoded");
    let photo = Photo::decode(bytes.get_ref(), "long notes").expect("valid");
    assert_eq!(photo.exif().map(<[u8]>::len), Some(70_000));
    let jpeg = encode(&photo, FileFormat::Jpeg, &SaveOptions::default()).expect("encoded");
    let again = Photo::decode(&jpeg, "saved").expect("the JPEG is whole");
    assert_eq!((again.exif(), again.width()), (None, 8));
}
