//! How long the window takes for a frame: a synthetic photo of 24 megapixels is shown, zoomed,
//! painted on, and zoomed again while a restoration runs on the CPU. Painting has two pointer samples
//! in each frame.
//!
//! `cargo run --release --example frames` measures the window's thread alone, and how often a frame
//! shades the window. With `--screen` it measures everything, in a real window that OpenGL draws: the
//! graphics driver's part too, also where a CPU plays the GPU; how long after a step its estimate is in
//! sight; and, on Linux, the processor time that a frame takes, which tells more on a busy machine.

mod on_screen;
mod phase;
mod photo;
mod processor;
mod shaded;
mod times;
mod without_screen;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("synthetic.bmp");
    photo::write(&path)?;
    let options = workbench::Options {
        photo: Some(path),
        device: engine::DeviceChoice::Cpu,
        ..workbench::Options::default()
    };
    let mut out = std::io::stdout().lock();
    if std::env::args().any(|argument| argument == "--screen") {
        on_screen::measure(options, &mut out)
    } else {
        Ok(without_screen::measure(&options, &mut out)?)
    }
}
