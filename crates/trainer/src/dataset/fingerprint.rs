//! What a dataset was, in 64 characters: a run must go on with the pictures it began with.

use sha2::{Digest, Sha256};

use super::DatasetOptions;
use super::manifest::Splits;

/// Collects what decides the pictures.
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    pub(super) fn new(options: &DatasetOptions) -> Self {
        let mut hasher = Sha256::new();
        let decides = format!("{} {}\n", options.grouping, options.longest);
        hasher.update(decides.as_bytes());
        Self(hasher)
    }

    /// Adds a picture that is used; names have no line breaks inside, or are told apart by the
    /// digest that follows.
    pub(super) fn add(&mut self, name: &str, digest: &[u8; 32]) {
        self.0.update(name.as_bytes());
        self.0.update(b"\n");
        self.0.update(digest);
    }

    pub(super) fn finish(mut self, splits: Option<&Splits>) -> String {
        for (name, split) in splits.into_iter().flat_map(|splits| &splits.known) {
            self.0.update(format!("{name}\n{split}\n").as_bytes());
        }
        let digest = self.0.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

pub(super) fn of_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
