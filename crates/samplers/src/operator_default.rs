//! Operator defaults: the value of a sampler's parameter where a choice says nothing and the sampler's own
//! default does not serve, by what happened to the picture. Nobody must tune.
//!
//! Samplers that solve for the measurement need little of it, only where to start. Those that pull towards
//! the measurement by a step size of their own need more: published step sizes differ between operators, and
//! none were published for compression.

use operators::{Chain, Class, Noise, Spec};

use crate::registry::{SAMPLERS, entry};

/// A value for a parameter, beside operators that hold one of these kinds of damage. It stands in the
/// sampler's registry entry.
pub struct OperatorDefault {
    pub(crate) classes: &'static [Class],
    pub(crate) parameter: &'static str,
    pub(crate) value: Value,
}

/// What the parameter is.
pub(crate) enum Value {
    Always(&'static str),
    /// So many times the standard deviation of the noise, where nothing else has happened.
    TimesNoise(f64),
}

/// A noisy picture is nearly the picture: what lies far above its noise was never lost. From noise alone a
/// sampler has to find it all again, and in few steps it does not.
pub(crate) const ABOVE_NOISE: OperatorDefault = OperatorDefault {
    classes: &[Class::Noise],
    parameter: "start",
    value: Value::TimesNoise(8.0),
};

/// A compressed picture is nearly the picture. From noise, or by long steps, samplers that creep do not find
/// back to it in some hundred steps, and the result is worse than the input.
pub(crate) const NEAR_THE_PICTURE: OperatorDefault = OperatorDefault {
    classes: &[Class::Compression],
    parameter: "start",
    value: Value::Always("0.15"),
};

impl OperatorDefault {
    fn value(&self, operators: &Chain, noise: Noise) -> Option<String> {
        if !operators
            .classes()
            .any(|class| self.classes.contains(&class))
        {
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

/// The value of a sampler's parameter with these operators and this noise when nothing is written, if that
/// is not the parameter's own default.
#[must_use]
pub fn operator_default(
    sampler: &str,
    parameter: &str,
    operators: &Chain,
    noise: Noise,
) -> Option<String> {
    let entry = SAMPLERS.iter().find(|entry| entry.family.name == sampler)?;
    let mut named = entry
        .defaults
        .iter()
        .filter(|row| row.parameter == parameter);
    named.find_map(|row| row.value(operators, noise))
}

/// `choice` with the operator defaults of the parameters of which it says nothing.
#[must_use]
pub fn with_operator_defaults(choice: &Spec, operators: &Chain, noise: Noise) -> Spec {
    let Ok(entry) = entry(&choice.name) else {
        return choice.clone();
    };
    let unsaid = entry.defaults.iter().map(|row| row.parameter);
    let unsaid = unsaid.filter(|parameter| !choice.parameters.contains_key(*parameter));
    unsaid.fold(choice.clone(), |spec, parameter| {
        match operator_default(&choice.name, parameter, operators, noise) {
            Some(value) => spec.with(parameter, &value),
            None => spec,
        }
    })
}

#[cfg(test)]
mod tests {
    use operators::registry::OPERATORS;

    use super::*;
    use crate::registry::parse;

    fn filled(choice: &str, operators: &str, noise: f64) -> String {
        let operators: Chain = operators.parse().expect("valid");
        let choice = choice.parse().expect("valid");
        with_operator_defaults(&choice, &operators, noise.into()).to_string()
    }

    #[test]
    fn every_row_names_a_parameter_and_values_that_it_accepts() {
        for entry in SAMPLERS {
            for row in entry.defaults {
                let of_class = |class: &Class| OPERATORS.iter().find(|o| o.class == *class);
                let operator = of_class(&row.classes[0]).expect("an operator of every class");
                let alone = Chain(vec![Spec::named(operator.family.name)]);
                for noise in [0.0, 0.02, Noise::MOST_SIGMA] {
                    let value = row.value(&alone, noise.into()).expect("fits");
                    let spec = Spec::named(entry.family.name).with(row.parameter, &value);
                    parse(&spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
                }
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
        let start = operator_default(
            "ca-dps",
            "start",
            &"identity".parse().expect("valid"),
            photons,
        );
        assert_eq!(start.as_deref(), Some("0.4"));
    }
}
