//! Promise: a mask saved as a picture comes back the same, and any sensible picture reads as a mask.

mod common;

use common::{brushed, file};
use image::{
    DynamicImage, GrayAlphaImage, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage,
};
use imaging::{FileFormat, ImagingError, Mask};

fn read(image: impl Into<DynamicImage>) -> Mask {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("mask.png");
    std::fs::write(&path, file(&image.into(), ImageFormat::Png)).expect("written");
    Mask::open(&path).expect("readable")
}

#[test]
fn a_saved_mask_comes_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mask = brushed(61, 33);
    for format in FileFormat::ALL {
        let path = folder.path().join(format!("mask.{}", format.extension()));
        if format == FileFormat::Jpeg {
            assert!(matches!(
                mask.save(&path),
                Err(ImagingError::Unsupported { .. })
            ));
            assert!(!path.exists());
        } else {
            mask.save(&path).expect("saved");
            assert_eq!(Mask::open(&path).expect("readable"), mask, "{format}");
        }
    }
    let none = Mask::new(0, 0).save(&folder.path().join("none.png"));
    assert!(matches!(none, Err(ImagingError::Empty { .. })));
}

#[test]
fn the_threshold_is_at_128() {
    let gray = image::GrayImage::from_fn(256, 1, |x, _| Luma([x as u8]));
    assert_eq!(read(gray).count(), 128);
    let deep = image::ImageBuffer::from_fn(2, 1, |x, _| {
        Luma([if x == 0 { 127 * 257 } else { 128 * 257 }])
    });
    assert_eq!(read(DynamicImage::ImageLuma16(deep)).data(), [0, 255]);
    // Luma 76 for red, 150 for green, 29 for blue.
    let colors = RgbImage::from_fn(3, 1, |x, _| {
        let mut pixel = [0; 3];
        pixel[x as usize] = 255;
        Rgb(pixel)
    });
    assert_eq!(read(colors).data(), [0, 255, 0]);
}

#[test]
fn alpha_counts_only_where_nothing_else_varies() {
    let cut_out = RgbaImage::from_fn(2, 1, |x, _| {
        Rgba([255, 255, 255, if x == 0 { 10 } else { 200 }])
    });
    assert_eq!(read(cut_out).data(), [0, 255]);
    let black = GrayAlphaImage::from_fn(2, 1, |x, _| LumaA([0, if x == 0 { 200 } else { 10 }]));
    assert_eq!(read(black).data(), [255, 0]);
    let both = RgbaImage::from_fn(2, 1, |x, _| {
        if x == 0 {
            Rgba([255, 255, 255, 0])
        } else {
            Rgba([0, 0, 0, 255])
        }
    });
    assert_eq!(read(both).data(), [255, 0]);
    let opaque = RgbaImage::from_pixel(2, 1, Rgba([0, 0, 0, 255]));
    assert!(read(opaque).is_empty());
}
