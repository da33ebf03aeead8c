//! Promise: depth, gray or colour, and alpha survive reading, replacing pixels and saving, as far as
//! the format holds them.

mod common;

use common::{HEIGHT, WIDTH, gradient, layouts, photo};
use imaging::{Depth, FileFormat, Photo, Planar, Rect, SaveOptions, encode, psnr};

fn reopened(photo: &Photo, format: FileFormat, options: &SaveOptions) -> Photo {
    let bytes = encode(photo, format, options).expect("the format holds it");
    let again = Photo::decode(&bytes, "saved").expect("what we write can be read");
    assert_eq!(again.format(), Some(format));
    assert_eq!(again.bounds(), photo.bounds());
    again
}

#[test]
fn lossless_formats_return_every_bit_they_hold() {
    for image in layouts() {
        let original = photo(&image);
        for format in FileFormat::ALL {
            if format == FileFormat::Jpeg {
                continue;
            }
            let again = reopened(&original, format, &SaveOptions::default());
            assert_eq!(
                again.depth(),
                format.nearest_depth(original.depth()),
                "{format}"
            );
            let holds_depth = again.depth() == original.depth();
            // TIFF and BMP widen gray with alpha to colour; BMP and WebP read gray back as colour.
            let same_kind = again.is_gray() == original.is_gray();
            if holds_depth && same_kind {
                assert!(
                    again.pixels_equal(&original),
                    "{format} {:?}",
                    image.color()
                );
            }
            if format == FileFormat::Png {
                assert!(same_kind);
            }
            assert_eq!(
                again.has_alpha(),
                original.has_alpha(),
                "{format} {:?}",
                image.color()
            );
            let whole = original.bounds();
            if holds_depth {
                assert_eq!(
                    again.planar(whole),
                    original.planar(whole),
                    "{format} {:?}",
                    image.color()
                );
            }
            assert_eq!(
                again.rgba8(whole),
                original.rgba8(whole),
                "{format} {:?}",
                image.color()
            );
        }
    }
}

#[test]
fn jpeg_is_close_and_blends_alpha_over_white() {
    let smooth = Photo::from_planar(&gradient(64, 48), Depth::Sixteen);
    let best = SaveOptions {
        quality: 100,
        ..SaveOptions::default()
    };
    let worst = SaveOptions {
        quality: 1,
        ..SaveOptions::default()
    };
    let quality = |options| {
        let again = reopened(&smooth, FileFormat::Jpeg, options);
        psnr(
            &again.planar(again.bounds()),
            &smooth.planar(smooth.bounds()),
        )
    };
    assert!(quality(&best) > 42.0, "{}", quality(&best));
    assert!(quality(&worst) < 30.0, "{}", quality(&worst));

    let clear = Photo::from_rgba8(16, 16, &[0; 1024]).expect("the size fits");
    let white = reopened(&clear, FileFormat::Jpeg, &best);
    assert!(white.rgba8(white.bounds()).iter().all(|&byte| byte > 250));
}

#[test]
fn a_depth_can_be_asked_for() {
    let image = &layouts()[0];
    let eight = photo(image);
    let sixteen = SaveOptions {
        depth: Some(Depth::Sixteen),
        ..SaveOptions::default()
    };
    let wide = reopened(&eight, FileFormat::Png, &sixteen);
    assert_eq!((wide.depth(), wide.is_gray()), (Depth::Sixteen, true));
    let narrow = SaveOptions {
        depth: Some(Depth::Eight),
        ..SaveOptions::default()
    };
    assert!(reopened(&wide, FileFormat::Png, &narrow).pixels_equal(&eight));
    let float = SaveOptions {
        depth: Some(Depth::Float),
        ..SaveOptions::default()
    };
    assert_eq!(
        reopened(&eight, FileFormat::Tiff, &float).depth(),
        Depth::Float
    );
    assert_eq!(
        reopened(&eight, FileFormat::Png, &float).depth(),
        Depth::Sixteen
    );
}

#[test]
fn new_pixels_keep_the_kind_and_alpha() {
    for image in layouts() {
        let original = photo(&image);
        for (width, height) in [(WIDTH as usize, HEIGHT as usize), (50, 11)] {
            let made = original.with_pixels(&gradient(width, height));
            assert_eq!(made.bounds(), Rect::new(0, 0, width, height));
            assert_eq!(made.image().color(), image.color());
            let kept = |photo: &Photo| -> Vec<u8> {
                photo
                    .rgba8(photo.bounds())
                    .chunks(4)
                    .map(|pixel| pixel[3])
                    .collect()
            };
            if (width, height) == (WIDTH as usize, HEIGHT as usize) {
                assert_eq!(kept(&made), kept(&original));
            }
            if !made.is_gray() {
                let read = made.planar(made.bounds());
                assert!(psnr(&read, &gradient(width, height)) > 50.0);
            }
        }
    }
}

#[test]
fn gray_takes_the_luma() {
    let original = photo(&layouts()[0]);
    let red = Planar::from_data(1, 1, vec![1.0, 0.0, 0.0]).expect("one pixel");
    assert_eq!(
        original.with_pixels(&red).rgba8(Rect::new(0, 0, 1, 1)),
        [76, 76, 76, 255]
    );
}

#[test]
fn pasted_pixels_are_kept() {
    let opaque: Vec<u8> = [[1, 2, 3, 255], [4, 5, 6, 255]].concat();
    let photo = Photo::from_rgba8(2, 1, &opaque).expect("the size fits");
    assert!(!photo.has_alpha());
    assert_eq!(photo.rgba8(photo.bounds()), opaque);
    let clear: Vec<u8> = [[1, 2, 3, 255], [4, 5, 6, 7]].concat();
    let photo = Photo::from_rgba8(1, 2, &clear).expect("the size fits");
    assert!(photo.has_alpha());
    assert_eq!(photo.rgba8(photo.bounds()), clear);
    assert!(Photo::from_rgba8(2, 2, &clear).is_err());
    assert!(Photo::from_rgba8(0, 2, &[]).is_err());
}

#[test]
fn a_jpeg_marked_as_rgb_is_read_as_rgb() {
    // The encoder stores luma 149.5 and chroma 116 and 164 for this colour. Adobe's marker with
    // transform 0 then says that the three numbers are red, green and blue themselves.
    let color = image::Rgb([200, 128, 128]);
    let image = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(16, 16, color));
    let mut jpeg = common::file(&image, image::ImageFormat::Jpeg);
    jpeg.splice(2..2, *b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0");
    let photo = Photo::decode(&jpeg, "rgb.jpg").expect("valid");
    let found = photo.rgba8(Rect::new(7, 7, 1, 1));
    for (found, expected) in found.iter().zip([150_u8, 116, 164, 255]) {
        assert!(found.abs_diff(expected) <= 2, "{found} is not {expected}");
    }
}
