//! Which timesteps to keep when taking fewer steps.
//!
//! Source: guided-diffusion's `space_timesteps`; known answers in the tests.

use std::collections::BTreeSet;

use crate::error::DiffusionError;

/// The timesteps kept out of `length`, ascending.
///
/// `sections` is `"N"` (N evenly spread, first and last included), `"a,b,c"` (the schedule is
/// cut into as many equal parts and each gives that many), or `"ddimN"` (a fixed whole stride).
///
/// # Errors
/// [`DiffusionError::Steps`] for anything else, or more steps than a part holds.
pub fn retained_timesteps(length: usize, sections: &str) -> Result<Vec<usize>, DiffusionError> {
    let refuse = |reason: &str| {
        Err(DiffusionError::Steps {
            steps: sections.to_owned(),
            length,
            reason: reason.to_owned(),
        })
    };
    if let Some(count) = sections.strip_prefix("ddim") {
        let Ok(count) = count.parse::<usize>() else {
            return refuse("a whole number follows `ddim`");
        };
        let strided = (1..length).find(|stride| length.div_ceil(*stride) == count);
        return match strided {
            Some(stride) => Ok((0..length).step_by(stride).collect()),
            None => refuse("no whole stride gives that many steps"),
        };
    }
    let Ok(counts) = sections
        .split(',')
        .map(|s| s.trim().parse())
        .collect::<Result<Vec<usize>, _>>()
    else {
        return refuse("write a whole number, numbers joined by commas, or `ddimN`");
    };
    let (share, extra) = (length / counts.len(), length % counts.len());
    let mut start = 0;
    let mut kept = BTreeSet::new();
    for (i, &count) in counts.iter().enumerate() {
        let size = share + usize::from(i < extra);
        if count == 0 || count > size {
            return refuse(&format!(
                "a section of {size} timesteps cannot give {count} steps"
            ));
        }
        let stride = if count == 1 {
            1.0
        } else {
            (size - 1) as f64 / (count - 1) as f64
        };
        let mut position = 0.0_f64;
        for _ in 0..count {
            kept.insert(start + position.round_ties_even() as usize);
            position += stride;
        }
        start += size;
    }
    Ok(kept.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_requests_are_refused() {
        for bad in [
            "0", "", "x", "1001", "600,600", "ddim999", "ddimx", "10,,10",
        ] {
            assert!(
                retained_timesteps(1000, bad).is_err(),
                "{bad:?} was accepted"
            );
        }
    }

    #[test]
    fn ends_are_kept() {
        for count in [2, 3, 25, 999] {
            let kept = retained_timesteps(1000, &count.to_string()).expect("possible");
            assert_eq!((kept.len(), kept[0], kept[count - 1]), (count, 0, 999));
        }
    }
}
