//! What a person can say of a checkpoint that its tensors leave open.

use std::ops::RangeInclusive;

use crate::error::DiffusionError;
use crate::prior::{Prediction, Process};
use crate::schedule::NoiseSchedule;
use crate::unet::{AttentionOrder, Heads, UNetConfig};

/// Something that tensors do not determine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The side of the pictures it was trained on.
    ImageSize,
    /// How attention splits channels.
    Heads,
    /// How `qkv` is laid out.
    AttentionOrder,
    /// How the noise grows.
    NoiseSchedule,
}

impl Field {
    /// What it is called, and how it is given on the command line.
    fn plea(self) -> &'static str {
        match self {
            Self::ImageSize => "the side of its training pictures (such as --image-size 256)",
            Self::Heads => "the attention heads (such as --heads 4, or --head-width 64)",
            Self::AttentionOrder => "the attention order (--attention-order legacy, or new)",
            Self::NoiseSchedule => "the noise schedule (--noise-schedule linear, or cosine)",
        }
    }
}

/// Asks for what is missing.
pub(crate) fn plea(missing: &[Field]) -> String {
    let pleas: Vec<_> = missing.iter().map(|field| field.plea()).collect();
    format!(
        "its tensors leave open {}. Give them as shown, or a configuration with --config C.json, \
         to `tweedie prior import`",
        pleas.join("; ")
    )
}

/// What a person says. `None` where nothing was said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// The side of the training pictures, in pixels.
    pub image_size: Option<usize>,
    /// Heads of attention.
    pub heads: Option<Heads>,
    /// Layout of `qkv`.
    pub attention_order: Option<AttentionOrder>,
    /// How the noise grows.
    pub noise_schedule: Option<NoiseSchedule>,
    /// Timesteps.
    pub steps: Option<usize>,
    /// What the output means.
    pub prediction: Option<Prediction>,
    /// For a class-conditional checkpoint whose last row means "no class": how many classes.
    pub num_classes: Option<usize>,
    /// What to call it.
    pub name: Option<String>,
}

impl Answers {
    /// The sides of training pictures that are possible, in pixels.
    pub const IMAGE_SIZES: RangeInclusive<usize> = 1..=65_536;
    /// The numbers of heads, and the channels of each, that are possible.
    pub const HEADS: RangeInclusive<usize> = 1..=16_384;
    /// The numbers of timesteps that are possible.
    pub const STEPS: RangeInclusive<usize> = 1..=100_000;
    /// The numbers of classes that are possible.
    pub const CLASSES: RangeInclusive<usize> = 1..=1_000_000;

    /// Refuses answers that answer nothing, such as heads of no width.
    pub(super) fn check(&self) -> Result<(), DiffusionError> {
        let (number, width) = match self.heads {
            Some(Heads::Number(number)) => (Some(number), None),
            Some(Heads::Width(width)) => (None, Some(width)),
            None => (None, None),
        };
        for (what, value, possible) in [
            ("the image size", self.image_size, Self::IMAGE_SIZES),
            ("the number of heads", number, Self::HEADS),
            ("the width of a head", width, Self::HEADS),
            ("the number of timesteps", self.steps, Self::STEPS),
            ("the number of classes", self.num_classes, Self::CLASSES),
        ] {
            if let Some(value) = value.filter(|value| !possible.contains(value)) {
                return Err(DiffusionError::config(format!(
                    "{what} was given as {value}, but {} to {} is possible",
                    possible.start(),
                    possible.end()
                )));
            }
        }
        Ok(())
    }

    /// What has not been said and cannot be left open.
    pub(super) fn missing(&self) -> Vec<Field> {
        // With one head both orders are the same.
        let one_head = self.heads == Some(Heads::Number(1));
        [
            (self.image_size.is_none(), Field::ImageSize),
            (self.heads.is_none(), Field::Heads),
            (
                self.attention_order.is_none() && !one_head,
                Field::AttentionOrder,
            ),
            (self.noise_schedule.is_none(), Field::NoiseSchedule),
        ]
        .into_iter()
        .filter_map(|(missing, field)| missing.then_some(field))
        .collect()
    }

    /// Writes what was said, and has been checked, over what was found.
    pub(super) fn apply(&self, model: &mut UNetConfig, process: &mut Process) {
        if let Some(size) = self.image_size.filter(|size| *size != model.image_size) {
            model.move_to(size);
        }
        match self.heads {
            None => {}
            Some(Heads::Number(number)) => {
                (model.num_heads, model.num_head_channels) = (number, -1);
            }
            Some(Heads::Width(width)) => {
                model.num_head_channels = i64::try_from(width).unwrap_or(i64::MAX);
            }
        }
        if let Some(order) = self.attention_order {
            model.use_new_attention_order = order == AttentionOrder::QkvFirst;
        }
        if let Some(classes) = self.num_classes {
            (model.class_cond, model.variant.num_classes) = (true, Some(classes));
        }
        if let Some(schedule) = &self.noise_schedule {
            process.noise_schedule = schedule.clone();
        }
        process.steps = self.steps.unwrap_or(process.steps);
        process.prediction = self.prediction.unwrap_or(process.prediction);
    }
}
