//! What a photo loses is said before the work, and other programs decode what Tweedie does not.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use imaging::{Depth, Photo, Planar, SaveOptions};
use tests::{data, tweedie};

fn save(photo: &Photo, path: &Path) {
    imaging::save(photo, path, &SaveOptions::default()).expect("written");
}

fn said(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

/// While the file is not there yet, and long before it could be.
#[test]
fn losses_are_said_before_the_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let (photo, output) = (
        folder.path().join("photo.tif"),
        folder.path().join("out.jpg"),
    );
    let original = Photo::open(&data("strokes/damaged.png")).expect("a photo");
    let deep = original.planar(original.bounds());
    save(&Photo::from_planar(&deep, Depth::Sixteen), &photo);
    for batch in [false, true] {
        let mut command = tweedie();
        let mask = data("strokes/mask.png");
        let _ = match batch {
            false => command.args(["restore", "--mask"]).args([&mask, &photo]),
            true => command
                .args(["batch", "--masks"])
                .args([&mask, &photo])
                .args(["--name", "{stem}.jpg"]),
        };
        let target = if batch { folder.path() } else { &output };
        let mut running = command
            .args(["--steps", "1000", "--device", "cpu", "-o"])
            .arg(target)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tweedie runs");
        let errors = BufReader::new(running.stderr.take().expect("piped"));
        let lines = errors.split(b'\n').map_while(Result::ok);
        let mut lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
        let found = lines.find(|line| line.contains("JPEG keeps 8 of 16 bits"));
        running.kill().expect("it still runs");
        let _ = running.wait();
        assert!(found.is_some(), "batch: {batch}");
        let results = [output.clone(), folder.path().join("photo.jpg")];
        assert!(results.iter().all(|result| !result.exists()));
    }
}

#[test]
fn a_side_beyond_the_format_is_refused_before_the_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = folder.path().join("photo.png");
    save(
        &Photo::from_planar(&Planar::new(5000, 2), Depth::Eight),
        &photo,
    );
    let ran = tweedie()
        .arg("restore")
        .arg(&photo)
        .args(["--operator", "bicubic:factor=4", "--device", "cpu", "-o"])
        .arg(folder.path().join("out.webp"))
        .output()
        .expect("tweedie runs");
    assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
    assert!(
        said(&ran).contains("16383") && said(&ran).contains("20000 x 8"),
        "{}",
        said(&ran)
    );
}

/// A program that is called as libheif's and writes a picture that is made beforehand.
#[cfg(unix)]
fn decoder(folder: &Path, picture: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let program = folder.join("heif-dec");
    let script = format!("#!/bin/sh\nexec /bin/cp '{}' \"$2\"\n", picture.display());
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("runnable");
}

#[cfg(unix)]
#[test]
fn a_heic_photo_is_opened_by_libheifs_program_or_refused_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let heic = tests::repository().join("crates/imaging/tests/data/rgb.heic");
    let (made, output) = (path("made.png"), path("out.png"));
    let degrade = |programs: &Path| {
        tweedie()
            .env("PATH", programs)
            .arg("degrade")
            .arg(&heic)
            .args(["--operator", "identity", "--noise", "0", "-o"])
            .arg(&output)
            .output()
            .expect("tweedie runs")
    };
    let without = degrade(&path("nothing"));
    assert_eq!(without.status.code(), Some(1), "{}", said(&without));
    for word in ["HEIC", "heif-dec", "apt install libheif-examples"] {
        assert!(said(&without).contains(word), "{}", said(&without));
    }
    let picture = |side: usize| Photo::from_planar(&Planar::new(side, 24), Depth::Eight);
    std::fs::create_dir(path("bin")).expect("made");
    decoder(&path("bin"), &made);
    save(&picture(32), &made);
    let with = degrade(&path("bin"));
    assert!(with.status.success(), "{}", said(&with));
    let opened = Photo::open(&output).expect("written");
    assert_eq!((opened.width(), opened.height()), (32, 24));
    // A picture that is not the file's is not taken for it.
    std::fs::remove_file(&output).expect("there");
    save(&picture(31), &made);
    let other = degrade(&path("bin"));
    assert_eq!(other.status.code(), Some(1), "{}", said(&other));
    assert!(!output.exists());
}
