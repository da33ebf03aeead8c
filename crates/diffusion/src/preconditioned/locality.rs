//! The receptive field: what lies beyond it changes nothing, and tiles with that margin are the whole.

use burn::tensor::{Device, Tensor, TensorData};

use super::*;
use crate::cpu::testing::{Numbers, Random};
use crate::{Denoiser, Level};

const CONFIGS: [(&[usize], &[usize], &[usize]); 3] = [
    (&[16], &[1], &[]),
    (&[16, 32], &[1, 1], &[1]),
    (&[4, 6, 8], &[0, 1, 0], &[1, 0]),
];

/// A picture and as much noise.
fn level() -> Level {
    Level::new(0.5, 0)
}

fn denoiser(
    (channels, down, up): (&[usize], &[usize], &[usize]),
) -> (PreconditionedConfig, PreconditionedDenoiser) {
    let mut config = PreconditionedConfig::new(64, channels, down, up);
    config.embed = 16;
    let mut weights = Random(Numbers(17));
    let network = PreconditionedUNet::build(&config, &mut weights, &Device::flex());
    let network = network.expect("builds");
    let denoiser = PreconditionedDenoiser::new(network, &config);
    (config, denoiser)
}

fn picture(height: usize, width: usize) -> Tensor<4> {
    let values = Numbers(5).values(3 * height * width);
    Tensor::from_data(
        TensorData::new(values, [1, 3, height, width]),
        &Device::flex(),
    )
}

/// For each column, whether anything in it differs by a bit.
fn changed_columns(a: &Tensor<4>, b: &Tensor<4>) -> Vec<bool> {
    let [_, _, _, width] = a.dims();
    let mut changed = vec![false; width];
    let pairs = a.to_data();
    let others = b.to_data();
    for (at, (a, b)) in pairs.iter::<f32>().zip(others.iter::<f32>()).enumerate() {
        changed[at % width] |= a.to_bits() != b.to_bits();
    }
    changed
}

/// A changed pixel changes what lies within the halo, up to its very end, and no bit beyond.
#[test]
fn an_output_depends_on_its_halo_and_on_nothing_else() {
    for shape in CONFIGS {
        let (config, denoiser) = denoiser(shape);
        let (halo, stride) = (config.halo(), config.stride());
        assert_eq!(denoiser.halo(), Some(halo));
        let middle = halo.next_multiple_of(stride) + stride;
        let width = 2 * middle + stride;
        let x = picture(2 * stride, width);
        let before = denoiser.evaluate(x.clone(), level()).eps;
        let mut farthest = 0;
        for at in middle..middle + stride {
            let one = x
                .clone()
                .slice([0..1, 0..1, stride..stride + 1, at..at + 1]);
            let moved = x.clone().slice_assign(
                [0..1, 0..1, stride..stride + 1, at..at + 1],
                one * 3.0 + 1.0,
            );
            let after = denoiser.evaluate(moved, level()).eps;
            let changed = changed_columns(&before, &after);
            let distances = (0..width).filter(|column| changed[*column]);
            let far = distances.map(|column| column.abs_diff(at)).max();
            farthest = farthest.max(far.expect("the pixel itself changes"));
        }
        assert_eq!(farthest, halo, "{shape:?}");
    }
}

/// Cut where the stride divides, with the halo rounded up to it.
#[test]
fn tiles_with_the_halo_are_the_whole_picture() {
    for shape in CONFIGS {
        let (config, denoiser) = denoiser(shape);
        let stride = config.stride();
        let margin = config.halo().next_multiple_of(stride);
        let side = 3 * stride;
        let (height, width) = (margin + side, 2 * margin + 3 * side);
        let x = picture(height, width);
        let v = picture(height, width).flip([3]);
        let whole = denoiser.linearise(x.clone(), level());
        let eps = whole.prediction.eps;
        let product = (whole.pullback)(v.clone());
        let mut sum = product.zeros_like();
        for first in (0..width).step_by(side) {
            let inner = first..width.min(first + side);
            let outer = inner.start.saturating_sub(margin)..width.min(inner.end + margin);
            let tile = x.clone().narrow(3, outer.start, outer.len());
            let point = denoiser.linearise(tile, level());
            let own = |t: Tensor<4>| t.narrow(3, inner.start - outer.start, inner.len());
            let theirs = eps.clone().narrow(3, inner.start, inner.len());
            let off = distance(own(point.prediction.eps), theirs);
            assert!(off < 1e-5, "{shape:?} {inner:?}: {off:e}");
            // The cotangent of the inner part alone, back to all that it depends on.
            let [b, c, h, w] = [1, 3, height, outer.len()];
            let place = [0..b, 0..c, 0..h, 0..w];
            let mut cotangent = Tensor::<4>::zeros([b, c, h, w], &Device::flex());
            let mut within = place.clone();
            within[3] = inner.start - outer.start..inner.end - outer.start;
            let part = v.clone().narrow(3, inner.start, inner.len());
            cotangent = cotangent.slice_assign(within, part);
            let mut there = place;
            there[3] = outer.clone();
            let so_far = sum.clone().slice(there.clone());
            sum = sum.slice_assign(there, so_far + (point.pullback)(cotangent));
        }
        let off = distance(sum, product);
        assert!(off < 1e-5, "{shape:?}: the product is off by {off:e}");
    }
}

fn distance(a: Tensor<4>, b: Tensor<4>) -> f32 {
    (a - b).abs().max().into_scalar()
}
