//! Photographs are read, grouped, divided and cut as documented.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use trainer::{Cropping, Dataset, DatasetOptions, Grouping, Picture};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::{SIDE, open, options, photographs, save, wave};

fn names(dataset: &Dataset) -> BTreeSet<&str> {
    dataset.pictures().iter().map(Picture::photograph).collect()
}

/// `count` photographs in `tiles` square tiles each.
fn tiles(folder: &Path, count: usize, tiles: usize) {
    for number in 0..count * tiles {
        let path = folder.join(format!("p{}_{number:05}.png", number / tiles));
        save(&path, &wave(number, 32, 32));
    }
}

#[test]
fn a_split_never_divides_a_photograph() {
    let folder = tempfile::tempdir().expect("scratch");
    tiles(folder.path(), 12, 3);
    for seed in 0..6 {
        let dataset = open(folder.path()).expect("readable");
        assert_eq!((dataset.pictures().len(), dataset.photographs()), (36, 12));
        let (training, held_out) = dataset.split(0.2, seed).expect("enough");
        assert!(names(&training).is_disjoint(&names(&held_out)));
        assert_eq!(training.pictures().len() + held_out.pictures().len(), 36);
        assert_eq!(held_out.pictures().len() % 3, 0);
    }
}

#[test]
fn a_strange_picture_does_not_scatter_tiles() {
    let folder = tempfile::tempdir().expect("scratch");
    tiles(folder.path(), 6, 3);
    // The first of all, called otherwise, and the rest of a photograph's edge.
    save(&folder.path().join("a cover.png"), &wave(40, 50, 30));
    save(&folder.path().join("p5_00018.png"), &wave(41, 32, 20));
    let dataset = open(folder.path()).expect("readable");
    assert_eq!((dataset.pictures().len(), dataset.photographs()), (20, 7));
    save(&folder.path().join("another.png"), &wave(42, 50, 30));
    assert_eq!(open(folder.path()).expect("readable").photographs(), 21);
}

#[test]
fn camera_files_are_not_taken_for_tiles() {
    let folder = tempfile::tempdir().expect("scratch");
    for number in 0..3 {
        let path = folder.path().join(format!("IMG_{number}.png"));
        save(&path, &wave(number, 40, 30));
    }
    assert_eq!(open(folder.path()).expect("readable").photographs(), 3);
    let as_tiles = DatasetOptions {
        grouping: Grouping::Tiles,
        ..options()
    };
    let dataset = Dataset::open(folder.path(), &as_tiles, |_, _| {}).expect("readable");
    assert_eq!(dataset.photographs(), 1);
    let error = dataset.split(0.5, 0).expect_err("nothing to hold out");
    assert!(error.to_string().contains("--group files"), "{error}");
}

#[test]
fn a_manifest_decides() {
    let folder = tempfile::tempdir().expect("scratch");
    tiles(folder.path(), 4, 2);
    let table = "photo,split\np0,train\np1,train\np2,val\np3,heldout\n";
    std::fs::write(folder.path().join("manifest.csv"), table).expect("writable");
    let (training, held_out) = open(folder.path())
        .expect("readable")
        .split(0.9, 0)
        .expect("both parts");
    assert_eq!(names(&training), BTreeSet::from(["p0", "p1"]));
    assert_eq!(names(&held_out), BTreeSet::from(["p2"]));
}

#[test]
fn names_with_points_are_found_in_a_manifest() {
    let folder = tempfile::tempdir().expect("scratch");
    for (number, name) in ["IMG.2019.png", "IMG.2020.png"].iter().enumerate() {
        save(&folder.path().join(name), &wave(number, 40, 32));
    }
    let table = "file,split\nIMG.2019.png,train\nIMG.2020,val\n";
    std::fs::write(folder.path().join("manifest.csv"), table).expect("writable");
    let dataset = open(folder.path()).expect("readable");
    let (training, held_out) = dataset.split(0.5, 0).expect("both parts");
    assert_eq!(names(&training), BTreeSet::from(["IMG.2019"]));
    assert_eq!(names(&held_out), BTreeSet::from(["IMG.2020"]));
}

