//! Photos of every layout, made the way a user's would be: as files that are then decoded.
#![allow(dead_code, reason = "each test binary uses its own share")]

pub(crate) mod heif;
pub(crate) mod tiff;

use std::io::Cursor;

use image::{DynamicImage, ImageBuffer, ImageFormat, Pixel};
use imaging::{Mask, Photo, Planar, Value};

pub(crate) const WIDTH: u32 = 37;
pub(crate) const HEIGHT: u32 = 23;

/// A reproducible number in `[0, 1)` (splitmix64).
pub(crate) fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn noisy<P: Pixel>(sample: impl Fn(f64) -> P::Subpixel) -> ImageBuffer<P, Vec<P::Subpixel>> {
    let count = WIDTH * HEIGHT * u32::from(P::CHANNEL_COUNT);
    let samples = (0..u64::from(count)).map(|i| sample(noise(i))).collect();
    ImageBuffer::from_raw(WIDTH, HEIGHT, samples).expect("the count fits")
}

/// Noise in each of the ten pixel layouts.
pub(crate) fn layouts() -> Vec<DynamicImage> {
    let byte = |v: f64| (v * 256.0) as u8;
    let word = |v: f64| (v * 65536.0) as u16;
    // Beyond [0, 1] on purpose: such values must survive outside the mask too.
    let float = |v: f64| (v * 3.0 - 1.0) as f32;
    vec![
        DynamicImage::ImageLuma8(noisy(byte)),
        DynamicImage::ImageLumaA8(noisy(byte)),
        DynamicImage::ImageRgb8(noisy(byte)),
        DynamicImage::ImageRgba8(noisy(byte)),
        DynamicImage::ImageLuma16(noisy(word)),
        DynamicImage::ImageLumaA16(noisy(word)),
        DynamicImage::ImageRgb16(noisy(word)),
        DynamicImage::ImageRgba16(noisy(word)),
        DynamicImage::ImageRgb32F(noisy(float)),
        DynamicImage::ImageRgba32F(noisy(float)),
    ]
}

/// The bytes of a lossless file holding exactly this picture.
pub(crate) fn lossless_file(image: &DynamicImage) -> Vec<u8> {
    let (samples, channels) = match image {
        DynamicImage::ImageRgb32F(image) => (image.as_raw(), 3),
        DynamicImage::ImageRgba32F(image) => (image.as_raw(), 4),
        image => return file(image, ImageFormat::Png),
    };
    let data = samples
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let size = (image.width() as usize, image.height() as usize);
    let mut tags = vec![(339, 3, vec![3; channels])];
    if channels == 4 {
        // The fourth is alpha, by which nothing was multiplied.
        tags.push((338, 3, vec![2]));
    }
    let page = tiff::page(size, &vec![32; channels], 2, data, &tags);
    tiff::Form::default().file(&[page])
}

pub(crate) fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, format)
        .expect("the format holds it");
    bytes.into_inner()
}

pub(crate) fn photo(image: &DynamicImage) -> Photo {
    Photo::decode(&lossless_file(image), "noise").expect("a valid file")
}

/// A smooth colour picture with values in `[0, 1]`.
pub(crate) fn gradient(width: usize, height: usize) -> Planar {
    let data = (0..3 * width * height)
        .map(|i| {
            let (channel, x, y) = (i / (width * height), i % width, i / width % height);
            let across = x as f32 / width as f32;
            let down = y as f32 / height as f32;
            [across, down, (across + down) / 2.0][channel]
        })
        .collect();
    Planar::from_data(width, height, data).expect("the count fits")
}

pub(crate) fn brushed(width: usize, height: usize) -> Mask {
    let mut mask = Mask::new(width, height);
    mask.stamp(
        (4.0, 3.0),
        (width as f32 - 3.0, height as f32 - 5.0),
        2.5,
        Value::Paint,
    );
    assert!(!mask.is_empty());
    mask
}

/// A minimal EXIF block: camera make "TWEEDIE" and an orientation.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x02\0".to_vec();
    block.extend(b"\x0f\x01\x02\0\x08\0\0\0\x26\0\0\0");
    block.extend(b"\x12\x01\x03\0\x01\0\0\0");
    block.extend([orientation, 0, 0, 0]);
    block.extend(b"\0\0\0\0TWEEDIE\0");
    block
}

/// Bytes standing in for a colour profile: an ICC header's size, colour space and signature.
pub(crate) fn profile() -> Vec<u8> {
    let mut bytes = vec![0_u8; 200];
    bytes[3] = 200;
    bytes[12..20].copy_from_slice(b"mntrRGB ");
    bytes[36..40].copy_from_slice(b"acsp");
    for (i, byte) in bytes[128..].iter_mut().enumerate() {
        *byte = i as u8;
    }
    bytes
}

/// An XMP packet.
pub(crate) const XMP: &[u8] = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xc2\xa9 Anna</x:xmpmeta>";
/// Photoshop's resource 0x0404 with one record: the caption "Sea".
pub(crate) const IPTC: &[u8] = b"8BIM\x04\x04\0\0\0\0\0\x08\x1c\x02\x78\0\x03Sea";

/// A JPEG file with everything that one can hold, at 300 pixels in an inch.
pub(crate) fn full_jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::ImageRgb8(layouts()[2].to_rgb8());
    image
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("encoded");
    let mut file = bytes.into_inner();
    // The encoder begins with 18 bytes of JFIF: unit, density across, density down.
    file[13..18].copy_from_slice(&[1, 1, 44, 1, 44]);
    let mut new = Vec::new();
    let icc = [b"ICC_PROFILE\0\x01\x01", profile().as_slice()].concat();
    for (marker, head, body) in [
        (0xE1, b"Exif\0\0".as_slice(), exif(1).as_slice()),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0", XMP),
        (0xE2, b"", &icc),
        (0xED, b"Photoshop 3.0\0", IPTC),
        (0xFE, b"", b"taken by Anna"),
    ] {
        new.extend([0xFF, marker]);
        let length = u16::try_from(2 + head.len() + body.len()).expect("short");
        new.extend(length.to_be_bytes());
        new.extend([head, body].concat());
    }
    file.splice(20..20, new);
    file
}

/// CRC-32 as PNG uses it.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, &byte| {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
        crc
    })
}

/// A chunk of a PNG file.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("short");
    let body = [kind.as_slice(), data].concat();
    [
        &length.to_be_bytes(),
        body.as_slice(),
        &crc(&body).to_be_bytes(),
    ]
    .concat()
}

/// A PNG file with chunks after its header.
pub(crate) fn png_with(image: &DynamicImage, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = file(image, ImageFormat::Png);
    bytes.splice(33..33, chunks.concat());
    bytes
}

/// A segment of a JPEG file.
pub(crate) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(2 + body.len()).expect("short");
    [&[0xFF, marker], length.to_be_bytes().as_slice(), body].concat()
}

/// A JPEG file with segments after its first.
pub(crate) fn jpeg_with(image: &DynamicImage, segments: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = file(image, ImageFormat::Jpeg);
    bytes.splice(20..20, segments.concat());
    bytes
}

/// A small picture in colour.
pub(crate) fn colorful() -> DynamicImage {
    DynamicImage::ImageRgb8(layouts()[2].to_rgb8())
}
