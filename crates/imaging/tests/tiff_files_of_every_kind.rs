//! Promise: a TIFF file's numbers are read as what they are, however they are stored: of any number
//! of bits, in strips or tiles, planes, either order of bytes, any compression that is read.

mod common;

use std::io::Write;

use common::{
    file, noise,
    tiff::{Form, Page, Tag, page},
};
use image::{DynamicImage, ImageFormat};
use imaging::{Depth, ImagingError, Photo, Rect};

const SIZE: (usize, usize) = (37, 23);

fn forms() -> [Form; 4] {
    [(false, false), (true, false), (false, true), (true, true)]
        .map(|(motorola, wide)| Form { motorola, wide })
}

/// Reproducible whole numbers below a power of two.
fn whole(count: usize, bits: u32) -> Vec<u64> {
    let value = |i| (noise(i) * 2_f64.powi(bits as i32)) as u64;
    (0..count as u64).map(value).collect()
}

/// Rows of numbers as bytes: 8, 16, 32 and 64 bits in the file's order, others packed.
fn stored(values: &[u64], row: usize, bits: usize, form: Form) -> Vec<u8> {
    if matches!(bits, 8 | 16 | 24 | 32 | 64) {
        return values.iter().flat_map(|v| form.put(*v, bits / 8)).collect();
    }
    let mut out = Vec::new();
    for row in values.chunks(row) {
        let bit = |i: usize| row[i / bits] >> (bits - 1 - i % bits) & 1;
        let all: Vec<u64> = (0..row.len() * bits).map(bit).collect();
        let byte = |eight: &[u64]| {
            let bits = eight.iter().enumerate();
            bits.fold(0, |byte, (i, bit)| byte | (*bit as u8) << (7 - i))
        };
        out.extend(all.chunks(8).map(byte));
    }
    out
}

fn units(photo: &Photo) -> Vec<f64> {
    let planar = photo.planar(photo.bounds());
    planar.data.into_iter().map(f64::from).collect()
}

/// Channel by channel, as a planar picture has them.
fn apart(values: &[f64], channels: usize) -> Vec<f64> {
    let channel = |c: usize| values.iter().skip(c).step_by(channels).copied();
    if channels == 1 {
        return (0..3).flat_map(|_| channel(0)).collect();
    }
    (0..3).flat_map(channel).collect()
}

fn agree(photo: &Photo, expected: &[f64], within: f64, what: &str) {
    let found = units(photo);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let expected = expected.clamp(0.0, 1.0);
        assert!(
            (found - expected).abs() <= within,
            "{what}, {index}: {found} is not {expected}"
        );
    }
}

#[test]
fn whole_numbers_of_any_depth() {
    let (width, height) = SIZE;
    for form in forms() {
        for bits in [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 32, 64] {
            for (photometric, channels) in [(1, 1), (2, 3), (0, 1)] {
                let values = whole(width * height * channels, bits);
                let data = stored(&values, width * channels, bits as usize, form);
                let page = page(SIZE, &vec![bits.into(); channels], photometric, data, &[]);
                let what = format!("{form:?} {bits} bits, {photometric}");
                let photo = Photo::decode(&form.file(&[page]), &what).expect("valid");
                let most = 2_f64.powi(bits as i32) - 1.0;
                let unit = |v: &u64| {
                    let value = *v as f64 / most;
                    if photometric == 0 { 1.0 - value } else { value }
                };
                let expected: Vec<f64> = values.iter().map(unit).collect();
                let depth = match bits {
                    ..=8 => Depth::Eight,
                    9..=16 => Depth::Sixteen,
                    _ => Depth::Float,
                };
                assert_eq!(photo.depth(), depth, "{what}");
                // Rounded to the depth it is read at, and not at all at 8 and 16 bits.
                let within = if matches!(bits, 1 | 2 | 4 | 8 | 16) {
                    1e-6
                } else {
                    0.5 / 255.0
                };
                agree(&photo, &apart(&expected, channels), within, &what);
            }
        }
    }
}

