//! Blur with any kernel image: motion, lens errors, a photographed point of light.
//!
//! The kernel is what became of a point of light, as photographed: the picture is convolved with
//! it. (The field's code correlates, as layers of networks do; [`Blur::correlating`] is that.)
//! Pictures are mirrored about their border pixels.

use crate::blur::Blur;
use crate::class::Class;
use crate::cosine::Border;
use crate::error::OperatorError;
use crate::family::Family;
use crate::parameter::Parameter;
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;

/// The largest side of a kernel, in pixels.
pub(crate) const LARGEST: usize = 255;
/// The median of the border of a kernel image counts as background from this share of its brightest
/// pixel up: a level of 8 bits is rounding.
const BACKGROUND: f64 = 1.5 / 255.0;
/// A border with this share of the brightest pixel is no background, but a kernel that fills its image.
const FILLED: f64 = 0.5;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "kernel",
        title: "Blur by a kernel file",
        summary: "Blurred by the point spread function in an image file, as photographed; its values are scaled to sum to one.",
        parameters: &[Parameter::file("Kernel file")
            .help("The image of a blurred point of light, at most 255 px a side.")],
        example: "kernel.png",
        ..Family::PLAIN
    },
    class: Class::Blur,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> Built {
    let kernel = (context.load_kernel)(values.text("")?)?;
    Ok(Box::new(Blur::new(&kernel, size, Border::Pixel)?))
}

/// Kernel weights in row order: what becomes of a point of light, its centre pixel in the middle.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelImage {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` weights, not negative; they are scaled to sum to one.
    pub weights: Vec<f64>,
}

/// What was done to the image of a kernel so that it could be used, for people to read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KernelNote {
    /// A row or a column of zeros was added so that there is a centre pixel: `(height, width)` before.
    Padded(usize, usize),
    /// This share of the brightest pixel was taken off everywhere.
    Background(f64),
}

impl std::fmt::Display for KernelNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Padded(height, width) => write!(
                f,
                "the blur kernel has {width} x {height} pixels and therefore no centre pixel; an empty row or column \
                 was added at its end, which shifts the result by half a pixel"
            ),
            Self::Background(share) => write!(
                f,
                "the background of the blur kernel is not black; {:.1} % of its brightest pixel were taken off, or it \
                 would lay a haze over the picture",
                share * 100.0
            ),
        }
    }
}

impl KernelImage {
    /// As [`from_image`](Self::from_image), from colours as three planes of values in [0, 1], one
    /// after the other, and the same pixels as packed 8-bit RGBA, of which the opacity weighs.
    ///
    /// # Errors
    /// As [`from_image`](Self::from_image).
    pub fn from_colours(
        (width, height): (usize, usize),
        planes: &[f32],
        rgba: &[u8],
    ) -> Result<(Self, Vec<KernelNote>), OperatorError> {
        let pixels = width * height;
        let weight = |i: usize| {
            let colours = (0..3).map(|c| f64::from(planes[c * pixels + i]));
            colours.sum::<f64>() / 3.0 * f64::from(rgba[4 * i + 3]) / 255.0
        };
        Self::from_image(width, height, (0..pixels).map(weight).collect())
    }

    /// From the brightness of an image's pixels in row order, at least 0, each already weighed by
    /// its opacity: takes the background off and pads even sides to odd ones, and says so.
    ///
    /// The background is the median of the image's outermost pixels, if it is above rounding; in an
    /// image whose border is half as bright as its brightest pixel the kernel itself is taken to
    /// reach the border.
    ///
    /// # Errors
    /// [`OperatorError::Kernel`] if the kernel cannot be used, as [`Blur::new`] says.
    pub fn from_image(
        width: usize,
        height: usize,
        brightness: Vec<f64>,
    ) -> Result<(Self, Vec<KernelNote>), OperatorError> {
        let mut kernel = Self {
            width,
            height,
            weights: brightness,
        };
        kernel.check()?;
        let mut notes = Vec::new();
        let brightest = kernel.weights.iter().fold(0.0, |most: f64, w| most.max(*w));
        let background = kernel.border_median();
        if (BACKGROUND * brightest..FILLED * brightest).contains(&background) {
            for weight in &mut kernel.weights {
                *weight = (*weight - background).max(0.0);
            }
            notes.push(KernelNote::Background(background / brightest));
        }
        if width.is_multiple_of(2) || height.is_multiple_of(2) {
            kernel = kernel.padded();
            notes.push(KernelNote::Padded(height, width));
        }
        kernel.normalised()?;
        Ok((kernel, notes))
    }

