//! The shape of a preconditioned U-Net, and what follows from it: stride, receptive field, memory.

use serde::{Deserialize, Serialize};

use crate::error::DiffusionError;

/// Architecture of a [`PreconditionedUNet`](crate::PreconditionedUNet).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreconditionedConfig {
    /// The side of the crops it was trained on, in pixels. The network itself knows no size.
    pub image_size: usize,
    /// Channels of each level, from half the resolution of the picture down.
    pub channels: Vec<usize>,
    /// Residual blocks of each level on the way down.
    pub down: Vec<usize>,
    /// Residual blocks of each level but the last on the way up.
    pub up: Vec<usize>,
    /// Width of the embedding of the noise level.
    #[serde(default = "embed")]
    pub embed: usize,
    /// The standard deviation of pictures that the preconditioning assumes, in the model range.
    #[serde(default = "sigma_data")]
    pub sigma_data: f64,
}

fn embed() -> usize {
    128
}

fn sigma_data() -> f64 {
    0.5
}

/// Pixels of one side of a cell of the first level: the picture is unshuffled by this.
pub(super) const CELL: usize = 2;
const LEVELS: usize = 6;
const BLOCKS: usize = 64;
/// Feature maps of the first level, and what the caller holds of the picture, that are alive at once beside
/// what is kept. Generous: by growth of peak memory from 256 to 768 pixels a side, a product of a network of
/// 48 and 96 channels takes 970 bytes for each pixel where this leads to 1056.
const WORKING: f64 = 10.0;

impl PreconditionedConfig {
    /// The architecture with the usual embedding and `sigma_data`.
    #[must_use]
    pub fn new(image_size: usize, channels: &[usize], down: &[usize], up: &[usize]) -> Self {
        Self {
            image_size,
            channels: channels.to_vec(),
            down: down.to_vec(),
            up: up.to_vec(),
            embed: embed(),
            sigma_data: sigma_data(),
        }
    }

    /// Heights and widths must be divisible by this.
    #[must_use]
    pub fn stride(&self) -> usize {
        CELL << self.channels.len().saturating_sub(1).min(LEVELS)
    }

    /// The receptive field: pixels to each side beyond which an output does not depend on the input.
    #[must_use]
    pub fn halo(&self) -> usize {
        // Outputs see differently far to either side, depending on where in a cell they lie.
        let sides = (0..self.stride() as isize).map(|pixel| {
            let cell = pixel.div_euclid(CELL as isize);
            let [first, last] = self.features(0, [cell - 1, cell + 1]);
            let [first, last] = [first - 1, last + 1].map(|cell| CELL as isize * cell);
            (pixel - first).max(last + CELL as isize - 1 - pixel)
        });
        sides.max().unwrap_or(0).unsigned_abs()
    }

    /// The first and the last feature before the blocks of `level` on the way down that the features `first`
    /// to `last` behind its blocks on the way up depend on. A block sees two pixels to each side.
    fn features(&self, level: usize, [mut first, mut last]: [isize; 2]) -> [isize; 2] {
        if let Some(&up) = self.up.get(level) {
            let up = 2 * up as isize;
            (first, last) = (first - up, last + up);
            let deeper = [first, last].map(|place| place.div_euclid(2));
            let [deep_first, deep_last] = self.features(level + 1, deeper);
            (first, last) = (first.min(2 * deep_first), last.max(2 * deep_last + 1));
        }
        let down = 2 * self.down.get(level).copied().unwrap_or(0) as isize;
        [first - down, last + down]
    }

    /// Bytes of feature maps for each pixel of the picture while the network runs on the processor: at most
    /// at once in an evaluation, or what is kept for a vector-Jacobian product and the most beside it.
    #[must_use]
    pub fn activation_bytes(&self, product: bool) -> f64 {
        let mut values = 0.0;
        for (level, &channels) in self.channels.iter().enumerate() {
            let own = channels as f64 / (CELL * CELL) as f64 / 4_f64.powi(level as i32);
            let blocks = self.down[level] + self.up.get(level).copied().unwrap_or(0);
            values += own * if product { 2.0 * blocks as f64 } else { 1.0 };
            if level == 0 {
                values += own * WORKING;
            }
        }
        4.0 * values
    }

    /// Refuses what cannot be built.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] names the field and its range.
    pub fn check(&self) -> Result<(), DiffusionError> {
        let refuse = |reason: String| Err(DiffusionError::Config { reason });
        let levels = self.channels.len();
        if levels == 0 || levels > LEVELS {
            return refuse(format!(
                "channels has {levels} levels, but 1 to {LEVELS} are possible"
            ));
        }
        if (self.down.len(), self.up.len()) != (levels, levels - 1) {
            return refuse(format!(
                "channels has {levels} levels, so down has {levels} numbers and up {}; they have {} and {}",
                levels - 1,
                self.down.len(),
                self.up.len()
            ));
        }
        let lists = [
            (
                "image_size",
                std::slice::from_ref(&self.image_size),
                1,
                65_536,
            ),
            ("channels", &self.channels, 1, 16_384),
            ("down", &self.down, 0, BLOCKS),
            ("up", &self.up, 0, BLOCKS),
            ("embed", std::slice::from_ref(&self.embed), 2, 16_384),
        ];
        for (field, values, least, most) in lists {
            if let Some(value) = values.iter().find(|value| !(least..=most).contains(*value)) {
                return refuse(format!(
                    "{field} is {value}, but {least} to {most} is possible"
                ));
            }
        }
        if !self.embed.is_multiple_of(2) {
            return refuse(format!("embed is {}, but it must be even", self.embed));
        }
        if !(self.sigma_data > 0.0 && self.sigma_data <= 100.0) {
            return refuse(format!(
                "sigma_data is {}, but it must be above 0 and at most 100",
                self.sigma_data
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receptive_field_is_that_of_the_layers() {
        let halo = |channels: usize, down: &[usize], up: &[usize]| {
            PreconditionedConfig::new(64, &vec![16; channels], down, up).halo()
        };
        // Head and tail see a cell of two pixels to each side, and an output lies anywhere in its own.
        assert_eq!(halo(1, &[0], &[]), 5);
        // Each block sees two cells more.
        assert_eq!(halo(1, &[1], &[]), 9);
        // Up: 1 + 4 cells, six where a pair begins before them; 8 pairs; down: 1 + 4 cells.
        assert_eq!(halo(2, &[2, 4], &[2]), 2 * (6 + 16 + 5) + 1);
    }

    /// The growth that the constant above was measured by.
    #[test]
    fn a_product_takes_less_than_estimated() {
        let config = PreconditionedConfig::new(64, &[48, 96], &[2, 4], &[2]);
        assert!((1.05..1.5).contains(&(config.activation_bytes(true) / 969.0)));
        assert!(config.activation_bytes(false) < config.activation_bytes(true));
    }

    #[test]
    fn what_cannot_be_built_is_refused_by_name() {
        type Change = fn(&mut PreconditionedConfig);
        let cases: [(Change, &str); 7] = [
            (|c| c.channels.clear(), "channels"),
            (|c| c.channels[0] = 0, "channels"),
            (|c| c.down.push(1), "down"),
            (|c| c.up.clear(), "up"),
            (|c| c.down[0] = 65, "down"),
            (|c| c.embed = 7, "embed"),
            (|c| c.sigma_data = f64::NAN, "sigma_data"),
        ];
        for (change, word) in cases {
            let mut config = PreconditionedConfig::new(64, &[48, 96], &[2, 4], &[2]);
            config.check().expect("possible");
            change(&mut config);
            let said = config.check().expect_err(word).to_string();
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
