//! Tiles cover a picture, weigh one everywhere, and leave a denoiser as it is that sees each pixel alone.

use burn::tensor::Distribution;
use proptest::prelude::*;

use super::*;
use crate::{Level, WhiteGaussian};

proptest! {
    #[test]
    fn tiles_cover_a_side_share_enough_and_are_of_a_size_the_network_knows(
        trained in 1_usize..40,
        blocks in 1_usize..200,
        stride in prop::sample::select(vec![1_usize, 4, 8, 16]),
    ) {
        let (trained, length) = (trained * 8, blocks * stride);
        let tiles = TileField::of(trained).along(length, stride);
        let side = tiles[0].len();
        prop_assert!(tiles.iter().all(|tile| tile.len() == side));
        prop_assert_eq!(tiles[0].start, 0);
        prop_assert_eq!(tiles[tiles.len() - 1].end, length);
        if length <= trained + trained / 2 {
            prop_assert_eq!(tiles.len(), 1);
        } else {
            prop_assert!(side.is_multiple_of(stride) && side < trained + trained / 4 + stride);
            prop_assert!(side >= trained);
            for pair in tiles.windows(2) {
                // One less where the last pixel of a share is rounded away.
                prop_assert!(pair[1].start + (trained / 8).saturating_sub(1) <= pair[0].end);
            }
        }
        let shares = shares(&tiles);
        for at in 0..length {
            let there = tiles.iter().zip(&shares).filter(|(tile, _)| tile.contains(&at));
            let sum: f32 = there.map(|(tile, share)| share[at - tile.start]).sum();
            prop_assert!((sum - 1.0).abs() < 1e-5, "{at}: {sum}");
        }
    }
}

/// Half of the variance is noise.
fn level() -> Level {
    Level::new(0.5, 400)
}

/// Every pixel by itself, so that tiles cannot change anything.
fn white() -> Box<dyn Denoiser> {
    Box::new(WhiteGaussian::new(0.3))
}

fn noise(height: usize, width: usize) -> Tensor<4> {
    let device = Device::flex();
    device.seed(7);
    Tensor::random(
        [2, 3, height, width],
        Distribution::Normal(0.0, 1.0),
        &device,
    )
}

fn distance(a: Tensor<4>, b: Tensor<4>) -> f32 {
    (a - b).abs().max().into_scalar()
}

#[test]
fn a_denoiser_of_single_pixels_is_the_same_in_tiles() {
    let tiled = Tiled::new(white(), TileField::of(16));
    let (x, v) = (noise(56, 40), noise(56, 40));
    assert!(tiled.tiles(&x).len() > 4);
    let whole = white().linearise(x.clone(), level());
    let parts = tiled.linearise(x.clone(), level());
    let eps = whole.prediction.eps;
    assert!(distance(parts.prediction.eps, eps.clone()) < 1e-5);
    assert!(distance(tiled.evaluate(x, level()).eps, eps) < 1e-5);
    assert!(distance((parts.pullback)(v.clone()), (whole.pullback)(v)) < 1e-5);
}

/// Each pixel with half of its right neighbour, of which there is none at a tile's border: tiles matter.
struct Neighbours;

fn moved(x: &Tensor<4>, left: bool) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let column = Tensor::zeros([b, c, h, 1], &x.device());
    let rest = x.clone().narrow(3, usize::from(left), w - 1);
    let parts = if left {
        vec![rest, column]
    } else {
        vec![column, rest]
    };
    Tensor::cat(parts, 3) * 0.5
}

impl Denoiser for Neighbours {
    fn evaluate(&self, x: Tensor<4>, _: Level) -> Prediction {
        Prediction {
            eps: x.clone() + moved(&x, true),
            variance_logits: Some(x),
        }
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        Linearisation {
            prediction: self.evaluate(x, level),
            pullback: Box::new(|v| v.clone() + moved(&v, false)),
        }
    }
}

#[test]
fn the_product_is_that_of_the_blend() {
    let tiled = Tiled::new(Box::new(Neighbours), TileField::of(16));
    let (x, v) = (noise(40, 72), noise(40, 72) * 2.0 + 0.3);
    let point = tiled.linearise(x.clone(), level());
    let dot = |a: Tensor<4>, b: Tensor<4>| (a * b).sum().into_scalar::<f32>();
    // The denoiser is linear, and so is the blend.
    let forwards = dot(v.clone(), point.prediction.eps.clone());
    let back = dot((point.pullback)(v), x.clone());
    assert!(
        (forwards - back).abs() < 1e-4 * forwards.abs(),
        "{forwards}, {back}"
    );
    let whole = tiled.whole().evaluate(x.clone(), level());
    assert!(
        distance(whole.eps, point.prediction.eps) > 0.01,
        "borders of tiles count"
    );
    let logits = point.prediction.variance_logits.expect("blended as well");
    assert!(distance(logits, x) < 1e-5);
}

#[test]
fn what_is_hardly_larger_than_the_trained_pictures_is_shown_as_a_whole() {
    for (resolution, side, whole) in [(16, 24, true), (16, 25, false), (0, 4000, true)] {
        let tiles = TileField::of(resolution).along(side, 1);
        assert_eq!(tiles.len() == 1, whole, "{resolution}, {side}");
    }
    assert_eq!(TileField::WHOLE.along(4096, 8).len(), 1);
}
