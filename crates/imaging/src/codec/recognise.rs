//! Which format a file is of, by its bytes. Formats that are not read are named, with the command of
//! a free program that converts one.

use super::{Fault, tiff};
use crate::{FileFormat, format, metadata};

/// A format that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// One that is also written.
    Format(FileFormat),
    /// JPEG XL.
    JpegXl,
    /// AVIF or HEIC.
    Heif,
    /// A camera's raw file, which another program develops.
    Raw,
}

/// A format that is not read: its name, and how to convert a file of it.
pub(crate) struct Refused {
    pub(crate) name: &'static str,
    pub(crate) command: &'static str,
    /// Whether a file begins so.
    begins: fn(&[u8]) -> bool,
}

/// Every format that is refused by name.
pub(crate) const REFUSED: [Refused; 6] = [
    Refused {
        name: "JPEG 2000",
        command: "opj_decompress -i photo.jp2 -o photo.png",
        begins: |bytes| {
            bytes.starts_with(b"\0\0\0\x0CjP  \r\n\x87\n") || bytes.starts_with(b"\xFF\x4F\xFF\x51")
        },
    },
    Refused {
        name: "GIF",
        command: "magick 'photo.gif[0]' photo.png",
        begins: |bytes| bytes.starts_with(b"GIF8"),
    },
    Refused {
        name: "Photoshop (PSD)",
        command: "magick 'photo.psd[0]' photo.png",
        begins: |bytes| bytes.starts_with(b"8BPS"),
    },
    Refused {
        name: "OpenEXR",
        command: "magick photo.exr photo.tif",
        begins: |bytes| bytes.starts_with(b"\x76\x2F\x31\x01"),
    },
    Refused {
        name: "JPEG XR",
        command: "JxrDecApp -i photo.jxr -o photo.tif",
        begins: |bytes| bytes.starts_with(b"II\xBC"),
    },
    Refused {
        name: "PDF",
        command: "pdfimages -png photo.pdf photo",
        begins: |bytes| bytes.starts_with(b"%PDF"),
    },
];

/// Brands of AVIF, of HEIC, and of files that may hold either.
const HEIF: [&[u8]; 10] = [
    b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
];

/// Whether the first box of an ISO file (ISO/IEC 14496-12, section 4.3) names one of these brands,
/// as its own or among those it is compatible with.
fn brand(bytes: &[u8], brands: &[&[u8]]) -> bool {
    if bytes.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let length = bytes.first_chunk().map_or(0, |n| u32::from_be_bytes(*n));
    let end = bytes.len().min(length.clamp(16, 256) as usize);
    let named = bytes.get(8..end).unwrap_or_default().chunks_exact(4);
    named.clone().any(|found| brands.contains(&found))
}

/// Beginnings of raw files that are not made like TIFF files: Canon's CR3 and CRW, Fujifilm's RAF,
/// Olympus' ORF, Panasonic's RW2, Sigma's X3F, Minolta's MRW.
fn is_raw(bytes: &[u8]) -> bool {
    let heads: [&[u8]; 8] = [
        b"II\x1A\0\0\0HEAPCCDR",
        b"FUJIFILMCCD-RAW",
        b"IIRO",
        b"IIRS",
        b"MMOR",
        b"IIU\0",
        b"FOVb",
        b"\0MRM",
    ];
    brand(bytes, &[b"crx "]) || heads.iter().any(|head| bytes.starts_with(head))
}

/// The format of a file's bytes.
pub(crate) fn recognised(bytes: &[u8]) -> Result<Known, Fault> {
    let format = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => FileFormat::Png,
        [0xFF, 0xD8, 0xFF, ..] => FileFormat::Jpeg,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => FileFormat::WebP,
        bytes if metadata::jxl::is_jxl(bytes) => return Ok(Known::JpegXl),
        bytes if brand(bytes, &HEIF) => return Ok(Known::Heif),
        bytes if is_raw(bytes) || tiff::is_raw(bytes) => return Ok(Known::Raw),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => FileFormat::Tiff,
        [b'B', b'M', ..] => FileFormat::Bmp,
        _ => return Err(refusal(bytes)),
    };
    Ok(Known::Format(format))
}

fn refusal(bytes: &[u8]) -> Fault {
    let named = REFUSED.iter().find(|format| (format.begins)(bytes));
    Fault::Unsupported(named.map_or_else(
        || {
            let known = format::readable();
            format!("it is not a picture in a known format; known are {known}")
        },
        |Refused { name, command, .. }| {
            format!("Tweedie does not read {name}; convert it first, for example with `{command}`")
        },
    ))
}
