//! How much work to spend, in three sizes, so that nobody has to know a sampler or its steps: what was
//! measured to do best with what happened, for that work.

use std::fmt;
use std::str::FromStr;

use operators::{Chain, Class, Spec};

/// How much work to spend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    /// A first look.
    Fast,
    /// What to begin with.
    #[default]
    Balanced,
    /// When there is time.
    Best,
}

/// A sampler and its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Which sampler, with what it should not take its usual values of.
    pub sampler: Spec,
    /// Steps of the reverse process.
    pub steps: usize,
}

/// What the three sizes are for some operators.
struct Row {
    /// These kinds of damage; none stands for all.
    classes: &'static [Class],
    /// One of them, or nothing but them.
    only: bool,
    sampler: &'static str,
    steps: [usize; 3],
}

impl Row {
    fn fits(&self, chain: &Chain) -> bool {
        let mut classes = chain.classes();
        let fits = if self.only {
            classes.all(|class| self.classes.contains(&class))
        } else {
            classes.any(|class| self.classes.contains(&class))
        };
        fits || self.classes.is_empty()
    }
}

/// The first that fits counts; the last fits everything. Chosen from the tables of
/// `assets/evaluation/README.md` and, where steps are placed by noise level, `LEVELS.md` beside it.
const ROWS: &[Row] = &[
    // A compressed picture is nearly the picture. RED-diff starts from it and is the only one that was
    // found ahead of it at low and at middle quality.
    Row {
        classes: &[Class::Compression],
        only: false,
        sampler: "red-diff:levels=karras,start=0.3",
        steps: [6, 12, 24],
    },
    // Level with others in PSNR and ahead in structure, in the least time.
    Row {
        classes: &[Class::Clipping],
        only: false,
        sampler: "diffpir:levels=karras,start=2",
        steps: [6, 12, 24],
    },
    // Takes a wrong turn back, which spectra without phases are full of. Five evaluations a step.
    Row {
        classes: &[Class::Magnitudes],
        only: false,
        sampler: "daps",
        steps: [10, 20, 50],
    },
    // One evaluation at the noise's own level is the posterior mean: no estimate errs less. It takes one
    // step however many are named; the numbers only tell the presets apart.
    Row {
        classes: &[Class::Noise],
        only: true,
        sampler: POSTERIOR_MEAN,
        steps: [2, 3, 4],
    },
    // Six evaluations from the linear estimate are ahead of fifty from noise, or level with them.
    Row {
        classes: &[Class::SymmetricBlur, Class::Reduction],
        only: true,
        sampler: "ddnm:levels=karras,start=0.3",
        steps: [3, 6, 12],
    },
    // Kernels without symmetry have no singular vectors at hand. With the covariance that was measured
    // by frequency and the network's own Jacobian, five steps are ahead of twenty from noise.
    Row {
        classes: &[Class::Blur],
        only: true,
        sampler: "ca-dps:covariance=measured-dct,levels=karras,start=0.7",
        steps: [3, 5, 10],
    },
    // From the harmonic fill, ten steps are level with fifty from noise on strokes, and keep to what
    // surrounds a wide hole.
    Row {
        classes: &[Class::Holes, Class::Noise],
        only: true,
        sampler: "ca-dps:levels=karras,start=0.7",
        steps: [5, 10, 20],
    },
    // Twelve steps from the zero-filled spectrum are level with fifty from noise. Spectra are completed
    // better by a covariance of neighbourhoods than by one of pixels.
    Row {
        classes: &[Class::Fourier],
        only: true,
        sampler: "ca-dps:covariance=dct,levels=karras,start=2",
        steps: [6, 12, 24],
    },
    // From noise, fifty steps invent colours that are further from the truth than grey is.
    Row {
        classes: &[Class::Grayscale],
        only: true,
        sampler: "ca-dps:levels=karras,start=1",
        steps: [6, 12, 24],
    },
    Row {
        classes: &[],
        only: false,
        sampler: "ca-dps",
        steps: [20, 50, 100],
    },
];

/// The sampler of pictures that are only noisy.
const POSTERIOR_MEAN: &str = "posterior-mean";
/// What samples such a picture instead, from a little above its noise.
const NOISY_SAMPLE: (&str, [usize; 3]) = ("ddnm:levels=karras", [5, 10, 20]);

