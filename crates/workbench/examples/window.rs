//! Opens the window alone, with an optional photo and mask: `cargo run --example window -- PHOTO`.

fn main() -> Result<(), workbench::WorkbenchError> {
    let mut arguments = std::env::args_os().skip(1).map(std::path::PathBuf::from);
    let options = workbench::Options {
        photo: arguments.next(),
        mask: arguments.next(),
        ..workbench::Options::default()
    };
    workbench::run(options)
}
