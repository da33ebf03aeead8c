//! Between planar pictures in [0, 1] and tensors `[1, 3, h, w]` in the model range [-1, 1].

use burn::tensor::{Device, Tensor, TensorData};
use imaging::Planar;

use crate::error::EvaluationError;

/// sRGB floats to the model range.
pub(crate) fn upload(picture: &Planar, device: &Device) -> Tensor<4> {
    let values: Vec<f32> = picture.data.iter().map(|v| v * 2.0 - 1.0).collect();
    let shape = [1, 3, picture.height, picture.width];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Back to sRGB floats, held to [0, 1]; a single channel stands for three alike.
pub(crate) fn download(tensor: Tensor<4>) -> Result<Planar, EvaluationError> {
    let [_, _, height, width] = tensor.dims();
    let values = numbers(tensor.expand([1, 3, height, width]))?;
    let unit = values.iter().map(|v| (v * 0.5 + 0.5).clamp(0.0, 1.0));
    Ok(Planar::from_data(width, height, unit.collect())?)
}

/// All values in row order.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, EvaluationError> {
    let data = tensor
        .try_into_data()
        .map_err(|error| EvaluationError::Device(format!("{error:?}")))?;
    Ok(data.iter::<f32>().collect())
}

/// A single value.
pub(crate) fn number<const D: usize>(tensor: Tensor<D>) -> Result<f64, EvaluationError> {
    let values = numbers(tensor)?;
    let first = values.first().copied();
    first
        .map(f64::from)
        .ok_or_else(|| EvaluationError::Device("it returned nothing".to_owned()))
}
