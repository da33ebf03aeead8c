//! What the whole-program tests share: recorded data and the program itself.

pub mod state_dict;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;

/// A file of `tests/data`.
#[must_use]
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}

/// The root of the repository.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the repository")
}

/// Recorded tensors.
pub struct Recorded(Vec<u8>);

impl Recorded {
    /// Opens a safetensors file of `tests/data`.
    ///
    /// # Panics
    /// If it cannot be read.
    #[must_use]
    pub fn open(name: &str) -> Self {
        Self(std::fs::read(data(name)).expect("recorded data are part of the repository"))
    }

    /// Shape and values, f32 or f64.
    ///
    /// # Panics
    /// If there is no such tensor.
    #[must_use]
    pub fn values(&self, name: &str) -> (Vec<usize>, Vec<f64>) {
        let file = SafeTensors::deserialize(&self.0).expect("recorded data are whole");
        let view = file.tensor(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let values = match view.dtype() {
            safetensors::Dtype::F32 => view
                .data()
                .chunks_exact(4)
                .map(|b| f64::from(f32::from_le_bytes(b.try_into().expect("four bytes"))))
                .collect(),
            safetensors::Dtype::F64 => view
                .data()
                .chunks_exact(8)
                .map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")))
                .collect(),
            other => panic!("{name} is {other:?}"),
        };
        (view.shape().to_vec(), values)
    }

    /// A tensor on the CPU device.
    ///
    /// # Panics
    /// If its rank is not `D`.
    #[must_use]
    pub fn tensor<const D: usize>(&self, name: &str) -> Tensor<D> {
        let (shape, values) = self.values(name);
        let shape: [usize; D] = shape.try_into().expect("the rank asked for");
        let values: Vec<f32> = values.iter().map(|&v| v as f32).collect();
        Tensor::from_data(TensorData::new(values, shape), &Device::flex())
    }
}

/// The largest absolute difference; infinite if anything is not a number or shapes differ.
#[must_use]
pub fn difference<const D: usize>(a: &Tensor<D>, b: &Tensor<D>) -> f64 {
    if a.dims() != b.dims() {
        return f64::INFINITY;
    }
    let (a, b) = (a.to_data(), b.to_data());
    a.iter::<f64>()
        .zip(b.iter::<f64>())
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, |worst, d| {
            if d.is_nan() {
                f64::INFINITY
            } else {
                worst.max(d)
            }
        })
}

/// The program, built once if it is not there or out of date.
///
/// # Panics
/// If it cannot be built.
#[must_use]
pub fn tweedie() -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT.get_or_init(|| {
        // The selection of the tests: another one would have other features, and build Burn anew.
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--release", "--workspace", "--bins"]);
        if let Some(config) = std::env::var_os("TWEEDIE_CARGO_CONFIG") {
            build.arg("--config").arg(config);
        }
        let built = build.current_dir(repository()).status();
        assert!(
            built.expect("cargo runs").success(),
            "tweedie does not build"
        );
        let test = std::env::current_exe().expect("a running test has a path");
        let folder = test
            .ancestors()
            .nth(2)
            .expect("tests run from target/release/deps");
        folder.join(format!("tweedie{}", std::env::consts::EXE_SUFFIX))
    });
    Command::new(program)
}
