//! What names and shapes say of a guided-diffusion network.
//!
//! `output_blocks` tell the number of blocks at each level, because the entries that change the
//! resolution there carry a part of their own; everything else follows by looking at one block
//! of each level.

use std::path::Path;

use crate::checkpoint::Checkpoint;
use crate::error::DiffusionError;
use crate::unet::{UNetConfig, Variant};

/// More entries than nine levels of 32 blocks have.
const ENTRY_LIMIT: usize = 9 * 33;

/// What is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inferred {
    /// Channels behind the time embedding: `num_channels`.
    pub(super) channels: usize,
    /// Residual blocks at each level.
    pub(super) blocks: usize,
    /// Channels at each level.
    pub(super) levels: Vec<usize>,
    /// Which levels attend.
    pub(super) attention: Vec<bool>,
    pub(super) in_channels: usize,
    pub(super) learn_sigma: bool,
    pub(super) scale_shift: bool,
    /// `None` if nothing resamples.
    pub(super) resblock_updown: Option<bool>,
    /// Rows of the table of classes.
    pub(super) classes: Option<usize>,
}

/// Looks at the tensors.
///
/// # Errors
/// [`DiffusionError::Mismatch`] names the tensor without which this is no such network.
pub(super) fn infer(checkpoint: &Checkpoint) -> Result<Inferred, DiffusionError> {
    let shapes: std::collections::BTreeMap<&str, &[usize]> = checkpoint.shapes().collect();
    let side = |name: &str, axis: usize| {
        let found = shapes.get(name).and_then(|shape| shape.get(axis)).copied();
        found
            .filter(|side| *side > 0)
            .ok_or_else(|| DiffusionError::Mismatch {
                reason: format!(
                    "this is no guided-diffusion network: `{name}` is missing or misshapen"
                ),
            })
    };
    let has = |name: String| shapes.contains_key(name.as_str());

    let channels = side("time_embed.0.weight", 1)?;
    let in_channels = side("input_blocks.0.0.weight", 1)?;
    let outputs = side("out.2.weight", 0)?;
    let entries = (0..ENTRY_LIMIT)
        .take_while(|i| has(format!("output_blocks.{i}.0.in_layers.0.weight")))
        .count();
    let resamples = |i: usize, part: &str| {
        [1, 2]
            .iter()
            .any(|place| has(format!("output_blocks.{i}.{place}.{part}.weight")))
    };
    let by_convolution = (0..entries).find(|i| resamples(*i, "conv"));
    let by_residual = (0..entries).find(|i| resamples(*i, "in_layers.0"));
    let first = by_convolution.or(by_residual);
    let blocks = first.unwrap_or(entries.saturating_sub(1));
    if blocks == 0 || !entries.is_multiple_of(blocks + 1) {
        return Err(DiffusionError::Mismatch {
            reason: format!(
                "this is no guided-diffusion network: its {entries} output blocks are no levels \
                 of {} each",
                blocks + 1
            ),
        });
    }
    let mut levels = Vec::new();
    let mut attention = Vec::new();
    for level in 0..entries / (blocks + 1) {
        let entry = 1 + level * (blocks + 1);
        levels.push(side(
            &format!("input_blocks.{entry}.0.out_layers.0.weight"),
            0,
        )?);
        attention.push(has(format!("input_blocks.{entry}.1.qkv.weight")));
    }
    let embedded = side("input_blocks.1.0.emb_layers.1.weight", 0)?;
    Ok(Inferred {
        channels,
        blocks,
        in_channels,
        learn_sigma: outputs == in_channels.saturating_mul(2),
        scale_shift: embedded == levels[0].saturating_mul(2),
        resblock_updown: first.map(|_| by_convolution.is_none()),
        classes: shapes
            .get("label_emb.weight")
            .and_then(|shape| shape.first())
            .copied(),
        levels,
        attention,
    })
}

