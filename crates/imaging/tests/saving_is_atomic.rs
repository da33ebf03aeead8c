//! Promise: a file is either wholly written or exactly as it was, and nothing is left lying about.

mod common;

use std::{fs, path::Path};

use common::{layouts, photo};
use imaging::{FileFormat, ImagingError, Photo, SaveOptions, save, write_atomically};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_file_holds_the_photo_and_is_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let original = photo(&layouts()[2]);
    for format in FileFormat::ALL {
        let path = folder.path().join(format!("photo.{}", format.extension()));
        save(&original, &path, &SaveOptions::default()).expect("saved");
        let again = Photo::open(&path).expect("readable");
        assert_eq!(again.format(), Some(format));
        if format != FileFormat::Jpeg {
            assert!(again.pixels_equal(&original));
        }
    }
    assert_eq!(
        names(folder.path()),
        [
            "photo.bmp",
            "photo.jpg",
            "photo.png",
            "photo.tif",
            "photo.webp"
        ]
    );
}

#[test]
fn an_existing_file_is_replaced_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("note");
    write_atomically(&path, &[7; 5000]).expect("written");
    write_atomically(&path, b"short").expect("replaced");
    assert_eq!(fs::read(&path).expect("readable"), b"short");
    assert_eq!(names(folder.path()), ["note"]);
}

#[test]
fn refusals_name_the_path_and_damage_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let original = photo(&layouts()[2]);

    let missing = folder.path().join("no such folder").join("photo.png");
    let error = save(&original, &missing, &SaveOptions::default()).expect_err("no folder");
    assert!(matches!(error, ImagingError::Write { .. }));
    assert!(error.to_string().contains("no such folder"), "{error}");
    // The file that was asked for is named, not the temporary one.
    assert!(!error.to_string().contains(".part"), "{error}");

    let taken = folder.path().join("folder.png");
    fs::create_dir(&taken).expect("a folder");
    let error =
        save(&original, &taken, &SaveOptions::default()).expect_err("a folder is in the way");
    assert!(error.to_string().contains("folder.png"), "{error}");

    let locked = folder.path().join("locked.png");
    fs::write(&locked, b"precious").expect("written");
    let mut permissions = fs::metadata(&locked).expect("exists").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).expect("set");
    let error = save(&original, &locked, &SaveOptions::default()).expect_err("read-only");
    assert!(error.to_string().contains("locked.png"), "{error}");
    assert_eq!(fs::read(&locked).expect("readable"), b"precious");

    let below = locked.join("photo.png");
    assert!(save(&original, &below, &SaveOptions::default()).is_err());
    let error = save(
        &original,
        &folder.path().join("photo.xyz"),
        &SaveOptions::default(),
    );
    assert!(matches!(error, Err(ImagingError::Unsupported { .. })));
    assert_eq!(names(folder.path()), ["folder.png", "locked.png"]);
}

#[test]
fn a_picture_the_format_cannot_hold_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("wide.webp");
    fs::write(&path, b"old").expect("written");
    let wide = Photo::from_rgba8(16_384, 1, &vec![255; 4 * 16_384]).expect("the size fits");
    let error = save(&wide, &path, &SaveOptions::default()).expect_err("too wide for WebP");
    assert!(error.to_string().contains("16383"), "{error}");
    assert_eq!(fs::read(&path).expect("readable"), b"old");
    save(
        &wide,
        &folder.path().join("wide.png"),
        &SaveOptions::default(),
    )
    .expect("PNG holds it");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_respected() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("private");
    fs::write(&path, b"old").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    let link = folder.path().join("link");
    symlink(&path, &link).expect("linked");
    write_atomically(&link, b"new").expect("written through the link");
    assert!(fs::symlink_metadata(&link).expect("exists").is_symlink());
    assert_eq!(fs::read(&path).expect("readable"), b"new");
    assert_eq!(
        fs::metadata(&path).expect("exists").permissions().mode() & 0o777,
        0o640
    );

    // A new file gets what any program's new file gets, not a temporary file's private mode.
    let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
    write_atomically(&ours, b"a").expect("written");
    fs::write(&plain, b"a").expect("written");
    let mode = |path: &Path| fs::metadata(path).expect("exists").permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}
