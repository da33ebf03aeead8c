//! Numbers to tensors and back.

use burn::tensor::{Device, Tensor, TensorData};
use imaging::Planar;

use crate::error::TrainerError;

/// `[b, 3, side, side]` from the pictures one after the other.
pub(crate) fn upload(values: Vec<f32>, side: usize, device: &Device) -> Tensor<4> {
    let pictures = values.len() / (3 * side * side);
    Tensor::from_data(TensorData::new(values, [pictures, 3, side, side]), device)
}

/// The values of a tensor, row order.
pub(crate) fn download<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainerError> {
    let data = tensor
        .try_into_data()
        .map_err(|e| TrainerError::Device(format!("{e:?}")))?;
    Ok(data.iter::<f32>().collect())
}

/// Pictures in [0, 1], clipped, from values in the model range.
pub(crate) fn pictures(values: &[f32], side: usize) -> Vec<Planar> {
    values
        .chunks_exact(3 * side * side)
        .map(|values| Planar {
            width: side,
            height: side,
            data: values
                .iter()
                .map(|v| (0.5 * v + 0.5).clamp(0.0, 1.0))
                .collect(),
        })
        .collect()
}
