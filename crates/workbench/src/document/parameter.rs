//! How the parameters of operators and samplers are shown: by what control, under what name, and with
//! what said about them.
//!
//! The registries say which parameters there are; a new one is shown by what its default and its help
//! say of it. Where more is known, the table below says it better.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use engine::{Family, Parameter};

/// What a parameter is changed with.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A number within a range, or any number.
    Number {
        /// The range, if the help says one.
        range: Option<RangeInclusive<f64>>,
        /// The smallest difference: 1 of whole numbers, 2 of odd ones, 0 of all others.
        step: f64,
    },
    /// A word, or a number in its stead.
    WordOrNumber {
        /// The word.
        word: &'static str,
        /// What is said instead of it when a number is wanted.
        instead: &'static str,
        /// The range of the number.
        range: RangeInclusive<f64>,
        /// The number to begin with.
        usual: f64,
    },
    /// Anything that can be typed.
    Text,
}

/// One parameter of a family as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its key.
    pub key: &'static str,
    /// Its name.
    pub title: String,
    /// One line on what it does to the picture.
    pub help: String,
    /// What it is changed with.
    pub control: Control,
    /// The value it has when none is written.
    pub default: Option<Cow<'static, str>>,
}

impl Field {
    /// Every parameter of a family, in its order.
    #[must_use]
    pub fn all(family: &Family) -> Vec<Self> {
        let field = |parameter: &Parameter| Self::of(family.name, parameter);
        family.parameters.iter().map(field).collect()
    }

    fn of(family: &str, parameter: &Parameter) -> Self {
        let known = KNOWN.iter().find(|known| {
            known.key == parameter.key && (known.family.is_empty() || known.family == family)
        });
        let titled = |key: &str| {
            let mut letters = key.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            first.unwrap_or_default() + &letters.as_str().replace('-', " ")
        };
        Self {
            key: parameter.key,
            title: known.map_or_else(|| titled(parameter.key), |known| known.title.to_owned()),
            help: known.map_or_else(|| sentence(parameter.help), |known| known.help.to_owned()),
            control: known
                .and_then(|known| known.control.clone())
                .unwrap_or_else(|| read(parameter)),
            default: parameter.default.map(Cow::Borrowed),
        }
    }
}

/// What the default and the help of a parameter say of it.
fn read(parameter: &Parameter) -> Control {
    let number = parameter.default.is_some_and(|d| d.parse::<f64>().is_ok());
    if !number {
        return Control::Text;
    }
    let help = parameter.help;
    let step = if help.contains("odd") {
        2.0
    } else if help.contains("whole number") || help.contains("how many") {
        1.0
    } else {
        0.0
    };
    Control::Number {
        range: range(help),
        step,
    }
}

/// The first `low to high` of a help line; what is in brackets between them is passed over.
fn range(help: &str) -> Option<RangeInclusive<f64>> {
    let mut low = None;
    let mut after = false;
    let mut inside = false;
    for word in help.split_whitespace() {
        let (opens, closes) = (word.starts_with('('), word.contains(')'));
        if opens || inside {
            inside = !closes;
            continue;
        }
        let bare = word.trim_end_matches([',', ';', '.']);
        match bare.parse::<f64>() {
            Ok(high) if after => return low.map(|low| low..=high),
            Ok(number) => low = Some(number),
            Err(_) if bare == "to" && low.is_some() => after = true,
            Err(_) => (low, after) = (None, false),
        }
    }
    None
}

fn sentence(help: &str) -> String {
    let mut letters = help.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    let rest = letters.as_str();
    let end = if rest.ends_with('.') { "" } else { "." };
    format!("{}{rest}{end}", first.unwrap_or_default())
}

/// What is known of a parameter beyond the registry.
struct Known {
    /// Of this family; of every one if empty.
    family: &'static str,
    key: &'static str,
    title: &'static str,
    help: &'static str,
    control: Option<Control>,
}

