//! Between pictures and tensors: `[0, 1]` planes and `[1, 3, h, w]` in the model range [-1, 1].

use burn::tensor::{Device, Tensor, TensorData};
use imaging::Planar;

use crate::error::EngineError;

/// sRGB floats to the model range, on a device.
pub(crate) fn to_tensor(picture: &Planar, device: &Device) -> Tensor<4> {
    let values: Vec<f32> = picture.data.iter().map(|v| v * 2.0 - 1.0).collect();
    Tensor::from_data(
        TensorData::new(values, [1, 3, picture.height, picture.width]),
        device,
    )
}

/// A picture as an estimate of this shape: its border is repeated where it juts out, and its channels
/// are averaged where there is a single one.
pub(crate) fn to_shape(
    picture: &Planar,
    [_, channels, height, width]: [usize; 4],
    device: &Device,
) -> Tensor<4> {
    let mut padded = Planar::new(width, height);
    for c in 0..3 {
        let (from, to) = (picture.channel(c), c * width * height);
        for y in 0..height {
            let row = y.min(picture.height - 1) * picture.width;
            for x in 0..width {
                padded.data[to + y * width + x] = from[row + x.min(picture.width - 1)];
            }
        }
    }
    let tensor = to_tensor(&padded, device);
    if channels == 1 {
        tensor.mean_dim(1)
    } else {
        tensor
    }
}

/// A photo as a measurement. Where the operator leaves one channel, `shares` says how much of it is
/// red, green and blue: a file of that one channel holds three alike, of which any shares that sum to
/// one make it again, and a file in colour loses its colours as the operator says.
pub(crate) fn to_measurement(
    picture: &Planar,
    shares: Option<[f32; 3]>,
    device: &Device,
) -> Tensor<4> {
    let colours = to_tensor(picture, device);
    let Some(shares) = shares else {
        return colours;
    };
    let shares = TensorData::new(shares.to_vec(), [1, 3, 1, 1]);
    (colours * Tensor::from_data(shares, device)).sum_dim(1)
}

/// The upper left `width × height` of a tensor of one channel or three back to sRGB floats, clipped to [0, 1].
///
/// # Errors
/// [`EngineError::Device`] if the device cannot give the numbers back.
pub(crate) fn from_tensor(
    tensor: Tensor<4>,
    width: usize,
    height: usize,
) -> Result<Planar, EngineError> {
    let [_, channels, _, _] = tensor.dims();
    let cropped = tensor.slice([0..1, 0..channels, 0..height, 0..width]);
    let cropped = cropped.expand([1, 3, height, width]);
    let data = cropped.try_into_data().map_err(|e| {
        EngineError::Device(format!("the device did not return the picture: {e:?}"))
    })?;
    let values = data
        .iter::<f32>()
        .map(|v| (v * 0.5 + 0.5).clamp(0.0, 1.0))
        .collect();
    Ok(Planar::from_data(width, height, values)?)
}

#[cfg(test)]
mod tests {
    use operators::{Chain, Context, Operator};

    use super::*;

    /// A file in colour is measured by the operator that it is restored with, whatever its shares.
    #[test]
    fn a_colour_file_loses_its_colours_as_the_operator_says() {
        let device = Device::flex();
        let data = (0..3 * 16).map(|i| (i * 7 % 48) as f32 / 48.0).collect();
        let picture = Planar::from_data(4, 4, data).expect("it fits");
        let mut seen = Vec::new();
        for text in ["grayscale", "grayscale:weights=mean", "grayscale+hdr"] {
            let chain: Chain = text.parse().expect("valid");
            let context = Context {
                device: &device,
                measured: None,
                load_kernel: &|_| unreachable!("no kernel is asked for"),
            };
            let grey: Chain = text.trim_end_matches("+hdr").parse().expect("valid");
            let operator = grey.build((4, 4), None, &context).expect("it fits");
            let expected = Operator::apply(operator.as_ref(), to_tensor(&picture, &device));
            let shares = chain.shares().expect("known");
            let found = to_measurement(&picture, shares, &device);
            assert_eq!(found.dims(), [1, 1, 4, 4]);
            let off = (found.clone() - expected).abs().max().into_scalar::<f32>();
            assert!(off < 1e-6, "{text}: off by {off}");
            seen.push(found);
        }
        let apart = (seen[0].clone() - seen[1].clone()).abs().max();
        assert!(
            apart.into_scalar::<f32>() > 0.05,
            "the shares tell nothing apart"
        );
        let chain: Chain = "hdr".parse().expect("valid");
        assert_eq!(chain.shares().expect("known"), None);
    }
}
