//! Class-conditional checkpoints, where they can do without a class.
//!
//! guided-diffusion's network always adds a row of `label_emb` to the embedding of the time:
//! there is no "no class" unless it was trained with one, in a row more than there are classes.
//! That row is a constant then, so it is added to the bias of the layer that makes the embedding,
//! and the network that comes out is an unconditional one.

use crate::checkpoint::Checkpoint;
use crate::error::DiffusionError;
use crate::unet::UNetConfig;
use crate::weights::Weights;

const TABLE: &str = "label_emb.weight";
/// The layer behind which the class is added.
const PLACE: &str = "time_embed.2.bias";

/// A checkpoint whose class, if it wants one, is "no class".
pub(crate) struct WithoutClass<'a> {
    checkpoint: &'a mut Checkpoint,
    none: Option<Vec<f32>>,
}

impl<'a> WithoutClass<'a> {
    /// # Errors
    /// [`DiffusionError::Mismatch`] if the checkpoint needs a class to be given.
    pub(crate) fn new(
        checkpoint: &'a mut Checkpoint,
        config: &UNetConfig,
    ) -> Result<Self, DiffusionError> {
        let Some((rows, width)) = check(checkpoint, config)? else {
            let none = None;
            return Ok(Self { checkpoint, none });
        };
        let values = checkpoint.take(TABLE, &[rows, width])?;
        let last = values[(rows - 1) * width..].to_vec();
        let none = Some(last);
        Ok(Self { checkpoint, none })
    }
}

/// The rows and the width of the table of classes; `None` without one. Reads no values.
///
/// # Errors
/// [`DiffusionError::Mismatch`] if the checkpoint needs a class to be given.
pub(crate) fn check(
    checkpoint: &Checkpoint,
    config: &UNetConfig,
) -> Result<Option<(usize, usize)>, DiffusionError> {
    let table = checkpoint.shapes().find(|(name, _)| *name == TABLE);
    let Some((rows, width)) = table.and_then(|(_, shape)| match shape {
        [rows, width] => Some((*rows, *width)),
        _ => None,
    }) else {
        if config.class_cond {
            return Err(DiffusionError::Mismatch {
                reason: format!("class_cond is true, but there is no `{TABLE}`"),
            });
        }
        return Ok(None);
    };
    let classes = config.variant.num_classes;
    if !config.class_cond || classes.and_then(|n| n.checked_add(1)) != Some(rows) {
        return Err(DiffusionError::Mismatch {
            reason: refusal(rows, classes),
        });
    }
    Ok(Some((rows, width)))
}

/// Why a table of so many rows cannot be used.
pub(crate) fn refusal(rows: usize, classes: Option<usize>) -> String {
    let fewer = rows.saturating_sub(1);
    let told = match classes {
        Some(classes) => format!("and {classes} classes leave no single row for `no class`"),
        None => "one for each class".to_owned(),
    };
    format!(
        "it is class-conditional: its `{TABLE}` has {rows} rows, {told}, and a restoration has no \
         class to give. Use an unconditional checkpoint; only if the last row was trained to mean \
         `no class`, say so with --num-classes {fewer}"
    )
}

impl Weights for WithoutClass<'_> {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let mut values = self.checkpoint.take(name, shape)?;
        if let Some(none) = self.none.as_ref().filter(|_| name == PLACE) {
            if none.len() != values.len() {
                return Err(DiffusionError::Mismatch {
                    reason: format!("`{TABLE}` is {} wide, not {}", none.len(), values.len()),
                });
            }
            for (value, none) in values.iter_mut().zip(none) {
                *value += none;
            }
        }
        Ok(values)
    }
}
