//! What the largest published priors cost: writes a checkpoint of random weights with the shapes
//! of FFHQ's (93.6 M) or ImageNet's (552.8 M), loads it, and evaluates it at 256 × 256.
//!
//! `target/release/examples/big_priors ffhq|imagenet [cpu|gpu] [pt|safetensors]` after
//! `cargo build --release --workspace --examples`

use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use burn::tensor::{Device, Tensor};
use diffusion::{Answers, Precision, Prior, SafetensorsWriter, UNetConfig, inspect};
use tests::state_dict;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let which = arguments.next().expect("ffhq or imagenet");
    let device = arguments.next().unwrap_or_else(|| "cpu".to_owned());
    let format = arguments.next().unwrap_or_else(|| "pt".to_owned());
    // The checkpoint is written by a child, so that its memory is not counted here.
    if device == "write" {
        return write(&which, Path::new(&format));
    }
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join(format!("{which}.{format}"));
    let written = std::process::Command::new(std::env::current_exe().expect("running"))
        .args([&which, "write"])
        .arg(&path)
        .status()
        .expect("starts");
    assert!(written.success(), "the checkpoint cannot be written");
    measure(&path, &device);
}

fn config(which: &str) -> UNetConfig {
    let (channels, blocks, attention) = match which {
        "ffhq" => (128, 1, "16"),
        "imagenet" => (256, 2, "32,16,8"),
        other => panic!("{other} is neither ffhq nor imagenet"),
    };
    let json = serde_json::json!({
        "image_size": 256, "num_channels": channels, "num_res_blocks": blocks,
        "attention_resolutions": attention, "num_head_channels": 64, "learn_sigma": true,
        "use_scale_shift_norm": true, "resblock_updown": true,
    });
    serde_json::from_value(json).expect("valid")
}

fn write(which: &str, path: &Path) {
    let entries = state_dict::entries(&config(which));
    let mut seed = 1_u32;
    let mut random = move |count: usize| -> Vec<f32> {
        (0..count)
            .map(|_| {
                // Marsaglia 2003 (xorshift); small, so that activations stay finite.
                seed ^= seed << 13;
                seed ^= seed >> 17;
                seed ^= seed << 5;
                (seed as f32 / u32::MAX as f32 - 0.5) * 0.04
            })
            .collect()
    };
    let file = BufWriter::new(std::fs::File::create(path).expect("writable"));
    if path.extension().is_some_and(|e| e == "pt") {
        state_dict::write(file, &entries, |_, count| random(count)).expect("there is room");
        return;
    }
    let names = entries.iter().map(|(name, _)| name.len()).sum();
    let mut writer = SafetensorsWriter::new(file, Precision::Single, entries.len(), names)
        .expect("there is room");
    for (name, shape) in &entries {
        let values = random(shape.iter().product());
        writer.write(name, shape, &values).expect("there is room");
    }
    writer.finish().expect("there is room");
}

fn measure(path: &Path, device: &str) {
    let size = std::fs::metadata(path).expect("written").len() as f64;
    let started = Instant::now();
    let inspection = inspect(path, None, &Answers::default()).expect("shapes are known");
    let known = inspection.known.unwrap_or("nothing known");
    let looked = started.elapsed().as_secs_f64();
    eprintln!(
        "{}: {:.1} M weights, {:.3} GB, recognised as {known} in {looked:.3} s",
        path.extension().unwrap_or_default().display(),
        inspection.parameters as f64 / 1e6,
        size / 1e9,
    );
    let device = match device {
        "cpu" => Device::flex(),
        "gpu" => Device::wgpu_options().init().expect("there is an adapter"),
        other => panic!("{other} is neither cpu nor gpu"),
    };
    let before = memory("VmRSS");
    let started = Instant::now();
    let prior = Prior::open(path, None, &device).expect("loads");
    let grown = memory("VmHWM") - before;
    eprintln!(
        "loaded in {:.1} s (with its SHA-256); peak memory {:.3} GB above the {:.3} GB before: \
         {:.3} times the file",
        started.elapsed().as_secs_f64(),
        grown / 1e9,
        before / 1e9,
        grown / size
    );
    let x = Tensor::<4>::zeros([1, 3, 256, 256], &device) + 0.1;
    for turn in ["first", "second"] {
        let (started, worked) = (Instant::now(), processor_seconds());
        let values = prior
            .denoiser
            .evaluate(x.clone(), prior.schedule.level(500))
            .eps;
        let data = values.try_into_data().expect("the device answers");
        assert!(data.iter::<f32>().all(f32::is_finite), "not finite");
        eprintln!(
            "{turn} evaluation at 256x256: {:.2} s ({:.2} s of processor time); peak memory so far \
             {:.3} GB",
            started.elapsed().as_secs_f64(),
            processor_seconds() - worked,
            memory("VmHWM") / 1e9
        );
    }
}

/// Processor time of this process so far, which others that share the machine do not stretch.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name may hold anything, but ends at the last bracket; user and system time are the
    // 12th and 13th field behind it, in hundredths.
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    fields
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// A line of this process's status, in bytes; 0 where nobody says.
fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status
        .lines()
        .find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes = found.and_then(|v| v.trim().trim_end_matches(" kB").parse::<f64>().ok());
    1024.0 * kilobytes.unwrap_or(0.0)
}
