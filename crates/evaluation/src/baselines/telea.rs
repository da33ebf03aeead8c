//! Fast-marching inpainting (Telea 2004, "An image inpainting technique based on the fast marching
//! method"): holes are filled from their border inwards, each pixel from the known ones within a
//! radius.
//!
//! Weights are the paper's: nearer pixels count more, as do those along the border's normal and
//! those on the same level of the distance. The paper also extrapolates along gradients; those of
//! noisy pixels lead far astray in large holes, so that is off unless asked for. Known pixels keep
//! their noise.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use burn::tensor::Tensor;
use imaging::{Mask, Planar};
use operators::{Family, Parameter, Values};

use super::{Baseline, BaselineError, Built, Entry, Measurement};
use crate::tensors::{download, upload};

const FAR: f64 = 1e6;

pub(super) const ENTRY: Entry = Entry {
    family: Family {
        name: "telea",
        title: "Fast marching",
        summary: "Fast-marching inpainting; for masks.",
        source: "Telea 2004",
        parameters: &[
            Parameter::whole("radius", "Radius", 5, (1, 50))
                .unit("px")
                .help("How far known pixels are taken into account."),
            Parameter::number("extrapolation", "Extrapolation", 0.0, (0.0, 1.0))
                .help("How much gradients count; 1 is the weight in the paper."),
        ],
        ..Family::PLAIN
    },
    build,
};

fn build(values: &Values) -> Built {
    let radius = values.whole("radius")? as isize;
    let extrapolation = values.number("extrapolation")?;
    Ok(Box::new(Telea {
        radius,
        extrapolation,
    }))
}

struct Telea {
    radius: isize,
    extrapolation: f64,
}

impl Baseline for Telea {
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError> {
        let Some(hole) = measurement.hole else {
            let why = "it fills holes of a picture, and there are none";
            return Err(BaselineError::Unsuitable(why));
        };
        let filled = self.fill(&download(measurement.y.clone())?, hole);
        Ok(upload(&filled, &measurement.y.device()))
    }
}

/// A front that marches over the pixels of `region`, from those outside of it.
struct Front {
    width: isize,
    height: isize,
    /// Distance from the region's border.
    distance: Vec<f64>,
    /// Whether the front has been there.
    known: Vec<bool>,
    /// Pixels at the front, nearest first; distances in units that sort.
    heap: BinaryHeap<Reverse<(u64, usize)>>,
}

impl Front {
    fn new(mask: &Mask, region: u8) -> Self {
        let (width, height) = (mask.width() as isize, mask.height() as isize);
        let known: Vec<bool> = mask.data().iter().map(|&b| b != region).collect();
        let distance = known.iter().map(|&k| if k { 0.0 } else { FAR }).collect();
        let mut front = Self {
            width,
            height,
            distance,
            known,
            heap: BinaryHeap::new(),
        };
        let outside: Vec<usize> = (0..front.known.len()).filter(|&p| front.known[p]).collect();
        for place in outside {
            if front
                .around(place)
                .into_iter()
                .flatten()
                .any(|n| !front.known[n])
            {
                front.push(place);
            }
        }
        front
    }

    fn push(&mut self, place: usize) {
        // Positive floats sort as their bits do.
        let order = self.distance[place].to_bits();
        self.heap.push(Reverse((order, place)));
    }

    fn at(&self, x: isize, y: isize) -> Option<usize> {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        inside.then(|| (y * self.width + x) as usize)
    }

    fn place(&self, place: usize) -> (isize, isize) {
        (place as isize % self.width, place as isize / self.width)
    }

    fn around(&self, place: usize) -> [Option<usize>; 4] {
        let (x, y) = self.place(place);
        [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)].map(|(x, y)| self.at(x, y))
    }

    /// Marches to the end or to `limit`; `meet` is told of every pixel that the front reaches.
    fn march(&mut self, limit: f64, mut meet: impl FnMut(&Self, usize)) {
        while let Some(Reverse((order, place))) = self.heap.pop() {
            if f64::from_bits(order) > limit {
                break;
            }
            for next in self.around(place).into_iter().flatten() {
                if self.known[next] {
                    continue;
                }
                self.distance[next] = self.eikonal(next);
                meet(self, next);
                self.known[next] = true;
                self.push(next);
            }
        }
    }

    /// How fast `values` grow at a pixel along `step`: central where both neighbours are known,
    /// one-sided where one is, otherwise zero.
    fn slope(&self, values: impl Fn(usize) -> f64, place: usize, step: (isize, isize)) -> f64 {
        let (x, y) = self.place(place);
        let known = |place: Option<usize>| place.filter(|&p| self.known[p]).map(&values);
        let after = known(self.at(x + step.0, y + step.1));
        let before = known(self.at(x - step.0, y - step.1));
        match (before, after) {
            (Some(before), Some(after)) => 0.5 * (after - before),
            (None, Some(after)) => after - values(place),
            (Some(before), None) => values(place) - before,
            (None, None) => 0.0,
        }
    }

    /// `|grad T| = 1`, upwind, from known neighbours.
    fn eikonal(&self, place: usize) -> f64 {
        let [left, right, above, below] = self.around(place).map(|n| {
            let reached = n.filter(|&n| self.known[n]);
            reached.map_or(FAR, |n| self.distance[n])
        });
        let (a, b) = (left.min(right), above.min(below));
        if (a - b).abs() >= 1.0 {
            a.min(b) + 1.0
        } else {
            0.5 * (a + b + (2.0 - (a - b).powi(2)).sqrt())
        }
    }
}

