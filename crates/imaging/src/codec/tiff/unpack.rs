//! Strips and tiles from the file to bytes of the length that they must have.

use std::io::Read;

use flate2::read::ZlibDecoder;
use weezl::{BitOrder, LzwStatus, decode::Decoder as Lzw};

use super::layout::{Colors, Layout};
use crate::codec::{Fault, jpeg};

/// A strip or tile: rows of bytes.
pub(super) struct Part {
    pub(super) bytes: Vec<u8>,
    /// Bytes from one row to the next.
    pub(super) stride: usize,
    /// Whether colours are red, green and blue by now, of 8 bits.
    pub(super) finished: bool,
}

/// The part of a number, `rows` high, with so many channels.
pub(super) fn part(
    file: &[u8],
    layout: &Layout,
    index: usize,
    rows: usize,
    channels: usize,
) -> Result<Part, Fault> {
    let data = stored(file, layout, index)?;
    let width = layout.part.0;
    if layout.compression == 7 {
        return from_jpeg(&data, layout, rows, channels);
    }
    let ycbcr = layout.colors == Colors::YCbCr;
    let (stride, length) = if ycbcr {
        let (across, down) = layout.subsampling;
        let units = width.div_ceil(across) * rows.div_ceil(down);
        (3 * width, units * (across * down + 2))
    } else {
        let stride = (width * channels * layout.bits).div_ceil(8);
        (stride, stride * rows)
    };
    let mut bytes = vec![0; length];
    let whole = match layout.compression {
        1 => copied(&data, &mut bytes),
        3 | 4 => fax(&data, layout, rows, &mut bytes)?,
        5 => lzw(&data, &mut bytes)?,
        8 | 32946 => ZlibDecoder::new(&data[..]).read_exact(&mut bytes).is_ok(),
        _ => pack_bits(&data, &mut bytes),
    };
    if !whole {
        return Err(Fault::damaged("a part of its pixels is damaged or missing"));
    }
    if ycbcr {
        bytes = super::ycbcr::rgb(&bytes, layout, rows);
    }
    Ok(Part {
        bytes,
        stride,
        finished: ycbcr,
    })
}

/// The bytes of a part as they lie in the file.
fn stored<'a>(
    file: &'a [u8],
    layout: &Layout,
    index: usize,
) -> Result<std::borrow::Cow<'a, [u8]>, Fault> {
    let place = |list: &[u64]| list.get(index).and_then(|n| usize::try_from(*n).ok());
    let from = place(&layout.offsets).ok_or_else(Fault::ends_early)?;
    let rest = file.get(from..).ok_or_else(Fault::ends_early)?;
    // Some old writers give no lengths: then it goes up to where it is full.
    let length = place(&layout.lengths).filter(|length| *length > 0);
    let data = match length {
        Some(length) if length <= rest.len() => &rest[..length],
        // What there is may be enough, for lengths are often rounded up.
        _ => rest,
    };
    Ok(if layout.reversed {
        data.iter().map(|byte| byte.reverse_bits()).collect()
    } else {
        data.into()
    })
}

fn copied(data: &[u8], out: &mut [u8]) -> bool {
    let whole = data.get(..out.len());
    if let Some(data) = whole {
        out.copy_from_slice(data);
    }
    whole.is_some()
}

fn lzw(data: &[u8], out: &mut [u8]) -> Result<bool, Fault> {
    if data.first() == Some(&0) && data.get(1).is_some_and(|byte| byte & 1 == 1) {
        return Err(Fault::unsupported(
            "Tweedie does not read the old kind of LZW compression in TIFF; convert it first, for \
             example with `magick photo.tif photo.png`",
        ));
    }
    let mut decoder = Lzw::with_tiff_size_switch(BitOrder::Msb, 8);
    let (mut read, mut written) = (0, 0);
    while written < out.len() {
        let result = decoder.decode_bytes(&data[read..], &mut out[written..]);
        read += result.consumed_in;
        written += result.consumed_out;
        match result.status {
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::Done | LzwStatus::NoProgress) | Err(_) => break,
        }
    }
    Ok(written == out.len())
}

