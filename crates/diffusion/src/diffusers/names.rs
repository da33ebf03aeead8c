//! guided-diffusion's names for the tensors of a diffusers checkpoint.
//!
//! Both walk through the same network in the same order; diffusers counts levels and blocks
//! apart where guided-diffusion counts entries. Attention comes as three projections, which are
//! joined into one `qkv`, q first. Checkpoints of before diffusers 0.17 call the projections
//! `query`, `key`, `value` and `proj_attn`.

use crate::checkpoint::Checkpoint;
use crate::error::DiffusionError;
use crate::weights::Weights;

/// A diffusers checkpoint that answers to guided-diffusion's names.
pub(crate) struct Translated<'a> {
    checkpoint: &'a mut Checkpoint,
    /// Residual blocks at each level on the way down.
    blocks: usize,
}

impl<'a> Translated<'a> {
    pub(crate) fn new(checkpoint: &'a mut Checkpoint, blocks: usize) -> Self {
        Self { checkpoint, blocks }
    }

    /// The first of two spellings that the checkpoint has.
    fn spelling(&self, place: &str, now: &str, before: &str, field: &str) -> String {
        let [now, before] = [now, before].map(|word| format!("{place}.{word}.{field}"));
        if self.checkpoint.contains(&before) && !self.checkpoint.contains(&now) {
            before
        } else {
            now
        }
    }

    /// Projections were 1×1 convolutions, sequences or matrices: the numbers are the same.
    fn projection(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let (stored, values) = self.checkpoint.take_any(name)?;
        let bare = |shape: &[usize]| {
            let kept = shape
                .iter()
                .rposition(|side| *side != 1)
                .map_or(0, |last| last + 1);
            shape[..kept].to_vec()
        };
        if bare(&stored) != bare(shape) {
            return Err(DiffusionError::Mismatch {
                reason: format!("`{name}` is {stored:?}, but {shape:?} is needed"),
            });
        }
        Ok(values)
    }
}

impl Weights for Translated<'_> {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let found = translate(name, self.blocks).ok_or_else(|| DiffusionError::Mismatch {
            reason: format!("`{name}` has no counterpart in a diffusers checkpoint"),
        })?;
        match found {
            Place::One(name) => self.checkpoint.take(&name, shape),
            Place::Out { attention, field } => {
                let name = self.spelling(&attention, "to_out.0", "proj_attn", field);
                self.projection(&name, shape)
            }
            Place::Joined { attention, field } => {
                let mut part = shape.to_vec();
                part[0] /= 3;
                let mut joined = Vec::with_capacity(shape.iter().product());
                for (now, before) in [("to_q", "query"), ("to_k", "key"), ("to_v", "value")] {
                    let name = self.spelling(&attention, now, before, field);
                    joined.extend(self.projection(&name, &part)?);
                }
                Ok(joined)
            }
        }
    }
}

/// Where a tensor lies.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    One(String),
    /// An attention's output projection, `field` of it.
    Out {
        attention: String,
        field: &'a str,
    },
    /// An attention's three input projections.
    Joined {
        attention: String,
        field: &'a str,
    },
}