impl Telea {
    fn fill(&self, damaged: &Planar, mask: &Mask) -> Planar {
        // Levels go on outside the hole, with the other sign.
        let mut outside = Front::new(mask, 0);
        outside.march(self.radius as f64 + 1.0, |_, _| ());
        let mut levels: Vec<f64> = outside.distance.iter().map(|d| -d).collect();
        let mut filled = damaged.clone();
        Front::new(mask, 255).march(f64::INFINITY, |front, place| {
            levels[place] = front.distance[place];
            let values = self.pixel(front, &levels, &filled, place);
            let plane = mask.data().len();
            for (channel, value) in values.into_iter().enumerate() {
                filled.data[channel * plane + place] = value;
            }
        });
        filled
    }

    /// Equation 2 of the paper, with the weights of its section 2.3.
    fn pixel(&self, front: &Front, levels: &[f64], picture: &Planar, place: usize) -> [f32; 3] {
        let (x, y) = front.place(place);
        let level_at = |p: usize| levels[p];
        let normal = (
            front.slope(level_at, place, (1, 0)),
            front.slope(level_at, place, (0, 1)),
        );
        let reach = -self.radius..=self.radius;
        let disc = reach
            .clone()
            .flat_map(|dy| reach.clone().map(move |dx| (dx, dy)));
        let (mut sums, mut total) = ([0.0_f64; 3], 0.0);
        for (dx, dy) in disc {
            let square = (dx * dx + dy * dy) as f64;
            if square == 0.0 || square > (self.radius * self.radius) as f64 {
                continue;
            }
            let Some(source) = front.at(x + dx, y + dy).filter(|&p| front.known[p]) else {
                continue;
            };
            let (rx, ry) = (-dx as f64, -dy as f64);
            let along = ((rx * normal.0 + ry * normal.1) / square.sqrt()).abs();
            let level = 1.0 / (1.0 + (levels[source] - levels[place]).abs());
            let weight = along.max(1e-6) * level / square;
            total += weight;
            for (channel, sum) in sums.iter_mut().enumerate() {
                let plane = picture.channel(channel);
                let value = |p: usize| f64::from(plane[p]);
                let mut there = value(source);
                if self.extrapolation > 0.0 {
                    let (across, down) = (
                        front.slope(value, source, (1, 0)),
                        front.slope(value, source, (0, 1)),
                    );
                    there += self.extrapolation * (across * rx + down * ry);
                }
                *sum += weight * there;
            }
        }
        sums.map(|sum| (sum / total.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fills_a_ramp, gain, hole, is_unsuitable};
    use super::*;
    use imaging::Rect;

    const HOLE: Rect = Rect::new(9, 11, 8, 8);

    /// Extrapolation along gradients is exact for ramps, and what is known stays.
    #[test]
    fn a_ramp_is_filled_exactly() {
        let telea = Telea {
            radius: 5,
            extrapolation: 1.0,
        };
        fills_a_ramp(&hole(HOLE), 1e-4, |damaged, mask| telea.fill(damaged, mask));
    }

    #[test]
    fn the_front_measures_the_distance_to_the_border() {
        let mut front = Front::new(&hole(HOLE), 255);
        front.march(f64::INFINITY, |_, _| ());
        assert!(front.known.iter().all(|&known| known));
        let middle = front.distance[15 * 32 + 12];
        assert!((middle - 4.0).abs() < 0.8, "{middle}");
    }

    #[test]
    fn it_is_for_holes() {
        let mask = hole(HOLE);
        let (before, after) = gain("telea", "inpaint", Some(&mask), 0.02);
        assert!(after > before + 3.0, "{after} against {before}");
        assert!(is_unsuitable("telea", "bicubic:factor=4", None));
    }
}
