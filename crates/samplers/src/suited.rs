//! What suits an operator where a choice of sampler says nothing of it: nobody must tune.
//!
//! Samplers that solve for the measurement need nothing here. Those that pull towards it by a length of
//! their own do: the published lengths differ between operators, and none were published for compression.

use operators::{Chain, Spec};

/// A value for a parameter of a sampler, where the operators hold one of these.
struct Suited {
    sampler: &'static str,
    operators: &'static [&'static str],
    parameter: &'static str,
    value: &'static str,
}

/// The first that fits a parameter counts.
const SUITED: &[Suited] = &[
    // As published (Chung et al. 2023, arXiv 2209.14687); what the sampler takes elsewhere suits masks.
    Suited {
        sampler: "dps",
        operators: &[
            "gaussian-blur",
            "motion-blur",
            "motion-path",
            "camera-shake",
            "kernel",
            "bicubic",
            "box",
        ],
        parameter: "scale",
        value: "0.3",
    },
    Suited {
        sampler: "dps",
        operators: &["phase-retrieval", "mri-magnitude"],
        parameter: "scale",
        value: "1",
    },
    // A compressed picture is nearly the picture. From noise, or by long steps, samplers that creep do not
    // find back to it in some hundred steps, and what comes out is worse than what went in.
    Suited {
        sampler: "dps",
        operators: &["jpeg"],
        parameter: "start",
        value: "0.15",
    },
    Suited {
        sampler: "ca-dps-released",
        operators: &["jpeg"],
        parameter: "start",
        value: "0.15",
    },
    Suited {
        sampler: "red-diff",
        operators: &["jpeg"],
        parameter: "lr",
        value: "0.003",
    },
];

/// What a sampler's parameter is with these operators when nothing is said of it, if that is not its
/// usual value.
#[must_use]
pub fn suited_default(sampler: &str, parameter: &str, operators: &Chain) -> Option<&'static str> {
    let fits = |row: &&Suited| {
        row.sampler == sampler
            && row.parameter == parameter
            && row.operators.iter().any(|name| operators.contains(name))
    };
    SUITED.iter().find(fits).map(|row| row.value)
}

/// `choice` with what suits `operators` in the parameters of which it says nothing.
#[must_use]
pub fn suited(choice: &Spec, operators: &Chain) -> Spec {
    let mut parameters: Vec<_> = SUITED.iter().map(|row| row.parameter).collect();
    parameters.retain(|parameter| !choice.parameters.contains_key(*parameter));
    parameters.iter().fold(choice.clone(), |spec, parameter| {
        match suited_default(&choice.name, parameter, operators) {
            Some(value) => spec.with(parameter, value),
            None => spec,
        }
    })
}

#[cfg(test)]
mod tests {
    use operators::registry::OPERATORS;

    use super::*;
    use crate::registry::{SAMPLERS, parse};

    fn filled(choice: &str, operators: &str) -> String {
        let operators: Chain = operators.parse().expect("valid");
        suited(&choice.parse().expect("valid"), &operators).to_string()
    }

    #[test]
    fn every_row_speaks_of_what_there_is() {
        for row in SUITED {
            assert!(SAMPLERS.iter().any(|e| e.family.name == row.sampler));
            for name in row.operators {
                assert!(OPERATORS.iter().any(|e| e.family.name == *name), "{name}");
            }
            let spec = Spec::named(row.sampler).with(row.parameter, row.value);
            parse(&spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
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
            assert_eq!(filled(choice, operators), expected, "{choice}, {operators}");
        }
    }
}