#[test]
fn floats_of_any_depth() {
    let (width, height) = SIZE;
    let values: Vec<f64> = (0..3 * (width * height) as u64)
        .map(|i| noise(i) * 1.4 - 0.2)
        .collect();
    for form in forms() {
        for bits in [16, 24, 32, 64] {
            let code = |v: &f64| match bits {
                16 => u64::from(half::f16::from_f64(*v).to_bits()),
                24 => short_float(*v),
                32 => u64::from((*v as f32).to_bits()),
                _ => v.to_bits(),
            };
            let codes: Vec<u64> = values.iter().map(code).collect();
            let data = stored(&codes, 3 * width, bits, form);
            let tags = [(339, 3, vec![3; 3])];
            let page = page(SIZE, &[bits as u64; 3], 2, data, &tags);
            let what = format!("{form:?} floats of {bits} bits");
            let photo = Photo::decode(&form.file(&[page]), &what).expect("valid");
            assert_eq!(photo.depth(), Depth::Float);
            let within = if bits == 16 { 1e-3 } else { 1e-4 };
            agree(&photo, &apart(&values, 3), within, &what);
        }
    }
}

/// A float of 24 bits, cut: one bit of sign, seven of exponent, sixteen of fraction.
fn short_float(value: f64) -> u64 {
    let bits = value.to_bits();
    let exponent = ((bits >> 52 & 2047) as i64 - 1023 + 63).max(0) as u64;
    (bits >> 63) << 23 | exponent << 16 | (bits >> 36 & 0xFFFF)
}

/// Values beyond the range are kept, and shown as black and white.
#[test]
fn gray_floats_are_opened() {
    let values = [-0.1_f32, 0.25, 1.3];
    let data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let page = page((3, 1), &[32], 1, data, &[(339, 3, vec![3])]);
    let photo = Photo::decode(&Form::default().file(&[page]), "gray").expect("valid");
    assert_eq!(photo.planar(photo.bounds()).data[..3], [0.0, 0.25, 1.0]);
    let kept: Vec<f32> = photo.image().as_rgb32f().expect("floats").as_raw().clone();
    assert_eq!(kept, [-0.1, -0.1, -0.1, 0.25, 0.25, 0.25, 1.3, 1.3, 1.3]);
}

/// Cuts an interleaved picture into strips or tiles, of all channels or of each.
fn parts(data: &[u8], pixel: usize, part: (usize, usize), tiled: bool) -> Vec<Vec<u8>> {
    let (width, height) = SIZE;
    let mut found = Vec::new();
    for top in (0..height).step_by(part.1) {
        for left in (0..width).step_by(part.0) {
            let rows = if tiled {
                part.1
            } else {
                part.1.min(height - top)
            };
            let mut bytes = Vec::new();
            for y in top..top + rows {
                for x in left..left + part.0 {
                    let at = (y * width + x) * pixel;
                    let inside = x < width && y < height;
                    bytes.extend((0..pixel).map(|i| if inside { data[at + i] } else { 7 }));
                }
            }
            found.push(bytes);
        }
    }
    found
}

fn compressed(data: &[u8], kind: u64) -> Vec<u8> {
    match kind {
        1 => data.to_vec(),
        5 => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            .encode(data)
            .expect("encoded"),
        8 | 32946 => {
            let level = flate2::Compression::fast();
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(data).expect("written");
            encoder.finish().expect("finished")
        }
        // Literals, and a run in front.
        _ => {
            let mut out = vec![0x80];
            if data.len() > 3 && data[0] == data[1] && data[1] == data[2] {
                out.extend([(-2_i8) as u8, data[0]]);
                out.extend(data[3..].chunks(128).flat_map(literal));
            } else {
                out.extend(data.chunks(128).flat_map(literal));
            }
            out
        }
    }
}

fn literal(bytes: &[u8]) -> Vec<u8> {
    [&[bytes.len() as u8 - 1], bytes].concat()
}

/// Differences along each row, of numbers of so many bytes.
fn predicted(data: &mut [u8], row: usize, channels: usize, size: usize, form: Form) {
    for row in data.chunks_mut(row) {
        for at in (channels * size..row.len()).step_by(size).rev() {
            let number = |at: usize| {
                let mut bytes = [0; 8];
                bytes[..size].copy_from_slice(&row[at..at + size]);
                if form.motorola {
                    bytes[..size].reverse();
                }
                u64::from_le_bytes(bytes)
            };
            let new = number(at).wrapping_sub(number(at - channels * size));
            row[at..at + size].copy_from_slice(&form.put(new, size));
        }
    }
}

