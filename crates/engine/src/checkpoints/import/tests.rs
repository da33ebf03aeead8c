//! What an import leaves behind when it fails.

use std::cell::Cell;
use std::path::Path;

use super::*;

const ENOUGH: f64 = 1e9;

fn import(output: &Path) -> Result<Imported, EngineError> {
    import_within(&request(output), ENOUGH, &|| false)
}

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
    let refused = import_within(&request(&output), 1e5, &|| false);
    assert!(matches!(refused, Err(EngineError::NetworkTooLarge { .. })));
    assert!(!output.exists());
    import(&output).expect("it fits");
}

#[test]
fn an_empty_folder_can_be_filled_once() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let imported = import(folder.path()).expect("empty");
    assert_eq!(imported.difference, 0.0);
    let mut names = names(folder.path());
    names.sort();
    assert_eq!(names, ["config.json", "model.safetensors"]);
    let again = import(folder.path()).expect_err("full");
    assert!(again.to_string().contains("already holds a prior"));
}

/// A link that leads nowhere is no file, but its name is taken.
#[cfg(unix)]
#[test]
fn weights_do_not_stay_without_their_configuration() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let config = folder.path().join("config.json");
    std::os::unix::fs::symlink("nowhere/config.json", &config).expect("linked");
    for _ in 0..2 {
        let failed = import(folder.path()).expect_err("taken");
        assert!(matches!(failed, EngineError::Imaging(_)), "{failed}");
        assert_eq!(names(folder.path()), ["config.json"]);
    }
    std::fs::remove_file(config).expect("a link");
    import(folder.path()).expect("nothing is in the way");
}

#[test]
fn an_import_that_is_stopped_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (new, there) = (folder.path().join("new"), folder.path().join("there"));
    std::fs::create_dir(&there).expect("writable");
    let asked = Cell::new(0);
    let count = || {
        asked.set(asked.get() + 1);
        false
    };
    let whole = folder.path().join("whole");
    import_within(&request(&whole), ENOUGH, &count).expect("not stopped");
    let times = asked.get();
    assert!(times > 100, "asked {times} times only");
    for last in [0, times / 4, times / 2, times - 1] {
        for output in [&new, &there] {
            asked.set(0);
            let stopped = import_within(&request(output), ENOUGH, &|| {
                count();
                asked.get() > last
            });
            assert!(matches!(stopped, Err(EngineError::Stopped)), "{stopped:?}");
        }
        assert!(!new.exists());
        assert!(names(&there).is_empty());
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("readable");
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let name = entry.expect("readable").file_name();
        name.to_string_lossy().into_owned()
    };
    entries.map(name).collect()
}
