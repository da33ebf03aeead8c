//! How fast a run is, for plans and for the time left.

/// Steps whose speed says nothing: kernels are still being chosen and compiled.
const WARM: u64 = 3;
/// Steps, and seconds, by whose speed a run is planned.
const TRIAL: (u64, f64) = (10, 20.0);

/// How fast steps are, in this process.
#[derive(Default)]
pub(crate) struct Speed {
    steps: u64,
    counted: f64,
    recent: Option<f64>,
}

impl Speed {
    /// Hears how long a step took.
    pub(crate) fn hear(&mut self, seconds: f64) {
        self.steps += 1;
        if self.is_counted() {
            self.counted += seconds;
            let recent = self.recent.unwrap_or(seconds);
            self.recent = Some(recent + 0.05 * (seconds - recent));
        }
    }

    /// Seconds for one step, of late; infinite before the first that counts.
    pub(crate) fn seconds(&self) -> f64 {
        self.recent.unwrap_or(f64::INFINITY)
    }

    /// Whether a step has counted yet.
    pub(crate) fn is_counted(&self) -> bool {
        self.steps > WARM
    }

    /// Whether a run can be planned by it.
    pub(crate) fn is_known(&self) -> bool {
        self.steps >= WARM + TRIAL.0 && self.counted >= TRIAL.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_steps_do_not_count() {
        let mut speed = Speed::default();
        for _ in 0..WARM {
            speed.hear(60.0);
        }
        assert!(!speed.is_counted() && speed.seconds().is_infinite());
        speed.hear(2.0);
        assert!(speed.is_counted());
        assert_eq!(speed.seconds(), 2.0);
    }

    #[test]
    fn a_plan_wants_steps_and_seconds() {
        let after = |steps: u64, seconds: f64| {
            let mut speed = Speed::default();
            (0..steps).for_each(|_| speed.hear(seconds));
            speed
        };
        assert!(!after(WARM + 9, 10.0).is_known());
        assert!(!after(WARM + 15, 1.0).is_known());
        assert!(after(WARM + 10, 2.0).is_known());
    }
}
