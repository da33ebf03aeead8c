//! The architecture in the `config.json` of a `UNet2DModel`.
//!
//! Fields that are absent have the defaults of that class; a field that asks for something our
//! network does not have is refused by name, and so is a field we have never heard of.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::columns::resamples;
use crate::error::DiffusionError;
use crate::unet::{UNetConfig, Variant};

/// As many as [`UNetConfig`] has.
const MOST_LEVELS: usize = 9;

#[derive(Deserialize)]
#[serde(default)]
struct UNet2DModel {
    sample_size: Option<SampleSize>,
    in_channels: usize,
    out_channels: usize,
    center_input_sample: bool,
    time_embedding_type: String,
    time_embedding_dim: Option<usize>,
    freq_shift: f64,
    flip_sin_to_cos: bool,
    down_block_types: Vec<String>,
    mid_block_type: Option<String>,
    up_block_types: Vec<String>,
    block_out_channels: Vec<usize>,
    layers_per_block: usize,
    mid_block_scale_factor: f64,
    downsample_padding: usize,
    downsample_type: Option<String>,
    upsample_type: Option<String>,
    act_fn: String,
    attention_head_dim: Option<usize>,
    norm_num_groups: Option<usize>,
    attn_norm_num_groups: Option<usize>,
    norm_eps: f64,
    resnet_time_scale_shift: String,
    add_attention: bool,
    class_embed_type: Option<String>,
    num_class_embeds: Option<usize>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum SampleSize {
    Square(usize),
    Sides([usize; 2]),
}

impl Default for UNet2DModel {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let attn = "AttnDownBlock2D";
        let up = "AttnUpBlock2D";
        Self {
            sample_size: None,
            in_channels: 3,
            out_channels: 3,
            center_input_sample: false,
            time_embedding_type: "positional".to_owned(),
            time_embedding_dim: None,
            freq_shift: 0.0,
            flip_sin_to_cos: true,
            down_block_types: words(&["DownBlock2D", attn, attn, attn]),
            mid_block_type: Some("UNetMidBlock2D".to_owned()),
            up_block_types: words(&[up, up, up, "UpBlock2D"]),
            block_out_channels: vec![224, 448, 672, 896],
            layers_per_block: 2,
            mid_block_scale_factor: 1.0,
            downsample_padding: 1,
            downsample_type: Some("conv".to_owned()),
            upsample_type: Some("conv".to_owned()),
            act_fn: "silu".to_owned(),
            attention_head_dim: Some(8),
            norm_num_groups: Some(32),
            attn_norm_num_groups: None,
            norm_eps: 1e-5,
            resnet_time_scale_shift: "default".to_owned(),
            add_attention: true,
            class_embed_type: None,
            num_class_embeds: None,
            rest: Map::new(),
        }
    }
}

/// Whether a `config.json` is one of diffusers' at all.
pub(crate) fn is_unet(value: &Value) -> bool {
    value.get("_class_name").is_some()
}

/// Reads the architecture. `image_size` is what a person says where the file is silent; `None`
/// comes back if nobody says.
pub(crate) fn read(
    value: Value,
    image_size: Option<usize>,
) -> Result<Option<UNetConfig>, DiffusionError> {
    let class = value.get("_class_name").and_then(Value::as_str);
    if class != Some("UNet2DModel") {
        return Err(refused(
            "_class_name",
            class.unwrap_or("no text"),
            "UNet2DModel is read: unconditional, and working on pixels",
        ));
    }
    let model: UNet2DModel = serde_json::from_value(value)
        .map_err(|e| DiffusionError::config(format!("diffusers' config.json: {e}")))?;
    model.check()?;
    let size = match (image_size, model.sample_size) {
        (Some(size), _) | (None, Some(SampleSize::Square(size))) => size,
        (None, Some(SampleSize::Sides([height, width]))) => height.min(width),
        (None, None) => return Ok(None),
    };
    model.architecture(size).map(Some)
}

