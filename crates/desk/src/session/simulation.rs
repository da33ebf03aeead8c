//! Simulated damage within a session: which, and of what size the damaged picture is.

use std::sync::Arc;

use engine::Recipe;
use imaging::{Mask, Photo};
use serde::{Deserialize, Serialize};

use super::Snapshot;
use super::container::Archive;
use super::error::SessionError;
use super::write_runs::RunsWriter;
use crate::runs::Damage;

/// The entry of the mask under which pixels were lost.
const LOST: &str = "lost.png";

/// `simulation` of `session.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SimulationEntry {
    /// Operator, noise and its seed.
    recipe: Recipe,
    /// Width of the damaged picture.
    pub(super) width: usize,
    /// Its height.
    pub(super) height: usize,
    /// Where pixels were lost, white, over the whole photo.
    #[serde(default)]
    lost: Option<String>,
}

/// Simulated damage that has not met its photo yet.
#[derive(Clone, Debug)]
pub struct StoredSimulation {
    recipe: Recipe,
    lost: Option<Arc<Mask>>,
    size: (usize, usize),
}

impl SimulationEntry {
    /// What `snapshot` keeps of its simulation; the mask goes to the entries.
    ///
    /// # Errors
    /// [`SessionError::Picture`] when the mask cannot be encoded.
    pub(super) fn of(
        snapshot: &Snapshot,
        damage: &Damage,
        entries: &mut RunsWriter,
    ) -> Result<Self, SessionError> {
        let lost = match &damage.mask {
            None => None,
            Some(mask) => {
                entries.add(LOST, mask.to_png()?);
                Some(LOST.to_owned())
            }
        };
        Ok(Self {
            recipe: damage.recipe.clone(),
            width: snapshot.photo.width(),
            height: snapshot.photo.height(),
            lost,
        })
    }

    /// Reads it; the mask must have the size of the photo.
    ///
    /// # Errors
    /// [`SessionError::Damaged`] when the mask cannot be read or has another size.
    pub(super) fn read(
        self,
        archive: &mut Archive<'_>,
        photo: (usize, usize),
    ) -> Result<StoredSimulation, SessionError> {
        let lost = match &self.lost {
            None => None,
            Some(entry) => {
                let mask = Mask::from_photo(&archive.photo(entry)?);
                if (mask.width(), mask.height()) != photo {
                    return Err(
                        archive.damaged("its simulated damage has another size than its photo")
                    );
                }
                Some(Arc::new(mask))
            }
        };
        Ok(StoredSimulation {
            recipe: self.recipe,
            lost,
            size: (self.width, self.height),
        })
    }
}

impl StoredSimulation {
    /// Does the damage again. Takes as long as simulating it did: not on the window's thread.
    ///
    /// # Errors
    /// [`SessionError::Damage`] if it cannot be done any more (a kernel is gone),
    /// [`SessionError::DamageSize`] if it gives a picture of another size.
    pub fn on(&self, photo: &Arc<Photo>) -> Result<(Damage, engine::Simulated), SessionError> {
        let damage = Damage {
            truth: Arc::clone(photo),
            mask: self.lost.clone(),
            recipe: self.recipe.clone(),
        };
        let made = damage.simulate().map_err(SessionError::Damage)?;
        if (made.photo.width(), made.photo.height()) != self.size {
            return Err(SessionError::DamageSize);
        }
        Ok((damage, made))
    }
}
