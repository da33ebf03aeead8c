//! A step on a GPU is the step on the processor.

use burn::tensor::Device;

use crate::common::{a_run, go, photographs, settings};

/// A software adapter takes minutes to compile the kernels of even this network.
#[test]
#[ignore = "needs a GPU; takes minutes on a software one"]
fn a_gpu_learns_what_the_processor_learns() {
    let folder = tempfile::tempdir().expect("scratch");
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).expect("writable");
    photographs(&photos, 6);
    let losses = |device: Device, name: &str| {
        let mut settings = settings(3);
        settings.model.channel_mult = "1".to_owned();
        settings.model.attention_resolutions = String::new();
        settings.batch = 2;
        let mut run = a_run(&photos, &folder.path().join(name), settings);
        run.pace.samples = 0;
        run.device = device;
        go(&run, None).expect("runs").1
    };
    let processor = losses(Device::flex(), "processor");
    let gpu = Device::wgpu_options().init().expect("a GPU");
    let gpu = losses(gpu, "gpu");
    for (a, b) in processor.iter().zip(&gpu) {
        assert!((a - b).abs() < 1e-3 * a, "{processor:?} {gpu:?}");
    }
}