fn translate(name: &str, blocks: usize) -> Option<Place<'_>> {
    for (ours, theirs) in [
        ("time_embed.0.", "time_embedding.linear_1."),
        ("time_embed.2.", "time_embedding.linear_2."),
        ("input_blocks.0.0.", "conv_in."),
        ("out.0.", "conv_norm_out."),
        ("out.2.", "conv_out."),
    ] {
        if let Some(field) = name.strip_prefix(ours) {
            return Some(Place::One(format!("{theirs}{field}")));
        }
    }
    let mut parts = name.splitn(3, '.');
    match (
        parts.next()?,
        parts.next()?.parse::<usize>().ok()?,
        parts.next()?,
    ) {
        ("middle_block", 0, rest) => residual("mid_block.resnets.0", rest),
        ("middle_block", 1, rest) => attention("mid_block.attentions.0", rest),
        ("middle_block", 2, rest) => residual("mid_block.resnets.1", rest),
        ("input_blocks", entry, rest) => {
            let entry = entry.checked_sub(1)?;
            let (level, block) = (entry / (blocks + 1), entry % (blocks + 1));
            let (part, rest) = rest.split_once('.')?;
            if block == blocks {
                return resampling(&format!("down_blocks.{level}.downsamplers.0"), "op.", rest);
            }
            within(&format!("down_blocks.{level}"), part, block, rest)
        }
        ("output_blocks", entry, rest) => {
            let (level, block) = (entry / (blocks + 1), entry % (blocks + 1));
            let (part, rest) = rest.split_once('.')?;
            let attends = ["norm.", "qkv.", "proj_out."]
                .iter()
                .any(|a| rest.starts_with(a));
            if part != "0" && !attends {
                return resampling(&format!("up_blocks.{level}.upsamplers.0"), "conv.", rest);
            }
            within(&format!("up_blocks.{level}"), part, block, rest)
        }
        _ => None,
    }
}

fn within<'a>(level: &str, part: &str, block: usize, rest: &'a str) -> Option<Place<'a>> {
    if part == "0" {
        residual(&format!("{level}.resnets.{block}"), rest)
    } else {
        attention(&format!("{level}.attentions.{block}"), rest)
    }
}

fn resampling<'a>(place: &str, convolution: &str, rest: &'a str) -> Option<Place<'a>> {
    match rest.strip_prefix(convolution) {
        Some(field) => Some(Place::One(format!("{place}.conv.{field}"))),
        None => residual(place, rest),
    }
}

fn residual<'a>(place: &str, rest: &'a str) -> Option<Place<'a>> {
    let (layer, field) = rest.rsplit_once('.')?;
    let theirs = match layer {
        "in_layers.0" => "norm1",
        "in_layers.2" => "conv1",
        "emb_layers.1" => "time_emb_proj",
        "out_layers.0" => "norm2",
        "out_layers.3" => "conv2",
        "skip_connection" => "conv_shortcut",
        _ => return None,
    };
    Some(Place::One(format!("{place}.{theirs}.{field}")))
}

fn attention<'a>(place: &str, rest: &'a str) -> Option<Place<'a>> {
    let (layer, field) = rest.rsplit_once('.')?;
    let attention = place.to_owned();
    match layer {
        "norm" => Some(Place::One(format!("{place}.group_norm.{field}"))),
        "qkv" => Some(Place::Joined { attention, field }),
        "proj_out" => Some(Place::Out { attention, field }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_become_levels_and_blocks() {
        for (ours, theirs) in [
            ("input_blocks.0.0.weight", "conv_in.weight"),
            (
                "input_blocks.2.0.in_layers.2.bias",
                "down_blocks.0.resnets.1.conv1.bias",
            ),
            (
                "input_blocks.3.0.op.weight",
                "down_blocks.0.downsamplers.0.conv.weight",
            ),
            (
                "input_blocks.3.0.in_layers.0.weight",
                "down_blocks.0.downsamplers.0.norm1.weight",
            ),
            (
                "input_blocks.4.1.norm.weight",
                "down_blocks.1.attentions.0.group_norm.weight",
            ),
            (
                "output_blocks.2.1.conv.weight",
                "up_blocks.0.upsamplers.0.conv.weight",
            ),
            (
                "output_blocks.5.2.conv.weight",
                "up_blocks.1.upsamplers.0.conv.weight",
            ),
            (
                "output_blocks.3.0.emb_layers.1.bias",
                "up_blocks.1.resnets.0.time_emb_proj.bias",
            ),
            (
                "middle_block.2.out_layers.3.weight",
                "mid_block.resnets.1.conv2.weight",
            ),
        ] {
            assert_eq!(
                translate(ours, 2),
                Some(Place::One(theirs.to_owned())),
                "{ours}"
            );
        }
        assert_eq!(translate("output_blocks.0.7.wheel.weight", 2), None);
    }
}
