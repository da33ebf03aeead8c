//! Promise: AVIF files are read as they are: with alpha, in tiles, cut, turned and mirrored, and what
//! else they hold is named; HEIC files likewise where libheif's program decodes them.
//!
//! The files in `data` were made for this by the encoders of libheif and libavif from the formula
//! below; other files are put together here around their pictures.

mod common;

use common::heif::{File, Item, aperture, block, coding, full, grid, ispe, picture, purpose};
use image::{DynamicImage, RgbImage};
use imaging::{Depth, FileFormat, ImagingError, Loss, Photo, SaveOptions, encode, losses, psnr};

const LOSSY: &[u8] = include_bytes!("data/lossy.avif");
const ALPHA: &str = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

fn truth() -> Photo {
    let picture = RgbImage::from_fn(32, 24, |x, y| {
        image::Rgb([(8 * x) as u8, (10 * y) as u8, (x * y) as u8])
    });
    common::photo(&picture.into())
}

fn opened(bytes: &[u8]) -> Photo {
    let photo = Photo::decode(bytes, "photo.avif").expect("valid");
    assert_eq!(photo.format(), None, "it is not written");
    photo
}

fn distance(photo: &Photo) -> f64 {
    let truth = truth();
    psnr(&photo.planar(photo.bounds()), &truth.planar(truth.bounds()))
}

fn told(photo: &Photo, format: FileFormat) -> Vec<Loss> {
    losses(photo, format, &SaveOptions::default()).list
}

/// The colours as an image of 8 bits.
fn colors(photo: &Photo) -> RgbImage {
    let rgba = photo.rgba8(photo.bounds());
    let rgb: Vec<u8> = rgba
        .chunks(4)
        .flat_map(|pixel| pixel[..3].to_vec())
        .collect();
    RgbImage::from_raw(photo.width() as u32, photo.height() as u32, rgb).expect("it fits")
}

fn alone(properties: &[(bool, Vec<u8>)]) -> Vec<u8> {
    let mut item = picture(LOSSY);
    item.properties.extend_from_slice(properties);
    File {
        items: vec![item],
        ..File::default()
    }
    .bytes(b"avif")
}

fn refusal(bytes: &[u8]) -> String {
    Photo::decode(bytes, "photo.avif")
        .expect_err("refused")
        .to_string()
}

#[test]
fn pictures_are_as_near_as_by_libavif() {
    for (file, expected) in [
        (&include_bytes!("data/rgb.avif")[..], 52.74),
        (LOSSY, 24.37),
    ] {
        let photo = opened(file);
        assert_eq!((photo.depth(), photo.is_gray()), (Depth::Eight, false));
        // With colours that are stored as such, libavif comes to a little less.
        let found = distance(&photo);
        assert!((expected - 0.1..expected + 0.5).contains(&found), "{found}");
        assert_eq!(told(&photo, FileFormat::Png), []);
    }
    let gray = opened(include_bytes!("data/gray.avif"));
    assert!(gray.is_gray());
    let off = |(at, value): (usize, &u8)| value.abs_diff((8 * (at % 32)) as u8);
    let worst = gray.image().as_bytes().iter().enumerate().map(off).max();
    assert!(worst <= Some(6), "{worst:?}");
}

#[test]
fn many_bits_stay_many() {
    let photo = opened(include_bytes!("data/deep12.avif"));
    assert_eq!(photo.depth(), Depth::Sixteen);
    let samples = photo.image().as_rgb16().expect("in colour").as_raw();
    let exact = |at: usize| {
        let (x, y) = (at / 3 % 32, at / 96);
        [2048 * x, 2560 * y, 64 * x * y % 65_536][at % 3]
    };
    let off = |(at, value): (usize, &u16)| (usize::from(*value)).abs_diff(exact(at)) as f64;
    let mean = samples.iter().enumerate().map(off).sum::<f64>() / samples.len() as f64;
    assert!(mean < 300.0, "{mean}");
    // More values than 8 bits have.
    let mut values: Vec<u16> = samples.clone();
    values.sort_unstable();
    values.dedup();
    assert!(values.len() > 400, "{}", values.len());
}

#[test]
fn alpha_is_straight_or_is_made_so() {
    let photo = opened(include_bytes!("data/alpha.avif"));
    let rgba = photo.rgba8(photo.bounds());
    let off = |(at, pixel): (usize, &[u8])| pixel[3].abs_diff((8 * (at % 32)) as u8);
    let worst = rgba.chunks(4).enumerate().map(off).max();
    assert!(worst <= Some(12), "{worst:?}");
    // The same picture as its own alpha, multiplied into its colours: white, where it is not black.
    let mut gray = picture(include_bytes!("data/gray.avif"));
    let mut alpha = gray.clone();
    alpha.properties.push((true, purpose(ALPHA)));
    gray.properties.push((false, coding(1, 13, 6)));
    let file = |prem: bool| File {
        items: vec![gray.clone(), alpha.clone()],
        references: [(*b"auxl", 2, vec![1])]
            .into_iter()
            .chain(prem.then(|| (*b"prem", 1, vec![2])))
            .collect(),
        ..File::default()
    };
    for prem in [false, true] {
        let photo = opened(&file(prem).bytes(b"avif"));
        assert!(photo.has_alpha() && photo.is_gray());
        for pixel in photo.image().as_bytes().chunks(2) {
            let [value, alpha] = *pixel else {
                panic!("two")
            };
            let expected = match (prem, alpha) {
                (true, 0) => 0,
                (true, _) => 255,
                (false, alpha) => alpha,
            };
            assert_eq!(value, expected);
        }
        // A TIFF file multiplies again.
        let saved = encode(&photo, FileFormat::Tiff, &SaveOptions::default()).expect("encoded");
        let again = Photo::decode(&saved, "again.tif").expect("valid");
        assert!(again.pixels_equal(&photo));
        assert_eq!(told(&photo, FileFormat::Png), []);
        assert_eq!(told(&photo, FileFormat::Jpeg), [Loss::Transparency]);
    }
}

