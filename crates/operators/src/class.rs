//! What kind of damage an operator stands for.
//!
//! Presets and operator defaults are chosen by class, so that a new operator is treated as its kind is,
//! without a line anywhere else.

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Pixels were lost; the others are as they were.
    Holes,
    /// Nothing but noise.
    Noise,
    /// A convolution with a kernel that is its own mirror image, diagonal in cosine transforms.
    SymmetricBlur,
    /// Any other convolution.
    Blur,
    /// Fewer pixels.
    Reduction,
    /// One channel instead of three.
    Grayscale,
    /// Coefficients of a cosine transform were rounded.
    Compression,
    /// Values beyond a limit were cut off.
    Clipping,
    /// Some coefficients of the Fourier transform, with their phases.
    Fourier,
    /// Magnitudes of the Fourier transform alone.
    Magnitudes,
}