impl Inferred {
    /// The configuration for pictures of a size, with one head until something else is said.
    pub(super) fn config(&self, image_size: usize) -> Result<UNetConfig, DiffusionError> {
        let multipliers: Vec<_> = self
            .levels
            .iter()
            .map(|level| (*level as f64 / self.channels as f64).to_string())
            .collect();
        let config = UNetConfig {
            image_size,
            num_channels: self.channels,
            num_res_blocks: self.blocks,
            channel_mult: multipliers.join(","),
            attention_resolutions: resolutions(&self.attention, image_size),
            num_heads: 1,
            num_head_channels: -1,
            learn_sigma: self.learn_sigma,
            use_scale_shift_norm: self.scale_shift,
            resblock_updown: self.resblock_updown.unwrap_or(false),
            class_cond: false,
            use_new_attention_order: false,
            in_channels: self.in_channels,
            variant: Variant::default(),
        };
        if config.attention_rates()? != rates(&self.attention) {
            return Err(DiffusionError::config(format!(
                "an image size of {image_size} cannot be halved {} times",
                self.levels.len() - 1
            )));
        }
        Ok(config)
    }

    /// Says which field of a configuration the tensors contradict.
    pub(super) fn compare(&self, given: &UNetConfig, file: &Path) -> Result<(), DiffusionError> {
        let ours = |attends: &[usize]| {
            let levels = (0..self.levels.len()).map(|level| attends.contains(&(1 << level)));
            levels.collect::<Vec<_>>()
        };
        let attention = ours(&given.attention_rates()?);
        let at = |attention: &[bool]| match resolutions(attention, given.image_size) {
            none if none.is_empty() => "nowhere".to_owned(),
            some => some,
        };
        let updown = self.resblock_updown.unwrap_or(given.resblock_updown);
        let sigma = given.out_channels() == 2 * given.in_channels;
        for (field, given, found) in [
            (
                "in_channels",
                given.in_channels.to_string(),
                self.in_channels.to_string(),
            ),
            (
                "num_channels",
                given.num_channels.to_string(),
                self.channels.to_string(),
            ),
            (
                "num_res_blocks",
                given.num_res_blocks.to_string(),
                self.blocks.to_string(),
            ),
            (
                "channel_mult",
                words(&given.level_channels()?),
                words(&self.levels),
            ),
            ("attention_resolutions", at(&attention), at(&self.attention)),
            (
                "learn_sigma",
                sigma.to_string(),
                self.learn_sigma.to_string(),
            ),
            (
                "use_scale_shift_norm",
                given.use_scale_shift_norm.to_string(),
                self.scale_shift.to_string(),
            ),
            (
                "resblock_updown",
                given.resblock_updown.to_string(),
                updown.to_string(),
            ),
        ] {
            if given != found {
                return Err(DiffusionError::Mismatch {
                    reason: format!(
                        "{field} is {given} by {}, but {found} by its tensors",
                        file.display()
                    ),
                });
            }
        }
        Ok(())
    }

    /// What is certain, in words.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        describe_parts(&self.levels, self.blocks, &self.attention, self.learn_sigma)
    }
}

/// An architecture in words.
pub(super) fn describe(config: &UNetConfig) -> Vec<(&'static str, String)> {
    let levels = config.level_channels().unwrap_or_default();
    let attends = config.attention_rates().unwrap_or_default();
    let attention: Vec<_> = (0..levels.len())
        .map(|l| attends.contains(&(1 << l)))
        .collect();
    describe_parts(
        &levels,
        config.num_res_blocks,
        &attention,
        config.learn_sigma,
    )
}

fn describe_parts(
    levels: &[usize],
    blocks: usize,
    attention: &[bool],
    learn_sigma: bool,
) -> Vec<(&'static str, String)> {
    let attending: Vec<_> = rates(attention)
        .iter()
        .map(|rate| format!("1/{rate}"))
        .collect();
    let attends = match attending.len() {
        0 => "middle only".to_owned(),
        _ => format!("{} and middle", attending.join(", ")),
    };
    vec![
        ("Channels", words(levels).replace(',', ", ")),
        ("Blocks at each level", blocks.to_string()),
        ("Attention at", attends),
        (
            "Variance",
            if learn_sigma { "learned" } else { "fixed" }.to_owned(),
        ),
    ]
}

/// Downsampling rates of the levels that attend.
fn rates(attention: &[bool]) -> Vec<usize> {
    let levels = attention
        .iter()
        .enumerate()
        .filter(|(_, attends)| **attends);
    levels.map(|(level, _)| 1 << level).collect()
}

/// The same as sides of pictures.
fn resolutions(attention: &[bool], image_size: usize) -> String {
    let sides: Vec<_> = rates(attention)
        .iter()
        .map(|rate| image_size / rate)
        .collect();
    words(&sides)
}

fn words(numbers: &[usize]) -> String {
    let words: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    words.join(",")
}