const fn words(key: &'static str, title: &'static str, help: &'static str) -> Known {
    Known {
        family: "",
        key,
        title,
        help,
        control: None,
    }
}

const fn of(family: &'static str, known: Known) -> Known {
    Known { family, ..known }
}

const fn choice(known: Known, choices: &'static [&'static str]) -> Known {
    Known {
        control: Some(Control::Choice(choices)),
        ..known
    }
}

const fn number(known: Known, range: RangeInclusive<f64>) -> Known {
    Known {
        control: Some(Control::Number {
            range: Some(range),
            step: 0.0,
        }),
        ..known
    }
}

/// The covariances that are offered: those with a number, with the numbers that are worth it.
pub(crate) const COVARIANCES: &[&str] = &[
    "secant",
    "dct",
    "measured",
    "measured-dct",
    "probe:1",
    "probe:4",
    "krylov:1",
    "krylov:2",
    "krylov:4",
    "isotropic",
    "full",
];

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    // Samplers.
    choice(words("covariance", "Covariance",
        "How uncertain each estimate is taken to be."), COVARIANCES),
    choice(words("jacobian", "Jacobian",
        "Whether the network is differentiated in every step (slower, truer to the photo) or the \
         covariance stands in for that."), &["network", "model"]),
    Known { control: Some(Control::WordOrNumber {
            word: "noise", instead: "estimate", range: 0.01..=1000.0, usual: 1.0 }),
        ..words("start", "Start",
        "From pure noise, or from the photo with some noise: fewer steps, nearer to the photo.") },
    choice(words("levels", "Levels",
        "How steps are placed: evenly by timestep, as in the papers, or by noise level, which needs fewer."),
        &["uniform", "karras"]),
    words("eta", "Fresh noise",
        "How much of the noise is drawn anew in each step. Less gives a smoother picture."),
    words("probe-step", "Length of a probe",
        "How far the network is probed, against the noise. Only for probes."),
    number(words("lr", "Step size",
        "How far each step goes. Larger comes closer in few steps, and is rougher."), 0.001..=1.0),
    of("red-diff", words("lambda", "Weight of the prior",
        "Higher is smoother, lower stays closer to the photo.")),
    of("diffpir", words("lambda", "Weight of the prior",
        "Higher is cleaner, lower stays closer to the photo.")),
    choice(words("weight", "Weight over the steps",
        "How the prior's weight falls with the noise: which steps decide what."),
        &["linear", "sqrt", "square", "log", "const"]),
    choice(words("balance", "Balance",
        "Whether photo and prior are weighed as published, or by the pixels that were measured, so \
         that small masks do not shift it."), &["published", "measured"]),
    words("zeta", "Fresh noise",
        "How much of the noise is drawn anew in each step. More gives more texture."),
    words("ode", "Evaluations for each estimate",
        "More is slower and gives each step a better estimate."),
    words("eta-b", "Trust in the photo",
        "How far measured values overrule estimates. Lower is smoother."),
    words("scale", "Pull towards the photo",
        "Too much gives grain, too little drifts away from the photo."),
    // Operators.
    of("gaussian-blur", words("size", "Kernel side",
        "Where the blur is cut off: eight times its radius, and odd.")),
    of("gaussian-blur", words("std", "Blur radius",
        "Standard deviation in px. Too much gives halos, too little stays soft.")),
    of("defocus", words("radius", "Blur radius",
        "Radius of the disc in px. Too much gives halos, too little stays soft.")),
    of("airy", words("radius", "Blur radius",
        "Radius of the first dark ring in px.")),
    words("angle", "Direction", "Degrees, anticlockwise from level."),
    of("camera-shake", words("size", "Kernel side", "Room for the path in px, odd.")),
    of("camera-shake", words("length", "Length", "Length of the random path in px.")),
    words("anxiety", "Shakiness", "0 is a straight line; more is a shakier hand."),
    words("path", "Which path", "Another number is another random path."),
    words("points", "Path",
        "The way a point of light took, as x y;x y in px, y downwards. “Sharpen blur” draws it."),
    words("factor", "Times smaller", "How many times smaller the picture became on each side."),
    choice(words("weights", "Brightness",
        "Luma is what photo programs make; mean takes a third of each colour."), &["luma", "mean"]),
    words("quality", "Quality", "What it was saved with: the lower, the more is drawn anew."),
    choice(words("chroma", "Colours",
        "420 halves the size of the colours, as cameras do; 444 keeps it."), &["420", "444"]),
    of("kernel", words("", "Kernel file",
        "Path of a small grey picture of what a point of light became, with odd sides.")),
    words("seed", "Which draw", "Another number is another random draw."),
    words("keep", "Share that is known", "Of the pixels; the others are lost at random."),
    words("margin", "Margin", "What stays of the picture around the square, in px."),
    words("count", "Strokes", "How many scratches are drawn."),
    words("width", "Width", "How wide each scratch is, in px."),
    of("box-mask", words("size", "Side", "Of the square that is lost, in px.")),
];

