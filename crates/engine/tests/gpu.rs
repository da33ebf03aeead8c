//! The GPU path on whatever Vulkan adapter there is; `tests/run.sh` installs a software one.
//!
//! Tiny on purpose: a software adapter spends minutes on shaders of a real network.

use std::sync::Arc;
use std::time::Duration;

use engine::{DeviceChoice, Engine, Event, Job, PriorChoice, Recipe};
use imaging::{Depth, Mask, Photo, Planar, Rect, Value};

fn restore(device: DeviceChoice) -> (Arc<Photo>, String) {
    let mut picture = Planar::new(64, 64);
    for (i, value) in picture.data.iter_mut().enumerate() {
        *value = (i % 29) as f32 / 29.0;
    }
    let mut mask = Mask::new(64, 64);
    mask.fill_rect(Rect::new(20, 20, 12, 8), Value::Paint);
    let recipe = Recipe {
        prior: PriorChoice::BuiltIn("gaussian".to_owned()),
        steps: 5,
        device,
        ..Recipe::default()
    };
    let photo = Arc::new(Photo::from_planar(&picture, Depth::Eight));
    let engine = Engine::start(|| ()).expect("starts");
    engine.submit(Job {
        photo,
        mask: Some(Arc::new(mask)),
        recipe,
        start: None,
        scene: None,
    });
    loop {
        match engine.wait_event(Duration::from_secs(300)) {
            Some(Event::Finished { outcome, .. }) => {
                return (outcome.photo, outcome.report.device.backend);
            }
            Some(Event::Failed { error, .. }) => panic!("{error}"),
            Some(_) => {}
            None => panic!("no answer from {device}"),
        }
    }
}

#[test]
fn the_gpu_gives_what_the_processor_gives() {
    let gpus: Vec<_> = engine::devices()
        .into_iter()
        .filter(|d| d.choice != DeviceChoice::Cpu)
        .collect();
    assert!(
        !gpus.is_empty(),
        "no Vulkan adapter: install mesa-vulkan-drivers (tests/run.sh does)"
    );
    let (on_gpu, backend) = restore(DeviceChoice::Gpu(0));
    assert_ne!(backend, "CPU");
    let (on_cpu, _) = restore(DeviceChoice::Cpu);
    let (a, b) = (on_gpu.rgba8(on_gpu.bounds()), on_cpu.rgba8(on_cpu.bounds()));
    let worst = a.iter().zip(&b).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(1), "the devices differ by {worst:?} levels");
}
