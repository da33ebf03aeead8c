//! What keeping a run of a 24-megapixel photo costs in time and memory: few scratches, then many.
//!
//! `cargo run --release --example large_photo`. Needs about a gigabyte of memory. The photo is black,
//! so nothing in the times depends on its contents.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use desk::{Changed, Content, Histogram};
use imaging::{Depth, Mask, Photo, Planar, Value};

const WIDTH: usize = 6000;
const HEIGHT: usize = 4000;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    let black = Planar::new(WIDTH, HEIGHT);
    let base = Arc::new(Photo::from_planar(&black, Depth::Eight));
    for scratches in [3, 100] {
        let mut mask = Mask::new(WIDTH, HEIGHT);
        for scratch in 0..scratches {
            let y = 40.0 * scratch as f32;
            let _ = mask.stamp((100.0, y), (5900.0, y + 20.0), 2.0, Value::Paint);
        }
        let begun = Instant::now();
        let changed = Arc::new(Changed::under(&base, &mask).expect("the sizes agree"));
        let reading = begun.elapsed();
        let (pixels, kilobytes) = (changed.len(), changed.bytes() >> 10);
        let content = Content::Patched(Arc::clone(&base), changed);
        let begun = Instant::now();
        let _ = content.to_photo();
        let writing = begun.elapsed();
        writeln!(
            out,
            "{pixels} pixels in {kilobytes} kB: read in {reading:.0?}, written back in {writing:.0?}"
        )?;
    }
    let content = Content::Whole(base);
    let begun = Instant::now();
    let _ = Histogram::of(&content);
    writeln!(out, "histogram of the whole: {:.0?}", begun.elapsed())
}