#[cfg(test)]
mod tests {
    use engine::{Chain, Spec, check_operator, check_sampler};

    use super::*;

    #[test]
    fn ranges_are_read_from_help() {
        assert_eq!(range("length of the smear, 1 to 200 px"), Some(1.0..=200.0));
        assert_eq!(range("from 1 (worst) to 100"), Some(1.0..=100.0));
        assert_eq!(range("from horizontal, -360 to 360"), Some(-360.0..=360.0));
        assert_eq!(range("fresh noise: 1 as DDPM, 0 as DDIM"), None);
        assert_eq!(range("2 things add to 3"), None);
        assert_eq!(range("a whole number"), None);
    }

    /// What a control can set, at its ends and in between.
    fn settable(field: &Field) -> Vec<String> {
        match &field.control {
            Control::Choice(words) => words.iter().map(|&word| word.to_owned()).collect(),
            Control::Number { range, .. } => range
                .iter()
                .flat_map(|range| [range.start().to_string(), range.end().to_string()])
                .collect(),
            Control::WordOrNumber {
                word, range, usual, ..
            } => vec![
                (*word).to_owned(),
                range.start().to_string(),
                range.end().to_string(),
                usual.to_string(),
            ],
            Control::Text => Vec::new(),
        }
    }

    #[test]
    fn every_parameter_of_every_sampler_can_be_set_to_all_that_is_offered() {
        let inpaint: Chain = "inpaint".parse().expect("valid");
        for family in engine::sampler_families() {
            for field in Field::all(&family) {
                let place = format!("{} {}", family.name, field.key);
                assert_ne!(field.control, Control::Text, "{place}: nothing is offered");
                assert!(field.help.ends_with('.'), "{place}");
                for value in settable(&field) {
                    let mut spec = Spec::named(family.name).with(field.key, &value);
                    if field.key == "probe-step" {
                        spec = spec.with("covariance", "probe:1");
                    }
                    check_sampler(&spec, &inpaint).unwrap_or_else(|e| panic!("{place}: {e}"));
                }
            }
        }
    }

    /// Sizes that one picture cannot hold are refused, everything else is taken.
    #[test]
    fn every_parameter_of_every_operator_can_be_set_to_what_is_offered() {
        for family in engine::operator_families() {
            for field in Field::all(&family) {
                let place = format!("{} {}", family.name, field.key);
                assert!(
                    !field.title.is_empty() && field.help.ends_with('.'),
                    "{place}"
                );
                let text = field.control == Control::Text;
                assert_eq!(
                    text,
                    field.default.is_none(),
                    "{place}: {:?}",
                    field.control
                );
                for value in settable(&field) {
                    let spec = Spec::named(family.name).with(field.key, &value);
                    let Err(error) = check_operator(&Chain(vec![spec])) else {
                        continue;
                    };
                    let reason = error.to_string();
                    assert!(
                        !reason.contains("is not a") && !reason.contains("unknown"),
                        "{place}={value}: {reason}"
                    );
                }
            }
        }
    }
}
