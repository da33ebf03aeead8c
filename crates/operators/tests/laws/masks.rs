//! Masks that are drawn are `inpaint` with that mask, in every respect.

use burn::tensor::Device;
use operators::registry::{Build, Context, OPERATORS};
use operators::{Chain, Operator};

use crate::{asymmetric, build, close, draw};

const SIZE: (usize, usize) = (48, 64);

/// One example of every mask that is drawn, by name; a new one must be added here.
fn examples() -> Vec<(&'static str, String)> {
    let drawn = OPERATORS
        .iter()
        .filter(|e| matches!(e.build, Build::Mask(_)));
    drawn
        .map(|entry| match entry.family.name {
            name @ "box-mask" => (name, format!("{name}:size=16,margin=8")),
            name => (name, name.to_owned()),
        })
        .collect()
}

fn with_seed(text: &str, seed: usize) -> String {
    format!(
        "{text}{}seed={seed}",
        if text.contains(':') { "," } else { ":" }
    )
}

fn known(text: &str, size: (usize, usize)) -> Vec<bool> {
    let chain: Chain = text.parse().expect("valid");
    chain.drawn_mask(size).expect("fits").expect("a drawn mask")
}

fn inpaint(measured: &[bool], size: (usize, usize)) -> Box<dyn Operator> {
    let device = Device::flex();
    let context = Context {
        device: &device,
        measured: Some(measured),
        load_kernel: &asymmetric,
    };
    let chain: Chain = "inpaint".parse().expect("valid");
    chain.build(size, None, &context).expect("fits")
}

#[test]
fn they_are_inpaint_with_that_mask() {
    assert!(examples().len() >= 3);
    for (_, text) in examples() {
        let theirs = build(&text, SIZE, None);
        let ours = inpaint(&known(&text, SIZE), SIZE);
        let (a, b) = (
            theirs.linear().expect("linear"),
            ours.linear().expect("linear"),
        );
        assert!(a.selects() && b.selects(), "{text}");
        let x = draw(1, SIZE);
        close(&a.apply(x.clone()), &b.apply(x.clone()), 0.0);
        close(&a.adjoint(x.clone()), &b.adjoint(x), 0.0);
        close(
            &a.measured().expect("masked"),
            &b.measured().expect("masked"),
            0.0,
        );
    }
}

#[test]
fn the_same_seed_and_size_give_the_same_mask_and_others_do_not() {
    for (_, text) in examples() {
        let (one, other) = (with_seed(&text, 1), with_seed(&text, 2));
        assert_eq!(known(&one, SIZE), known(&one, SIZE), "{text}");
        assert_ne!(known(&one, SIZE), known(&other, SIZE), "{text}");
        assert_eq!(
            known(&text, SIZE),
            known(&with_seed(&text, 0), SIZE),
            "{text}"
        );
    }
}

/// Sides are rounded up for the network; the mask must not know.
#[test]
fn a_picture_that_was_rounded_up_has_the_mask_of_what_was_seen() {
    let seen = (45, 61);
    for (_, text) in examples() {
        let whole = build(&text, SIZE, Some(seen)).measured().expect("masked");
        let small = build(&text, seen, None).measured().expect("masked");
        close(&whole, &small, 0.0);
        // Twice as large before it was reduced.
        let twice = (2 * seen.0, 2 * seen.1);
        let before = build(&format!("{text}+box:factor=2"), (96, 128), Some(seen));
        let x = draw(3, (96, 128));
        let lost = x.clone().narrow(2, 0, twice.0).narrow(3, 0, twice.1);
        let expected = build(&format!("{text}+box:factor=2"), twice, None).apply(lost);
        close(&before.apply(x), &expected, 1e-6);
    }
}

#[test]
fn they_lose_what_they_say() {
    let lost = |text: &str| known(text, SIZE).iter().filter(|k| !**k).count();
    assert_eq!(lost("box-mask:size=16,margin=8"), 256);
    let pixels = (SIZE.0 * SIZE.1) as f64;
    assert_eq!(
        lost("random-mask:keep=0.3"),
        (pixels - (0.3 * pixels).round()) as usize
    );
    // A stroke of width 3 covers about 3 px for each px of its length, a quarter to three quarters
    // of the diagonal of 80 px, less what leaves the picture.
    let strokes = lost("strokes-mask:count=1");
    assert!((10..=220).contains(&strokes), "{strokes}");
    assert!(lost("strokes-mask:count=6") > strokes);
    let box_mask = known("box-mask:size=16,margin=8", SIZE);
    let touches = |at: usize| {
        let (row, column) = (at / SIZE.1, at % SIZE.1);
        row < 8 || row >= SIZE.0 - 8 || column < 8 || column >= SIZE.1 - 8
    };
    assert!((0..box_mask.len()).all(|at| box_mask[at] || !touches(at)));
}
