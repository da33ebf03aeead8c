//! Networks on the processor: a straight-line program of a few primitives.
//!
//! Burn's modules stay the one definition of a network; each of them knows how to append its
//! primitives to a [`Program`], and the program is what the CPU device runs. It is several times
//! faster there than the modules because weights are packed once, convolutions read the picture
//! in place, everything that is not a product is vectorised and fused, all of it runs on all
//! cores, and the tape of a linearisation keeps only what a pullback needs.
//!
//! The same program is trained: a tape that also keeps the inputs of convolutions gives the slopes
//! by all weights, and changed weights are packed anew in place.
//!
//! Pictures are `[picture, row, column, channel]` inside, channels innermost: then a pixel is a
//! row of a matrix, and every convolution a product of gathered rows with packed weights.
//!
//! Every number is computed by one thread in a fixed order, whatever the number of threads, so
//! results are the same bits from run to run and from 2 cores to 64. Between kinds of processors
//! (with fused multiply-add and without) they differ by rounding.

mod activation;
#[cfg(test)]
mod agreement;
mod attention;
mod convolution;
mod elementwise;
mod gather;
mod learning;
mod modulation;
mod normalisation;
mod outer;
mod parallel;
mod picture;
mod product;
mod program;
mod resampling;
mod rms;
mod scratch;
mod shuffling;
mod simd;
mod tape;
#[cfg(test)]
pub(crate) mod testing;
mod winograd;

pub(crate) use attention::Layout;
pub(crate) use learning::Places;
pub(crate) use picture::{Picture, Shape};
pub(crate) use program::{Program, Register};
