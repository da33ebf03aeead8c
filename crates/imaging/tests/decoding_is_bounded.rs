//! Promise: a short file does not fill the memory, whatever it holds compressed or in great number,
//! and what is no file is refused at once.

mod common;

use std::{io::Write, time::Instant};

use common::{chunk, colorful, exif, jpeg_with, png_with, segment};
use imaging::{FileFormat, Limits, Loss, Photo, SaveOptions, losses};

/// So many zeros, compressed.
fn zeros(bytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&block).expect("written");
    }
    encoder.finish().expect("finished")
}

/// The most memory that this process has held, in MiB.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("on Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("a line");
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<u64>().expect("a number") >> 10
}

fn told(bytes: &[u8]) -> Vec<Loss> {
    let photo = Photo::decode(bytes, "bomb").expect("the picture is sound");
    let format = photo.format().unwrap_or(FileFormat::Png);
    losses(&photo, format, &SaveOptions::default()).list
}

/// One test, for all share the memory that is measured.
#[test]
fn memory_is_bounded() {
    let packed = zeros(256 << 20);
    let profile = chunk(b"iCCP", &[b"bomb\0\0", packed.as_slice()].concat());
    let xmp = chunk(
        b"iTXt",
        &[b"XML:com.adobe.xmp\0\x01\0\0\0", packed.as_slice()].concat(),
    );
    let raw = chunk(
        b"zTXt",
        &[b"Raw profile type exif\0\0", packed.as_slice()].concat(),
    );
    let files = [
        png_with(&colorful(), &[profile]),
        png_with(&colorful(), &[xmp]),
        png_with(&colorful(), &[raw]),
    ];
    let comments: Vec<Vec<u8>> = vec![segment(0xFE, b"x"); 1_000_000];
    let comments = jpeg_with(&colorful(), &comments);
    let texts: Vec<Vec<u8>> = vec![chunk(b"tEXt", b"k\0v"); 300_000];
    let texts = png_with(&colorful(), &texts);
    #[cfg(target_os = "linux")]
    let before = peak();
    assert_eq!(told(&files[0]), [Loss::DamagedProfile]);
    assert_eq!(told(&files[1]), []);
    assert_eq!(told(&files[2]), []);
    assert_eq!(told(&comments), [Loss::Texts]);
    assert_eq!(told(&texts), [Loss::Texts]);
    #[cfg(target_os = "linux")]
    assert!(peak() - before < 150, "{} MiB", peak() - before);
}

#[test]
fn a_damaged_profile_is_left_out_and_said() {
    let mut broken = chunk(b"iCCP", &[b"name\0\0".to_vec(), zeros(1 << 20)].concat());
    let last = broken.len() - 1;
    broken[last] ^= 1;
    assert_eq!(
        told(&png_with(&colorful(), &[broken])),
        [Loss::DamagedProfile]
    );
    // Sound chunks around one that is damaged are read.
    let mut text = chunk(b"tEXt", b"Title\0Sea");
    let last = text.len() - 1;
    text[last] ^= 1;
    let png = png_with(&colorful(), &[text, chunk(b"eXIf", &exif(1))]);
    let photo = Photo::decode(&png, "a.png").expect("valid");
    assert_eq!(photo.exif(), Some(exif(1).as_slice()));
    // One of two parts is missing.
    let part = [b"ICC_PROFILE\0\x01\x02", common::profile().as_slice()].concat();
    let jpeg = jpeg_with(&colorful(), &[segment(0xE2, &part)]);
    assert_eq!(told(&jpeg), [Loss::DamagedProfile]);
}

#[test]
fn long_pictures_are_opened_and_the_limit_is_in_the_message() {
    let long = image::DynamicImage::new_luma8(70_000, 3);
    let bytes = common::file(&long, image::ImageFormat::Png);
    let photo = Photo::decode(&bytes, "long.png").expect("there is no limit on a side");
    assert_eq!((photo.width(), photo.height()), (70_000, 3));
    let limits = Limits {
        max_pixels: 200_000,
        ..Limits::default()
    };
    let error = Photo::decode_with(&bytes, "long.png", &limits).expect_err("too large");
    let text = error.to_string();
    assert!(
        text.contains("70000 × 3 pixels") && text.contains("at most 1 can"),
        "{text}"
    );
    assert!(text.contains("Make a smaller copy"), "{text}");
}

#[test]
fn messages_are_short_and_do_not_move_the_terminal() {
    let name = format!("\u{1b}[2J{}.png", "x".repeat(5000));
    for bytes in [
        &b"nothing"[..],
        b"\x89PNG\r\n\x1a\n\0\0",
        b"II*\0\x08\0\0\0",
        b"BM",
    ] {
        let text = Photo::decode(bytes, &name)
            .expect_err("damaged")
            .to_string();
        assert!(text.chars().count() < 900, "{}", text.len());
        assert!(
            !text.contains('\u{1b}') && text.contains("\\u{1b}"),
            "{text}"
        );
    }
}

/// Whoever opens a pipe waits for its writer; a device never ends.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is part of POSIX").success());
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let link = folder.path().join("link.png");
    std::os::unix::fs::symlink(&pipe, &link).expect("a link");
    let begun = Instant::now();
    for path in [
        &pipe,
        &socket,
        &link,
        &"/dev/zero".into(),
        &folder.path().into(),
    ] {
        let text = Photo::open(path).expect_err("no file").to_string();
        assert!(text.contains("this is"), "{text}");
        assert!(Photo::size_of(path).is_err() && Photo::open_what_is_there(path).is_err());
    }
    assert!(begun.elapsed().as_secs() < 5);
}
