//! Small files of every format and kind, and seeded damage to them.

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat};
use imaging::{Depth, FileFormat, Limits, Photo, SaveOptions, encode};

use crate::common::{
    chunk, colorful, exif, file, full_jpeg, layouts, lossless_file, png_with, profile,
    tiff::{Form, page},
};

/// MiB that suffice for what the limits of [`run`] allow, several copies of a picture among it.
pub(crate) const MEMORY: u64 = 1024;

/// Names and bytes.
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&str, Vec<u8>)> = Vec::new();
    all.extend(
        layouts()
            .iter()
            .map(|image| ("layout", lossless_file(image))),
    );
    let full = Photo::decode(&full_jpeg(), "full").expect("valid");
    for format in FileFormat::ALL {
        let bytes = encode(&full, format, &SaveOptions::default()).expect("encoded");
        all.push(("full", bytes));
    }
    all.push(("jpeg", full_jpeg()));
    all.push((
        "progressive",
        include_bytes!("../data/progressive.jpg").to_vec(),
    ));
    all.push(("restarts", include_bytes!("../data/restarts.jpg").to_vec()));
    all.push(("jxl", include_bytes!("../data/turned.jxl").to_vec()));
    all.push(("lossy jxl", include_bytes!("../data/lossy.jxl").to_vec()));
    all.push(("bmp", file(&colorful(), ImageFormat::Bmp)));
    all.push(("png", png()));
    all.push(("webp", lossy_webp()));
    all.extend(tiffs());
    all.push(("avif", include_bytes!("../data/lossy.avif").to_vec()));
    all.push(("avif", include_bytes!("../data/alpha.avif").to_vec()));
    all.push(("avif", include_bytes!("../data/deep12.avif").to_vec()));
    all.push(("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()));
    all.push(("gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()));
    all.push(("psd", b"8BPS\0\x01\0\0\0\0".to_vec()));
    all
}

fn png() -> Vec<u8> {
    let image = DynamicImage::ImageLumaA8(layouts()[1].to_luma_alpha8());
    let text = b"Raw profile type exif\0\nexif\n      14\n45786966000049492a0008000000\n";
    let chunks = [
        chunk(b"gAMA", &[0, 0, 1, 0]),
        chunk(b"eXIf", &exif(6)),
        chunk(b"tEXt", text),
        chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
    ];
    png_with(&image, &chunks)
}

/// An extended file with every chunk that there is.
fn lossy_webp() -> Vec<u8> {
    let mut photo = Cursor::new(Vec::new());
    colorful()
        .write_to(&mut photo, ImageFormat::WebP)
        .expect("encoded");
    photo.into_inner()
}

fn tiffs() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    let bytes = |count: usize| -> Vec<u8> { (0..count).map(|i| (i * 37 % 251) as u8).collect() };
    for motorola in [false, true] {
        for wide in [false, true] {
            let form = Form { motorola, wide };
            let size = (20, 12);
            let icc = profile().into_iter().map(u64::from).collect();
            let deep = page(size, &[16; 4], 2, bytes(20 * 12 * 8), &[(34675, 7, icc)]);
            all.push(("deep", form.file(std::slice::from_ref(&deep))));
            let bits = page(size, &[12; 3], 2, bytes(20 * 12 * 5), &[(274, 3, vec![8])]);
            all.push(("bits", form.file(&[bits, deep.clone()])));
            let float = page(
                size,
                &[16; 3],
                2,
                bytes(20 * 12 * 6),
                &[(339, 3, vec![3; 3])],
            );
            all.push(("float", form.file(&[float])));
            let palette: Vec<u64> = (0..48).map(|i| i * 1000).collect();
            let indexed = page(size, &[4], 3, bytes(20 * 12), &[(320, 3, palette)]);
            all.push(("palette", form.file(&[indexed])));
            let chroma = page(
                size,
                &[8; 3],
                6,
                bytes(20 * 12 * 3),
                &[(530, 3, vec![2, 2])],
            );
            all.push(("chroma", form.file(&[chroma])));
            let raw = page(size, &[16], 32803, bytes(20 * 12 * 2), &[]);
            all.push(("raw", form.file(&[raw])));
        }
    }
    all.extend(compressed());
    all
}

/// One of each compression.
fn compressed() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    let bytes: Vec<u8> = (0..24 * 16 * 3).map(|i| (i * 37 % 251) as u8).collect();
    let packed = |compression: u64, data: Vec<u8>, bits: &[u64], photometric: u64| {
        let tags = [(259, 3, vec![compression]), (317, 3, vec![1])];
        Form::default().file(&[page((24, 16), bits, photometric, data, &tags)])
    };
    let lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
        .encode(&bytes)
        .expect("encoded");
    all.push(("lzw", packed(5, lzw, &[8; 3], 2)));
    let whole = Photo::from_planar(&crate::common::gradient(24, 16), Depth::Eight);
    let jpeg = file(whole.image(), ImageFormat::Jpeg);
    all.push(("jpeg in tiff", packed(7, jpeg, &[8; 3], 6)));
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for _ in 0..16 {
        let color = |x| {
            if x % 5 < 2 {
                fax::Color::Black
            } else {
                fax::Color::White
            }
        };
        let Ok(()) = encoder.encode_line((0..24).map(color), 24);
    }
    let Ok(data) = encoder.finish();
    all.push(("fax", packed(4, data.finish(), &[1], 0)));
    all
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) tried: usize,
    pub(crate) opened: usize,
    pub(crate) refused: usize,
    /// Of these, those whose decoder panicked: their places in the sequence, and their kinds.
    pub(crate) stopped: Vec<(usize, &'static str)>,
    pub(crate) longest: Duration,
    /// The most memory that the process had, in MiB, where the system tells it.
    pub(crate) memory: Option<u64>,
}

/// A reproducible sequence of numbers (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }
}

