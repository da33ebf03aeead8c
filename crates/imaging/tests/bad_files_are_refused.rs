//! Promise: whatever a user opens, the answer is a photo or an error that says why; never a panic,
//! never more memory than the limits allow.

mod common;

use std::{fs, time::Instant};

use common::{crc, exif, file, full_jpeg, layouts, lossless_file, profile};
use image::{DynamicImage, ImageFormat, RgbImage};
use imaging::{Depth, FileFormat, ImagingError, Limits, Photo, SaveOptions, encode};
use proptest::prelude::*;

fn refusal(bytes: &[u8]) -> ImagingError {
    Photo::decode(bytes, "bad.file").expect_err("must be refused")
}

/// A small file in each format, with metadata where it fits.
fn valid_files() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = layouts().iter().map(lossless_file).collect();
    let plain = Photo::from_planar(&common::gradient(20, 15), Depth::Eight);
    let png = encode(&plain, FileFormat::Png, &SaveOptions::default()).expect("encoded");
    assert!(Photo::decode(&png, "png").is_ok());
    for format in FileFormat::ALL {
        files.push(encode(&plain, format, &SaveOptions::default()).expect("encoded"));
    }
    files.push(with_metadata());
    // And with all that each format can say about a picture.
    let full = Photo::decode(&full_jpeg(), "full").expect("valid");
    for format in FileFormat::ALL {
        files.push(encode(&full, format, &SaveOptions::default()).expect("encoded"));
    }
    files
}

fn with_metadata() -> Vec<u8> {
    use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif(3)).expect("JPEG holds EXIF");
    encoder
        .set_icc_profile(profile())
        .expect("JPEG holds profiles");
    encoder
        .write_image(&[77; 16 * 16], 16, 16, ExtendedColorType::L8)
        .expect("encoded");
    bytes
}

/// A tiny PNG whose header, checksum and all, claims another size.
fn forged_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = file(
        &DynamicImage::ImageRgb8(RgbImage::new(2, 2)),
        ImageFormat::Png,
    );
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

#[test]
fn forged_sizes_are_refused_at_once() {
    let started = Instant::now();
    let mut jpeg = file(
        &DynamicImage::ImageRgb8(RgbImage::new(8, 8)),
        ImageFormat::Jpeg,
    );
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame header");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
    let mut bmp = file(
        &DynamicImage::ImageRgb8(RgbImage::new(8, 8)),
        ImageFormat::Bmp,
    );
    bmp[18..22].copy_from_slice(&60_000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_i32.to_le_bytes());
    let mut tiff = file(
        &DynamicImage::ImageRgb8(RgbImage::new(8, 8)),
        ImageFormat::Tiff,
    );
    for tag in [[0x00, 0x01], [0x01, 0x01], [0x16, 0x01]] {
        // Width, height and rows per strip are tags 256, 257 and 278, one 32-bit number each.
        let entry = [tag[0], tag[1], 4, 0, 1, 0, 0, 0];
        let at = tiff.windows(8).position(|bytes| bytes == entry);
        let at = at.expect("the tag") + 8;
        tiff[at..at + 4].copy_from_slice(&60_000_u32.to_le_bytes());
    }
    for bytes in [forged_png(60_000, 60_000), jpeg, bmp, tiff] {
        match refusal(&bytes) {
            ImagingError::TooLarge { width, height, .. } => {
                assert_eq!((width, height), (60_000, 60_000));
            }
            other => panic!("{other:?}"),
        }
    }
    // Each side is allowed, the product is not.
    assert!(matches!(
        refusal(&forged_png(20_000, 20_000)),
        ImagingError::TooLarge { .. }
    ));
    assert!(
        started.elapsed().as_secs() < 2,
        "headers only: {:?}",
        started.elapsed()
    );
}

#[test]
fn an_allowed_size_without_its_pixels_is_a_damaged_file() {
    assert!(matches!(
        refusal(&forged_png(3, 3)),
        ImagingError::Decode { .. }
    ));
}

