//! Archives under every root that a person may choose, written as PyTorch writes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::Checkpoint;
use super::*;

/// Values by name, with shapes.
type Values = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/unet_plain.pt")
}

fn values(tensors: BTreeMap<String, Stored>) -> Values {
    let read = |(name, stored): (String, Stored)| {
        let values = (stored.read)().expect("readable");
        (name, (stored.shape, values))
    };
    tensors.into_iter().map(read).collect()
}

/// The recorded state dict's pickle and storages.
fn parts() -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
    let mut file = File::open(recorded()).expect("part of the repository");
    let whole = std::fs::read(recorded()).expect("part of the repository");
    let contents = archive::contents(&mut file).expect("an archive");
    let mut storages = Vec::new();
    for (key, (start, size)) in contents.storages {
        let header = &whole[start as usize..][..LOCAL_HEADER as usize];
        let at = data_start(header, start).expect("whole") as usize;
        storages.push((key, whole[at..at + size as usize].to_vec()));
    }
    storages.sort();
    (contents.pickle, storages)
}

/// An archive as `torch.save` writes it: no sizes in local headers but behind the data, data aligned
/// to 64 bytes by an extra field `FB`, and a directory with its long form before the short one.
fn archive(root: &str, entries: &[(String, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let u16 = |value: usize| u16::try_from(value).expect("short").to_le_bytes();
    let u32 = |value: usize| u32::try_from(value).expect("short").to_le_bytes();
    for (name, data) in entries {
        let name = format!("{root}/{name}");
        let start = out.len();
        let unaligned = (start + 30 + name.len() + 4) % 64;
        let padding = (64 - unaligned) % 64;
        out.extend(b"PK\x03\x04\0\0\x08\x08\0\0\0\0\0\0");
        out.extend([0; 12]);
        out.extend([u16(name.len()), u16(4 + padding)].concat());
        out.extend(name.as_bytes());
        out.extend(b"FB");
        out.extend(u16(padding));
        out.extend(vec![b'Z'; padding]);
        out.extend(*data);
        out.extend(b"PK\x07\x08\0\0\0\0");
        out.extend([u32(data.len()), u32(data.len())].concat());
        directory.extend(b"PK\x01\x02\0\0\0\0\x08\x08\0\0\0\0\0\0\0\0\0\0");
        directory.extend([u32(data.len()), u32(data.len())].concat());
        directory.extend(u16(name.len()));
        directory.extend([0; 12]);
        directory.extend(u32(start));
        directory.extend(name.as_bytes());
    }
    let (start, length) = (out.len(), directory.len());
    let long = |value: usize| (value as u64).to_le_bytes();
    out.extend(directory);
    let record = out.len();
    out.extend(b"PK\x06\x06");
    out.extend(long(44));
    out.extend(b"\x1e\x03\x2d\0\0\0\0\0\0\0\0\0");
    out.extend(
        [entries.len(), entries.len(), length, start]
            .map(long)
            .concat(),
    );
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(long(record));
    out.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0");
    out.extend([u16(entries.len()), u16(entries.len())].concat());
    out.extend([u32(length), u32(start)].concat());
    out.extend([0; 2]);
    out
}

fn under(root: &str) -> Vec<u8> {
    let (pickle, storages) = parts();
    let mut entries = vec![
        ("data.pkl".to_owned(), &pickle[..]),
        (".format_version".to_owned(), b"1"),
        ("byteorder".to_owned(), b"little"),
    ];
    let data = storages.iter();
    entries.extend(data.map(|(key, bytes)| (format!("data/{key}"), &bytes[..])));
    entries.push(("version".to_owned(), b"3\n"));
    archive(root, &entries)
}

#[test]
fn archives_are_read_whatever_their_root_is_called() {
    let expected = Checkpoint::open(&recorded()).expect("part of the repository");
    let expected = values(expected.tensors);
    assert!(expected.len() > 20);
    let folder = tempfile::tempdir().expect("a folder");
    for length in 1..=60 {
        let path = folder.path().join("model.pt");
        std::fs::write(&path, under(&"n".repeat(length))).expect("written");
        let found = Checkpoint::open(&path).unwrap_or_else(|e| panic!("{length}: {e}"));
        assert!(
            values(found.tensors) == expected,
            "a root of {length} characters"
        );
        // The way that is taken where the other reader misplaces the directory.
        let own = open(File::open(&path).expect("there")).expect("readable");
        assert!(
            values(own) == expected,
            "a root of {length} characters, read here"
        );
    }
}

#[test]
fn what_is_cut_short_or_claims_more_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.pt");
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        open(File::open(&path).expect("there")).is_err()
    };
    let whole = under("archive");
    assert!(!refused(&whole));
    for part in [1, 2, 3] {
        assert!(refused(&whole[..whole.len() * part / 4]), "{part} quarters");
    }
    // A storage that is shorter than its tensors.
    let (pickle, storages) = parts();
    let mut entries = vec![("data.pkl".to_owned(), &pickle[..])];
    let data = storages.iter();
    entries.extend(data.map(|(key, bytes)| (format!("data/{key}"), &bytes[..bytes.len() - 1])));
    assert!(refused(&archive("archive", &entries)));
    // None at all, or numbers of another machine's order.
    assert!(refused(&archive("archive", &entries[..1])));
    let mut swapped = entries[..1].to_vec();
    swapped.push(("byteorder".to_owned(), b"big"));
    assert!(refused(&archive("archive", &swapped)));
}

#[test]
fn strided_tensors_are_put_in_row_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data");
    let numbers: Vec<u8> = (0..6_u32).flat_map(|n| (n as f32).to_le_bytes()).collect();
    let mut bytes = vec![0; LOCAL_HEADER as usize];
    bytes.extend(&numbers);
    std::fs::write(&path, bytes).expect("written");
    let file = File::open(&path).expect("there");
    let source = Arc::new(Pieces::new(file).expect("there"));
    let mut place = TensorPlace {
        storage: "0".to_owned(),
        kind: super::super::convert::Float::Single,
        width: 4,
        offset: 0,
        shape: vec![3, 2],
        strides: vec![1, 3],
    };
    assert_eq!(check(&place, 24), Some(24));
    assert_eq!(check(&place, 23), None);
    let read = |place: &TensorPlace| {
        floats(
            place.kind,
            &super::bytes(&source, place, (0, 24)).expect("there"),
        )
    };
    assert_eq!(read(&place), Ok(vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0]));
    (place.offset, place.shape, place.strides) = (1, vec![2, 1], vec![1, 7]);
    assert_eq!(read(&place), Ok(vec![1.0, 2.0]));
    place.strides = vec![usize::MAX, 1];
    assert_eq!(check(&place, 24), None);
}
