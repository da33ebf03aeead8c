//! How long the window takes for a frame: a synthetic photo of 24 megapixels is shown, zoomed,
//! painted on, and zoomed again while a restoration runs on the CPU.
//!
//! `cargo run --release --example frames` measures the window's thread alone, and with `--screen`
//! everything, in a real window that OpenGL draws: the graphics driver's, also where a CPU plays
//! the GPU. Painting has two pointer samples in each frame.

mod on_screen;
mod phase;
mod photo;
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
