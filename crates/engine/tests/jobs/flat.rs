//! Flat and smooth surroundings come out flat and smooth: nothing appears in a black wall or a clear
//! sky that was not there, where a run starts from the harmonic fill.

use std::sync::Arc;

use engine::{Chain, DeviceChoice, Job, Preset, PriorChoice, Recipe};
use imaging::{Depth, Mask, Photo, Planar, Rect, Value};

use super::{engine, finished, listen};

const SIDE: usize = 64;
/// Levels of 255 by which a restored pixel may be off.
const MOST: f32 = 6.0;
/// Seeds of each preset; Best takes the steps of Balanced with some between them.
const SEEDS: [(Preset, u64); 3] = [
    (Preset::Fast, 10),
    (Preset::Balanced, 10),
    (Preset::Best, 1),
];
const NOISES: [f64; 4] = [0.0, 0.002, 0.005, 0.02];

/// A name and the colour at a place, `[0, 1]`.
type Surroundings = (&'static str, fn(f32, f32) -> [f32; 3]);

const SURROUNDINGS: [Surroundings; 5] = [
    ("black", |_, _| [0.0; 3]),
    ("white", |_, _| [1.0; 3]),
    ("grey", |_, _| [0.5; 3]),
    ("a gradient", |x, y| {
        [0.2 + 0.5 * x, 0.3 + 0.4 * y, 0.6 - 0.3 * x]
    }),
    ("a clear sky", |_, y| {
        [0.25 + 0.3 * y, 0.45 + 0.25 * y, 0.85 + 0.08 * y]
    }),
];

fn picture(colour: fn(f32, f32) -> [f32; 3]) -> Planar {
    let mut picture = Planar::new(SIDE, SIDE);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let place = |at: usize| at as f32 / SIDE as f32;
            for (channel, value) in colour(place(x), place(y)).into_iter().enumerate() {
                // As a file of 8 bits holds it.
                let value = (value * 255.0).round() / 255.0;
                picture.data[(channel * SIDE + y) * SIDE + x] = value;
            }
        }
    }
    picture
}

/// A scratch across, a spot and a broader stain.
fn mask() -> Arc<Mask> {
    let mut mask = Mask::new(SIDE, SIDE);
    mask.stamp((6.0, 10.0), (58.0, 30.0), 1.5, Value::Paint);
    mask.fill_rect(Rect::new(40, 44, 5, 5), Value::Paint);
    mask.fill_rect(Rect::new(14, 40, 10, 10), Value::Paint);
    Arc::new(mask)
}

#[test]
fn nothing_appears_in_flat_and_smooth_surroundings() {
    let (engine, mask) = (engine(), mask());
    let operator: Chain = "inpaint".parse().expect("valid");
    let mut worst = Vec::new();
    for (preset, seeds) in SEEDS {
        let plan = preset.draw(&operator);
        for ((name, colour), noise) in SURROUNDINGS
            .iter()
            .flat_map(|s| NOISES.map(|noise| (*s, noise)))
        {
            let truth = picture(colour);
            let photo = Arc::new(Photo::from_planar(&truth, Depth::Eight));
            let mut most = 0.0_f32;
            for seed in 0..seeds {
                engine.submit(Job {
                    photo: Arc::clone(&photo),
                    mask: Some(Arc::clone(&mask)),
                    recipe: Recipe {
                        operator: operator.clone(),
                        noise,
                        sampler: plan.sampler.clone(),
                        steps: plan.steps,
                        seed,
                        prior: PriorChoice::default(),
                        device: DeviceChoice::Cpu,
                        ..Recipe::default()
                    },
                    start: None,
                    scene: None,
                });
                let restored = finished(&listen(&engine)).photo.planar(photo.bounds());
                let off = restored.data.iter().zip(&truth.data);
                most = off.fold(most, |most, (a, b)| most.max((a - b).abs() * 255.0));
            }
            if most > MOST {
                worst.push(format!(
                    "{preset}, {name}, noise {noise}: off by {most:.1} of 255"
                ));
            }
        }
    }
    assert!(worst.is_empty(), "{}", worst.join("\n"));
}
