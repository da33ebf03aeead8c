//! What suits an operator where a choice of sampler says nothing of it: nobody must tune.
//!
//! Samplers that solve for the measurement need little here, only where to start. Those that pull towards it
//! by a length of their own need more: the published lengths differ between operators, and none were published
//! for compression.

use operators::{Chain, Noise, Spec};

/// A value for a parameter of a sampler, where the operators hold one of these.
struct Suited {
    sampler: &'static str,
    operators: &'static [&'static str],
    parameter: &'static str,
    value: Value,
}

enum Value {
    Always(&'static str),
    /// So many times the standard deviation of the noise, where nothing else has happened.
    TimesNoise(f64),
}

/// A noisy picture is nearly the picture: what lies far above its noise was never lost. From noise alone a
/// sampler has to find it all again, and in few steps it does not.
const ABOVE_NOISE: Value = Value::TimesNoise(8.0);

const fn noisy(sampler: &'static str) -> Suited {
    Suited {
        sampler,
        operators: &["identity"],
        parameter: "start",
        value: ABOVE_NOISE,
    }
}

/// The first that fits a parameter counts.
const SUITED: &[Suited] = &[
    // As published (Chung et al. 2023, arXiv 2209.14687); what the sampler takes elsewhere suits masks.
    Suited {
        sampler: "dps",
        operators: &[
            "gaussian-blur",
            "defocus",
            "airy",
            "motion-blur",
            "motion-path",
            "camera-shake",
            "kernel",
            "bicubic",
            "box",
        ],
        parameter: "scale",
        value: Value::Always("0.3"),
    },
    Suited {
        sampler: "dps",
        operators: &["phase-retrieval", "mri-magnitude"],
        parameter: "scale",
        value: Value::Always("1"),
    },
    // A compressed picture is nearly the picture. From noise, or by long steps, samplers that creep do not
    // find back to it in some hundred steps, and what comes out is worse than what went in.
    Suited {
        sampler: "dps",
        operators: &["jpeg"],
        parameter: "start",
        value: Value::Always("0.15"),
    },
    Suited {
        sampler: "ca-dps-released",
        operators: &["jpeg"],
        parameter: "start",
        value: Value::Always("0.15"),
    },
    Suited {
        sampler: "red-diff",
        operators: &["jpeg"],
        parameter: "lr",
        value: Value::Always("0.003"),
    },
    noisy("ca-dps"),
    noisy("pigdm"),
    noisy("diffpir"),
    noisy("daps"),
    noisy("ddnm"),
    noisy("ddrm"),
];

impl Suited {
    fn value(&self, operators: &Chain, noise: Noise) -> Option<String> {
        if !self.operators.iter().any(|name| operators.contains(name)) {
            return None;
        }
        match self.value {
            Value::Always(value) => Some(value.to_owned()),
            Value::TimesNoise(times) if operators.0.len() == 1 => {
                // Three places are fine enough, and the least level that can be started from is 0.01.
                let level = (times * noise.level() * 1000.0).round() / 1000.0;
                Some(level.clamp(0.01, 1000.0).to_string())
            }
            Value::TimesNoise(_) => None,
        }
    }
}

/// What a sampler's parameter is with these operators and this noise when nothing is said of it, if that
/// is not its usual value.
#[must_use]
pub fn suited_default(
    sampler: &str,
    parameter: &str,
    operators: &Chain,
    noise: Noise,
) -> Option<String> {
    let rows = SUITED.iter();
    let mut named = rows.filter(|row| row.sampler == sampler && row.parameter == parameter);
    named.find_map(|row| row.value(operators, noise))
}

/// `choice` with what suits `operators` and `noise` in the parameters of which it says nothing.
#[must_use]
pub fn suited(choice: &Spec, operators: &Chain, noise: Noise) -> Spec {
    let mut parameters: Vec<_> = SUITED.iter().map(|row| row.parameter).collect();
    parameters.retain(|parameter| !choice.parameters.contains_key(*parameter));
    parameters.iter().fold(choice.clone(), |spec, parameter| {
        match suited_default(&choice.name, parameter, operators, noise) {
            Some(value) => spec.with(parameter, &value),
            None => spec,
        }
    })
}

#[cfg(test)]
mod tests {
    use operators::registry::OPERATORS;

    use super::*;
    use crate::registry::{SAMPLERS, parse};

    fn filled(choice: &str, operators: &str, noise: f64) -> String {
        let operators: Chain = operators.parse().expect("valid");
        let choice = choice.parse().expect("valid");
        suited(&choice, &operators, noise.into()).to_string()
    }

    #[test]
    fn every_row_speaks_of_what_there_is() {
        for row in SUITED {
            assert!(SAMPLERS.iter().any(|e| e.family.name == row.sampler));
            for name in row.operators {
                assert!(OPERATORS.iter().any(|e| e.family.name == *name), "{name}");
            }
            for noise in [0.0, 0.02, Noise::MOST_SIGMA] {
                let alone = Chain(vec![Spec::named(row.operators[0])]);
                let value = row.value(&alone, noise.into()).expect("fits");
                let spec = Spec::named(row.sampler).with(row.parameter, &value);
                parse(&spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
            }
        }
    }

    #[test]
    fn what_was_chosen_stays_and_the_rest_is_filled_in() {
        for (choice, operators, expected) in [
            ("dps", "jpeg:quality=10", "dps:start=0.15"),
            ("dps:start=noise", "jpeg", "dps:start=noise"),
            ("dps:scale=2", "jpeg", "dps:scale=2,start=0.15"),
            ("dps", "gaussian-blur+bicubic", "dps:scale=0.3"),
            ("dps", "random-mask", "dps"),
            ("red-diff", "grayscale+hdr", "red-diff"),
            ("ca-dps", "jpeg", "ca-dps"),
        ] {
            assert_eq!(
                filled(choice, operators, 0.05),
                expected,
                "{choice}, {operators}"
            );
        }
    }

    /// However noisy a picture is, a sampler starts far enough above its noise, and from noise alone
    /// where more happened than noise.
    #[test]
    fn pictures_that_are_only_noisy_are_started_from_above_their_noise() {
        for (noise, expected) in [
            (0.0, "ca-dps:start=0.01"),
            (0.02, "ca-dps:start=0.16"),
            (0.0333, "ca-dps:start=0.266"),
            (1.0, "ca-dps:start=8"),
        ] {
            assert_eq!(filled("ca-dps", "identity", noise), expected);
        }
        assert_eq!(filled("ca-dps", "identity+random-mask", 0.05), "ca-dps");
        assert_eq!(filled("dps", "identity", 0.05), "dps");
        let photons = Noise {
            sigma: 0.03,
            photons: Some(2500.0),
        };
        let start = suited_default(
            "ca-dps",
            "start",
            &"identity".parse().expect("valid"),
            photons,
        );
        assert_eq!(start.as_deref(), Some("0.4"));
    }
}
