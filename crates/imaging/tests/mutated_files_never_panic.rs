//! Promise: of files of every format, damaged in a thousand ways, none panics, hangs, or makes more
//! of itself than the limits allow. The damage is the same in every run.
//!
//! `cargo run --release -p imaging --example mutations -- 100000` does the same with another count.

mod common;
#[path = "common/corpus.rs"]
mod corpus;

#[test]
fn thousands_of_damaged_files() {
    let report = corpus::run(4000, 1);
    assert_eq!(report.tried, 4000);
    // Of some nothing is left, and some are still pictures: both must happen.
    assert_eq!(report.stopped, [], "decoders of ours and others hold");
    assert!(report.opened > 200 && report.refused > 1000, "{report:?}");
    assert!(report.longest.as_secs() < 10, "{report:?}");
    let memory = report.memory;
    assert!(
        memory.is_none_or(|peak| peak < corpus::MEMORY),
        "{report:?}"
    );
}

#[test]
fn the_files_are_sound_before_they_are_damaged() {
    for (name, bytes) in corpus::files() {
        let photo = imaging::Photo::decode(&bytes, name);
        assert!(
            photo.is_ok() != ["raw", "heic", "gif", "psd"].contains(&name),
            "{name}: {photo:?}"
        );
    }
}
