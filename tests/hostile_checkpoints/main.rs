//! Checkpoints that lie: cut short, flipped, forged, huge, or programs. Each must give a network
//! or an error, at once, without a panic and without allocating what it claims.
//!
//! Everything is one test: the memory that it watches is that of the process.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn::tensor::Device;
use diffusion::Prior;
use tests::state_dict::{Archive, Entry, entries, pickle, write};

/// One level of 8 channels: about five thousand weights.
const CONFIG: &str = r#"{
    "image_size": 8, "num_channels": 8, "num_res_blocks": 1, "channel_mult": "1",
    "num_heads": 1, "variant": { "norm_groups": 4 }
}"#;
/// What a refusal may take beyond what the good file took.
const MEMORY_LIMIT: usize = 48 << 20;
const SECONDS_LIMIT: u64 = 60;

fn state_dict(entries: &[Entry]) -> Vec<u8> {
    let values = |place, count| vec![0.001 * place as f32; count];
    write(Cursor::new(Vec::new()), entries, values)
        .expect("memory takes it")
        .into_inner()
}

fn safetensors(entries: &[Entry]) -> Vec<u8> {
    let tensors = entries
        .iter()
        .map(|(name, shape)| {
            (
                name.clone(),
                (shape.clone(), vec![0.01; shape.iter().product()]),
            )
        })
        .collect();
    diffusion::write_safetensors(&tensors).expect("shapes are filled")
}

/// An archive with this pickle and nothing else.
fn with_pickle(pickle: &[u8]) -> Vec<u8> {
    let mut archive = Archive::new(Cursor::new(Vec::new()));
    archive
        .entry("model/data.pkl", pickle)
        .expect("memory takes it");
    archive.finish().expect("memory takes it").into_inner()
}

/// A file that is replaced again and again, with a configuration beside it.
struct Target {
    path: PathBuf,
    tried: usize,
    refused: usize,
}

impl Target {
    fn new(folder: &Path) -> Self {
        std::fs::write(folder.join("model.json"), CONFIG).expect("writable");
        Self {
            path: folder.join("model.pt"),
            tried: 0,
            refused: 0,
        }
    }

    /// Opens these bytes; an error must be a sentence.
    fn open(&mut self, bytes: &[u8]) -> Result<(), String> {
        std::fs::write(&self.path, bytes).expect("writable");
        self.tried += 1;
        match Prior::open(&self.path, None, &Device::flex()) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.refused += 1;
                let said = error.to_string();
                assert!(said.len() > 20 && said.len() < 2000, "{said}");
                Err(said)
            }
        }
    }

    fn must_refuse(&mut self, what: &str, bytes: &[u8], word: &str) {
        let started = Instant::now();
        let said = self.open(bytes).expect_err(what);
        assert!(said.contains(word), "{what}: {said}");
        assert!(
            started.elapsed().as_secs() < 2,
            "{what} took {:?}",
            started.elapsed()
        );
    }
}

/// The most memory this process has ever had, in bytes; 0 where nobody says.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
    1024 * kilobytes.unwrap_or(0)
}

/// A small generator of numbers: the same mutations in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // Steele, Lea & Flood 2014 (SplitMix64).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

/// Cuts the file at every place where a structure begins or ends, and around it.
fn truncations(target: &mut Target, whole: &[u8], marks: &[&[u8]]) {
    let mut places = vec![0, 1, 7, 8, 9, whole.len() - 1];
    for mark in marks {
        let found = whole
            .windows(mark.len())
            .enumerate()
            .filter(|(_, w)| w == mark);
        let all: Vec<usize> = found.map(|(at, _)| at).collect();
        // Entries repeat; a few of each kind say as much as all.
        for at in all.iter().take(6).chain(all.iter().rev().take(6)) {
            places.extend([at.saturating_sub(1), *at, at + 1, at + mark.len()]);
        }
    }
    for place in places.into_iter().filter(|place| *place < whole.len()) {
        let said = target.open(&whole[..place]).expect_err("cut short");
        assert!(!said.is_empty(), "cut at {place}");
    }
}