#[test]
fn pictures_are_cut_turned_and_mirrored_once() {
    let plain: DynamicImage = colors(&opened(LOSSY)).into();
    let after = |properties: &[(bool, Vec<u8>)]| -> DynamicImage {
        colors(&opened(&alone(properties))).into()
    };
    for (angle, expected) in [
        (1, plain.rotate270()),
        (2, plain.rotate180()),
        (3, plain.rotate90()),
    ] {
        assert_eq!(after(&[(true, block(b"irot", &[angle]))]), expected);
    }
    assert_eq!(after(&[(true, block(b"imir", &[0]))]), plain.flipv());
    assert_eq!(after(&[(true, block(b"imir", &[1]))]), plain.fliph());
    let cut = (true, aperture((20, 10), (-2, 3)));
    let part = plain.crop_imm(4, 10, 20, 10);
    assert_eq!(after(std::slice::from_ref(&cut)), part);
    assert_eq!(
        after(&[cut, (true, block(b"irot", &[1]))]),
        part.rotate270()
    );
    // By another encoder, with EXIF that says it too.
    let turned = opened(include_bytes!("data/turned.avif"));
    assert_eq!(DynamicImage::from(colors(&turned)), plain.rotate90());
    let notes = turned.exif().expect("a maker");
    assert!(notes.windows(7).any(|part| part == b"TWEEDIE"));
}

#[test]
fn tiles_make_one_picture() {
    let tile = picture(LOSSY);
    let whole = |data: Vec<u8>, size: (u32, u32), tiles: u16| {
        let mut items = vec![Item {
            kind: *b"grid",
            data,
            properties: vec![(false, ispe(size.0, size.1))],
        }];
        items.extend(vec![tile.clone(); usize::from(tiles)]);
        File {
            items,
            references: vec![(*b"dimg", 1, (2..2 + tiles).collect())],
            ..File::default()
        }
        .bytes(b"avif")
    };
    let photo = opened(&whole(grid(2, 2, (50, 40)), (50, 40), 4));
    let (found, one) = (colors(&photo), colors(&opened(LOSSY)));
    assert_eq!((photo.width(), photo.height()), (50, 40));
    for (x, y, pixel) in found.enumerate_pixels() {
        assert_eq!(pixel, one.get_pixel(x % 32, y % 24), "{x}, {y}");
    }
    assert_eq!(
        told(&photo, FileFormat::Png),
        [],
        "tiles are no pictures of their own"
    );
    // Tiles that are too few, too many, or do not reach as far.
    for (data, size, tiles) in [
        (grid(2, 2, (50, 40)), (50, 40), 3),
        (grid(2, 2, (32, 24)), (32, 24), 4),
        (grid(1, 2, (80, 24)), (80, 24), 2),
        (vec![0, 0, 1], (50, 40), 4),
    ] {
        let said = refusal(&whole(data, size, tiles));
        assert!(said.contains("tiles") || said.contains("tables"), "{said}");
    }
}

#[test]
fn what_else_there_is_is_named() {
    let main = picture(LOSSY);
    let aux = |name: &str| {
        let mut item = picture(LOSSY);
        item.properties.push((false, purpose(name)));
        item
    };
    let told_of = |items: Vec<Item>, references: Vec<_>, boxes: Vec<u8>| {
        let items = [vec![main.clone()], items].concat();
        let file = File {
            items,
            references,
            boxes,
        };
        told(&opened(&file.bytes(b"avif")), FileFormat::Png)
    };
    let beside = |name: &str| told_of(vec![aux(name)], vec![(*b"auxl", 2, vec![1])], vec![]);
    assert_eq!(
        beside("urn:com:apple:photo:2020:aux:hdrgainmap"),
        [Loss::GainMap]
    );
    let depth = "urn:mpeg:mpegB:cicp:systems:auxiliary:depth";
    assert_eq!(beside(depth), [Loss::DepthMap]);
    let thumbnail = vec![(*b"thmb", 2, vec![1])];
    assert_eq!(told_of(vec![main.clone()], thumbnail, vec![]), []);
    let two = vec![main.clone(); 2];
    assert_eq!(told_of(two, vec![], vec![]), [Loss::Pictures { of: 3 }]);
    assert_eq!(
        told_of(vec![], vec![], block(b"moov", b"")),
        [Loss::Sequence]
    );
    assert_eq!(
        told_of(vec![], vec![], block(b"mpvd", b"video")),
        [Loss::Video]
    );
    let manifest = [
        0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4,
        0x81, 0, 0,
    ];
    assert_eq!(
        told_of(vec![], vec![], block(b"uuid", &manifest)),
        [Loss::Credentials]
    );
    let two = opened(include_bytes!("data/two.avif"));
    assert_eq!(told(&two, FileFormat::Png), [Loss::Pictures { of: 2 }]);
}

