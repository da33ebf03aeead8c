//! Luma and chroma as red, green and blue (TIFF 6.0, section 21): blocks of luma samples, each with
//! one sample of either chroma.

use super::layout::Layout;

/// The pixels of a part in RGB, 8 bits each.
pub(super) fn rgb(bytes: &[u8], layout: &Layout, rows: usize) -> Vec<u8> {
    let width = layout.part.0;
    let (across, down) = layout.subsampling;
    let unit = across * down + 2;
    let mut out = vec![0; 3 * width * rows];
    let units = width.div_ceil(across);
    for (index, block) in bytes.chunks_exact(unit).enumerate() {
        let (left, top) = (index % units * across, index / units * down);
        let chroma = (block[unit - 2], block[unit - 1]);
        for (place, luma) in block[..unit - 2].iter().enumerate() {
            let (x, y) = (left + place % across, top + place / across);
            if x < width && y < rows {
                let at = 3 * (y * width + x);
                out[at..at + 3].copy_from_slice(&pixel(*luma, chroma, layout));
            }
        }
    }
    out
}

fn pixel(luma: u8, (blue, red): (u8, u8), layout: &Layout) -> [u8; 3] {
    let [
        luma_black,
        luma_white,
        blue_black,
        blue_white,
        red_black,
        red_white,
    ] = layout.reference;
    let share = |code: u8, black: f64, white: f64, range: f64| {
        let span = white - black;
        let span = if span == 0.0 { 1.0 } else { span };
        (f64::from(code) - black) * range / span
    };
    let y = share(luma, luma_black, luma_white, 255.0);
    let cb = share(blue, blue_black, blue_white, 127.0);
    let cr = share(red, red_black, red_white, 127.0);
    let [kr, kg, kb] = layout.coefficients;
    let r = y + cr * (2.0 - 2.0 * kr);
    let b = y + cb * (2.0 - 2.0 * kb);
    let g = if kg == 0.0 {
        y
    } else {
        (y - kb * b - kr * r) / kg
    };
    // `as` saturates.
    [r, g, b].map(|value| value.round() as u8)
}
