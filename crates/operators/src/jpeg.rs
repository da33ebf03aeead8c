//! JPEG: what its quantisation took away (ITU-T T.81).
//!
//! Forward it is what a baseline encoder and decoder do together: RGB to YCbCr (JFIF), chroma
//! halved by 2 × 2 means where asked for, 8 × 8 cosine transforms, division by the standard tables of
//! Annex K scaled to the quality as libjpeg does, ROUNDING, and all the way back, with chroma repeated
//! and values clipped. Borders are repeated up to a multiple of 8 (16 with halved chroma) and cut off
//! again. Only the rounding of pixels to whole levels, before and after, is left out: at most half a
//! level.
//!
//! Rounding has no useful derivative. The vector-Jacobian product is straight-through: it takes
//! rounding for the identity. Tables and transforms then cancel, and what is left is the halving of
//! the chroma, the border and the clipping.

use burn::tensor::{Device, Tensor, TensorData};

use crate::block_dct::BlockDct;
use crate::box_average::BoxAverage;
use crate::class::Class;
use crate::clip;
use crate::family::Family;
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::parameter::Parameter;
use crate::planes;
use crate::registry::{AnyBuilt, Build, Context, Entry};
use crate::taps::Taps;
use crate::values::Values;
use crate::words::Word;

const NAME: &str = "jpeg";
/// Chroma at half the size, in JPEG's words.
const HALVED: &str = "420";

/// Levels of 8 bits for one unit of the model range.
const LEVELS: f64 = 127.5;
/// The middle of the model range, in levels from 128.
const MIDDLE: f64 = -0.5;

/// RGB to YCbCr (JFIF), both without the offset of 128.
const FORTH: [f32; 9] = [
    0.299, 0.587, 0.114, //
    -0.168_736, -0.331_264, 0.5, //
    0.5, -0.418_688, -0.081_312,
];
/// And back.
const BACK: [f32; 9] = [
    1.0, 0.0, 1.402, //
    1.0, -0.344_136, -0.714_136, //
    1.0, 1.772, 0.0,
];

/// Table K.1, in row order.
const LUMINANCE: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
/// Table K.2, in row order.
const CHROMINANCE: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "JPEG",
        summary: "Compressed as JPEG.",
        parameters: &[
            Parameter::whole("quality", "Quality", 50, (1, 100))
                .help("What it was saved with, as in other programs; 1 is the worst."),
            Parameter::choice(
                "chroma",
                "Colours",
                &[
                    Word::new(
                        HALVED,
                        "4:2:0",
                        "Colours at half the size, as cameras save them.",
                    ),
                    Word::new("444", "4:4:4", "Colours at full size."),
                ],
            )
            .help("At which size the colours were saved."),
        ],
        ..Family::PLAIN
    },
    class: Class::Compression,
    build: Build::Nonlinear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> AnyBuilt {
    let quality = values.whole("quality")?;
    let halved = values.word("chroma")? == HALVED;
    Ok(Box::new(Jpeg::new(quality, halved, size, context.device)))
}

/// A table for a quality, scaled as libjpeg's `jpeg_quality_scaling` does.
fn scaled(table: &[u16; 64], quality: usize) -> [f32; 64] {
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    table.map(|step| ((usize::from(step) * percent + 50) / 100).clamp(1, 255) as f32)
}

struct Jpeg {
    size: (usize, usize),
    /// Sides rounded up to whole blocks.
    padded: (usize, usize),
    /// Repeats the border, where there is need to: along the height and along the width, and the
    /// transposes.
    padding: Option<[[Taps; 2]; 2]>,
    /// Halves chroma, where asked to.
    halving: Option<BoxAverage>,
    dct: BlockDct,
    /// Steps of quantisation over a plane of luminance and of chrominance, `[1, 1, h, w]`.
    steps: [Tensor<4>; 2],
    forth: Tensor<2>,
    back: Tensor<2>,
}

impl Jpeg {
    fn new(quality: usize, halved: bool, size: (usize, usize), device: &Device) -> Self {
        let unit = if halved { 16 } else { 8 };
        let padded = (size.0.next_multiple_of(unit), size.1.next_multiple_of(unit));
        let chroma = if halved {
            (padded.0 / 2, padded.1 / 2)
        } else {
            padded
        };
        let repeated = |length: usize, to: usize| {
            let rows = (0..to).map(|i| vec![(i.min(length - 1), 1.0)]);
            Taps::new(length, rows)
        };
        let padding = || {
            let forth = [repeated(size.0, padded.0), repeated(size.1, padded.1)];
            let back = [forth[0].transposed(), forth[1].transposed()];
            [forth, back]
        };
        let colours = |m: [f32; 9]| Tensor::from_data(TensorData::new(m.to_vec(), [3, 3]), device);
        Self {
            size,
            padded,
            padding: (padded != size).then(padding),
            halving: halved.then(|| BoxAverage::new(2, padded)),
            dct: BlockDct::new(device),
            steps: [
                tiled(&scaled(&LUMINANCE, quality), padded, device),
                tiled(&scaled(&CHROMINANCE, quality), chroma, device),
            ],
            forth: colours(FORTH),
            back: colours(BACK),
        }
    }

