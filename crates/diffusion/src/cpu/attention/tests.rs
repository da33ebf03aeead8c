//! Attention against its definition, and its pullback against differences.

use super::*;
use crate::cpu::testing::{Numbers, check_slope, difference, shape};

fn plain(layout: Layout, qkv: &Picture) -> Vec<f64> {
    let channels = qkv.shape.channels / 3;
    let (width, pixels) = (channels / layout.heads, qkv.shape.height * qkv.shape.width);
    let mut out = vec![0.0; qkv.shape.pixels() * channels];
    for picture in 0..qkv.shape.pictures {
        for head in 0..layout.heads {
            let at = |part: usize, pixel: usize, channel: usize| {
                let start = if layout.qkv_first {
                    part * channels + head * width
                } else {
                    (3 * head + part) * width
                };
                let pixel = picture * pixels + pixel;
                f64::from(qkv.values[pixel * 3 * channels + start + channel])
            };
            for query in 0..pixels {
                let weights: Vec<f64> = (0..pixels)
                    .map(|key| {
                        let products = (0..width).map(|c| at(0, query, c) * at(1, key, c));
                        (products.sum::<f64>() / (width as f64).sqrt()).exp()
                    })
                    .collect();
                let sum: f64 = weights.iter().sum();
                for channel in 0..width {
                    let values = weights.iter().enumerate();
                    let attended: f64 = values.map(|(key, w)| w * at(2, key, channel)).sum();
                    let pixel = picture * pixels + query;
                    out[pixel * channels + head * width + channel] = attended / sum;
                }
            }
        }
    }
    out
}

fn layouts() -> impl Iterator<Item = Layout> {
    [1, 4]
        .into_iter()
        .flat_map(|heads| [false, true].map(|qkv_first| Layout { heads, qkv_first }))
}

#[test]
fn forwards_it_is_what_it_is_defined_as() {
    for layout in layouts() {
        let mut qkv = Numbers(1).picture(shape(2, 7, 9, 3 * 32));
        for value in &mut qkv.values {
            *value *= 3.0;
        }
        let exact = plain(layout, &qkv);
        let off = difference(&layout.forward(Arc::new(qkv)).0, &exact);
        assert!(off <= 3e-6, "{layout:?} is off by {off:e}");
    }
}

#[test]
fn the_pullback_is_the_slope() {
    for layout in layouts() {
        let qkv = Numbers(1).picture(shape(2, 7, 9, 3 * 32));
        let (_, kept) = layout.forward(Arc::new(qkv.clone()));
        check_slope(
            &qkv,
            |x| layout.forward(Arc::new(x)).0,
            |v| layout.pullback(&kept, v),
        );
    }
}
