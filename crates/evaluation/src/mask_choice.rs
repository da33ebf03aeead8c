//! Masks for an evaluation: from a file, or made up.
//!
//! A mask belongs to a task and is the same for every picture, so that methods and pictures are
//! compared over the same holes.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use imaging::{Mask, Rect, Value};
use operators::SeededNoise;
use serde::{Deserialize, Serialize};

use crate::error::EvaluationError;
use crate::random;

/// Strokes in a made-up mask.
const STROKES: usize = 6;

/// Where pictures are lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MaskChoice {
    /// A square of that side in the middle, in pixels.
    Box(usize),
    /// Every pixel on its own with that probability, above 0 and below 1.
    Random(f64),
    /// Six crossing scratches; the number tells which.
    Strokes(u64),
    /// An image of the pictures' size, white where they are lost.
    File(PathBuf),
}

impl MaskChoice {
    /// The mask for a measurement of `width × height` pixels. `seed` decides which pixels a random
    /// mask takes.
    ///
    /// # Errors
    /// [`EvaluationError`] if a file cannot be read, its size is another, or nothing would be lost
    /// or kept.
    pub fn mask(&self, width: usize, height: usize, seed: u64) -> Result<Mask, EvaluationError> {
        let mask = match self {
            Self::Box(side) => centred(width, height, *side),
            Self::Random(share) => random_pixels(width, height, *share, seed)?,
            Self::Strokes(which) => strokes(width, height, *which),
            Self::File(path) => Mask::open(path)?,
        };
        let setting = |reason: &str| EvaluationError::Setting(format!("the mask {self} {reason}"));
        if (mask.width(), mask.height()) != (width, height) {
            let found = format!("{} x {}", mask.width(), mask.height());
            return Err(setting(&format!(
                "is {found} pixels, but measurements are {width} x {height}"
            )));
        }
        if mask.is_empty() {
            return Err(setting("loses no pixel; make it larger"));
        }
        if mask.count() == width * height {
            return Err(setting("loses every pixel; make it smaller"));
        }
        Ok(mask)
    }
}

fn centred(width: usize, height: usize, side: usize) -> Mask {
    let mut mask = Mask::new(width, height);
    let (x, y) = (
        width.saturating_sub(side) / 2,
        height.saturating_sub(side) / 2,
    );
    mask.fill_rect(Rect::new(x, y, side, side), Value::Paint);
    mask
}

fn random_pixels(
    width: usize,
    height: usize,
    share: f64,
    seed: u64,
) -> Result<Mask, EvaluationError> {
    let mut noise = random::stream(seed, random::Purpose::Mask, 0, 0);
    let bytes = (0..width * height)
        .map(|_| if noise.next_unit() <= share { 255 } else { 0 })
        .collect();
    Ok(Mask::from_data(width, height, bytes)?)
}

/// Straight lines from border to border, 1.5 to 3 pixels wide.
fn strokes(width: usize, height: usize, which: u64) -> Mask {
    let mut noise = random::stream(which, random::Purpose::Mask, 1, 0);
    let mut mask = Mask::new(width, height);
    let (w, h) = (width as f32, height as f32);
    let unit = |noise: &mut SeededNoise| noise.next_unit() as f32;
    for stroke in 0..STROKES {
        let (from, to) = (unit(&mut noise), unit(&mut noise));
        // By turns from left to right and from top to bottom.
        let (from, to) = if stroke % 2 == 0 {
            ((0.0, from * h), (w, to * h))
        } else {
            ((from * w, 0.0), (to * w, h))
        };
        let radius = 0.75 + 0.75 * unit(&mut noise);
        mask.stamp(from, to, radius, Value::Paint);
    }
    mask
}

impl FromStr for MaskChoice {
    type Err = EvaluationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |what: &str| {
            EvaluationError::Setting(format!(
                "`{text}` is no mask: {what}; write box:20, random:0.7, strokes:1 or a file"
            ))
        };
        let Some((kind, value)) = text.split_once(':') else {
            return Ok(Self::File(text.into()));
        };
        match kind {
            "box" => match value.parse() {
                Ok(side) if side > 0 => Ok(Self::Box(side)),
                _ => Err(bad("a box has a side in whole pixels")),
            },
            "random" => match value.parse() {
                Ok(share) if share > 0.0 && share < 1.0 => Ok(Self::Random(share)),
                _ => Err(bad("the share of lost pixels is above 0 and below 1")),
            },
            "strokes" => match value.parse() {
                Ok(which) => Ok(Self::Strokes(which)),
                Err(_) => Err(bad("strokes are known by a whole number")),
            },
            _ => Ok(Self::File(text.into())),
        }
    }
}

impl fmt::Display for MaskChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Box(side) => write!(f, "box:{side}"),
            Self::Random(share) => write!(f, "random:{share}"),
            Self::Strokes(which) => write!(f, "strokes:{which}"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl TryFrom<String> for MaskChoice {
    type Error = EvaluationError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MaskChoice> for String {
    fn from(choice: MaskChoice) -> Self {
        choice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> Mask {
        let choice: MaskChoice = text.parse().expect("valid");
        assert_eq!(choice.to_string(), text);
        choice.mask(40, 40, 3).expect("it loses something")
    }

    #[test]
    fn masks_lose_what_they_say() {
        let boxed = mask("box:10");
        assert_eq!(
            (boxed.count(), boxed.get(15, 15), boxed.get(14, 15)),
            (100, 255, 0)
        );
        let share = mask("random:0.7").count() as f64 / 1600.0;
        // Five standard errors of a share of 1600.
        assert!(
            (share - 0.7).abs() < 5.0 * (0.21_f64 / 1600.0).sqrt(),
            "{share}"
        );
        let scratches = mask("strokes:4");
        let share = scratches.count() as f64 / 1600.0;
        assert!((0.1..0.45).contains(&share), "{share}");
        assert!(scratches != mask("strokes:5"));
    }

    #[test]
    fn what_is_no_mask_is_refused() {
        for text in [
            "box:0",
            "box:x",
            "random:1",
            "random:0",
            "random:nan",
            "strokes:-1",
        ] {
            assert!(text.parse::<MaskChoice>().is_err(), "{text}");
        }
        let all: MaskChoice = "box:99".parse().expect("valid");
        assert!(all.mask(40, 40, 0).is_err());
    }
}
