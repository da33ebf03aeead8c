//! PyTorch state dicts, written as `torch.save` writes them: for tests that need checkpoints
//! nobody has, such as huge ones, or ones that lie.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

use burn::tensor::Device;
use diffusion::{DiffusionError, UNet, UNetConfig, Weights};

/// A tensor of a state dict: its name and shape.
pub type Entry = (String, Vec<usize>);

/// The tensors of a network.
///
/// # Panics
/// If there is no such network.
#[must_use]
pub fn entries(config: &UNetConfig) -> Vec<Entry> {
    #[derive(Default)]
    struct Listed(Vec<Entry>);

    impl Weights for Listed {
        fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
            self.0.push((name.to_owned(), shape.to_vec()));
            Ok(vec![0.0; shape.iter().product()])
        }
    }

    let mut listed = Listed::default();
    UNet::build(config, &mut listed, &Device::flex()).expect("a possible network");
    listed.0
}

/// The pickle of a state dict of f32 tensors, the storage of each called by its place.
#[must_use]
pub fn pickle(entries: &[Entry]) -> Vec<u8> {
    let mut out = b"\x80\x02ccollections\nOrderedDict\n)R(".to_vec();
    for (place, (name, shape)) in entries.iter().enumerate() {
        text(&mut out, name);
        out.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        text(&mut out, "storage");
        out.extend(b"ctorch\nFloatStorage\n");
        text(&mut out, &place.to_string());
        text(&mut out, "cpu");
        number(&mut out, shape.iter().product());
        out.extend(b"tQK\x00(");
        for side in shape {
            number(&mut out, *side);
        }
        out.extend(b"t(");
        for axis in 0..shape.len() {
            number(&mut out, shape[axis + 1..].iter().product());
        }
        out.extend(b"t\x89ccollections\nOrderedDict\n)RtR");
    }
    out.extend(b"u.");
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'X');
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

fn number(out: &mut Vec<u8>, number: usize) {
    // LONG1: any whole number.
    out.extend([0x8a, 9]);
    out.extend((number as u64).to_le_bytes());
    out.push(0);
}

/// Writes an archive of stored entries, one at a time.
pub struct Archive<W> {
    out: W,
    directory: Vec<u8>,
    entries: u16,
}

impl<W: Write + Seek> Archive<W> {
    /// Starts an archive.
    pub fn new(out: W) -> Self {
        Self {
            out,
            directory: Vec::new(),
            entries: 0,
        }
    }

    /// Appends an entry, without a checksum, as `torch.save` may.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn entry(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let start = self.out.stream_position()?;
        let size = (bytes.len() as u32).to_le_bytes();
        // Version 2.0; no flags, not compressed, no time, no date, no checksum.
        let mut common = vec![20, 0];
        common.extend([0; 12]);
        common.extend(size);
        common.extend(size);
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        self.out.write_all(b"PK\x03\x04")?;
        self.out.write_all(&common)?;
        self.out.write_all(name.as_bytes())?;
        self.out.write_all(bytes)?;
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&common);
        // Comment, disk, attributes.
        self.directory.extend([0; 10]);
        self.directory.extend((start as u32).to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        Ok(())
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// Whatever writing says.
    pub fn finish(mut self) -> io::Result<W> {
        let start = self.out.stream_position()? as u32;
        self.out.write_all(&self.directory)?;
        self.out.write_all(b"PK\x05\x06\0\0\0\0")?;
        self.out.write_all(&self.entries.to_le_bytes())?;
        self.out.write_all(&self.entries.to_le_bytes())?;
        let length = self.directory.len() as u32;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(&start.to_le_bytes())?;
        self.out.write_all(&[0, 0])?;
        Ok(self.out)
    }
}

/// Writes a state dict; `values` gives the numbers of each tensor, by its place.
///
/// # Errors
/// Whatever writing says.
pub fn write<W: Write + Seek>(
    out: W,
    entries: &[Entry],
    mut values: impl FnMut(usize, usize) -> Vec<f32>,
) -> io::Result<W> {
    let mut archive = Archive::new(out);
    archive.entry("model/data.pkl", &pickle(entries))?;
    for (place, (_, shape)) in entries.iter().enumerate() {
        let values = values(place, shape.iter().product());
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        archive.entry(&format!("model/data/{place}"), &bytes)?;
    }
    archive.entry("model/version", b"3\n")?;
    archive.finish()
}

/// Writes a safetensors file of zeros, which take no room where files may have holes.
///
/// # Errors
/// Whatever writing says.
pub fn zeros(path: &Path, entries: &[Entry]) -> io::Result<()> {
    let mut end = 0;
    let mut header = serde_json::Map::new();
    for (name, shape) in entries {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        let entry = serde_json::json!({
            "dtype": "F32", "shape": shape, "data_offsets": [start, end],
        });
        header.insert(name.clone(), entry);
    }
    let header = serde_json::Value::Object(header).to_string();
    let mut file = File::create(path)?;
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    file.set_len((8 + header.len() + end) as u64)
}
