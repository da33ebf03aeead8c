//! A part of a batch for one of several machines.
//!
//! Every photo belongs to exactly one of `count` shards, decided by its relative path alone: the first
//! eight bytes of its SHA-256, as a big-endian number, modulo `count`. Machines agree without talking
//! to each other, whatever order their folders are in, and a photo that is added moves no other.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::error::EngineError;

/// The `index`-th of `count` shards, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// # Errors
    /// [`EngineError::Batch`] unless `index` is from 1 to `count`.
    pub fn new(index: u64, count: u64) -> Result<Self, EngineError> {
        if (1..=count).contains(&index) {
            return Ok(Self { index, count });
        }
        Err(EngineError::Batch(format!(
            "there is no shard {index} of {count}; write --shard 1/4 for the first of four"
        )))
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many there are.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Whether the photo at this path within the batch belongs to it.
    #[must_use]
    pub fn holds(self, relative: &Path) -> bool {
        let mut hash = Sha256::new();
        for (i, part) in relative.components().enumerate() {
            if i > 0 {
                hash.update(b"/");
            }
            hash.update(part.as_os_str().as_encoded_bytes());
        }
        let digest = hash.finalize();
        let number = digest[..8]
            .iter()
            .fold(0, |n, byte| (n << 8) | u64::from(*byte));
        number % self.count == self.index - 1
    }

    /// The shard that a cluster's variables name: those of a Slurm array (`SLURM_ARRAY_TASK_ID`, with
    /// `_COUNT` and, if it does not begin at 0, `_MIN`) or of a Kubernetes indexed job
    /// (`JOB_COMPLETION_INDEX`, from 0, with `JOB_COMPLETIONS`, which the job's manifest sets itself).
    /// `None` if neither is there.
    ///
    /// # Errors
    /// [`EngineError::Batch`] if they contradict each other, as an array with steps does.
    pub fn from_environment(
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, EngineError> {
        let number = |name: &str| -> Result<Option<u64>, EngineError> {
            let Some(text) = get(name).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            text.trim()
                .parse()
                .map(Some)
                .map_err(|_| EngineError::Batch(format!("{name} is `{text}`, which is no number")))
        };
        let slurm = number("SLURM_ARRAY_TASK_ID")?.zip(number("SLURM_ARRAY_TASK_COUNT")?);
        if let Some((id, count)) = slurm {
            let first = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
            let index = id.checked_sub(first).map_or(0, |index| index + 1);
            return Self::new(index, count).map(Some);
        }
        let job = number("JOB_COMPLETION_INDEX")?.zip(number("JOB_COMPLETIONS")?);
        job.map(|(index, count)| Self::new(index.saturating_add(1), count))
            .transpose()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            EngineError::Batch(format!(
                "`{text}` is no shard; write 1/4 for the first of four"
            ))
        };
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let number = |part: &str| part.trim().parse::<u64>().map_err(|_| wrong());
        Self::new(number(index)?, number(count)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_photo_belongs_to_exactly_one_shard() {
        for count in [1, 2, 3, 7, 16] {
            let shards: Vec<Shard> = (1..=count)
                .map(|index| Shard::new(index, count).expect("possible"))
                .collect();
            let mut sizes = vec![0_usize; shards.len()];
            for number in 0..600 {
                let path = format!("roll {}/photo-{number}.jpg", number % 5);
                let own: Vec<usize> = (0..shards.len())
                    .filter(|i| shards[*i].holds(Path::new(&path)))
                    .collect();
                assert_eq!(own.len(), 1, "{path} of {count}");
                sizes[own[0]] += 1;
            }
            let fair = 600 / shards.len();
            assert!(
                sizes.iter().all(|s| 2 * s > fair && *s < 2 * fair),
                "{sizes:?}"
            );
        }
    }

    /// Recorded with `printf 'roll/a.jpg' | sha256sum`: 0x... modulo 5.
    #[test]
    fn the_assignment_is_what_the_documentation_says() {
        let digest = Sha256::digest(b"roll/a.jpg");
        let number = u64::from_be_bytes(digest[..8].try_into().expect("eight bytes"));
        let shard = Shard::new(number % 5 + 1, 5).expect("possible");
        assert!(shard.holds(&Path::new("roll").join("a.jpg")));
    }

    #[test]
    fn clusters_name_shards() {
        let of = |variables: &[(&str, &str)]| {
            Shard::from_environment(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let shard = |index, count| Some(Shard::new(index, count).expect("possible"));
        let slurm = |id, min| {
            of(&[
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_COUNT", "4"),
                ("SLURM_ARRAY_TASK_MIN", min),
            ])
        };
        assert_eq!(slurm("0", "0").expect("possible"), shard(1, 4));
        assert_eq!(slurm("4", "1").expect("possible"), shard(4, 4));
        assert!(slurm("9", "1").is_err(), "an array with steps");
        assert!(slurm("0", "1").is_err());
        let job = of(&[("JOB_COMPLETION_INDEX", "2"), ("JOB_COMPLETIONS", "3")]);
        assert_eq!(job.expect("possible"), shard(3, 3));
        assert_eq!(
            of(&[("JOB_COMPLETION_INDEX", "2")]).expect("possible"),
            None
        );
        assert!(
            of(&[
                ("SLURM_ARRAY_TASK_ID", "x"),
                ("SLURM_ARRAY_TASK_COUNT", "2")
            ])
            .is_err()
        );
        for wrong in ["0/4", "5/4", "1", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        assert_eq!("3/8".parse::<Shard>().expect("possible").to_string(), "3/8");
    }
}
