//! Dust on film, from a scanner's infrared channel.
//!
//! The dyes of colour film let infrared through, and dust and scratches do not: they are dark there,
//! whatever the picture shows. A little of the picture comes through all the same, most of it from
//! the cyan dye, which is the red channel. Silver (black-and-white film, Kodachrome in part) stops
//! infrared as it stops light; of such film the channel shows the picture and not its dust.

use crate::{
    Mask, Photo,
    sample::{Sample, with_samples},
};

/// Deviations, in units of the noise, from which on a pixel is dust.
const SIGMAS: f64 = 5.0;
/// And the least deviation, of the full range: faint shadows are no damage.
const LEAST: f64 = 0.04;
/// Dust has soft edges: its mask is wider by so many pixels.
const GROWN: usize = 2;
/// Pixels from which the noise is estimated, at most.
const MOST: usize = 1 << 20;

impl Mask {
    /// The dust in a photo's first further channel, taken for infrared; `None` where the photo has
    /// no such channel ([`Photo::extra_channels`]). The mask may be empty.
    ///
    /// The rule: infrared is fitted by a straight line in red (in gray, of a gray photo), twice, the
    /// second time without what lies far below the first line. A pixel is dust where infrared is
    /// below the line by at least five standard deviations of the noise and by at least 0.04 of the
    /// full range; the deviation is 1.4826 times the median distance to the line. Dust is then grown
    /// by two pixels.
    ///
    /// Cost: about 10 bytes and 20 ns per pixel.
    pub fn from_infrared(photo: &Photo) -> Option<Self> {
        let infrared = photo.extra().first()?.units();
        let red: Vec<f32> = with_samples!(photo.image(), |samples, channels| {
            samples
                .iter()
                .step_by(channels)
                .map(|red| red.to_unit())
                .collect()
        });
        let pairs = || {
            red.iter()
                .zip(&infrared)
                .map(|(x, y)| (f64::from(*x), f64::from(*y)))
        };
        let sample = || pairs().step_by(red.len().div_ceil(MOST).max(1));
        let rough = line(pairs());
        let distance = |(a, b): (f64, f64)| move |(x, y): (f64, f64)| y - (a + b * x);
        let noise = spread(sample().map(distance(rough)));
        let clean = pairs().filter(|pair| distance(rough)(*pair) > -3.0 * noise - 1e-3);
        let fine = line(clean);
        let noise = spread(sample().map(distance(fine)));
        let most = -(SIGMAS * noise).max(LEAST);
        let data = pairs().map(|pair| if distance(fine)(pair) < most { 255 } else { 0 });
        let mask = Self::from_data(photo.width(), photo.height(), data.collect());
        Some(mask.expect("one value for each pixel").grown(GROWN))
    }
}

/// The line `y = a + b x` with the least squares; level where all `x` are the same.
fn line(pairs: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    let sums = pairs.fold([0.0; 5], |[n, x, y, xx, xy], (px, py)| {
        [n + 1.0, x + px, y + py, xx + px * px, xy + px * py]
    });
    let [n, x, y, xx, xy] = sums;
    let n: f64 = n.max(1.0);
    let spread = xx - x * x / n;
    let slope = if spread > 1e-9 * n {
        (xy - x * y / n) / spread
    } else {
        0.0
    };
    ((y - slope * x) / n, slope)
}

/// 1.4826 times the median distance from zero: the standard deviation, if few are far away.
fn spread(distances: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = distances.map(f64::abs).collect();
    let middle = all.len() / 2;
    if all.is_empty() {
        return 0.0;
    }
    let (_, median, _) = all.select_nth_unstable_by(middle, f64::total_cmp);
    1.4826 * *median
}