/// Flips bits and writes extreme numbers, mostly where structure is: `structure` is how many
/// bytes at the start and the end to aim at.
fn mutations(target: &mut Target, whole: &[u8], structure: usize, count: usize, seed: u64) {
    let mut random = Random(seed);
    for _ in 0..count {
        let mut bytes = whole.to_vec();
        for _ in 0..=random.below(3) {
            let at = match random.below(8) {
                0 => random.below(bytes.len()),
                1..=4 => random.below(structure.min(bytes.len())),
                _ => bytes.len() - 1 - random.below(structure.min(bytes.len())),
            };
            match random.below(4) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
                2 => {
                    let end = bytes.len().min(at + [2, 4, 8][random.below(3)]);
                    bytes[at..end].fill([0, 0x7f, 0xff][random.below(3)]);
                }
                _ => {
                    let digit = b'0' + random.below(10) as u8;
                    bytes[at] = digit;
                }
            }
        }
        let _ = target.open(&bytes);
    }
}

fn forged_archives(target: &mut Target, entries: &[Entry]) {
    let code = |call: &[u8]| with_pickle(&[b"\x80\x02", call, b"."].concat());
    for (what, bytes) in [
        (
            "os.system",
            code(b"cposix\nsystem\nX\x02\x00\x00\x00ls\x85R"),
        ),
        ("eval", code(b"c__builtin__\neval\nX\x01\x00\x00\x000\x85R")),
        (
            "a nested load",
            code(b"ctorch.storage\n_load_from_bytes\nC\x01.\x85R"),
        ),
        (
            "an unpickler",
            code(b"c_pickle\nloads\nC\x03\x80\x02.\x85R"),
        ),
    ] {
        target.must_refuse(what, &bytes, "nothing was run");
    }
    // Behind a good state dict, where a reader that stops at the first end does not look.
    let mut hidden = pickle(entries);
    hidden.extend(b"cposix\nsystem\nX\x02\x00\x00\x00ls\x85R.");
    target.must_refuse("a second pickle", &with_pickle(&hidden), "hidden");

    for (what, shape) in [
        ("a shape that overflows", vec![1 << 62, 1 << 62]),
        ("a shape of a terabyte", vec![1 << 38]),
        (
            "a shape that hides behind a zero",
            vec![1 << 62, 1 << 62, 0],
        ),
    ] {
        let bytes = with_pickle(&pickle(&[("w".to_owned(), shape)]));
        assert!(target.open(&bytes).is_err(), "{what}");
    }
    let many: Vec<Entry> = (0..20_000).map(|i| (format!("t{i}"), vec![1])).collect();
    target.must_refuse(
        "more tensors than any network has",
        &with_pickle(&pickle(&many)),
        "tensor",
    );
    // Marks nested a million deep.
    target.must_refuse(
        "a deep nest",
        &with_pickle(&[b"\x80\x02".as_slice(), &vec![b']'; 1 << 20], b"."].concat()),
        "",
    );

    let mut program = Archive::new(Cursor::new(Vec::new()));
    program
        .entry("m/data.pkl", &pickle(entries))
        .expect("memory takes it");
    program
        .entry("m/constants.pkl", b"\x80\x02).")
        .expect("memory takes it");
    let program = program.finish().expect("memory takes it").into_inner();
    target.must_refuse("a TorchScript program", &program, "state_dict");

    // A compressed entry could inflate to anything.
    let mut bomb = state_dict(entries);
    let directory = bomb
        .windows(4)
        .rposition(|w| w == b"PK\x01\x02")
        .expect("there");
    bomb[directory + 10] = 8;
    target.must_refuse("a compressed entry", &bomb, "compressed");
    let mut liar = state_dict(entries);
    liar[directory + 20..directory + 28].fill(0xfe);
    target.must_refuse("an entry larger than the file", &liar, "does not hold");
}

