//! A step on a GPU is the step on the processor.

use burn::tensor::Device;
use diffusion::PreconditionedConfig;
use trainer::Precision;

use crate::common::{SIDE, a_run, go, photographs, settings};

/// Three steps on both; 16-bit floats are compared with 32.
fn compare(precision: Precision, tolerance: f64) {
    let folder = tempfile::tempdir().expect("scratch");
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    let losses = |device: Device, precision, name: &str| {
        let mut settings = settings(3);
        settings.model = PreconditionedConfig::new(SIDE, &[16], &[1], &[]).into();
        settings.batch = 2;
        settings.precision = precision;
        let mut run = a_run(&photos, &folder.path().join(name), settings);
        run.pace.samples = 0;
        run.device = device;
        go(&run, None).expect("runs").1
    };
    let processor = losses(Device::flex(), Precision::F32, "processor");
    let gpu = Device::wgpu_options().init().expect("a GPU");
    let gpu = losses(gpu, precision, "gpu");
    for (a, b) in processor.iter().zip(&gpu) {
        assert!((a - b).abs() < tolerance * a, "{processor:?} {gpu:?}");
    }
}

// A software adapter takes minutes to compile the kernels of even this network.

#[test]
#[ignore = "needs a GPU; takes minutes on a software one"]
fn a_gpu_learns_what_the_processor_learns() {
    compare(Precision::F32, 1e-3);
}

#[test]
#[ignore = "needs a GPU; takes minutes on a software one"]
fn so_it_does_in_16_bits() {
    compare(Precision::F16, 1e-2);
}