/// Runs and literals (TIFF 6.0, section 9).
fn pack_bits(mut data: &[u8], out: &mut [u8]) -> bool {
    let mut at = 0;
    while at < out.len() {
        let Some((head, rest)) = data.split_first() else {
            return false;
        };
        data = rest;
        let room = out.len() - at;
        match *head as i8 {
            -128 => {}
            head @ 0.. => {
                let length = head as usize + 1;
                let Some((literal, rest)) = data.split_at_checked(length) else {
                    return false;
                };
                let length = length.min(room);
                out[at..at + length].copy_from_slice(&literal[..length]);
                (data, at) = (rest, at + length);
            }
            head => {
                let Some((value, rest)) = data.split_first() else {
                    return false;
                };
                let length = (1 - isize::from(head)) as usize;
                let length = length.min(room);
                out[at..at + length].fill(*value);
                (data, at) = (rest, at + length);
            }
        }
    }
    true
}

/// Lines of black and white runs (ITU-T T.4 and T.6); black is 1.
fn fax(data: &[u8], layout: &Layout, rows: usize, out: &mut [u8]) -> Result<bool, Fault> {
    let wide = || {
        Fault::unsupported(
            "Tweedie does not read fax data wider than 65,535 pixels; make a smaller copy",
        )
    };
    let width = u16::try_from(layout.part.0).map_err(|_| wide())?;
    let stride = usize::from(width).div_ceil(8);
    let mut done = 0;
    let mut line = |transitions: &[u16]| {
        if let Some(row) = out.get_mut(done * stride..(done + 1) * stride) {
            let black = fax::decoder::pels(transitions, width)
                .enumerate()
                .filter(|(_, color)| *color == fax::Color::Black);
            for (x, _) in black {
                row[x / 8] |= 0x80 >> (x % 8);
            }
        }
        done += 1;
    };
    let bytes = data.iter().copied();
    if layout.compression == 4 {
        let height = u16::try_from(rows).ok();
        fax::decoder::decode_g4(bytes, width, height, &mut line);
    } else {
        fax::decoder::decode_g3(bytes, &mut line);
    }
    Ok(done >= rows)
}

/// JPEG data, with the tables that all parts share (Adobe, TIFF Technical Note 2).
fn from_jpeg(data: &[u8], layout: &Layout, rows: usize, channels: usize) -> Result<Part, Fault> {
    let body = data
        .strip_prefix(&[0xFF, 0xD8])
        .ok_or_else(Fault::ends_early)?;
    let mut jpeg = vec![0xFF, 0xD8];
    if channels == 3 {
        // The TIFF file says what the three are; a decoder would guess.
        let transform = u8::from(layout.colors == Colors::YCbCr);
        jpeg.extend(b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0");
        jpeg.push(transform);
    }
    let tables = &layout.jpeg_tables;
    let tables = tables.strip_prefix(&[0xFF, 0xD8]).unwrap_or(tables);
    let tables = tables.strip_suffix(&[0xFF, 0xD9]).unwrap_or(tables);
    jpeg.extend_from_slice(tables);
    jpeg.extend_from_slice(body);
    let most = (layout.part.0 as u64 + 64) * (layout.part.1 as u64 + 64) * channels as u64;
    let (width, height, found, bytes) = jpeg::part(&jpeg, most)?;
    let needed = if layout.tiled {
        layout.part.0
    } else {
        layout.width
    };
    if found != channels || width < needed.min(layout.part.0) || height < rows {
        return Err(Fault::damaged("a part of its pixels is damaged or missing"));
    }
    Ok(Part {
        bytes,
        stride: width * channels,
        finished: true,
    })
}
