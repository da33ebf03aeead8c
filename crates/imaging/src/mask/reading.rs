//! How a picture is understood as a mask, and by which rule.
//!
//! People mark damage in many ways: white on black, black on white, strokes on a transparent layer,
//! holes erased into the photo, labels 0 and 1. [`MaskReading`] names these; `choose` picks one by
//! figures of the picture alone, in this order:
//!
//! 1. Alpha varies. A picture of few colours that are both dark and bright is black and white
//!    ([`Luminance`](MaskReading::Luminance)). Other flat paint marks where it is
//!    ([`Alpha`](MaskReading::Alpha)), a photo where it was erased
//!    ([`Transparent`](MaskReading::Transparent)); if that would mark more than three quarters, the
//!    other way round.
//! 2. Opaque and gray. White marks. Where white covers more than three quarters and most of the
//!    edge, it is paper and black marks ([`Inverted`](MaskReading::Inverted)). Few dark values are
//!    labels, of which every one above the edge's marks ([`Labels`](MaskReading::Labels)).
//! 3. Opaque and coloured. Few colours are labels; some more are paint on one ground
//!    ([`Strokes`](MaskReading::Strokes)); strong red on anything else marks
//!    ([`Red`](MaskReading::Red)).
//!
//! The same picture is always read the same way.

use std::fmt;
use std::str::FromStr;

use super::survey::{FEW, RED, Survey, luma8};
use crate::ImagingError;

/// More colours than a soft brush leaves, at 5 bits per channel: a photograph.
const PAINTED: usize = 64;

/// What marks a pixel of a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaskReading {
    /// What is white.
    Luminance,
    /// What is black.
    Inverted,
    /// What is opaque.
    Alpha,
    /// What is transparent.
    Transparent,
    /// What has another colour than most of the picture's edge, by how far it is from that.
    Strokes,
    /// What has another value than most of the picture's edge, however near.
    Labels,
    /// What is red.
    Red,
}

/// A reading, and why it was taken.
pub(super) struct Choice {
    pub(super) reading: MaskReading,
    /// A clause about the picture.
    pub(super) because: &'static str,
    /// Whether another reading was possible.
    pub(super) doubtful: bool,
}

impl MaskReading {
    /// Every reading, in the order a menu should list them.
    pub const ALL: [Self; 7] = [
        Self::Luminance,
        Self::Inverted,
        Self::Alpha,
        Self::Transparent,
        Self::Strokes,
        Self::Labels,
        Self::Red,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Luminance => "luminance",
            Self::Inverted => "inverted",
            Self::Alpha => "alpha",
            Self::Transparent => "transparent",
            Self::Strokes => "strokes",
            Self::Labels => "labels",
            Self::Red => "red",
        }
    }

    /// What is restored, for a sentence: "the white part".
    #[must_use]
    pub const fn part(self) -> &'static str {
        match self {
            Self::Luminance => "the white part",
            Self::Inverted => "the black part",
            Self::Alpha => "the painted part",
            Self::Transparent => "the transparent part",
            Self::Strokes => "what differs from the background",
            Self::Labels => "every value but the background's",
            Self::Red => "the red part",
        }
    }

    /// How strongly a pixel (RGBA) is marked, 0 to 255.
    pub(super) fn weight(self, pixel: &[u8], scale: &Scale) -> u8 {
        let seen = |weight: u8| {
            let product = u32::from(weight) * u32::from(pixel[3]);
            ((product + 127) / 255) as u8
        };
        match self {
            Self::Luminance => seen(between(luma8(pixel), scale.low, scale.high)),
            Self::Inverted => seen(255 - between(luma8(pixel), scale.bottom, scale.paper)),
            Self::Alpha => pixel[3],
            Self::Transparent => 255 - pixel[3],
            Self::Strokes => seen(between(scale.distance(pixel), 0, scale.reach)),
            Self::Labels => seen(if scale.distance(pixel) > 0 { 255 } else { 0 }),
            Self::Red => {
                let red = pixel[0].saturating_sub(pixel[1].max(pixel[2]));
                seen(between(red, RED, 2 * RED - 20))
            }
        }
    }
}

impl fmt::Display for MaskReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for MaskReading {
    type Err = ImagingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|r| r.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            ImagingError::Unsupported {
                name: format!("the mask reading `{text}`"),
                reason: format!("there are {names}"),
            }
        })
    }
}

