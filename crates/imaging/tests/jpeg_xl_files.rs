//! Promise: JPEG XL files are read as they are: lossless ones exactly, with alpha, gray and EXIF.
//!
//! The files in `data` were made for this by libjxl's encoder from the formula below.

use image::{DynamicImage, RgbImage, RgbaImage};
use imaging::{FileFormat, ImagingError, Photo, SaveOptions, losses, psnr};

const SIZE: (u32, u32) = (32, 24);

fn pixel(x: u32, y: u32) -> [u8; 3] {
    [(8 * x) as u8, (10 * y) as u8, (x * y) as u8]
}

fn picture() -> DynamicImage {
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| image::Rgb(pixel(x, y))).into()
}

fn opened(bytes: &[u8]) -> Photo {
    let photo = Photo::decode(bytes, "photo.jxl").expect("valid");
    assert_eq!(photo.format(), None, "it is not written");
    photo
}

#[test]
fn lossless_files_are_exact() {
    let photo = opened(include_bytes!("data/rgb.jxl"));
    assert!(photo.image().as_bytes() == picture().as_bytes());
    assert!(photo.icc_profile().is_none(), "sRGB has none");
    let png = losses(&photo, FileFormat::Png, &SaveOptions::default());
    assert!(png.is_empty(), "{png}");
    let photo = opened(include_bytes!("data/rgba.jxl"));
    let with_alpha: DynamicImage = RgbaImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let [r, g, b] = pixel(x, y);
        image::Rgba([r, g, b, (8 * x) as u8])
    })
    .into();
    assert!(photo.image().as_bytes() == with_alpha.as_bytes());
    let photo = opened(include_bytes!("data/gray.jxl"));
    assert!(photo.is_gray());
    let reds: Vec<u8> = picture()
        .as_bytes()
        .chunks(3)
        .map(|pixel| pixel[0])
        .collect();
    assert!(photo.image().as_bytes() == reds);
}

#[test]
fn lossy_files_are_close() {
    let photo = opened(include_bytes!("data/lossy.jxl"));
    let mut png = std::io::Cursor::new(Vec::new());
    picture()
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("encoded");
    let truth = Photo::decode(png.get_ref(), "truth").expect("valid");
    let found = psnr(&photo.planar(photo.bounds()), &truth.planar(truth.bounds()));
    // libjxl's own decoder comes to 29.34 dB.
    assert!((found - 29.34).abs() < 0.05, "{found}");
}

/// The picture says itself how it stands; EXIF, which says it too, must not turn it again.
#[test]
fn notes_are_read_and_turn_nothing() {
    let photo = opened(include_bytes!("data/turned.jxl"));
    assert!(photo.image().as_bytes() == picture().as_bytes());
    let notes = photo.exif().expect("a maker");
    assert!(notes.windows(7).any(|part| part == b"TWEEDIE"));
}

#[test]
fn files_that_end_early_are_refused() {
    let bytes = include_bytes!("data/rgb.jxl");
    for length in [3, 20, bytes.len() / 2, bytes.len() - 9] {
        let error = Photo::decode(&bytes[..length], "a.jxl").expect_err("cut");
        assert!(
            matches!(error, ImagingError::Decode { .. }),
            "{length}: {error}"
        );
    }
}
