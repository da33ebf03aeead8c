//! Normalisation against its definition, and its pullback against differences.

use super::*;
use crate::cpu::testing::{Numbers, check_slope, difference, shape};

fn normalisation(channels: usize, activated: bool) -> Normalisation {
    let mut numbers = Numbers(3);
    Normalisation {
        groups: 32,
        epsilon: 1e-5,
        gain: numbers.values(channels),
        bias: numbers.values(channels),
        activated,
    }
}

fn plain(normalisation: &Normalisation, x: &Picture, told: Option<&Picture>) -> Vec<f64> {
    let channels = x.shape.channels;
    let width = channels / normalisation.groups;
    let mut out = vec![0.0; x.values.len()];
    for picture in 0..x.shape.pictures {
        let start = picture * x.shape.picture_len();
        for first in (0..channels).step_by(width) {
            let places: Vec<usize> = (0..x.shape.height * x.shape.width)
                .flat_map(|pixel| (0..width).map(move |c| start + pixel * channels + first + c))
                .collect();
            let values: Vec<f64> = places.iter().map(|&i| x.values[i].into()).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance =
                values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
            for (place, value) in places.into_iter().zip(values) {
                let channel = place % channels;
                let mut y = (value - mean) / (variance + normalisation.epsilon).sqrt()
                    * f64::from(normalisation.gain[channel])
                    + f64::from(normalisation.bias[channel]);
                if let Some(told) = told {
                    let told = &told.values[2 * picture * channels..];
                    y = y * (1.0 + f64::from(told[channel])) + f64::from(told[channels + channel]);
                }
                if normalisation.activated {
                    y /= 1.0 + (-y).exp();
                }
                out[place] = y;
            }
        }
    }
    out
}

#[test]
fn forwards_it_is_what_it_is_defined_as() {
    for (channels, activated, with_told) in
        [(32, false, false), (64, true, false), (96, true, true)]
    {
        let normalisation = normalisation(channels, activated);
        let mut numbers = Numbers(1);
        // More pixels than a piece has, and a mean far from zero.
        let mut x = numbers.picture(shape(2, 20, 35, channels));
        for value in &mut x.values {
            *value += 30.0;
        }
        let told = with_told.then(|| numbers.picture(shape(2, 1, 1, 2 * channels)));
        let exact = plain(&normalisation, &x, told.as_ref());
        let (ours, _) = normalisation.forward(Arc::new(x), told.as_ref());
        let off = difference(&ours, &exact);
        assert!(off <= 2e-5, "{channels} channels are off by {off:e}");
    }
}

#[test]
fn the_pullback_is_the_slope() {
    for (channels, activated, with_told) in
        [(32, false, false), (64, true, false), (96, true, true)]
    {
        let normalisation = normalisation(channels, activated);
        let mut numbers = Numbers(1);
        let x = numbers.picture(shape(2, 20, 15, channels));
        let told = with_told.then(|| numbers.picture(shape(2, 1, 1, 2 * channels)));
        let (_, kept) = normalisation.forward(Arc::new(x.clone()), told.as_ref());
        check_slope(
            &x,
            |x| normalisation.forward(Arc::new(x), told.as_ref()).0,
            |v| normalisation.pullback(&kept, v.clone()),
        );
    }
}
