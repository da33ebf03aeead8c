//! Masks as people make them, each generated here: one damage, drawn in every way.

use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;
use crate::{Depth, FileFormat, Planar, SaveOptions, Value, encode};

const WIDTH: u32 = 64;
const HEIGHT: u32 = 48;

/// The damage: a stroke and a spot.
fn damage() -> Mask {
    let mut mask = Mask::new(WIDTH as usize, HEIGHT as usize);
    mask.stamp((8.0, 10.0), (50.0, 30.0), 2.0, Value::Paint);
    let _ = mask.fill_rect(Rect::new(20, 34, 6, 5), Value::Paint);
    mask
}

fn is_damage(x: u32, y: u32) -> bool {
    damage().get(x as usize, y as usize) > 0
}

/// Something with many colours.
fn shade(x: u32, y: u32) -> [u8; 3] {
    [(3 * x + y) as u8, (5 * y + x / 2) as u8, (x * y / 13) as u8]
}

fn gray(of: impl Fn(bool) -> u8) -> Photo {
    let image = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([of(is_damage(x, y))]));
    Photo::from_image(DynamicImage::ImageLuma8(image))
}

fn deep(of: impl Fn(bool) -> u16) -> Photo {
    let image: ImageBuffer<Luma<u16>, Vec<u16>> =
        ImageBuffer::from_fn(WIDTH, HEIGHT, |x, y| Luma([of(is_damage(x, y))]));
    Photo::from_image(DynamicImage::ImageLuma16(image))
}

fn colour(of: impl Fn(u32, u32, bool) -> [u8; 3]) -> Photo {
    let image = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| Rgb(of(x, y, is_damage(x, y))));
    Photo::from_image(DynamicImage::ImageRgb8(image))
}

fn clear(of: impl Fn(u32, u32, bool) -> [u8; 4]) -> Photo {
    let image = RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| Rgba(of(x, y, is_damage(x, y))));
    Photo::from_image(DynamicImage::ImageRgba8(image))
}

/// Read without being told how, it is the damage.
fn assert_read(photo: &Photo, reading: MaskReading, how: &str) {
    let read = ReadMask::of(photo, "mask.png", None).unwrap_or_else(|e| panic!("{how}: {e}"));
    assert_eq!(read.reading, reading, "{how}");
    assert_eq!(read.mask, damage(), "{how}");
    let obvious = reading == MaskReading::Luminance && !photo.has_alpha();
    assert_eq!(read.remark().is_none(), obvious, "{how}");
    assert!(read.warning().is_none(), "{how}");
}

#[test]
fn one_damage_drawn_in_every_way_is_read_the_same() {
    use MaskReading::*;
    let white = |marked: bool| if marked { 255 } else { 0 };
    for (photo, reading, how) in [
        (gray(white), Luminance, "white on black"),
        (gray(|m| if m { 230 } else { 20 }), Luminance, "nearly so"),
        (
            gray(|m| if m { 0 } else { 255 }),
            Inverted,
            "black on white",
        ),
        (gray(u8::from), Labels, "0 and 1"),
        (gray(|m| if m { 3 } else { 2 }), Labels, "2 and 3"),
        (deep(|m| if m { 255 } else { 0 }), Luminance, "255 of 65535"),
        (deep(|m| if m { 4095 } else { 0 }), Luminance, "12 bits"),
        (deep(u16::from), Labels, "0 and 1 in 16 bits"),
        (deep(|m| if m { 65_535 } else { 0 }), Luminance, "16 bits"),
    ] {
        assert_read(&photo, reading, how);
    }
}

#[test]
fn paint_in_any_colour_is_read() {
    use MaskReading::*;
    for paint in [[255, 0, 0], [0, 0, 0], [255, 255, 255], [20, 90, 40]] {
        for below in [[255, 255, 255], [0, 0, 0]] {
            let layer = clear(|_, _, marked| {
                let ([r, g, b], alpha) = if marked { (paint, 255) } else { (below, 0) };
                [r, g, b, alpha]
            });
            assert_read(&layer, Alpha, &format!("{paint:?} over clear {below:?}"));
        }
    }
    let palette = colour(|_, _, m| if m { [128, 0, 0] } else { [0, 0, 0] });
    assert_read(&palette, Labels, "a palette's first label");
    let paper = colour(|_, _, m| if m { [220, 30, 40] } else { [255, 255, 255] });
    assert_read(&paper, Labels, "red on white");
    let onto = colour(|x, y, m| {
        if m {
            [255, 0, 0]
        } else {
            shade(x, y).map(|v| v / 2)
        }
    });
    assert_read(&onto, Red, "red on the photo");
}