/// The bytes are what a file is, not its name.
#[test]
fn nothing_held_out_is_trained_on() {
    let folder = tempfile::tempdir().expect("scratch");
    let inside = folder.path().join("val");
    std::fs::create_dir(&inside).expect("writable");
    photographs(folder.path(), 6);
    let copy = |from: &str, to: &str| {
        std::fs::copy(folder.path().join(from), folder.path().join(to)).expect("writable");
    };
    copy("photo-4.png", "val/a.png");
    save(&inside.join("b.png"), &wave(50, 40, 32));
    let whole = || open(folder.path()).expect("readable");
    let held_out = || open(&inside).expect("readable");
    let (training, _) = whole().with_held_out(held_out()).expect("some are left");
    assert_eq!(training.copies(), ["photo-4.png", "val/a.png", "val/b.png"]);
    let stay = ["photo-0", "photo-1", "photo-2", "photo-3", "photo-5"];
    assert_eq!(names(&training), BTreeSet::from(stay));
    let error = held_out().with_held_out(held_out()).expect_err("no others");
    assert!(error.to_string().contains("held out as well"), "{error}");

    // What a manifest sets aside is not trained on because something else is held out.
    let table = "photo,split\nphoto-0,train\nphoto-1,train\nphoto-2,test\nphoto-3,val\n";
    std::fs::write(folder.path().join("manifest.csv"), table).expect("writable");
    let (training, _) = whole().with_held_out(held_out()).expect("some are left");
    assert_eq!(names(&training), BTreeSet::from(["photo-0", "photo-1"]));
    // Nor is a copy of what it holds out.
    copy("photo-3.png", "photo-1.png");
    let (training, _) = whole().split(0.5, 0).expect("both parts");
    assert_eq!(training.copies(), ["photo-1.png"]);
}

#[test]
fn copies_are_one_photograph() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 8);
    for number in 0..8 {
        let from = folder.path().join(format!("photo-{number}.png"));
        std::fs::copy(from, folder.path().join(format!("copy-{number}.png"))).expect("writable");
    }
    for seed in 0..6 {
        let dataset = open(folder.path()).expect("readable");
        assert_eq!((dataset.pictures().len(), dataset.photographs()), (16, 8));
        let (training, held_out) = dataset.split(0.4, seed).expect("enough");
        assert_eq!(held_out.pictures().len() % 2, 0);
        assert_eq!(training.pictures().len() + held_out.pictures().len(), 16);
    }
}

#[test]
fn a_manifest_that_knows_nothing_is_refused() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 4);
    let manifest = folder.path().join("manifest.csv");
    std::fs::write(&manifest, "photo,split\nphoto-0,train\nphoto-1,val\n").expect("writable");
    assert_eq!(open(folder.path()).expect("readable").unlisted(), Some(2));
    std::fs::write(&manifest, "photo,split\nelsewhere-0,train\n").expect("writable");
    let named = DatasetOptions {
        manifest: Some(manifest),
        ..options()
    };
    for options in [options(), named] {
        let dataset = Dataset::open(folder.path(), &options, |_, _| {}).expect("readable");
        assert_eq!(dataset.unlisted(), Some(4));
        let error = dataset.split(0.5, 0).expect_err("nothing is known");
        assert!(error.to_string().contains("names none of them"), "{error}");
    }
}

#[test]
fn broken_files_are_left_out_and_named() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 4);
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("writable");
    };
    let whole = std::fs::read(folder.path().join("photo-0.png")).expect("there");
    write("cut.png", &whole[..whole.len() / 2]);
    write("empty.jpg", b"");
    write("text.webp", b"no picture");
    write("notes.txt", b"not even called a picture");
    write(".hidden.png", b"");
    save(&folder.path().join("tiny.png"), &wave(0, 8, 40));
    let dataset = open(folder.path()).expect("four are well");
    assert_eq!(dataset.pictures().len(), 4);
    let skipped: Vec<&str> = dataset.skipped().iter().map(|s| s.name.as_str()).collect();
    assert_eq!(skipped, ["cut.png", "empty.jpg", "text.webp", "tiny.png"]);
    assert!(dataset.skipped()[3].reason.contains("16 are needed"));
}

