//! Promise: a restoration changes the pixels under the mask and not one bit of anything else.

mod common;

use common::{HEIGHT, WIDTH, brushed, gradient, layouts, photo};
use imaging::{Depth, Mask, Photo, Planar, Rect};

/// Bytes of each pixel's samples, and whether one of them is alpha.
fn pixel_bytes(photo: &Photo) -> (usize, usize) {
    let color = photo.image().color();
    let pixel = usize::from(color.bytes_per_pixel());
    (
        pixel,
        if photo.has_alpha() {
            pixel / usize::from(color.channel_count())
        } else {
            0
        },
    )
}

#[test]
fn only_masked_colour_samples_change() {
    for image in layouts() {
        let original = photo(&image);
        assert_eq!(
            original.image().as_bytes(),
            image.as_bytes(),
            "decoding is exact"
        );
        let mut restored = original.clone();
        let at = Rect::new(3, 2, 30, 18);
        let mask = brushed(WIDTH as usize, HEIGHT as usize);
        restored.write_masked(at, &gradient(at.width, at.height), &mask);

        let (pixel, alpha) = pixel_bytes(&original);
        let (before, after) = (original.image().as_bytes(), restored.image().as_bytes());
        let mut changed = 0;
        for (i, (a, b)) in before.chunks(pixel).zip(after.chunks(pixel)).enumerate() {
            let (x, y) = (i % WIDTH as usize, i / WIDTH as usize);
            if mask.get(x, y) == 0 || !at.contains(x, y) {
                assert_eq!(a, b, "{:?} at {x},{y}", image.color());
            } else {
                assert_eq!(a[pixel - alpha..], b[pixel - alpha..], "alpha at {x},{y}");
                changed += usize::from(a != b);
            }
        }
        assert!(
            changed > 20,
            "{:?}: {changed} pixels changed",
            image.color()
        );
        assert_eq!(restored.depth(), original.depth());
        assert!(!restored.pixels_equal(&original));
    }
}

#[test]
fn written_values_have_the_full_depth() {
    let value = 0.123_456_f32;
    let flat = Planar::from_data(1, 1, vec![value; 3]).expect("one pixel");
    for image in layouts() {
        let mut target = photo(&image);
        let mut mask = Mask::new(WIDTH as usize, HEIGHT as usize);
        mask.invert();
        target.write_masked(Rect::new(5, 6, 1, 1), &flat, &mask);
        let read = target.planar(Rect::new(5, 6, 1, 1)).data;
        let step = match target.depth() {
            Depth::Eight => 0.5 / 255.0,
            Depth::Sixteen => 0.5 / 65535.0,
            Depth::Float => 0.0,
        };
        for channel in read {
            assert!(
                (channel - value).abs() <= step * 1.01,
                "{:?}: {channel}",
                image.color()
            );
        }
    }
}

#[test]
fn reading_and_writing_back_everything_is_the_identity() {
    for image in layouts().into_iter().take(8) {
        let original = photo(&image);
        let mut copy = original.clone();
        let mut mask = Mask::new(WIDTH as usize, HEIGHT as usize);
        mask.invert();
        copy.write_masked(copy.bounds(), &original.planar(original.bounds()), &mask);
        assert!(copy.pixels_equal(&original), "{:?}", image.color());
    }
}

#[test]
fn a_part_hanging_over_the_edge_is_cut() {
    let original = photo(&layouts()[2]);
    let mut copy = original.clone();
    let mut mask = Mask::new(WIDTH as usize, HEIGHT as usize);
    mask.invert();
    let at = Rect::new(WIDTH as usize - 2, HEIGHT as usize - 1, 9, 9);
    let white = Planar::from_data(9, 9, vec![1.0; 243]).expect("the count fits");
    copy.write_masked(at, &white, &mask);
    assert_eq!(copy.rgba8(Rect::new(at.x, at.y, 2, 1)), [255; 8]);
    let rest = Rect::new(0, 0, WIDTH as usize, HEIGHT as usize - 1);
    assert_eq!(copy.rgba8(rest), original.rgba8(rest));
}

#[test]
#[should_panic(expected = "the mask must have the size of the photo")]
fn a_mask_of_another_size_is_refused() {
    let mut target = photo(&layouts()[0]);
    target.write_masked(Rect::new(0, 0, 2, 2), &Planar::new(2, 2), &Mask::new(5, 5));
}
