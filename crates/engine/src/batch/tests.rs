//! Which photo goes with which mask.

use imaging::{Depth, Planar, SaveOptions, save};

use super::*;

fn request(photos: &[&Path], masks: Masks, suffix: &str) -> BatchRequest {
    BatchRequest {
        photos: photos.iter().map(|path| (*path).to_owned()).collect(),
        masks,
        suffix: suffix.to_owned(),
        output: "out".into(),
        ..BatchRequest::default()
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn picture(path: &Path, width: usize, height: usize) {
    let picture = Photo::from_planar(&Planar::new(width, height), Depth::Eight);
    save(&picture, path, &SaveOptions::default()).expect("written");
}

#[test]
fn masks_are_found_by_name_and_photos_without_one_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for file in [
        "b.jpg",
        "a.png",
        "a_mask.png",
        "b_mask.webp",
        "c.png",
        "notes.txt",
    ] {
        std::fs::write(root.join(file), b"").expect("written");
    }
    let beside = Masks::At(root.to_owned());
    let found = request(&[root], beside.clone(), "_mask").pairs();
    let found = found.expect("readable");
    let short: Vec<_> = found
        .iter()
        .map(|pair| (name(&pair.photo), pair.mask.as_deref().map(name)))
        .collect();
    let pair = |photo: &str, mask: Option<&str>| (photo.to_owned(), mask.map(str::to_owned));
    assert_eq!(
        short,
        [
            pair("a.png", Some("a_mask.png")),
            pair("b.jpg", Some("b_mask.webp")),
            pair("c.png", None)
        ]
    );
    let obstacle = found[2].obstacle.as_deref().expect("it has no mask");
    assert!(obstacle.contains("c_mask"), "{obstacle}");
    assert_eq!(found[1].output, Path::new("out/b.jpg"));
    // Without a suffix nobody could tell masks from photos.
    assert!(request(&[root], beside, "").pairs().is_err());
    // One for all.
    let mask = root.join("a_mask.png");
    let one = request(&[root], Masks::At(mask.clone()), "").pairs();
    let one = one.expect("readable");
    assert!(one.iter().all(|p| p.mask.as_deref() == Some(&*mask)));
    // The same name twice would be one file.
    let photo = root.join("c.png");
    let twice = request(&[&photo, &photo], Masks::At(mask), "").pairs();
    let twice = twice.expect("readable");
    assert!(twice[0].obstacle.is_none() && twice[1].obstacle.is_some());
    let nowhere = Masks::At(root.join("nowhere"));
    assert!(request(&[&photo], nowhere, "").pairs().is_err());
}

#[test]
fn a_result_never_takes_the_place_of_its_photo_or_its_mask() {
    let folder = tempfile::tempdir().expect("a folder");
    let (photos, masks) = (folder.path().join("photos"), folder.path().join("masks"));
    for folder in [&photos, &masks] {
        std::fs::create_dir(folder).expect("made");
        picture(&folder.join("a.png"), 8, 8);
    }
    let into = |output: &Path| {
        let request = BatchRequest {
            output: output.to_owned(),
            ..request(&[&photos], Masks::At(masks.clone()), "")
        };
        request.pairs().expect("readable").remove(0)
    };
    let fine = into(&folder.path().join("results"));
    assert_eq!(fine.obstacle, None);
    let (photo, mask) = fine.open().expect("readable");
    assert_eq!(mask.map(|mask| mask.bounds()), Some(photo.bounds()));
    for (output, what) in [(&photos, "photo"), (&masks, "mask")] {
        let obstacle = into(output).obstacle.expect("it would be lost");
        assert!(obstacle.contains(what), "{obstacle}");
        assert!(into(output).open().is_err());
    }
}

#[test]
fn sizes_that_differ_are_seen_before_anything_is_decoded() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    picture(&root.join("a.png"), 8, 6);
    picture(&root.join("b.png"), 6, 8);
    std::fs::write(root.join("c.png"), b"no picture").expect("written");
    let mask = Arc::new(Mask::new(8, 6));
    let pairs = request(&[root], Masks::Given(mask), "").pairs();
    let mut pairs = pairs.expect("readable");
    pairs.iter_mut().for_each(Pair::check_size);
    assert_eq!(pairs[0].obstacle, None);
    let other = pairs[1].obstacle.as_deref().expect("of another size");
    assert!(
        other.contains("6 x 8") && other.contains("8 x 6"),
        "{other}"
    );
    assert!(pairs[2].obstacle.is_some(), "it is no picture");
}