impl Preset {
    /// All of them, quickest first.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    /// Its name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Best => "best",
        }
    }

    /// Whether some preset takes this sampler, whatever happened: then nobody need have chosen it.
    #[must_use]
    pub fn may_choose(sampler: &Spec) -> bool {
        let written = sampler.to_string();
        ROWS.iter().any(|row| row.sampler == written)
    }

    /// The same where a person asked for more or less detail, 0 to 1: a picture that is only noisy is then
    /// sampled as well, unless nothing but its mean is wanted.
    ///
    /// # Panics
    /// Never, as [`draw`](Self::draw).
    #[must_use]
    pub fn with_detail(self, operators: &Chain, detail: Option<f64>) -> Draw {
        let plan = self.draw(operators);
        if plan.sampler.name != POSTERIOR_MEAN || detail.is_none_or(|detail| detail <= 0.0) {
            return plan;
        }
        let (sampler, steps) = NOISY_SAMPLE;
        Draw {
            sampler: sampler.parse().expect("a test says so"),
            steps: steps[self as usize],
        }
    }

    /// What it means for pictures to which this happened.
    ///
    /// # Panics
    /// Never: the last row fits everything.
    #[must_use]
    pub fn draw(self, operators: &Chain) -> Draw {
        let row = ROWS.iter().find(|row| row.fits(operators));
        let row = row.expect("the last row fits");
        Draw {
            sampler: row.sampler.parse().expect("rows are tested"),
            steps: row.steps[self as usize],
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|preset| preset.name() == text);
        found.ok_or_else(|| format!("`{text}` is no preset; write fast, balanced or best"))
    }
}

#[cfg(test)]
mod tests {
    use operators::registry::OPERATORS;
    use operators::{KernelImage, OperatorError};

    use super::*;
    use crate::check;
    use crate::registry::parse;

    /// One without any symmetry.
    fn kernel(_: &str) -> Result<KernelImage, OperatorError> {
        Ok(KernelImage {
            width: 3,
            height: 3,
            weights: (1..10).map(f64::from).collect(),
        })
    }

    /// Whatever happened, every size names a sampler that takes it, and more work is more steps.
    #[test]
    fn every_operator_has_three_sizes_that_suit_it() {
        for entry in OPERATORS {
            let operators = Chain(vec![Spec::named(entry.family.name)]);
            let draws = Preset::ALL.map(|preset| preset.draw(&operators));
            for draw in &draws {
                assert!(Preset::may_choose(&draw.sampler));
                let asked = check(&draw.sampler, &operators, &kernel);
                assert!(asked.is_ok(), "{} and {}", entry.family.name, draw.sampler);
            }
            assert!(draws[0].steps < draws[1].steps && draws[1].steps < draws[2].steps);
        }
    }

    /// Compositions of what one row names are of that row, and others of the last.
    #[test]
    fn compositions_have_the_sampler_of_all_their_parts() {
        for (operators, expected) in [
            ("gaussian-blur+bicubic", "ddnm:levels=karras,start=0.3"),
            ("box+box", "ddnm:levels=karras,start=0.3"),
            (
                "motion-blur+kernel:crooked",
                "ca-dps:covariance=measured-dct,levels=karras,start=0.7",
            ),
            ("gaussian-blur+random-mask", "ca-dps"),
            ("identity+random-mask", "ca-dps:levels=karras,start=0.7"),
            ("inpaint", "ca-dps:levels=karras,start=0.7"),
            ("identity", "posterior-mean"),
            ("motion-blur+bicubic", "ca-dps"),
            ("bicubic+jpeg", "red-diff:levels=karras,start=0.3"),
            ("gaussian-blur+hdr", "diffpir:levels=karras,start=2"),
        ] {
            let chain: Chain = operators.parse().expect("valid");
            let draw = Preset::Balanced.draw(&chain);
            assert_eq!(draw.sampler.to_string(), expected, "{operators}");
            assert!(check(&draw.sampler, &chain, &kernel).is_ok(), "{operators}");
        }
    }

    #[test]
    fn rows_speak_of_what_there_is_and_the_last_fits_all() {
        for row in ROWS {
            let sampler: Spec = row.sampler.parse().expect("well written");
            assert!(parse(&sampler).is_ok(), "{sampler}");
            for class in row.classes {
                assert!(OPERATORS.iter().any(|o| o.class == *class), "{class:?}");
            }
        }
        let (last, others) = ROWS.split_last().expect("not empty");
        assert!(last.classes.is_empty());
        assert!(others.iter().all(|row| !row.classes.is_empty()));
    }

    #[test]
    fn detail_asks_for_a_sample_of_a_noisy_picture() {
        let noisy: Chain = "identity".parse().expect("valid");
        for (detail, expected) in [
            (None, "posterior-mean"),
            (Some(0.0), "posterior-mean"),
            (Some(0.5), "ddnm:levels=karras"),
            (Some(1.0), "ddnm:levels=karras"),
        ] {
            let plan = Preset::Fast.with_detail(&noisy, detail);
            assert_eq!(plan.sampler.to_string(), expected, "{detail:?}");
        }
        let blurred: Chain = "gaussian-blur".parse().expect("valid");
        let plan = Preset::Fast.with_detail(&blurred, Some(0.5));
        assert_eq!(plan, Preset::Fast.draw(&blurred));
    }

    #[test]
    fn presets_are_written_by_their_names() {
        for preset in Preset::ALL {
            assert_eq!(preset.to_string().parse(), Ok(preset));
        }
        assert!("quick".parse::<Preset>().is_err());
        assert!(!Preset::may_choose(&Spec::named("pigdm")));
    }
}
