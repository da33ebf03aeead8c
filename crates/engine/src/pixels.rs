//! Between pictures and tensors: `[0, 1]` planes and `[1, 3, h, w]` in the model range [-1, 1].

use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};
use imaging::{Planar, Rect};

use crate::error::EngineError;

/// sRGB floats to the model range, on a device. Takes the picture over: on the CPU nothing is copied.
pub(crate) fn to_tensor(mut picture: Planar, device: &Device) -> Tensor<4> {
    for value in &mut picture.data {
        *value = *value * 2.0 - 1.0;
    }
    Tensor::from_data(
        TensorData::new(picture.data, [1, 3, picture.height, picture.width]),
        device,
    )
}

/// A picture as an estimate of this shape, of which it is the part that begins at `(x, y)`: its border is
/// repeated around it, and its channels are averaged where there is a single one.
pub(crate) fn to_shape(
    picture: &Planar,
    (left, top): (usize, usize),
    [_, channels, height, width]: [usize; 4],
    device: &Device,
) -> Tensor<4> {
    let mut padded = Planar::new(width, height);
    for c in 0..3 {
        let (from, to) = (picture.channel(c), c * width * height);
        for y in 0..height {
            let row = y.saturating_sub(top).min(picture.height - 1) * picture.width;
            for x in 0..width {
                let column = x.saturating_sub(left).min(picture.width - 1);
                padded.data[to + y * width + x] = from[row + column];
            }
        }
    }
    let tensor = to_tensor(padded, device);
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
    picture: Planar,
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

/// A part of a tensor of one channel or three back to sRGB floats, clipped to [0, 1].
///
/// # Errors
/// [`EngineError::Device`] if the device cannot give the numbers back.
pub(crate) fn from_tensor(tensor: Tensor<4>, part: Rect) -> Result<Planar, EngineError> {
    read(cropped(tensor, part), part.width, part.height)
}

/// The same, each pixel the mean of `every × every`, as far as whole ones go.
///
/// # Errors
/// [`EngineError::Device`] if the device cannot give the numbers back.
pub(crate) fn reduced_from_tensor(
    tensor: Tensor<4>,
    part: Rect,
    every: usize,
) -> Result<Planar, EngineError> {
    let block = [every.min(part.height), every.min(part.width)];
    let means = AvgPoolOptions::new(block).with_stride(block);
    let small = avg_pool2d(cropped(tensor, part), means);
    let [_, _, height, width] = small.dims();
    read(small, width, height)
}

/// The values of a tensor in the order of its dimensions.
///
/// # Errors
/// [`EngineError::Device`] if the device cannot give the numbers back.
pub(crate) fn values(tensor: Tensor<4>) -> Result<Vec<f32>, EngineError> {
    let refused =
        |e: String| EngineError::Device(format!("the device did not return the picture: {e}"));
    let data = tensor
        .try_into_data()
        .map_err(|e| refused(format!("{e:?}")))?;
    data.convert::<f32>()
        .try_into_vec::<f32>()
        .map_err(|e| refused(format!("{e:?}")))
}

fn cropped(tensor: Tensor<4>, part: Rect) -> Tensor<4> {
    let [_, channels, height, width] = tensor.dims();
    if part == Rect::new(0, 0, width, height) {
        return tensor;
    }
    let (rows, columns) = (part.y..part.bottom(), part.x..part.right());
    tensor.slice([0..1, 0..channels, rows, columns])
}

fn read(tensor: Tensor<4>, width: usize, height: usize) -> Result<Planar, EngineError> {
    let [_, channels, _, _] = tensor.dims();
    let mut values = values(tensor)?;
    for value in &mut values {
        *value = (*value * 0.5 + 0.5).clamp(0.0, 1.0);
    }
    if channels == 1 {
        values = values.repeat(3);
    }
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
            let expected = Operator::apply(operator.as_ref(), to_tensor(picture.clone(), &device));
            let shares = chain.shares().expect("known");
            let found = to_measurement(picture.clone(), shares, &device);
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

    #[test]
    fn a_part_is_read_and_reduced_by_means_and_an_estimate_goes_back_to_its_place() {
        let device = Device::flex();
        let data = (0..3 * 35).map(|i| (i * 11 % 64) as f32 / 64.0).collect();
        let picture = Planar::from_data(7, 5, data).expect("it fits");
        let tensor = to_tensor(picture.clone(), &device);
        let part = Rect::new(1, 1, 5, 4);
        let cut = from_tensor(tensor.clone(), part).expect("read");
        assert_eq!(cut, picture.crop(part));
        let small = reduced_from_tensor(tensor.clone(), part, 2).expect("read");
        assert_eq!((small.width, small.height), (2, 2));
        let at = |x: usize, y: usize| picture.channel(2)[y * 7 + x];
        let mean = (at(3, 3) + at(4, 3) + at(3, 4) + at(4, 4)) / 4.0;
        assert!((small.channel(2)[3] - mean).abs() < 1e-5);
        // Blocks larger than the part are the part.
        let one = reduced_from_tensor(tensor, part, 9).expect("read");
        assert_eq!((one.width, one.height), (1, 1));

        let back = to_shape(&cut, (1, 1), [1, 3, 6, 9], &device);
        let back = from_tensor(back, Rect::new(0, 0, 9, 6)).expect("read");
        assert_eq!(back.crop(part), cut);
        assert_eq!(
            back.channel(0)[0],
            cut.channel(0)[0],
            "the border is repeated"
        );
    }
}
