//! Strokes on a real photograph: what is restored, what is left alone, and how well.

use std::path::Path;

use evaluation::baselines::harmonic_fill;
use imaging::{Mask, Photo, Planar, masked_psnr, mean_gradient};
use tests::{data, tweedie};

const SEEDS: [u64; 6] = [1, 2, 3, 4, 5, 6];

fn restore(folder: &Path, seed: u64, name: &str) -> (Vec<u8>, Photo) {
    let output = folder.join(name);
    let ran = tweedie()
        .arg("restore")
        .arg(data("strokes/damaged.png"))
        .arg("--mask")
        .arg(data("strokes/mask.png"))
        .args(["--seed", &seed.to_string(), "--device", "cpu", "--output"])
        .arg(&output)
        .output()
        .expect("tweedie runs");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let bytes = std::fs::read(&output).expect("the result was written");
    let photo = Photo::open(&output).expect("the result is a picture");
    (bytes, photo)
}

#[test]
fn strokes_are_restored_and_everything_else_is_left_alone() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let damaged = Photo::open(&data("strokes/damaged.png")).expect("part of the repository");
    let truth = Photo::open(&data("strokes/original.png")).expect("part of the repository");
    let truth = truth.planar(truth.bounds());
    let mask = Mask::open(&data("strokes/mask.png")).expect("part of the repository");

    let runs: Vec<(Vec<u8>, Photo)> = SEEDS
        .iter()
        .map(|&seed| restore(folder.path(), seed, &format!("seed{seed}.png")))
        .collect();

    // Unmasked pixels are identical, masked ones are not.
    let before = damaged.rgba8(damaged.bounds());
    for (_, photo) in &runs {
        let after = photo.rgba8(photo.bounds());
        let mut changed = 0;
        for (i, (a, b)) in before
            .chunks_exact(4)
            .zip(after.chunks_exact(4))
            .enumerate()
        {
            if mask.data()[i] == 0 {
                assert_eq!(a, b, "pixel {i} outside the mask changed");
            } else {
                changed += usize::from(a != b);
            }
        }
        assert!(
            changed * 2 > mask.count(),
            "only {changed} masked pixels changed"
        );
    }

    // The same seed gives the same bytes, another seed does not.
    let (again, _) = restore(folder.path(), SEEDS[0], "again.png");
    assert!(again == runs[0].0, "the same seed gave other bytes");
    assert!(runs[1].0 != runs[0].0, "two seeds gave the same bytes");

    let pictures: Vec<Planar> = runs.iter().map(|(_, p)| p.planar(p.bounds())).collect();
    let mean = Planar::mean(&pictures).expect("pictures of one size");
    // The smoothest fill there is, and hard to beat in PSNR.
    let harmonic = harmonic_fill(&damaged.planar(damaged.bounds()), &mask);
    let psnr = |picture: &Planar| masked_psnr(picture, &truth, &mask);
    let (of_mean, of_harmonic) = (psnr(&mean), psnr(&harmonic));
    eprintln!("masked PSNR: mean of six {of_mean:.2} dB, harmonic fill {of_harmonic:.2} dB");
    for picture in &pictures {
        eprintln!("  one sample {:.2} dB", psnr(picture));
    }
    assert!(
        of_mean > of_harmonic,
        "{of_mean:.2} dB is no better than {of_harmonic:.2} dB"
    );

    // One sample keeps texture.
    let texture = |picture: &Planar| mean_gradient(picture, &mask);
    let (sample, smooth) = (texture(&pictures[0]), texture(&harmonic));
    eprintln!(
        "mean gradient: sample {sample:.4}, harmonic {smooth:.4}, truth {:.4}",
        texture(&truth)
    );
    assert!(
        sample >= 1.2 * smooth,
        "a sample's gradient {sample} against {smooth}"
    );
}
