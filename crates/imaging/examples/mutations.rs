//! Opens damaged files of every format: `cargo run --release -p imaging --example mutations -- COUNT
//! [SEED]`. It ends with an error where one panics, takes long, or makes too much of itself.

// The corpus of the test of the same promise, and what it is made of.
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/corpus.rs"]
mod corpus;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: u64| {
        let text = arguments.next();
        text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let (count, seed) = (number(100_000), number(1));
    let report = corpus::run(usize::try_from(count).unwrap_or(usize::MAX), seed);
    eprintln!("seed {seed}: {report:?}");
    assert_eq!(report.stopped, [], "a decoder panicked");
    assert!(report.longest.as_secs() < 10, "a file took long");
    assert!(
        report.memory.is_none_or(|peak| peak < corpus::MEMORY),
        "too much memory"
    );
}
