//! What an import leaves behind when it fails.

use std::path::Path;

use super::*;

const ENOUGH: f64 = 1e9;

/// A reference checkpoint with its configuration beside it.
fn request(output: &Path) -> ImportRequest {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    ImportRequest {
        model: data.join("unet_plain.pt"),
        config: None,
        answers: Answers::default(),
        precision: Precision::Single,
        output: output.to_owned(),
    }
}

#[test]
fn what_does_not_fit_into_memory_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let output = folder.path().join("imported");
    let refused = import_within(&request(&output), 1e5);
    assert!(matches!(refused, Err(EngineError::NetworkTooLarge { .. })));
    assert!(!output.exists());
    import_within(&request(&output), ENOUGH).expect("it fits");
}