fn forged_safetensors(target: &mut Target) {
    let file = |header: &str, data: usize| {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    };
    let entry = |shape: &str, from: u64, to: u64| {
        format!(r#"{{"w":{{"dtype":"F32","shape":{shape},"data_offsets":[{from},{to}]}}}}"#)
    };
    let huge = u64::MAX - 7;
    for (what, bytes, word) in [
        (
            "offsets beyond the end",
            file(&entry("[4]", 0, 16), 8),
            "16 bytes",
        ),
        (
            "a shape that lies",
            file(&entry("[9]", 0, 16), 16),
            "does not fill",
        ),
        (
            "a shape that overflows",
            file(&entry("[4294967296,4294967296,4]", 0, 16), 16),
            "does not fill",
        ),
        (
            "offsets at the end of numbers",
            file(&entry("[4]", huge, huge + 4), 16),
            "does not fill",
        ),
        (
            "offsets that run back",
            file(&entry("[4]", 16, 0), 16),
            "does not fill",
        ),
        (
            "bytes that belong to nobody",
            file(&entry("[4]", 0, 16), 64),
            "16 bytes",
        ),
        (
            "a header of exabytes",
            [&(1_u64 << 62).to_le_bytes()[..], b"{}"].concat(),
            "claims",
        ),
        ("no JSON", file("{\"w\":", 0), ""),
        (
            "nested JSON",
            file(&format!("{{\"w\":{}", "[".repeat(1 << 16)), 0),
            "",
        ),
    ] {
        target.must_refuse(what, &bytes, word);
    }
}

fn forged_configurations(target: &mut Target, good: &[u8]) {
    let beside = target.path.with_extension("json");
    for (from, to) in [
        (
            "\"num_channels\": 8",
            "\"num_channels\": 18446744073709551615",
        ),
        ("\"num_channels\": 8", "\"num_channels\": 16384"),
        ("\"num_channels\": 8", "\"num_channels\": 0"),
        ("\"num_res_blocks\": 1", "\"num_res_blocks\": 4000000000"),
        ("\"channel_mult\": \"1\"", "\"channel_mult\": \"1e300\""),
        ("\"channel_mult\": \"1\"", "\"channel_mult\": \"NaN,1\""),
        ("\"image_size\": 8", "\"image_size\": 0"),
        ("\"norm_groups\": 4", "\"norm_groups\": 0"),
        ("\"norm_groups\": 4", "\"frequency_shift\": 1e9"),
        ("\"num_heads\": 1", "\"num_heads\": 0"),
        ("\"num_heads\": 1", "\"num_heads\": 18446744073709551615"),
        (
            "\"num_heads\": 1",
            "\"num_head_channels\": 9223372036854775807",
        ),
        ("\"num_heads\": 1", "\"diffusion_steps\": 4000000000"),
        ("\"num_heads\": 1", "\"noise_schedule\": \"sigmoid\""),
        ("\"num_heads\": 1", "\"noise_schedule\": {\"betas\": [2]}"),
    ] {
        let forged = CONFIG.replace(from, to);
        assert_ne!(forged, CONFIG, "{from}");
        std::fs::write(&beside, forged).expect("writable");
        assert!(target.open(good).is_err(), "{to} was accepted");
    }
    std::fs::write(&beside, CONFIG).expect("writable");
}

#[test]
fn a_network_or_an_error_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let mut target = Target::new(folder.path());
    let entries = entries(&serde_json::from_str(CONFIG).expect("valid"));
    let (pt, st) = (state_dict(&entries), safetensors(&entries));
    target.open(&pt).expect("a good state dict");
    target.open(&st).expect("good safetensors");
    let legacy = std::fs::read(tests::data("unet_plain.pt")).expect("recorded");
    let _ = target.open(&legacy[..legacy.len() / 3]);

    let (before, started) = (peak_memory(), Instant::now());
    truncations(
        &mut target,
        &pt,
        &[b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"c", b"X"],
    );
    truncations(&mut target, &st, &[b"{", b"}", b"\"", b"["]);
    forged_archives(&mut target, &entries);
    forged_safetensors(&mut target);
    forged_configurations(&mut target, &pt);
    let structure = pickle(&entries).len() + 60;
    mutations(&mut target, &pt, structure, 1000, 1);
    let header = 8 + u64::from_le_bytes(st[..8].try_into().expect("eight bytes")) as usize;
    mutations(&mut target, &st, header, 1000, 2);

    let (took, grown) = (started.elapsed(), peak_memory().saturating_sub(before));
    eprintln!(
        "{} files, {} refused, {:.1} s, peak memory grew by {:.1} MB",
        target.tried,
        target.refused,
        took.as_secs_f64(),
        grown as f64 / 1e6
    );
    assert!(took.as_secs() < SECONDS_LIMIT, "it took {took:?}");
    assert!(grown < MEMORY_LIMIT, "it allocated {grown} bytes");
    assert!(target.refused > target.tried / 2, "mutations did no harm");
}
