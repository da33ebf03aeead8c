//! The two columns of a `UNet2DModel`: which of their blocks attend, and how they resample.

use super::unet::refused;
use crate::error::DiffusionError;

/// Whether residual blocks resample at these levels, `None` where nothing resamples.
pub(super) fn resamples(
    kinds: &[String],
    (field, plain, attending, residual): (&str, &str, &str, &str),
    (how_field, how): (&str, Option<&str>),
) -> Result<(Vec<bool>, Option<bool>), DiffusionError> {
    let mut attends = Vec::new();
    let mut by_residual = None;
    for (place, kind) in kinds.iter().enumerate() {
        let kind = kind.as_str();
        attends.push(kind == attending);
        let this = if kind == plain {
            false
        } else if kind == residual {
            true
        } else if kind == attending {
            match how {
                Some("conv") => false,
                Some("resnet") => true,
                other => {
                    let other = other.unwrap_or("null");
                    return Err(refused(how_field, other, "`conv` and `resnet` are"));
                }
            }
        } else {
            let instead = format!("{plain}, {attending} and {residual} are");
            return Err(refused(field, kind, &instead));
        };
        // The last block of a column keeps its resolution.
        if place + 1 < kinds.len() && *by_residual.get_or_insert(this) != this {
            return Err(refused(
                field,
                kinds.join(", "),
                "all blocks must resample in one way, by convolutions or residual blocks",
            ));
        }
    }
    Ok((attends, by_residual))
}
