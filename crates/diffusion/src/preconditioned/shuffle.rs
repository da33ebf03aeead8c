//! Between pixels and channels, as PyTorch's `pixel_unshuffle` and `pixel_shuffle` by two order them:
//! channel `4 c + 2 y + x` of a cell is channel `c` of its pixel `(y, x)`.

use burn::tensor::Tensor;

use super::config::CELL;

/// `[b, c, h, w]` to `[b, 4 c, h / 2, w / 2]`.
pub(super) fn unshuffle(x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let cells: Tensor<6> = x.reshape([b, c, h / CELL, CELL, w / CELL, CELL]);
    let cells = cells.permute([0, 1, 3, 5, 2, 4]);
    cells.reshape([b, c * CELL * CELL, h / CELL, w / CELL])
}

/// `[b, 4 c, h, w]` to `[b, c, 2 h, 2 w]`.
pub(super) fn shuffle(x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let c = c / (CELL * CELL);
    let cells: Tensor<6> = x.reshape([b, c, CELL, CELL, h, w]);
    let cells = cells.permute([0, 1, 4, 2, 5, 3]);
    cells.reshape([b, c, CELL * h, CELL * w])
}
