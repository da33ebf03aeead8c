//! LPIPS against the authors' package, on networks with few channels and random weights.

use evaluation::{EvaluationError, Lpips};
use imaging::Planar;
use tests::data;

const SIDE: usize = 64;

/// What was recorded on, by its number.
fn picture(number: f64) -> Planar {
    let mut picture = Planar::new(SIDE, SIDE);
    for (at, value) in picture.data.iter_mut().enumerate() {
        let (c, i, j) = (at / (SIDE * SIDE), at / SIDE % SIDE, at % SIDE);
        let (c, i, j) = (c as f64, i as f64, j as f64);
        let wave = 0.3 * (0.2 * j + number + c).sin() * (0.15 * i).cos();
        *value = (0.5 + wave + 0.1 * (1.7 * j * number + 0.9 * i).sin()) as f32;
    }
    picture
}

fn open(network: &str, heads: &str) -> Result<Lpips, EvaluationError> {
    let file = |name: &str, part: &str| data(&format!("lpips/{name}_{part}.pth"));
    Lpips::open(&file(network, "backbone"), &file(heads, "heads"))
}

#[test]
fn distances_are_those_of_the_package() {
    let recorded = std::fs::read(data("lpips/lpips.json")).expect("recorded");
    let recorded: serde_json::Value = serde_json::from_slice(&recorded).expect("JSON");
    for (name, title) in [("alex", "AlexNet"), ("vgg", "VGG-16")] {
        let lpips = open(name, name).expect("readable");
        assert_eq!(lpips.mark().network, title);
        for (a, b, key) in [
            (0.0, 1.0, "distance"),
            (0.0, 3.0, "far"),
            (0.5, 0.5, "same"),
        ] {
            let expected = recorded[name][key].as_f64().expect("a number");
            let found = lpips
                .distance(&picture(a), &picture(b))
                .expect("large enough");
            let off = (found - expected).abs();
            assert!(
                off <= 2e-5 * expected,
                "{name}, {key}: {found} for {expected}"
            );
        }
        let there = lpips.distance(&picture(0.0), &picture(1.0)).expect("fits");
        let back = lpips.distance(&picture(1.0), &picture(0.0)).expect("fits");
        assert!((there - back).abs() < 1e-6, "{there} there, {back} back");
    }
}

#[test]
fn other_files_and_pictures_that_are_too_small_are_refused_by_name() {
    let said = |network: &str, heads: &str| {
        let error = open(network, heads).err().expect("refused");
        error.to_string()
    };
    // The layers of the other network have other channels.
    let mixed = said("alex", "vgg");
    assert!(
        mixed.contains("vgg_heads.pth") && mixed.contains("lin"),
        "{mixed}"
    );
    let heads = data("lpips/alex_heads.pth");
    let error = Lpips::open(&heads, &heads)
        .err()
        .expect("no network")
        .to_string();
    assert!(
        error.contains("alex_heads.pth") && error.contains("AlexNet or VGG-16"),
        "{error}"
    );
    let error = Lpips::open(&data("README.md"), &heads)
        .err()
        .expect("no checkpoint");
    assert!(error.to_string().contains("README.md"), "{error}");
    for name in ["alex", "vgg"] {
        let lpips = open(name, name).expect("readable");
        let least = lpips.least_side();
        let of = |side| Planar::new(side, side);
        assert!(lpips.distance(&of(least), &of(least)).is_ok());
        let error = lpips
            .distance(&of(least - 1), &of(least - 1))
            .expect_err("small");
        assert!(error.to_string().contains(&least.to_string()), "{error}");
        assert!(lpips.distance(&of(64), &of(65)).is_err());
    }
}