#[test]
fn erased_photos_and_sheets_mark_their_holes() {
    use MaskReading::*;
    for below in [0, 255] {
        let erased = clear(|x, y, m| {
            let [r, g, b] = if m { [below; 3] } else { shade(x, y) };
            [r, g, b, if m { 0 } else { 255 }]
        });
        assert_read(&erased, Transparent, "a photo with a hole");
        let sheet = clear(|_, _, m| [below, below, below, if m { 0 } else { 255 }]);
        assert_read(&sheet, Transparent, "a sheet with a hole");
    }
    let cut = clear(|x, y, m| {
        let [r, g, b] = shade(x, y);
        [r, g, b, if m { 255 } else { 0 }]
    });
    assert_read(&cut, Alpha, "the object cut out");
    let both = clear(|_, y, m| {
        let level = if m { 255 } else { 0 };
        [level, level, level, if y == 0 { 0 } else { 255 }]
    });
    assert_read(&both, Luminance, "black and white, a row of it missing");
}

#[test]
fn ringing_is_no_rim() {
    let options = SaveOptions {
        quality: 75,
        ..SaveOptions::default()
    };
    for marked in [255, 0] {
        let photo = gray(|m| if m { marked } else { 255 - marked });
        let bytes = encode(&photo, FileFormat::Jpeg, &options).expect("encoded");
        let read = ReadMask::of(&Photo::decode(&bytes, "a").expect("valid"), "a", None);
        let mask = read.expect("marks something").mask;
        let off = mask.without(&damage()).count() + damage().without(&mask).count();
        assert!(10 * off < damage().count(), "{off} of {}", damage().count());
        assert!(
            mask.without(&damage().grown(2)).is_empty(),
            "specks far away"
        );
    }
}

/// A soft brush: its weight falls from the middle outwards.
fn soft() -> (Photo, Vec<u8>) {
    let weight = |x: u32, y: u32| {
        let (dx, dy) = (f64::from(x) - 30.0, f64::from(y) - 22.0);
        (300.0 * (-(dx * dx + dy * dy) / 40.0).exp()).min(255.0) as u8
    };
    let image = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([weight(x, y)]));
    let weights = image.as_raw().clone();
    (Photo::from_image(DynamicImage::ImageLuma8(image)), weights)
}

#[test]
fn a_soft_rim_is_restored_whole_and_fades_out_where_it_is_faint() {
    let (photo, weights) = soft();
    let read = ReadMask::of(&photo, "soft.png", None).expect("marks something");
    for (weight, byte) in weights.iter().zip(read.mask.data()) {
        assert_eq!(*byte > 0, *weight > FAINT, "{weight}");
    }
    // White restored over black: what is left is the weight itself.
    let black = Photo::from_planar(&Planar::new(64, 48), Depth::Eight);
    let mut white = Planar::new(64, 48);
    white.data.fill(1.0);
    let mut restored = black.clone();
    restored.write_masked(black.bounds(), &white, &read.mask);
    read.soften(&mut restored, &black);
    let opacity = read.opacity();
    let values = restored.planar(black.bounds());
    for (i, weight) in weights.iter().enumerate() {
        let expected = match weight {
            0..=FAINT => 0.0,
            w if *w < WHOLE => f32::from(*w) / f32::from(WHOLE),
            _ => 1.0,
        };
        let found = values.data[i];
        assert!((found - expected).abs() < 0.02, "{weight}: {found}");
        assert!((f32::from(opacity[i]) / 255.0 - found).abs() < 0.01);
    }
}

#[test]
fn what_marks_nothing_names_its_brightest_value() {
    let refused = |photo: &Photo| {
        let error = ReadMask::of(photo, "mask.png", None).expect_err("nothing is marked");
        error.to_string()
    };
    assert!(refused(&gray(|_| 0)).contains("black everywhere"));
    let dim = Photo::from_image(DynamicImage::ImageLuma8(GrayImage::from_fn(
        WIDTH,
        HEIGHT,
        |x, y| Luma([((x + y) / 2) as u8]),
    )));
    let said = refused(&dim);
    assert!(said.contains("brightest value is 55 of 255"), "{said}");
    let said = refused(&deep(|m| if m { 9000 } else { 0 }));
    assert!(said.contains("9000 of 65535"), "{said}");
    let asked = ReadMask::of(&gray(|_| 0), "mask.png", Some(MaskReading::Red));
    assert!(asked.expect_err("no red").to_string().contains("red"));
}

#[test]
fn a_person_decides_and_much_is_warned_of() {
    let photo = gray(|m| if m { 0 } else { 255 });
    let read = ReadMask::of(&photo, "mask.png", Some(MaskReading::Luminance));
    let read = read.expect("marks something");
    assert_eq!(read.mask.count(), 64 * 48 - damage().count());
    let warning = read.warning().expect("more than half");
    let share = 100 * read.mask.count() / (64 * 48);
    assert!(warning.contains(&format!("{} %", share + 1)), "{warning}");
    assert!(read.remark().is_none(), "nobody guessed");
    let others = read.alternatives(&photo);
    let inverted = others.iter().find(|(r, _)| *r == MaskReading::Inverted);
    assert!(
        inverted.is_some_and(|(_, share)| *share < 0.1),
        "{others:?}"
    );
    for reading in MaskReading::ALL {
        assert_eq!(reading.name().parse::<MaskReading>().ok(), Some(reading));
    }
    let error = "green".parse::<MaskReading>().expect_err("unknown");
    assert!(error.to_string().contains("luminance"));
}