/// What to say of a field with a value that is not supported.
pub(super) fn refused(field: &str, value: impl std::fmt::Display, instead: &str) -> DiffusionError {
    DiffusionError::config(format!(
        "diffusers' config.json: {field} is {value}, which is not supported; {instead}"
    ))
}

impl UNet2DModel {
    fn check(&self) -> Result<(), DiffusionError> {
        const INERT: &[&str] = &["dropout", "num_train_timesteps", "attention_legacy_order"];
        let unless = |fine: bool, field: &str, value: &dyn std::fmt::Display, instead: &str| {
            if fine {
                Ok(())
            } else {
                Err(refused(field, value, instead))
            }
        };
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
        if let Some((field, value)) = self.rest.iter().find(|(field, value)| {
            let silent = value.is_null() || **value == Value::Bool(false);
            !field.starts_with('_') && !INERT.contains(&field.as_str()) && !silent
        }) {
            return Err(refused(field, value, "no such field is known"));
        }
        let legacy = self
            .rest
            .get("attention_legacy_order")
            .unwrap_or(&Value::Null);
        let positional = self.time_embedding_type == "positional";
        let width = self
            .block_out_channels
            .first()
            .map_or(0, |first| first.saturating_mul(4));
        let embedding = self.time_embedding_dim.unwrap_or(width);
        let middle = self.mid_block_type.as_deref() == Some("UNetMidBlock2D");
        let smooth = ["silu", "swish"].contains(&self.act_fn.as_str());
        let classes = self
            .num_class_embeds
            .map_or("none".to_owned(), |n| n.to_string());
        let class = text(&self.class_embed_type);
        let none = "a restoration has no class to give";
        unless(
            *legacy != Value::Bool(true),
            "attention_legacy_order",
            legacy,
            "false is",
        )?;
        unless(
            !self.center_input_sample,
            "center_input_sample",
            &true,
            "false is",
        )?;
        unless(
            positional,
            "time_embedding_type",
            &self.time_embedding_type,
            "`positional` is",
        )?;
        unless(
            embedding == width,
            "time_embedding_dim",
            &embedding,
            "four times the width is",
        )?;
        unless(
            self.class_embed_type.is_none(),
            "class_embed_type",
            &class,
            none,
        )?;
        unless(
            self.num_class_embeds.is_none(),
            "num_class_embeds",
            &classes,
            none,
        )?;
        unless(
            middle,
            "mid_block_type",
            &text(&self.mid_block_type),
            "UNetMidBlock2D is",
        )?;
        let scale = self.mid_block_scale_factor;
        unless(scale == 1.0, "mid_block_scale_factor", &scale, "1 is")?;
        unless(smooth, "act_fn", &self.act_fn, "silu is")?;
        let padding = self.downsample_padding;
        unless(padding <= 1, "downsample_padding", &padding, "0 and 1 are")?;
        let outputs = self.out_channels;
        let fits = outputs == self.in_channels || outputs == self.in_channels.saturating_mul(2);
        unless(
            fits,
            "out_channels",
            &outputs,
            "as many as in_channels, or twice, are",
        )?;
        self.check_norms()?;
        self.check_levels()
    }

    /// The middle block's attention goes without normalisation where embeddings scale and shift,
    /// unless it is told a number of groups of its own.
    fn check_norms(&self) -> Result<(), DiffusionError> {
        let shift = self.resnet_time_scale_shift.as_str();
        if !["default", "scale_shift"].contains(&shift) {
            return Err(refused(
                "resnet_time_scale_shift",
                shift,
                "`default` and `scale_shift` are",
            ));
        }
        match (self.norm_num_groups, self.attn_norm_num_groups) {
            (None, _) => Err(refused("norm_num_groups", "null", "a number is")),
            (Some(_), None) if shift == "scale_shift" && self.add_attention => Err(refused(
                "attn_norm_num_groups",
                "null",
                "with `scale_shift` it leaves the middle attention without normalisation",
            )),
            (Some(groups), Some(apart)) if apart != groups => Err(refused(
                "attn_norm_num_groups",
                apart,
                "the same as norm_num_groups is",
            )),
            _ => Ok(()),
        }
    }

