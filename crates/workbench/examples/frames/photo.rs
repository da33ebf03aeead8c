//! The photo that is shown: synthetic, of 24 megapixels.

use std::io::Write as _;
use std::path::Path;

pub(crate) const WIDTH: usize = 6000;
pub(crate) const HEIGHT: usize = 4000;

/// Waves and grain, so that nothing about it is cheap.
pub(crate) fn write(path: &Path) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    file.write_all(b"BM")?;
    for value in [54 + 3 * WIDTH * HEIGHT, 0, 54, 40, WIDTH, HEIGHT] {
        file.write_all(&(value as u32).to_le_bytes())?;
    }
    file.write_all(&[1, 0, 24, 0])?;
    file.write_all(&[0; 24])?;
    let mut grain = 1_u32;
    for y in 0..HEIGHT {
        let row: Vec<u8> = (0..WIDTH)
            .flat_map(|x| {
                grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (grain >> 28) as u8;
                let wave = ((x as f32 / 97.0).sin() * (y as f32 / 61.0).cos() * 100.0) as i32;
                let level = (128 + wave) as u8;
                [
                    level.saturating_add(noise),
                    level,
                    level.saturating_sub(noise),
                ]
            })
            .collect();
        file.write_all(&row)?;
    }
    file.flush()
}