#[test]
fn notes_profiles_and_colours_are_kept() {
    let icc = [b"prof".as_slice(), &common::profile()].concat();
    let mut main = picture(LOSSY);
    main.properties.push((false, block(b"colr", &icc)));
    let item = |kind, data: &[u8]| Item {
        kind,
        data: data.to_vec(),
        properties: Vec::new(),
    };
    let notes = [&[0, 0, 0, 0], common::exif(6).as_slice()].concat();
    let file = File {
        items: vec![main, item(*b"Exif", &notes)],
        references: vec![(*b"cdsc", 2, vec![1])],
        ..File::default()
    };
    let photo = opened(&file.bytes(b"avif"));
    assert_eq!(photo.icc_profile(), Some(common::profile().as_slice()));
    // The item is not turned, so neither is the photo, whatever EXIF says.
    assert_eq!((photo.width(), photo.height()), (32, 24));
    assert_eq!(photo.exif(), Some(common::exif(1).as_slice()));
    // Wide colours without a profile: PNG says them as well.
    let wide = opened(&alone(&[(false, coding(9, 16, 6))]));
    assert_eq!(told(&wide, FileFormat::Png), []);
    let jpeg = losses(&wide, FileFormat::Jpeg, &SaveOptions::default());
    assert_eq!(jpeg.to_string(), "JPEG keeps no cICP");
    let saved = encode(&wide, FileFormat::Png, &SaveOptions::default()).expect("encoded");
    assert!(saved.windows(8).any(|part| part == b"cICP\x09\x10\0\x01"));
}

#[test]
fn what_is_not_read_is_said() {
    let foreign = [
        alone(&[(true, block(b"zzzz", &[0]))]),
        alone(&[(false, coding(9, 16, 14))]),
    ];
    for (bytes, word) in foreign.iter().zip(["zzzz", "colour coding 14"]) {
        let said = refusal(bytes);
        assert!(
            said.contains(word) && said.contains("`heif-convert"),
            "{said}"
        );
    }
    // One that is not essential changes nothing.
    assert!(Photo::decode(&alone(&[(false, block(b"zzzz", &[0]))]), "a").is_ok());
    let mut other = picture(LOSSY);
    other.kind = *b"vvc1";
    let file = File {
        items: vec![other],
        ..File::default()
    };
    assert!(refusal(&file.bytes(b"mif1")).contains("vvc1"));
}

#[test]
fn damage_is_told_as_such() {
    for length in [20, 100, 300, LOSSY.len() - 9] {
        let error = Photo::decode(&LOSSY[..length], "a.avif").expect_err("cut");
        assert!(
            matches!(error, ImagingError::Decode { .. }),
            "{length}: {error}"
        );
    }
    // A picture that is larger than its tables say, and one that is smaller.
    for size in [(16, 12), (64, 48)] {
        let mut item = picture(LOSSY);
        item.properties[0] = (false, ispe(size.0, size.1));
        let file = File {
            items: vec![item],
            ..File::default()
        };
        let error = Photo::decode(&file.bytes(b"avif"), "a.avif").expect_err("not so");
        assert!(matches!(error, ImagingError::Decode { .. }), "{error}");
    }
    // A huge one is refused by its tables.
    let mut item = picture(LOSSY);
    item.properties[0] = (false, ispe(60_000, 60_000));
    let file = File {
        items: vec![item],
        ..File::default()
    };
    let error = Photo::decode(&file.bytes(b"avif"), "a.avif").expect_err("too large");
    assert!(matches!(error, ImagingError::TooLarge { .. }), "{error}");
    // Tables without end, and none.
    for tables in [full(b"meta", 0, 0, &[0; 400]), Vec::new()] {
        let head = block(b"ftyp", b"avif\0\0\0\0avifmif1");
        assert!(refusal(&[head, tables].concat()).contains("tables"));
    }
}

/// `tests/run.sh` installs the program.
#[cfg(target_os = "linux")]
#[test]
fn heic_is_decoded_by_the_program_of_libheif() {
    let photo = opened(include_bytes!("data/rgb.heic"));
    assert!(distance(&photo) > 24.0, "{}", distance(&photo));
    assert_eq!(told(&photo, FileFormat::Png), []);
    let photo = opened(include_bytes!("data/rgba.heic"));
    assert!(photo.has_alpha());
    // Of several the main one, and that there are others is told.
    let photo = opened(include_bytes!("data/three.heic"));
    assert_eq!(told(&photo, FileFormat::Png), [Loss::Pictures { of: 3 }]);
}
