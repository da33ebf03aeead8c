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

/// A photo as the measurement of an operator that gives so many channels: a photo of a single one
/// stands in a file as three alike, or is taken for its luma.
pub(crate) fn to_measurement(picture: &Planar, channels: usize, device: &Device) -> Tensor<4> {
    let colours = to_tensor(picture, device);
    if channels != 1 {
        return colours;
    }
    let luma = TensorData::new(vec![0.299_f32, 0.587, 0.114], [1, 3, 1, 1]);
    (colours * Tensor::from_data(luma, device)).sum_dim(1)
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