    /// The weights scaled to sum to one.
    ///
    /// # Errors
    /// [`OperatorError::Kernel`] says why the kernel cannot be used.
    pub(crate) fn normalised(&self) -> Result<Vec<f64>, OperatorError> {
        self.check()?;
        if self.width.is_multiple_of(2) || self.height.is_multiple_of(2) {
            return Err(refused(&format!(
                "it is {} x {} pixels; both sides must be odd",
                self.width, self.height
            )));
        }
        let total: f64 = self.weights.iter().sum();
        Ok(self.weights.iter().map(|w| w / total).collect())
    }

    fn check(&self) -> Result<(), OperatorError> {
        let (width, height) = (self.width, self.height);
        if self.weights.len() != width * height
            || width.max(height) > LARGEST
            || width.min(height) == 0
        {
            return Err(refused(&format!(
                "it is {width} x {height} pixels; at most {LARGEST} x {LARGEST} are allowed"
            )));
        }
        if self.weights.iter().any(|w| !w.is_finite() || *w < 0.0) {
            return Err(refused("a weight is negative or not a number"));
        }
        if self.weights.iter().sum::<f64>() <= 0.0 {
            return Err(refused(
                "it is entirely black; paint the kernel in white on black",
            ));
        }
        Ok(())
    }

    fn border_median(&self) -> f64 {
        let (width, height) = (self.width, self.height);
        // Of very small kernels every pixel is at the border.
        if width.min(height) < 5 {
            return 0.0;
        }
        let outermost = |at: &usize| {
            let (row, column) = (at / width, at % width);
            row == 0 || column == 0 || row + 1 == height || column + 1 == width
        };
        let mut border: Vec<f64> = (0..width * height)
            .filter(outermost)
            .map(|at| self.weights[at])
            .collect();
        border.sort_by(f64::total_cmp);
        border[border.len() / 2]
    }

    /// With a column or a row of zeros at the end where a side is even.
    fn padded(&self) -> Self {
        let (width, height) = (self.width | 1, self.height | 1);
        let mut weights = vec![0.0; width * height];
        for (to, from) in weights
            .chunks_exact_mut(width)
            .zip(self.weights.chunks_exact(self.width))
        {
            to[..self.width].copy_from_slice(from);
        }
        Self {
            width,
            height,
            weights,
        }
    }
}

fn refused(reason: &str) -> OperatorError {
    OperatorError::Kernel {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_is_taken_off_and_named_and_a_filled_image_is_left_alone() {
        let mut weights = vec![6.0; 49];
        weights[24] = 255.0;
        weights[25] = 100.0;
        let (kernel, notes) = KernelImage::from_image(7, 7, weights).expect("usable");
        assert_eq!(notes, [KernelNote::Background(6.0 / 255.0)]);
        assert_eq!(kernel.weights.iter().sum::<f64>(), 249.0 + 94.0);
        for weights in [vec![1.0; 49], vec![255.0; 49]] {
            let (kernel, notes) = KernelImage::from_image(7, 7, weights.clone()).expect("usable");
            assert!(notes.is_empty() && kernel.weights == weights);
        }
    }

    #[test]
    fn even_sides_are_padded_at_the_end_and_it_is_said() {
        let weights = (1..=6).map(f64::from).collect();
        let (kernel, notes) = KernelImage::from_image(2, 3, weights).expect("usable");
        assert_eq!(notes, [KernelNote::Padded(3, 2)]);
        assert_eq!((kernel.width, kernel.height), (3, 3));
        assert_eq!(
            kernel.weights,
            [1.0, 2.0, 0.0, 3.0, 4.0, 0.0, 5.0, 6.0, 0.0]
        );
    }

    /// White strokes on a white background that is transparent: only the opacity tells them apart.
    #[test]
    fn opacity_weighs() {
        let alpha = [0, 255, 51, 0, 0, 0, 0, 0, 0];
        let rgba: Vec<u8> = alpha.iter().flat_map(|a| [255, 255, 255, *a]).collect();
        let (kernel, notes) = KernelImage::from_colours((3, 3), &[1.0; 27], &rgba).expect("usable");
        assert!(notes.is_empty());
        for (weight, alpha) in kernel.weights.iter().zip(alpha) {
            assert!((weight - f64::from(alpha) / 255.0).abs() < 1e-12);
        }
    }
}