    /// To whole blocks.
    fn pad(&self, x: Tensor<4>) -> Tensor<4> {
        match &self.padding {
            Some([[down, across], _]) => {
                planes::map(x, self.padded, |plane| planes::both(down, across, plane))
            }
            None => x,
        }
    }

    fn crop(&self, x: Tensor<4>) -> Tensor<4> {
        x.narrow(2, 0, self.size.0).narrow(3, 0, self.size.1)
    }

    /// Decoded levels from 128, before they are clipped.
    fn decoded(&self, x: Tensor<4>) -> Tensor<4> {
        let levels = self.pad(x * LEVELS + MIDDLE);
        let planes = planes(mixed(&self.forth, levels));
        let mut plane = 0;
        let planes = planes.map(|values| {
            let chroma = plane > 0;
            plane += 1;
            let halving = self.halving.as_ref().filter(|_| chroma);
            let small = match halving {
                Some(halving) => LinearOperator::apply(halving, values),
                None => values,
            };
            let steps = self.steps[usize::from(chroma)].clone();
            let coefficients = self.dct.analyse(small) / steps.clone();
            let small = self.dct.synthesise(coefficients.round() * steps);
            match halving {
                Some(halving) => halving.spread(small),
                None => small,
            }
        });
        self.crop(mixed(&self.back, Tensor::cat(planes.to_vec(), 1)))
    }

    /// The decoded picture on the model range, before it is held to it.
    fn unclipped(&self, x: Tensor<4>) -> Tensor<4> {
        (self.decoded(x) - MIDDLE) / LEVELS
    }

    /// The transpose of everything but rounding and clipping.
    fn straight_through(&self, v: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = v.dims();
        let (rows, columns) = self.padded;
        let v = Tensor::zeros([b, c, rows, columns], &v.device())
            .slice_assign([0..b, 0..c, 0..h, 0..w], v);
        let mut v = mixed(&self.back.clone().transpose(), v);
        if let Some(halving) = &self.halving {
            let [luma, blue, red] = planes(v);
            let through = |plane| LinearOperator::adjoint(halving, halving.sums(plane));
            v = Tensor::cat(vec![luma, through(blue), through(red)], 1);
        }
        let v = mixed(&self.forth.clone().transpose(), v);
        match &self.padding {
            Some([_, [down, across]]) => {
                planes::map(v, self.size, |plane| planes::both(down, across, plane))
            }
            None => v,
        }
    }
}

/// A table repeated over a plane.
fn tiled(table: &[f32; 64], (height, width): (usize, usize), device: &Device) -> Tensor<4> {
    let values: Vec<f32> = (0..height * width)
        .map(|at| table[at / width % 8 * 8 + at % width % 8])
        .collect();
    Tensor::from_data(TensorData::new(values, [1, 1, height, width]), device)
}

/// `[b, 3, h, w]` with every pixel's channels times a matrix.
fn mixed(matrix: &Tensor<2>, x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let matrix = matrix.clone().unsqueeze::<3>().expand([b, c, c]);
    let mixed = matrix.matmul(x.reshape([b, c, h * w]));
    mixed.reshape([b, c, h, w])
}

fn planes(x: Tensor<4>) -> [Tensor<4>; 3] {
    [0, 1, 2].map(|channel| x.clone().narrow(1, channel, 1))
}

impl Operator for Jpeg {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        self.size
    }

    fn channels(&self) -> Option<(usize, usize)> {
        Some((3, 3))
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.unclipped(x).clamp(-1.0, 1.0)
    }

    /// Straight through the rounding: see the module.
    fn pullback(&self, x: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
        self.straight_through(clip::gradient(self.unclipped(x), v))
    }

    fn towards(&self, x: Tensor<4>, r: Tensor<4>) -> Tensor<4> {
        self.straight_through(clip::towards(self.unclipped(x), r))
    }

    /// The compressed picture itself.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        y
    }

    fn linear(&self) -> Result<&dyn LinearOperator, &'static str> {
        Err(NAME)
    }
}