#[test]
fn memory_is_bounded_by_the_limits() {
    let bytes = lossless_file(&layouts()[7]);
    let photo = Photo::decode(&bytes, "fits").expect("valid");
    let needed = (photo.width() * photo.height() * 8) as u64;
    let limits = Limits {
        max_alloc: needed - 1,
        ..Limits::default()
    };
    let error = Photo::decode_with(&bytes, "heavy.png", &limits).expect_err("too heavy");
    assert!(matches!(error, ImagingError::TooHeavy { .. }), "{error:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("long.png");
    fs::write(&path, &bytes).expect("written");
    let limits = Limits {
        max_alloc: bytes.len() as u64 - 1,
        ..Limits::default()
    };
    assert!(matches!(
        Photo::open_with(&path, &limits),
        Err(ImagingError::TooHeavy { .. })
    ));
}

#[test]
fn what_is_not_a_picture_is_named() {
    assert!(matches!(refusal(b""), ImagingError::Empty { .. }));
    assert!(matches!(
        refusal(b"Dear Grandma, please find attached"),
        ImagingError::Unsupported { .. }
    ));
    let gif = refusal(b"GIF89a\x01\0\x01\0\0\0\0;").to_string();
    assert!(
        gif.contains("bad.file") && gif.contains("GIF") && gif.contains(".png"),
        "{gif}"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(matches!(
        Photo::open(folder.path()),
        Err(ImagingError::Read { .. })
    ));
    let missing = folder.path().join("missing.png");
    let error = Photo::open(&missing).expect_err("not there").to_string();
    assert!(error.contains("missing.png"), "{error}");
    #[cfg(unix)]
    assert!(matches!(
        Photo::open("/dev/zero".as_ref()),
        Err(ImagingError::Read { .. })
    ));
}

#[test]
fn truncated_files_are_refused() {
    let photo = Photo::from_planar(&common::gradient(40, 30), Depth::Eight);
    for format in [
        FileFormat::Png,
        FileFormat::Jpeg,
        FileFormat::WebP,
        FileFormat::Tiff,
        FileFormat::Bmp,
    ] {
        let bytes = encode(&photo, format, &SaveOptions::default()).expect("encoded");
        let error = refusal(&bytes[..bytes.len() / 2]);
        assert!(
            matches!(error, ImagingError::Decode { .. }),
            "{format}: {error:?}"
        );
    }
}

/// A JPEG that ends early is opened where somebody asks for what is there: what came before the end
/// is as it was.
#[test]
fn what_is_there_of_a_jpeg_can_be_opened() {
    let picture = Photo::from_planar(&common::gradient(64, 64), Depth::Eight);
    let whole = encode(&picture, FileFormat::Jpeg, &SaveOptions::default()).expect("encoded");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.jpg");
    let opened = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("written");
        Photo::open_what_is_there(&path)
    };
    let complete = opened(&whole).expect("valid");
    assert!(!complete.is_cut_short());
    let scan = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]);
    let scan = scan.expect("a scan");
    let half = scan + (whole.len() - scan) / 2;
    let part = opened(&whole[..half]).expect("half of it is there");
    assert!(part.is_cut_short());
    assert_eq!(part.bounds(), complete.bounds());
    let top = imaging::Rect::new(0, 0, 64, 16);
    assert_eq!(part.rgba8(top), complete.rgba8(top));
    let bottom = imaging::Rect::new(0, 48, 64, 16);
    assert_ne!(part.rgba8(bottom), complete.rgba8(bottom));
    // Without any pixels, and in other formats, there is nothing to show.
    assert!(opened(&whole[..scan]).is_err());
    let png = encode(&picture, FileFormat::Png, &SaveOptions::default()).expect("encoded");
    assert!(opened(&png[..png.len() / 2]).is_err());
    assert!(Photo::open(&path).is_err());
}

#[test]
fn printing_inks_are_refused() {
    let mut jpeg = file(&DynamicImage::new_luma8(8, 8), ImageFormat::Jpeg);
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame header");
    // One component becomes four, in the frame header and in the scan header.
    jpeg[frame + 3] = 8 + 12;
    jpeg[frame + 9] = 4;
    let component = [2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];
    jpeg.splice(frame + 13..frame + 13, component);
    let scan = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .expect("a scan header");
    jpeg[scan + 3] = 6 + 8;
    jpeg[scan + 4] = 4;
    jpeg.splice(scan + 7..scan + 7, [2, 0, 3, 0, 4, 0]);
    let message = refusal(&jpeg).to_string();
    assert!(message.contains("CMYK"), "{message}");
}

#[test]
fn the_name_of_a_file_does_not_decide_its_format() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("really-a-bitmap.jpg");
    fs::write(&path, file(&layouts()[2], ImageFormat::Bmp)).expect("written");
    assert_eq!(
        Photo::open(&path).expect("a bitmap").format(),
        Some(FileFormat::Bmp)
    );
}

#[test]
fn the_files_damaged_below_are_valid_as_they_are() {
    for bytes in valid_files() {
        let photo = Photo::decode(&bytes, "valid").expect("valid");
        assert!(
            photo
                .planar(photo.bounds())
                .data
                .iter()
                .all(|v| (0.0..=1.0).contains(v))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..5_usize) {
        let magic: &[u8] = [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
            b"\xff\xd8\xff\xe0",
            b"II*\0\x08\0\0\0",
            b"BM",
            b"RIFF\x80\0\0\0WEBPVP8X",
        ][kind];
        let _ = Photo::decode(&bytes, "noise");
        let _ = Photo::decode(&[magic, &bytes].concat(), "noise with a signature");
    }

    #[test]
    fn damaged_files_never_panic(
        which in 0..21_usize,
        cut in 0.0..1.0_f64,
        flips in proptest::collection::vec((any::<u32>(), any::<u8>()), 0..6),
        keep_whole in any::<bool>(),
    ) {
        let mut bytes = valid_files().swap_remove(which);
        if !keep_whole {
            bytes.truncate((bytes.len() as f64 * cut) as usize);
        }
        for (at, value) in flips {
            if !bytes.is_empty() {
                // Half of the flips go into the first bytes, where the headers are.
                let range = if at % 2 == 0 { bytes.len() } else { bytes.len().min(64) };
                let at = at as usize / 2 % range;
                bytes[at] ^= value;
            }
        }
        if let Ok(photo) = Photo::decode(&bytes, "damaged") {
            prop_assert!(!photo.bounds().is_empty());
            prop_assert_eq!(photo.rgba8(photo.bounds()).len(), 4 * photo.bounds().area());
        }
    }
}
