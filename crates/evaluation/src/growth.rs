//! An evaluation that grows: one more sampler, task or picture joins what was measured before.
//!
//! Cells are kept by their places in the plan, so what is new comes behind what is there, and nothing
//! that is finished is computed again.

use crate::plan::Plan;

impl Plan {
    /// This plan, and behind its own tasks, methods and pictures those of `asked` that it lacks.
    ///
    /// # Errors
    /// The names of the settings on which the two disagree, so that their numbers cannot stand in one
    /// table.
    pub(crate) fn joined(&self, asked: &Self) -> Result<Self, Vec<&'static str>> {
        let disagreeing = self.disagreeing(asked);
        if !disagreeing.is_empty() {
            return Err(disagreeing);
        }
        let mut joined = self.clone();
        join(&mut joined.tasks, &asked.tasks);
        join(&mut joined.methods, &asked.methods);
        joined.pictures.clone_from(&asked.pictures);
        joined.files.extend(asked.files.clone());
        Ok(joined)
    }

    fn disagreeing(&self, other: &Self) -> Vec<&'static str> {
        // Masks, noise and draws of a picture are seeded by its place.
        let pictures = !other.pictures.starts_with(&self.pictures);
        let mut files = self.files.iter();
        let files = files.any(|(file, hash)| other.files.get(file).is_some_and(|h| h != hash));
        let settings = [
            ("version of the program", self.version != other.version),
            ("noise level", self.noise != other.noise),
            ("number of draws", self.draws != other.draws),
            ("number of draws at a time", self.together != other.together),
            ("seed", self.seed != other.seed),
            ("crop", self.crop != other.crop),
            (
                "prior",
                (&self.prior, &self.prior_sha256) != (&other.prior, &other.prior_sha256),
            ),
            ("device", self.device != other.device),
            ("set of pictures", pictures),
            ("mask or kernel file", files),
            ("network for LPIPS", self.lpips != other.lpips),
        ];
        let disagreeing = settings.iter().filter(|(_, disagrees)| *disagrees);
        disagreeing.map(|(name, _)| *name).collect()
    }
}

fn join<T: Clone + PartialEq>(there: &mut Vec<T>, asked: &[T]) {
    for new in asked {
        if !there.contains(new) {
            there.push(new.clone());
        }
    }
}
