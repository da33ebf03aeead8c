//! Promise: alpha is alpha where the file says so, multiplied into the colours or not, and a channel
//! of which it says nothing is kept as it is; the loss of it is named.

mod common;

use std::io::Cursor;

use common::{
    noise,
    tiff::{Form, page},
};
use imaging::{Depth, FileFormat, Loss, Mask, Photo, Planar, Rect, SaveOptions, encode, losses};

const SIZE: (usize, usize) = (40, 30);

fn words(values: &[u16]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// A TIFF file of 16 bits; `said` is what it says of further channels.
fn deep(values: &[u16], channels: usize, said: Option<&[u64]>) -> Vec<u8> {
    let photometric = if channels < 3 { 1 } else { 2 };
    let tags: Vec<_> = said
        .map(|said| (338, 3, said.to_vec()))
        .into_iter()
        .collect();
    let page = page(SIZE, &vec![16; channels], photometric, words(values), &tags);
    Form::default().file(&[page])
}

fn saved(photo: &Photo, format: FileFormat) -> Photo {
    let bytes = encode(photo, format, &SaveOptions::default()).expect("encoded");
    Photo::decode(&bytes, "saved").expect("valid")
}

/// The samples of a file of ours, by its tags: 16 bits, in strips.
fn samples(file: &[u8]) -> Vec<u16> {
    use tiff::tags::Tag;
    let mut reader = tiff::decoder::Decoder::new(Cursor::new(file)).expect("a TIFF");
    let mut numbers = |tag| reader.get_tag_u32_vec(tag).expect("said");
    let offsets = numbers(Tag::StripOffsets);
    let lengths = numbers(Tag::StripByteCounts);
    let strips = offsets.into_iter().zip(lengths);
    let bytes = strips.flat_map(|(at, length)| &file[at as usize..(at + length) as usize]);
    let bytes: Vec<u8> = bytes.copied().collect();
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

/// Colours that a scanner gives, and infrared that has nothing to do with them.
fn scan(channels: usize) -> Vec<u16> {
    (0..(SIZE.0 * SIZE.1 * channels) as u64)
        .map(|i| (noise(i) * 65_536.0) as u16)
        .collect()
}

#[test]
fn a_channel_of_which_nothing_is_said_is_no_alpha() {
    for (channels, said) in [
        (4, None),
        (4, Some([0_u64].as_slice())),
        (2, Some(&[0])),
        (2, None),
        (5, Some(&[2, 0])),
    ] {
        let values = scan(channels);
        let photo = Photo::decode(&deep(&values, channels, said), "scan.tif").expect("valid");
        assert_eq!(photo.extra_channels(), 1, "{channels} {said:?}");
        assert_eq!(photo.has_alpha(), channels == 5);
        assert_eq!(photo.is_gray(), channels == 2);
        // What is restored leaves it alone, and TIFF keeps it.
        let mut restored = photo.clone();
        let all = photo.bounds();
        let mask = Mask::from_data(SIZE.0, SIZE.1, vec![255; SIZE.0 * SIZE.1]).expect("fits");
        restored.write_masked(all, &Planar::new(SIZE.0, SIZE.1), &mask);
        let bytes = encode(&restored, FileFormat::Tiff, &SaveOptions::default()).expect("encoded");
        let mut reader = tiff::decoder::Decoder::new(Cursor::new(&bytes)).expect("a TIFF");
        let tag = reader
            .get_tag_u32_vec(tiff::tags::Tag::ExtraSamples)
            .expect("said");
        assert_eq!(tag.last(), Some(&0), "unspecified");
        let read = samples(&bytes);
        let last = |values: &[u16]| -> Vec<u16> {
            values
                .iter()
                .skip(channels - 1)
                .step_by(channels)
                .copied()
                .collect()
        };
        assert!(last(&read) == last(&values), "{channels} {said:?}");
        assert_eq!(read[0], 0, "restored");
        // Other formats cannot.
        for format in FileFormat::ALL {
            let list = losses(&photo, format, &SaveOptions::default()).list;
            let told = list.contains(&Loss::Channels);
            assert_eq!(
                told,
                saved(&photo, format).extra_channels() == 0,
                "{format}"
            );
        }
    }
}

/// Turned with the picture, enlarged with it, at its depth.
#[test]
fn a_further_channel_goes_with_the_picture() {
    let values = scan(4);
    let tags = [(274, 3, vec![6])];
    let turned = page(SIZE, &[16; 4], 2, words(&values), &tags);
    let photo = Photo::decode(&Form::default().file(&[turned]), "lying").expect("valid");
    assert_eq!((photo.width(), photo.height()), (SIZE.1, SIZE.0));
    let again = saved(&photo, FileFormat::Tiff);
    assert_eq!(again.extra_channels(), 1);
    let larger = saved(&photo.with_pixels(&Planar::new(60, 80)), FileFormat::Tiff);
    assert_eq!(
        (larger.width(), larger.height(), larger.extra_channels()),
        (60, 80, 1)
    );
    let eight = SaveOptions {
        depth: Some(Depth::Eight),
        ..SaveOptions::default()
    };
    let bytes = encode(&photo, FileFormat::Tiff, &eight).expect("encoded");
    let narrow = Photo::decode(&bytes, "narrow").expect("valid");
    assert_eq!((narrow.depth(), narrow.extra_channels()), (Depth::Eight, 1));
}

/// Colours multiplied by alpha are divided when they are read and multiplied when they are written:
/// what a viewer shows is the same, and every untouched sample of the file too.
#[test]
fn associated_alpha_is_undone_and_redone() {
    let mut values = Vec::new();
    for i in 0..(SIZE.0 * SIZE.1) as u64 {
        let alpha = [255, 128, 3, 0][i as usize % 4];
        let color = |c| (noise(4 * i + c) * f64::from(alpha + 1)) as u8;
        values.extend([color(0), color(1), color(2), alpha as u8]);
    }
    let stored = page(SIZE, &[8; 4], 2, values.clone(), &[(338, 3, vec![1])]);
    let photo = Photo::decode(&Form::default().file(&[stored]), "a.tif").expect("valid");
    assert!(photo.has_alpha());
    let [red, _, _, alpha] = photo.rgba8(Rect::new(1, 0, 1, 1))[..] else {
        panic!("four bytes");
    };
    let expected = f64::from(values[4]) * 255.0 / 128.0;
    assert!(
        (f64::from(red) - expected).abs() <= 0.5 && alpha == 128,
        "{red}"
    );
    let bytes = encode(&photo, FileFormat::Tiff, &SaveOptions::default()).expect("encoded");
    let mut reader = tiff::decoder::Decoder::new(Cursor::new(&bytes)).expect("a TIFF");
    let said = reader
        .get_tag_u32_vec(tiff::tags::Tag::ExtraSamples)
        .expect("said");
    assert_eq!(said, [1]);
    let tiff::decoder::DecodingResult::U8(read) = reader.read_image().expect("read") else {
        panic!("8 bits");
    };
    assert!(read == values);
    // PNG has straight alpha only: nothing is lost.
    let png = saved(&photo, FileFormat::Png);
    assert!(png.pixels_equal(&photo));
    assert!(losses(&photo, FileFormat::Png, &SaveOptions::default()).is_empty());
}

#[test]
fn straight_alpha_says_so() {
    for channels in [2, 4] {
        let values = scan(channels);
        let photo = Photo::decode(&deep(&values, channels, Some(&[2])), "a").expect("valid");
        assert!(photo.has_alpha() && photo.extra_channels() == 0);
        let bytes = encode(&photo, FileFormat::Tiff, &SaveOptions::default()).expect("encoded");
        let mut reader = tiff::decoder::Decoder::new(Cursor::new(&bytes)).expect("a TIFF");
        let said = reader
            .get_tag_u32_vec(tiff::tags::Tag::ExtraSamples)
            .expect("said");
        assert_eq!(said, [2]);
        assert!(saved(&photo, FileFormat::Tiff).pixels_equal(&photo));
    }
}

/// Infrared of a scan: nearly even, a little darker where red is dark, noisy, and dark at the dust.
fn film(dust: &[(usize, usize)], gray: bool) -> Photo {
    let (width, height) = SIZE;
    let mut values = Vec::new();
    for i in 0..width * height {
        let (x, y) = (i % width, i / width);
        let red = 0.1 + 0.8 * x as f64 / width as f64;
        let noise = 0.01 * (noise(i as u64) - 0.5);
        let dark = dust.contains(&(x, y));
        let infrared = if dark { 0.2 } else { 0.8 + 0.1 * red + noise };
        let colors: &[f64] = if gray { &[red] } else { &[red, 0.5, 0.3] };
        let all = colors.iter().chain(std::iter::once(&infrared));
        values.extend(all.map(|value| (value * 65_535.0) as u16));
    }
    let channels = if gray { 2 } else { 4 };
    Photo::decode(&deep(&values, channels, Some(&[0])), "film.tif").expect("valid")
}

#[test]
fn dust_is_found_in_infrared() {
    let dust = [(5, 5), (6, 5), (20, 14), (39, 29), (0, 17)];
    for gray in [false, true] {
        let mask = Mask::from_infrared(&film(&dust, gray)).expect("there is infrared");
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                let near = |by: usize| {
                    let close =
                        |(a, b): &(usize, usize)| a.abs_diff(x) <= by && b.abs_diff(y) <= by;
                    dust.iter().any(close)
                };
                let painted = mask.get(x, y) == 255;
                assert!(painted || !near(1), "dust at {x}, {y} is missed");
                assert!(!painted || near(2), "{x}, {y} is clean");
            }
        }
        let clean = Mask::from_infrared(&film(&[], gray)).expect("there is infrared");
        assert!(clean.is_empty(), "{}", clean.count());
    }
    assert!(Mask::from_infrared(&common::photo(&common::colorful())).is_none());
}