/// What counts as black, white and background in one picture.
pub(super) struct Scale {
    /// The luma that is black where white marks, and the one that is white.
    low: u8,
    high: u8,
    /// The luma that is black where black marks, and that of the paper.
    bottom: u8,
    paper: u8,
    /// The background, and the farthest that anything is from it.
    ground: [u8; 3],
    reach: u8,
}

impl Scale {
    pub(super) fn of(survey: &Survey) -> Self {
        let (bottom, top) = survey.extent();
        let edge = luma8(&survey.ground);
        let mut scale = Self {
            low: if edge < 64 { edge } else { 0 },
            high: top.max(128),
            bottom: bottom.min(127),
            paper: if edge >= 192 { edge } else { 255 },
            ground: survey.ground,
            reach: 0,
        };
        let solid = survey.rgba.chunks_exact(4).filter(|p| p[3] >= 128);
        scale.reach = solid.map(|p| scale.distance(p)).max().unwrap_or(0);
        scale
    }

    /// The largest difference of a channel to the background's.
    fn distance(&self, pixel: &[u8]) -> u8 {
        let differences = self.ground.iter().zip(pixel);
        differences.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    }
}

/// `value` on the way from `low` to `high`, 0 to 255.
fn between(value: u8, low: u8, high: u8) -> u8 {
    if high <= low {
        return 0;
    }
    let (above, all) = (
        u32::from(value.saturating_sub(low)),
        u32::from(high) - u32::from(low),
    );
    ((255 * above + all / 2) / all).min(255) as u8
}

/// The rule of the module.
///
/// # Errors
/// A reason for a person where no reading makes sense.
pub(super) fn choose(survey: &Survey) -> Result<Choice, String> {
    if survey.clear > 0 && survey.solid > 0 {
        return Ok(by_alpha(survey));
    }
    let coloured = 200 * survey.tinted > survey.solid;
    if coloured {
        Ok(by_colour(survey))
    } else {
        by_shade(survey)
    }
}

fn choice(reading: MaskReading, because: &'static str, doubtful: bool) -> Choice {
    Choice {
        reading,
        because,
        doubtful,
    }
}

fn by_alpha(survey: &Survey) -> Choice {
    let mostly = |part: usize| 4 * part > 3 * survey.pixels();
    let part = |count: usize| 100 * count >= survey.solid;
    if survey.colours > FEW {
        return if mostly(survey.clear) {
            choice(
                MaskReading::Alpha,
                "it is a small part cut out of a photo",
                true,
            )
        } else {
            choice(
                MaskReading::Transparent,
                "it is a photo with parts erased",
                true,
            )
        };
    }
    if part(survey.within(0..=63)) && part(survey.within(192..=255)) {
        let because = "it is black and white, and partly transparent";
        return choice(MaskReading::Luminance, because, true);
    }
    if mostly(survey.solid) {
        let because = "it is a painted sheet with parts erased";
        return choice(MaskReading::Transparent, because, true);
    }
    choice(MaskReading::Alpha, "it is paint on transparency", true)
}

fn by_shade(survey: &Survey) -> Result<Choice, String> {
    let (_, top) = survey.extent();
    let (value, full) = survey.brightest;
    if top == 0 {
        return Err("it is black everywhere, so that nothing is marked".to_owned());
    }
    if top < 128 {
        if survey.exact <= FEW && survey.exact > 1 {
            return Ok(choice(
                MaskReading::Labels,
                "its values are labels, none of them bright",
                true,
            ));
        }
        return Err(format!("its brightest value is {value} of {full}"));
    }
    let white = survey.within(128..=255);
    if 4 * white > 3 * survey.pixels() && white < survey.pixels() && survey.bright_edge {
        return Ok(choice(
            MaskReading::Inverted,
            "it is dark strokes on a white sheet",
            true,
        ));
    }
    let between = survey.within(48..=207);
    if 2 * between > survey.pixels() {
        let because = "it looks like a photograph, and its bright parts mark";
        return Ok(choice(MaskReading::Luminance, because, true));
    }
    Ok(choice(
        MaskReading::Luminance,
        "it is black and white",
        false,
    ))
}

fn by_colour(survey: &Survey) -> Choice {
    if survey.exact <= FEW && !survey.lossy {
        return choice(MaskReading::Labels, "it has a few flat colours", true);
    }
    if survey.colours <= PAINTED {
        return choice(MaskReading::Strokes, "it is paint on one background", true);
    }
    if 2000 * survey.red > survey.pixels() {
        return choice(MaskReading::Red, "it is red paint on a photo", true);
    }
    let because = "it looks like a photograph, and its bright parts mark";
    choice(MaskReading::Luminance, because, true)
}
