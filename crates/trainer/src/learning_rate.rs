//! The learning rate: a straight rise, then half a cosine down to nothing (Loshchilov & Hutter
//! 2017). As long as the length of the run is not known yet, it stays up.

/// The rate of optimiser step `step` (from 0) of `total`.
pub(crate) fn learning_rate(highest: f64, warmup: u64, step: u64, total: Option<u64>) -> f64 {
    let risen = if step < warmup {
        (step + 1) as f64 / warmup as f64
    } else {
        1.0
    };
    let Some(total) = total else {
        return highest * risen;
    };
    let left = total.saturating_sub(warmup).max(1) as f64;
    let passed = (step.saturating_sub(warmup) as f64 / left).min(1.0);
    let fallen = 0.5 * (1.0 + libm::cos(std::f64::consts::PI * passed));
    highest * risen * fallen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_and_falls() {
        let at = |step| learning_rate(2.0, 10, step, Some(110));
        assert_eq!((at(0), at(4), at(9)), (0.2, 1.0, 2.0));
        assert_eq!(at(10), 2.0);
        assert!((at(60) - 1.0).abs() < 1e-12);
        assert!(at(109) > 0.0 && at(109) < 0.001);
        assert!(at(110) < 1e-12);
        assert_eq!(learning_rate(2.0, 10, 5000, None), 2.0);
        // A run shorter than its warm-up still moves.
        assert!(learning_rate(2.0, 10, 3, Some(4)) > 0.0);
    }
}
