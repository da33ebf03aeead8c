//! Luma and chroma as red, green and blue (ITU-T H.273, section 8.3).
//!
//! Chroma that is halved is interpolated linearly between the middles of the pairs, as libavif does
//! where the file does not say where its samples lie.

use std::ops::Deref;

use super::Fault;
use crate::sample::Sample;

/// How luma and chroma are made of colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Matrix {
    /// Green, blue and red themselves.
    Identity,
    /// Luma is these shares of red and blue, and the rest of green.
    Shares(f32, f32),
    /// Luma, green-ness and orange-ness.
    YCgCo,
}

impl Matrix {
    /// The one of a number; what is not known is taken for 6, the usual one of photographs.
    pub(super) fn of(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Identity,
            1 => Self::Shares(0.2126, 0.0722),
            2 | 5 | 6 => Self::Shares(0.299, 0.114),
            4 => Self::Shares(0.30, 0.11),
            7 => Self::Shares(0.212, 0.087),
            8 => Self::YCgCo,
            9 => Self::Shares(0.2627, 0.0593),
            _ => return None,
        })
    }

    fn rgb(self, [y, u, v]: [f32; 3]) -> [f32; 3] {
        match self {
            Self::Identity => [v, y, u],
            Self::Shares(red, blue) => {
                let r = y + 2.0 * (1.0 - red) * v;
                let b = y + 2.0 * (1.0 - blue) * u;
                [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
            }
            Self::YCgCo => [y - u + v, y + u, y - u - v],
        }
    }
}

/// Samples of one kind, row by row, in one byte each or in two.
pub(super) struct Plane<B> {
    pub(super) bytes: B,
    /// Bytes from one row to the next.
    pub(super) stride: usize,
}

/// A decoded picture.
pub(super) struct Frame<B = re_rav1d::dav1d::Plane> {
    planes: Vec<Plane<B>>,
    width: usize,
    height: usize,
    /// Whether chroma has half as many columns, and half as many rows.
    halved: (bool, bool),
    deep: bool,
    /// What a sample of luma is multiplied by after this was taken off.
    luma: (f32, f32),
    chroma: (f32, f32),
    matrix: Matrix,
}

impl<B: Deref<Target = [u8]>> Frame<B> {
    /// One plane of luma, or three.
    pub(super) fn new(
        planes: Vec<Plane<B>>,
        (width, height): (usize, usize),
        halved: (bool, bool),
        (bits, full_range): (usize, bool),
        matrix: Matrix,
    ) -> Result<Self, Fault> {
        let last = ((1_u32 << bits) - 1) as f32;
        let step = (1_u32 << (bits - 8)) as f32;
        let middle = 128.0 * step;
        let luma = if full_range {
            (0.0, 1.0 / last)
        } else {
            (16.0 * step, 1.0 / (219.0 * step))
        };
        let chroma = match (matrix, full_range) {
            (Matrix::Identity, _) => luma,
            (_, true) => (middle, 1.0 / last),
            (_, false) => (middle, 1.0 / (224.0 * step)),
        };
        let frame = Self {
            planes,
            width,
            height,
            halved,
            deep: bits > 8,
            luma,
            chroma,
            matrix,
        };
        let identity_halved = matrix == Matrix::Identity && halved != (false, false);
        if identity_halved || !frame.is_whole() {
            return Err(Fault::damaged("its AV1 picture is not what it says"));
        }
        Ok(frame)
    }

    /// Whether the planes have the samples that the size asks for.
    fn is_whole(&self) -> bool {
        let bytes = if self.deep { 2 } else { 1 };
        let planes = self.planes.iter().enumerate();
        let mut holds = planes.map(|(index, plane)| {
            let (width, height) = self.sides(index);
            let last = (height.max(1) - 1) * plane.stride + width * bytes;
            plane.stride >= width * bytes && plane.bytes.len() >= last
        });
        self.width > 0 && self.height > 0 && holds.all(|holds| holds)
    }

