//! What it brings to show a prior large pictures in tiles: `field PRIOR PHOTOS [SIDE]`.
//!
//! From the middle of every photo of a folder SIDE × SIDE pixels are cut (256 if not said), noised, and the
//! noise is predicted on the CPU in one piece and in tiles. Printed is the mean squared error of the
//! predicted noise by noise level, and the difference, ± its standard error over photos.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{Denoiser, Prior, TileField, Tiled};
use imaging::{Photo, Rect};
use operators::{NoiseSource as _, SeededNoise};

const TIMESTEPS: [usize; 7] = [50, 150, 250, 350, 500, 700, 900];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let prior = arguments.next().ok_or("which prior?")?;
    let folder = arguments.next().ok_or("which folder of photos?")?;
    let side = arguments.next().map_or(Ok(256), |side| side.parse())?;
    let device = Device::flex();
    let Prior {
        config,
        schedule,
        denoiser,
        ..
    } = Prior::open(Path::new(&prior), None, &device)?;
    let tiled = Tiled::new(denoiser, TileField::of(config.model.image_size()));
    let photos = middles(Path::new(&folder), side, &device)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} photos, {side} pixels a side", photos.len())?;
    writeln!(out, "| sigma | in one piece | in tiles | difference |")?;
    writeln!(out, "| --- | --- | --- | --- |")?;
    for t in TIMESTEPS {
        let alpha_bar = schedule.alpha_bar(t);
        let error = |denoiser: &dyn Denoiser, (i, photo): (usize, &Tensor<4>)| {
            let z = SeededNoise::new(i as u64, t as u64).normal(photo.dims(), &device);
            let x = photo.clone() * alpha_bar.sqrt() + z.clone() * (1.0 - alpha_bar).sqrt();
            let off = denoiser.evaluate(x, schedule.level(t)).eps - z;
            f64::from(off.square().mean().into_scalar::<f32>())
        };
        let of = |denoiser| {
            photos
                .iter()
                .enumerate()
                .map(move |photo| error(denoiser, photo))
        };
        let (whole, tiles): (Vec<f64>, Vec<f64>) = of(tiled.whole()).zip(of(&tiled)).unzip();
        let differences: Vec<f64> = tiles.iter().zip(&whole).map(|(a, b)| a - b).collect();
        let (difference, error) = mean_and_error(&differences);
        writeln!(
            out,
            "| {:.2} | {:.5} | {:.5} | {difference:+.5} ± {error:.5} |",
            ((1.0 - alpha_bar) / alpha_bar).sqrt(),
            mean_and_error(&whole).0,
            mean_and_error(&tiles).0,
        )?;
    }
    Ok(())
}

/// The middles of the photos that are large enough, on [-1, 1].
fn middles(folder: &Path, side: usize, device: &Device) -> Result<Vec<Tensor<4>>, Box<dyn Error>> {
    let mut middles = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let Ok(photo) = Photo::open(&entry?.path()) else {
            continue;
        };
        let (width, height) = (photo.width(), photo.height());
        if width.min(height) >= side {
            let middle = Rect::new((width - side) / 2, (height - side) / 2, side, side);
            let data = TensorData::new(photo.planar(middle).data, [1, 3, side, side]);
            middles.push(Tensor::<4>::from_data(data, device) * 2.0 - 1.0);
        }
    }
    Ok(middles)
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}