#[test]
fn strips_tiles_planes_compressions_and_predictors() {
    let (width, height) = SIZE;
    for form in forms() {
        for size in [1, 2, 4] {
            let values = whole(3 * width * height, 8 * size as u32);
            let most = 2_f64.powi(8 * size) - 1.0;
            let expected: Vec<f64> = values.iter().map(|v| *v as f64 / most).collect();
            let expected = apart(&expected, 3);
            let size = size as usize;
            for (tiled, planes, compression, predictor) in kinds() {
                let part = if tiled { (16, 16) } else { (width, 5) };
                let channels = if planes { 1 } else { 3 };
                let plane = |c: usize| values.iter().skip(c).step_by(3).copied().collect();
                let pictures: Vec<Vec<u64>> = if planes {
                    (0..3).map(plane).collect()
                } else {
                    vec![values.clone()]
                };
                let mut all = Vec::new();
                for picture in &pictures {
                    let data = stored(picture, width * channels, 8 * size, form);
                    for mut bytes in parts(&data, channels * size, part, tiled) {
                        if predictor == 2 {
                            predicted(&mut bytes, part.0 * channels * size, channels, size, form);
                        }
                        all.push(compressed(&bytes, compression));
                    }
                }
                let mut tags: Vec<Tag> = vec![
                    (259, 3, vec![compression]),
                    (284, 3, vec![if planes { 2 } else { 1 }]),
                    (317, 3, vec![predictor]),
                ];
                if tiled {
                    tags.extend([(322, 3, vec![16]), (323, 3, vec![16])]);
                } else {
                    tags.push((278, 3, vec![5]));
                }
                let bits = [8 * size as u64; 3];
                let page = Page {
                    parts: all,
                    ..page(SIZE, &bits, 2, Vec::new(), &tags)
                };
                let what = format!("{form:?} {size} {tiled} {planes} {compression} {predictor}");
                let photo = Photo::decode(&form.file(&[page]), &what).expect("valid");
                agree(&photo, &expected, 1e-6, &what);
            }
        }
    }
}

/// Tiled, in planes, compression, predictor.
fn kinds() -> Vec<(bool, bool, u64, u64)> {
    let mut kinds = Vec::new();
    for tiled in [false, true] {
        for planes in [false, true] {
            for compression in [1, 5, 8, 32946, 32773] {
                for predictor in [1, 2] {
                    kinds.push((tiled, planes, compression, predictor));
                }
            }
        }
    }
    kinds
}

/// Adobe's predictor for floats: bytes in planes, the highest first, as differences.
#[test]
fn floats_are_predicted() {
    let (width, height) = SIZE;
    let values: Vec<f32> = (0..3 * (width * height) as u64)
        .map(|i| noise(i) as f32)
        .collect();
    for form in forms() {
        let mut data = Vec::new();
        for row in values.chunks(3 * width) {
            let mut planes: Vec<u8> = (0..4)
                .flat_map(|byte| row.iter().map(move |v| v.to_be_bytes()[byte]))
                .collect();
            for at in (3..planes.len()).rev() {
                planes[at] = planes[at].wrapping_sub(planes[at - 3]);
            }
            data.extend(planes);
        }
        let tags = [(339, 3, vec![3; 3]), (259, 3, vec![8]), (317, 3, vec![3])];
        let page = page(SIZE, &[32; 3], 2, compressed(&data, 8), &tags);
        let photo = Photo::decode(&form.file(&[page]), "predicted").expect("valid");
        let expected: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
        agree(&photo, &apart(&expected, 3), 0.0, &format!("{form:?}"));
    }
}

#[test]
fn palettes_are_looked_up() {
    for form in forms() {
        for bits in [1, 2, 4, 8] {
            let entries = 1_usize << bits;
            let palette: Vec<u64> = whole(3 * entries, 8).iter().map(|v| v * 257).collect();
            let indices = whole(SIZE.0 * SIZE.1, bits);
            let data = stored(&indices, SIZE.0, bits as usize, form);
            let page = page(SIZE, &[bits.into()], 3, data, &[(320, 3, palette.clone())]);
            let photo = Photo::decode(&form.file(&[page]), "palette").expect("valid");
            let color = |channel: usize, index: u64| {
                palette[channel * entries + index as usize] as f64 / 65_535.0
            };
            let all = (0..3).flat_map(|c| indices.iter().map(move |i| (c, *i)));
            let expected: Vec<f64> = all.map(|(c, i)| color(c, i)).collect();
            agree(&photo, &expected, 1e-6, &format!("{form:?} {bits}"));
            assert_eq!(photo.depth(), Depth::Eight);
        }
    }
}