    /// Columns and rows of a plane.
    fn sides(&self, plane: usize) -> (usize, usize) {
        let part = |side: usize, halved: bool| if halved { side.div_ceil(2) } else { side };
        match plane {
            0 => (self.width, self.height),
            _ => (
                part(self.width, self.halved.0),
                part(self.height, self.halved.1),
            ),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// 1 for gray, 3 for colour.
    pub(super) fn channels(&self) -> usize {
        self.planes.len()
    }

    /// Puts the colours into interleaved samples of a picture of this size, from this place on; what
    /// would lie beyond its edges is left out.
    pub(super) fn paint<S: Sample>(
        &self,
        into: &mut [S],
        (width, height): (usize, usize),
        (left, top): (usize, usize),
    ) -> Result<(), Fault> {
        let outside = || Fault::damaged("its tiles do not fit together");
        let columns = self.width.min(width.checked_sub(left).ok_or_else(outside)?);
        let rows = self
            .height
            .min(height.checked_sub(top).ok_or_else(outside)?);
        let channels = self.channels();
        let mut luma = vec![0.0; columns];
        let mut chroma = [vec![0.0; columns], vec![0.0; columns]];
        for y in 0..rows {
            self.luma_row(y, &mut luma);
            for (index, row) in chroma.iter_mut().enumerate().take(channels - 1) {
                self.chroma_row(index + 1, y, row);
            }
            let start = ((top + y) * width + left) * channels;
            let out = into
                .get_mut(start..start + columns * channels)
                .ok_or_else(outside)?;
            for (x, pixel) in out.chunks_exact_mut(channels).enumerate() {
                match pixel {
                    [gray] => *gray = S::from_unit(luma[x].clamp(0.0, 1.0)),
                    pixel => {
                        let rgb = self.matrix.rgb([luma[x], chroma[0][x], chroma[1][x]]);
                        for (out, value) in pixel.iter_mut().zip(rgb) {
                            *out = S::from_unit(value.clamp(0.0, 1.0));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn sample(&self, plane: usize, x: usize, y: usize) -> f32 {
        let Plane { bytes, stride } = &self.planes[plane];
        if self.deep {
            let at = y * stride + 2 * x;
            f32::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]))
        } else {
            f32::from(bytes[y * stride + x])
        }
    }

    fn luma_row(&self, y: usize, out: &mut [f32]) {
        let (black, by) = self.luma;
        for (x, value) in out.iter_mut().enumerate() {
            *value = (self.sample(0, x, y) - black) * by;
        }
    }

    fn chroma_row(&self, plane: usize, y: usize, out: &mut [f32]) {
        let (middle, by) = self.chroma;
        let (columns, rows) = self.sides(plane);
        let (near_y, far_y) = neighbours(y, rows, self.halved.1);
        for (x, value) in out.iter_mut().enumerate() {
            let (near_x, far_x) = neighbours(x, columns, self.halved.0);
            let row =
                |y| 0.75 * self.sample(plane, near_x, y) + 0.25 * self.sample(plane, far_x, y);
            let found = if near_y == far_y {
                row(near_y)
            } else {
                0.75 * row(near_y) + 0.25 * row(far_y)
            };
            *value = (found - middle) * by;
        }
    }
}

/// The sample that lies nearest to a place, and the one at its other side.
fn neighbours(place: usize, count: usize, halved: bool) -> (usize, usize) {
    if !halved {
        return (place, place);
    }
    let near = place / 2;
    let far = if place.is_multiple_of(2) {
        near.saturating_sub(1)
    } else {
        (near + 1).min(count - 1)
    };
    (near, far)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(
        planes: [Vec<u8>; 3],
        size: (usize, usize),
        halved: (bool, bool),
        full_range: bool,
        matrix: u16,
    ) -> Result<Frame<Vec<u8>>, Fault> {
        let chroma = if halved.0 { size.0.div_ceil(2) } else { size.0 };
        let strides = [size.0, chroma, chroma];
        let planes = planes.into_iter().zip(strides);
        let planes = planes.map(|(bytes, stride)| Plane { bytes, stride });
        let matrix = Matrix::of(matrix).expect("known");
        Frame::new(planes.collect(), size, halved, (8, full_range), matrix)
    }

    fn painted(frame: &Frame<Vec<u8>>) -> Vec<u8> {
        let mut out = vec![0; 3 * frame.width() * frame.height()];
        let size = (frame.width(), frame.height());
        frame.paint(&mut out, size, (0, 0)).expect("it fits");
        out
    }

    /// Values of ITU-R BT.601 and BT.709: pure red.
    #[test]
    fn colours_come_back() {
        let one = |y, u, v, full, matrix| {
            let planes = [vec![y], vec![u], vec![v]];
            painted(&frame(planes, (1, 1), (false, false), full, matrix).expect("sound"))
        };
        assert_eq!(one(76, 85, 255, true, 6), [254, 0, 0]);
        assert_eq!(one(81, 90, 240, false, 6), [254, 0, 0]);
        assert_eq!(one(63, 102, 240, false, 1), [255, 1, 0]);
        assert_eq!(one(235, 128, 128, false, 1), [255, 255, 255]);
        assert_eq!(one(20, 30, 10, true, 0), [10, 20, 30]);
        assert_eq!(one(100, 128, 128, true, 8), [100, 100, 100]);
    }

    #[test]
    fn halved_chroma_is_interpolated_and_odd_sides_end_with_a_half() {
        let planes = [
            vec![128; 15],
            vec![128, 128, 168, 128, 128, 168],
            vec![128; 6],
        ];
        let whole = frame(planes, (5, 3), (true, true), true, 6).expect("sound");
        let blues: Vec<u8> = painted(&whole).chunks(3).map(|pixel| pixel[2]).collect();
        // Chroma of 0, 0, 40 becomes 0, 0, 0, 10, 30 in each row, times 1.772.
        assert_eq!(blues, [128, 128, 128, 146, 181].repeat(3));
    }

    #[test]
    fn a_tile_that_reaches_beyond_the_picture_is_cut() {
        let planes = [vec![7; 16], vec![128; 16], vec![128; 16]];
        let tile = frame(planes, (4, 4), (false, false), true, 6).expect("sound");
        let mut out = vec![0_u8; 3 * 5 * 3];
        tile.paint(&mut out, (5, 3), (3, 1)).expect("it fits");
        let reds: Vec<u8> = out.chunks(3).map(|pixel| pixel[0]).collect();
        assert_eq!(reds, [0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 0, 0, 0, 7, 7]);
        assert!(tile.paint(&mut out, (5, 3), (6, 0)).is_err());
    }

    #[test]
    fn planes_that_are_too_short_are_refused() {
        let short = [vec![0; 16], vec![0; 3], vec![0; 4]];
        assert!(frame(short, (4, 4), (true, true), true, 6).is_err());
        let halved = [vec![0; 16], vec![0; 4], vec![0; 4]];
        assert!(frame(halved, (4, 4), (true, true), true, 0).is_err());
        assert_eq!(Matrix::of(14), None);
    }
}
