//! Bytes of a strip or tile as numbers: prediction undone, bits unpacked, the order of bytes turned,
//! whole numbers scaled to the depth they are read at.

use super::layout::Layout;
use crate::{metadata::ifd::Order, sample::Sample};

/// A sample type that a TIFF file's numbers are read as.
pub(super) trait Number: Sample {
    /// Reads a row of so many samples. `index` leaves whole numbers as they are: they are indices
    /// of a palette.
    fn row(bytes: &[u8], layout: &Layout, index: bool, out: &mut [Self]);
}

impl Number for u8 {
    fn row(bytes: &[u8], layout: &Layout, index: bool, out: &mut [Self]) {
        if layout.bits == 8 {
            let length = out.len();
            out.copy_from_slice(&bytes[..length]);
            return;
        }
        let most = (1_u32 << layout.bits) - 1;
        let scale = if index { 1 } else { 255 };
        let by = if index { 1 } else { most };
        for (value, out) in packed(bytes, layout.bits).zip(out) {
            *out = ((value * scale + by / 2) / by) as Self;
        }
    }
}

impl Number for u16 {
    fn row(bytes: &[u8], layout: &Layout, index: bool, out: &mut [Self]) {
        if layout.bits == 16 {
            for (pair, out) in bytes.chunks_exact(2).zip(out) {
                *out = word(pair, layout.order);
            }
            return;
        }
        let most = (1_u32 << layout.bits) - 1;
        let scale = if index { 1 } else { 65_535 };
        let by = if index { 1 } else { most };
        for (value, out) in packed(bytes, layout.bits).zip(out) {
            *out = ((value * scale + by / 2) / by) as Self;
        }
    }
}

impl Number for f32 {
    fn row(bytes: &[u8], layout: &Layout, _: bool, out: &mut [Self]) {
        let size = layout.bits / 8;
        for (bytes, out) in bytes.chunks_exact(size).zip(out) {
            let mut little = [0; 8];
            little[..size].copy_from_slice(bytes);
            if layout.order == Order::Big {
                little[..size].reverse();
            }
            let number = u64::from_le_bytes(little);
            *out = if layout.float {
                float(number, size)
            } else {
                // Of 32 or 64 bits: a fraction of the largest.
                let largest = if size == 4 {
                    u64::from(u32::MAX)
                } else {
                    u64::MAX
                };
                (number as f64 / largest as f64) as Self
            };
        }
    }
}

/// A float of two, three, four or eight bytes.
fn float(number: u64, size: usize) -> f32 {
    match size {
        2 => half::f16::from_bits(number as u16).to_f32(),
        3 => {
            // One bit of sign, seven of exponent (less 63), sixteen of fraction.
            let (sign, exponent, fraction) =
                (number >> 23 & 1, number >> 16 & 127, number & 0xFFFF);
            let value = match exponent {
                0 => fraction as f64 / 65_536.0 * 2_f64.powi(-62),
                127 if fraction == 0 => f64::INFINITY,
                127 => f64::NAN,
                exponent => (1.0 + fraction as f64 / 65_536.0) * 2_f64.powi(exponent as i32 - 63),
            };
            (if sign == 1 { -value } else { value }) as f32
        }
        4 => f32::from_bits(number as u32),
        _ => f64::from_bits(number) as f32,
    }
}

fn word(pair: &[u8], order: Order) -> u16 {
    let pair = [pair[0], pair[1]];
    match order {
        Order::Little => u16::from_le_bytes(pair),
        Order::Big => u16::from_be_bytes(pair),
    }
}

/// Whole numbers of 1 to 15 bits, the highest bit first.
fn packed(bytes: &[u8], bits: usize) -> impl Iterator<Item = u32> + '_ {
    let mut rest = bytes.iter();
    let (mut held, mut count) = (0_u32, 0);
    std::iter::from_fn(move || {
        while count < bits {
            held = held << 8 | u32::from(*rest.next()?);
            count += 8;
        }
        count -= bits;
        Some(held >> count & ((1 << bits) - 1))
    })
}

/// Undoes the prediction of a row of so many channels.
pub(super) fn unpredict(row: &mut [u8], layout: &Layout, channels: usize) {
    match layout.predictor {
        2 => differences(row, layout, channels),
        3 => planes_of_bytes(row, layout, channels),
        _ => {}
    }
}

/// Each number is the difference to the one before of its channel (TIFF 6.0, section 14).
fn differences(row: &mut [u8], layout: &Layout, channels: usize) {
    let size = layout.bits / 8;
    let number = |bytes: &[u8]| {
        let little = layout.order == Order::Little;
        let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if little {
            bytes.iter().rev().fold(0, fold)
        } else {
            bytes.iter().fold(0, fold)
        }
    };
    let step = size * channels;
    for at in (step..row.len().saturating_sub(size - 1)).step_by(size) {
        let sum =
            number(&row[at..at + size]).wrapping_add(number(&row[at - step..at - step + size]));
        match layout.order {
            Order::Little => row[at..at + size].copy_from_slice(&sum.to_le_bytes()[..size]),
            Order::Big => row[at..at + size].copy_from_slice(&sum.to_be_bytes()[8 - size..]),
        }
    }
}

/// Floats whose bytes lie in planes, the highest first, each byte a difference (Adobe, TIFF
/// Technical Note 3).
fn planes_of_bytes(row: &mut [u8], layout: &Layout, channels: usize) {
    for at in channels..row.len() {
        row[at] = row[at].wrapping_add(row[at - channels]);
    }
    let size = layout.bits / 8;
    let count = row.len() / size;
    let planes = row.to_vec();
    for (index, number) in row.chunks_exact_mut(size).enumerate() {
        for (byte, out) in number.iter_mut().enumerate() {
            *out = planes[byte * count + index];
        }
        if layout.order == Order::Little {
            number.reverse();
        }
    }
}