/// Damages files of the corpus in turn and opens them in every way; panics where one does, and where
/// an opened one is larger than the limits.
pub(crate) fn run(count: usize, seed: u64) -> Report {
    let files = files();
    let mut numbers = Numbers(seed);
    let mut report = Report::default();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("damaged.jpg");
    // Small, so that files which claim a large picture are quick.
    let limits = Limits {
        max_pixels: 4_000_000,
        max_alloc: 64 << 20,
    };
    for index in 0..count {
        let (name, whole) = &files[index % files.len()];
        let mut bytes = whole.clone();
        let other = &files[numbers.below(files.len())].1;
        damage(&mut bytes, other, &mut numbers);
        let begun = Instant::now();
        if bytes.starts_with(&[0xFF, 0xD8]) {
            // What is there of it, which is refused below.
            std::fs::write(&path, &bytes).expect("written");
            if let Ok(photo) = Photo::open_what_is_there(&path) {
                assert!(!photo.bounds().is_empty(), "{name}");
            }
        }
        match Photo::decode_with(&bytes, name, &limits) {
            Ok(photo) => {
                report.opened += 1;
                let area = photo.bounds().area() as u64;
                assert!(area > 0 && area <= limits.max_pixels, "{name}: {area}");
                let format = FileFormat::ALL[numbers.below(5)];
                if let Ok(again) = encode(&photo, format, &SaveOptions::default()) {
                    let read = Photo::decode(&again, "again").expect("what we write can be read");
                    assert_eq!(read.bounds(), photo.bounds(), "{name} as {format}");
                }
            }
            Err(error) => {
                report.refused += 1;
                let text = error.to_string();
                assert!(text.chars().count() < 1200, "{text}");
                // A panic inside a decoder, which the user sees as this sentence only.
                if text.contains("unexpectedly") {
                    report.stopped.push((index, name));
                }
            }
        }
        report.longest = report.longest.max(begun.elapsed());
        report.tried += 1;
    }
    report.memory = peak();
    report
}

/// The largest resident size of this process, in MiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024)
}

/// Bits turned, numbers put in, parts cut, doubled, and taken from another file.
fn damage(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        if bytes.is_empty() {
            return;
        }
        // Half of it where the headers are.
        let range = if numbers.below(2) == 0 {
            bytes.len()
        } else {
            bytes.len().min(200)
        };
        let at = numbers.below(range);
        match numbers.below(7) {
            0 => bytes[at] ^= 1 << numbers.below(8),
            1 => bytes[at] = numbers.next() as u8,
            2 => {
                let value = [0_u32, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, u32::MAX];
                let value = value[numbers.below(7)];
                let four = if numbers.below(2) == 0 {
                    value.to_le_bytes()
                } else {
                    value.to_be_bytes()
                };
                let end = (at + 4).min(bytes.len());
                bytes[at..end].copy_from_slice(&four[..end - at]);
            }
            3 => bytes.truncate(at),
            4 => {
                let end = (at + numbers.below(64)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            5 => {
                let end = (at + numbers.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let from = numbers.below(other.len());
                let part = &other[from..(from + numbers.below(64)).min(other.len())];
                let end = (at + part.len()).min(bytes.len());
                bytes.splice(at..end, part.iter().copied());
            }
        }
    }
}