#[test]
fn folders_without_pictures_and_files_that_are_no_archive_are_refused() {
    let folder = tempfile::tempdir().expect("scratch");
    let refused = |path: &Path| open(path).expect_err("nothing to read").to_string();
    assert!(refused(folder.path()).contains("no pictures"));
    let file = folder.path().join("photos.zip");
    std::fs::write(&file, b"PK\x03\x04 and so on").expect("writable");
    assert!(refused(&file).contains("neither a folder nor a zip"));
    assert!(refused(&folder.path().join("nowhere")).contains("nowhere"));
    std::fs::write(folder.path().join("a.png"), b"broken").expect("writable");
    assert!(refused(folder.path()).contains("a.png"));
}

#[test]
fn an_archive_is_a_folder() {
    let folder = tempfile::tempdir().expect("scratch");
    let photos = folder.path().join("photos");
    std::fs::create_dir_all(photos.join("2020")).expect("writable");
    photographs(&photos, 2);
    for number in 0..2 {
        let path = photos.join(format!("2020/photo-{number}.png"));
        save(&path, &wave(20 + number, 40, 32));
    }
    let file = folder.path().join("photos.zip");
    let mut archive = ZipWriter::new(std::fs::File::create(&file).expect("writable"));
    for name in [
        "2020/photo-0.png",
        "2020/photo-1.png",
        "photo-0.png",
        "photo-1.png",
    ] {
        let bytes = std::fs::read(photos.join(name)).expect("there");
        archive
            .start_file(name, SimpleFileOptions::default())
            .and_then(|()| Ok(archive.write_all(&bytes)?))
            .expect("writable");
    }
    archive.finish().expect("writable");
    let (folder, archive) = (
        open(&photos).expect("readable"),
        open(&file).expect("readable"),
    );
    assert_eq!(folder.fingerprint(), archive.fingerprint());
    assert_eq!(
        folder.photographs(),
        4,
        "names in two folders are two photographs"
    );
    std::fs::write(photos.join("photo-1.png"), b"broken").expect("writable");
    let changed = open(&photos).expect("readable");
    assert_ne!(changed.fingerprint(), archive.fingerprint());
}

#[test]
fn the_output_is_no_photograph() {
    let folder = tempfile::tempdir().expect("scratch");
    photographs(folder.path(), 3);
    let output = folder.path().join("prior");
    let writing = |output: &Path| DatasetOptions {
        output: Some(output.to_owned()),
        ..options()
    };
    let read = |options| Dataset::open(folder.path(), &options, |_, _| {});
    let before = read(writing(&output)).expect("readable");
    std::fs::create_dir_all(output.join("run")).expect("writable");
    save(&output.join("run/samples-000000004.png"), &wave(7, 40, 32));
    let after = read(writing(&folder.path().join("prior/../prior"))).expect("readable");
    assert_eq!(after.pictures().len(), 3);
    assert_eq!(before.fingerprint(), after.fingerprint());
    let error = read(writing(folder.path())).expect_err("the same folder");
    assert!(error.to_string().contains("another --output"), "{error}");
}

#[test]
fn large_photographs_are_reduced_and_crops_stay_inside() {
    let folder = tempfile::tempdir().expect("scratch");
    save(&folder.path().join("wide.png"), &wave(1, 200, 60));
    save(&folder.path().join("small.png"), &wave(2, 17, 16));
    let dataset = open(folder.path()).expect("readable");
    let sizes: Vec<_> = dataset
        .pictures()
        .iter()
        .map(|p| (p.width(), p.height()))
        .collect();
    assert_eq!(sizes, [(17, 16), (64, 19)]);
    let cropping = Cropping {
        side: SIDE,
        reduction: 4.0,
        flips: true,
    };
    let crops = cropping.fixed(&dataset, 200, 3);
    assert_eq!(crops, cropping.fixed(&dataset, 200, 3));
    assert!(crops.iter().any(|crop| crop.mirrored) && crops.iter().any(|crop| crop.window > SIDE));
    for crop in crops {
        let cut = crop.cut(&dataset, SIDE);
        assert_eq!((cut.width, cut.height), (SIDE, SIDE));
        assert!(cut.data.iter().all(|v| (0.0..=1.0).contains(v)));
    }
    // Of two photographs one is held out, however small the share.
    let (training, held_out) = dataset.split(0.01, 0).expect("one for each part");
    assert_eq!((training.photographs(), held_out.photographs()), (1, 1));
}
