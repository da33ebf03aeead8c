//! What is minimised: the squared error of the predicted noise, weighed by timestep.

use std::fmt;
use std::str::FromStr;

use diffusion::Schedule;
use serde::{Deserialize, Serialize};

/// Hang et al. 2023: their gamma.
const GAMMA: f64 = 5.0;

/// The weight of each timestep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// All alike (Ho et al. 2020, eq. 14).
    #[default]
    Plain,
    /// `min(SNR, 5) / SNR` with `SNR = alpha_bar / (1 - alpha_bar)` (Hang et al. 2023, for noise
    /// prediction): little noise counts less, which trains global structure sooner.
    MinSnr,
}

impl Loss {
    /// The weight of step `i`, in (0, 1].
    #[must_use]
    pub fn weight(self, schedule: &Schedule, i: usize) -> f64 {
        match self {
            Self::Plain => 1.0,
            Self::MinSnr => {
                let alpha_bar = schedule.alpha_bar(i);
                let ratio = alpha_bar / (1.0 - alpha_bar);
                ratio.min(GAMMA) / ratio
            }
        }
    }
}

impl FromStr for Loss {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "plain" => Ok(Self::Plain),
            "min-snr" => Ok(Self::MinSnr),
            other => Err(format!("`{other}` is no loss; write plain or min-snr")),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::MinSnr => "min-snr",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diffusion::NoiseSchedule;

    #[test]
    fn the_weights_are_those_of_the_paper() {
        // alpha_bar 0.9, 0.45: signal-to-noise ratios 9 and 0.45 / 0.55, below gamma.
        let schedule = Schedule::from_betas(vec![0.1, 0.5], vec![0, 1]).expect("valid");
        assert!((Loss::MinSnr.weight(&schedule, 0) - 5.0 / 9.0).abs() < 1e-12);
        assert_eq!(Loss::MinSnr.weight(&schedule, 1), 1.0);
        assert_eq!(Loss::Plain.weight(&schedule, 0), 1.0);
        // What the default's documentation says of it.
        let linear = Schedule::new(NoiseSchedule::Linear, 1000).expect("valid");
        let sigma = |i: usize| ((1.0 - linear.alpha_bar(i)) / linear.alpha_bar(i)).sqrt();
        let at = (0..1000)
            .find(|i| sigma(*i) >= 10.0 / 255.0)
            .expect("reached");
        assert!((0.006..0.009).contains(&Loss::MinSnr.weight(&linear, at)));
    }
}
