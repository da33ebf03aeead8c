//! ΠGDM: pseudoinverse-guided diffusion (Song, Vahdat, Mardani & Kautz 2023, ICLR).
//!
//! The covariance is `r_t² I` with `r_t² = sigma_t² / (1 + sigma_t²)`, exact for white data of
//! unit variance, and the network's Jacobian carries the correction back. Without noise the solve
//! is the pseudo-inverse: `r_t² Aᵀ (r_t² A Aᵀ)⁺ = A⁺`. It is CA-DPS with the isotropic covariance,
//! under the name that the field knows it by.
//!
//! Cost of a step: one evaluation and one product.

use operators::{Family, Values};

use crate::ca_dps::CaDps;
use crate::covariance::Covariance;
use crate::levels::{LEVELS, START, levels};
use crate::operator_default::ABOVE_NOISE;
use crate::registry::{Built, Entry};
use crate::reverse::ETA;

const NAME: &str = "pigdm";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "ΠGDM",
        summary: "Pseudoinverse guidance: every value is taken to be equally uncertain.",
        source: "Song et al. 2023, ICLR",
        parameters: &[ETA, START, LEVELS],
        ..Family::PLAIN
    },
    defaults: &[ABOVE_NOISE],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(CaDps {
        eta: values.number("eta")?,
        levels: levels(values)?,
        name: NAME,
        ..CaDps::new(Covariance::Isotropic)
    }))
}