/// Blocks of 2 by 2, 4 by 2, … with one colour each: the same as the whole picture in it.
#[test]
fn chroma_may_be_smaller() {
    for (across, down) in [(1, 1), (2, 1), (2, 2), (4, 2), (4, 4)] {
        let units = SIZE.0.div_ceil(across) * SIZE.1.div_ceil(down);
        // 0.299 and 0.587 of full red and green, as T.871 has it: orange.
        let unit: Vec<u8> = std::iter::repeat_n(151, across * down)
            .chain([43, 202])
            .collect();
        let data = unit.repeat(units);
        let tags = [(530, 3, vec![across as u64, down as u64])];
        let page = page(SIZE, &[8; 3], 6, data, &tags);
        let photo = Photo::decode(&Form::default().file(&[page]), "chroma").expect("valid");
        for (x, y) in [(0, 0), (SIZE.0 - 1, SIZE.1 - 1)] {
            let [r, g, b, _] = photo.rgba8(Rect::new(x, y, 1, 1))[..] else {
                panic!("four bytes");
            };
            assert!(r > 252 && (126..=130).contains(&g) && b < 4, "{r} {g} {b}");
        }
    }
}

/// Black and white by fax, as offices scan (ITU-T T.6).
#[test]
fn fax_data_are_read() {
    let (width, height) = SIZE;
    let values = whole(width * height, 1);
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for row in values.chunks(width) {
        let colors = row.iter().map(|v| {
            if *v == 1 {
                fax::Color::Black
            } else {
                fax::Color::White
            }
        });
        let Ok(()) = encoder.encode_line(colors, width as u16);
    }
    let Ok(data) = encoder.finish();
    let data = data.finish();
    for reversed in [false, true] {
        let mut data = data.clone();
        if reversed {
            data.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        let tags = [
            (259, 3, vec![4]),
            (266, 3, vec![if reversed { 2 } else { 1 }]),
        ];
        let page = page(SIZE, &[1], 0, data, &tags);
        let photo = Photo::decode(&Form::default().file(&[page]), "fax").expect("valid");
        let expected: Vec<f64> = values.iter().map(|v| 1.0 - *v as f64).collect();
        agree(&photo, &apart(&expected, 1), 0.0, "fax");
    }
}

/// What another writer makes, and what another reader sees in ours.
#[test]
fn other_programs_agree() {
    for image in common::layouts() {
        if matches!(
            image,
            DynamicImage::ImageLumaA8(_) | DynamicImage::ImageLumaA16(_)
        ) {
            continue;
        }
        let bytes = file(&image, ImageFormat::Tiff);
        let photo = Photo::decode(&bytes, "theirs.tif").expect("valid");
        let original = common::photo(&image);
        assert_eq!(
            photo.planar(photo.bounds()),
            original.planar(original.bounds())
        );
        let ours = imaging::encode(&original, imaging::FileFormat::Tiff, &Default::default());
        let read = image::load_from_memory(&ours.expect("encoded")).expect("they read it");
        assert_eq!(read.as_bytes(), image.as_bytes(), "{:?}", image.color());
    }
}

#[test]
fn what_is_not_read_is_named() {
    let refused = |tags: &[Tag], bits: &[u64], photometric| {
        let page = page((4, 4), bits, photometric, vec![0; 4096], tags);
        let error = Photo::decode(&Form::default().file(&[page]), "a.tif").expect_err("refused");
        assert!(matches!(error, ImagingError::Unsupported { .. }), "{error}");
        error.to_string()
    };
    for (message, what) in [
        (refused(&[], &[8; 4], 5), "CMYK"),
        (refused(&[], &[8; 3], 8), "Lab"),
        (refused(&[], &[16; 3], 32845), "LogLuv"),
        (
            refused(&[(259, 3, vec![6])], &[8; 3], 6),
            "old kind of JPEG",
        ),
        (refused(&[(259, 3, vec![34712])], &[8; 3], 2), "JPEG 2000"),
        (refused(&[(259, 3, vec![50000])], &[8; 3], 2), "Zstandard"),
        (refused(&[(339, 3, vec![2; 3])], &[16; 3], 2), "sign"),
        (refused(&[], &[5, 6, 5], 2), "different depths"),
        (
            refused(&[(339, 3, vec![3; 3])], &[8; 3], 2),
            "floats of 8 bits",
        ),
    ] {
        assert!(message.contains(what), "{what}: {message}");
    }
}

#[test]
fn parts_that_are_missing_are_missed() {
    for compression in [1, 5, 8, 32773, 4] {
        let bits: &[u64] = if compression == 4 { &[1] } else { &[8] };
        let data = compressed(&[3; 20], if compression == 4 { 1 } else { compression });
        let page = page((40, 40), bits, 1, data, &[(259, 3, vec![compression])]);
        let error = Photo::decode(&Form::default().file(&[page]), "a.tif").expect_err("refused");
        assert!(
            matches!(error, ImagingError::Decode { .. }),
            "{compression}: {error}"
        );
    }
}