    fn check_levels(&self) -> Result<(), DiffusionError> {
        let levels = self.block_out_channels.len();
        let lengths = [self.down_block_types.len(), self.up_block_types.len()];
        if levels == 0 || lengths != [levels, levels] {
            return Err(DiffusionError::config(format!(
                "diffusers' config.json: block_out_channels, down_block_types and up_block_types \
                 have {levels}, {} and {} entries; they must be as many",
                lengths[0], lengths[1]
            )));
        }
        if levels > MOST_LEVELS {
            let instead = format!("{MOST_LEVELS} levels at most are");
            return Err(refused(
                "block_out_channels",
                format!("{levels} long"),
                &instead,
            ));
        }
        Ok(())
    }

    fn architecture(&self, image_size: usize) -> Result<UNetConfig, DiffusionError> {
        let (down, halves) = resamples(
            &self.down_block_types,
            (
                "down_block_types",
                "DownBlock2D",
                "AttnDownBlock2D",
                "ResnetDownsampleBlock2D",
            ),
            ("downsample_type", self.downsample_type.as_deref()),
        )?;
        let (mut up, doubles) = resamples(
            &self.up_block_types,
            (
                "up_block_types",
                "UpBlock2D",
                "AttnUpBlock2D",
                "ResnetUpsampleBlock2D",
            ),
            ("upsample_type", self.upsample_type.as_deref()),
        )?;
        if halves != doubles {
            return Err(refused(
                "up_block_types",
                self.up_block_types.join(", "),
                "both columns must resample in one way, by convolutions or residual blocks",
            ));
        }
        up.reverse();
        let first = self.block_out_channels[0];
        let resolutions = |attends: &[bool]| {
            let levels = attends.iter().enumerate().filter(|(_, attends)| **attends);
            let sides: Vec<_> = levels.map(|(l, _)| (image_size >> l).to_string()).collect();
            sides.join(",")
        };
        let multipliers: Vec<_> = self
            .block_out_channels
            .iter()
            .map(|channels| (*channels as f64 / first as f64).to_string())
            .collect();
        let config = UNetConfig {
            image_size,
            num_channels: first,
            num_res_blocks: self.layers_per_block,
            channel_mult: multipliers.join(","),
            attention_resolutions: resolutions(&down),
            num_heads: 1,
            num_head_channels: self.attention_head_dim.map_or(-1, |width| width as i64),
            learn_sigma: self.out_channels != self.in_channels,
            use_scale_shift_norm: self.resnet_time_scale_shift == "scale_shift",
            resblock_updown: halves.unwrap_or(false),
            class_cond: false,
            // Three projections, joined q, k, v.
            use_new_attention_order: true,
            in_channels: self.in_channels,
            variant: Variant {
                norm_groups: self.norm_num_groups.unwrap_or(32),
                norm_epsilon: self.norm_eps,
                pad_right_bottom: self.downsample_padding == 0,
                sines_first: !self.flip_sin_to_cos,
                frequency_shift: self.freq_shift,
                middle_attention: self.add_attention,
                up_attention_resolutions: (up != down).then(|| resolutions(&up)),
                num_classes: None,
            },
        };
        config.check()?;
        // Sides are divided without remainder above; make sure that they mean the same levels.
        let rates = |attends: &[bool]| -> Vec<usize> {
            let levels = attends.iter().enumerate().filter(|(_, attends)| **attends);
            levels.map(|(level, _)| 1 << level).collect()
        };
        if config.attention_rates()? != rates(&down) || config.up_attention_rates()? != rates(&up) {
            return Err(refused(
                "sample_size",
                image_size,
                "it must be divisible by two at each level",
            ));
        }
        Ok(config)
    }
}
