//! The scratch finder on a real photograph with known scratches: the bundled one, a hard case. Where
//! its white scratches cross white fur nothing shows, and its whiskers are thin, long and white
//! too: about half of the damage is proposed, and about half of the proposal is damage.

use std::path::Path;

use imaging::{Mask, Photo, ScratchSearch, ScratchTone};

fn asset(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/demo")
        .join(name)
}

#[test]
fn the_plain_scratches_are_proposed_and_the_fur_is_not() {
    let photo = Photo::open(&asset("damaged.png")).expect("the bundled photograph opens");
    let truth = Mask::open(&asset("mask.png")).expect("its mask opens");
    let search = ScratchSearch {
        width: 3,
        tone: ScratchTone::Bright,
        ..ScratchSearch::default()
    };
    let found = search.propose(&photo);
    let both = |a: &Mask, b: &Mask| {
        let pairs = a.data().iter().zip(b.data());
        pairs.filter(|(a, b)| **a > 0 && **b > 0).count() as f64
    };
    let recall = both(&found, &truth) / truth.count() as f64;
    let precision = both(&found, &truth.grown(2)) / found.count() as f64;
    assert!(recall > 0.35, "only {recall:.2} of the damage was found");
    assert!(
        precision > 0.45,
        "only {precision:.2} of the proposal is damage"
    );
    // The damage is a fortieth of the picture, so proposing at random would be right that often.
    assert!(found.count() * 20 < photo.width() * photo.height());
}
