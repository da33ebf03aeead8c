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
    let mut everything = Mask::new(8, 8);
    everything.invert();
    everything.save(&masks.join("a.png")).expect("written");
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

/// Empty files of these names in a new folder of this name.
fn folder_of(root: &Path, name: &str, files: &[&str]) -> PathBuf {
    let folder = root.join(name);
    for file in files {
        let path = folder.join(file);
        let parent = path.parent().expect("it is in the folder");
        std::fs::create_dir_all(parent).expect("made");
        std::fs::write(path, b"").expect("written");
    }
    folder
}

/// The names of photos with those of their masks, or `-`.
fn named(pairs: &[Pair]) -> Vec<String> {
    let line = |pair: &Pair| {
        let mask = pair.mask.as_deref().map_or("-".to_owned(), name);
        format!("{} {mask}", name(&pair.photo))
    };
    pairs.iter().map(line).collect()
}

#[test]
fn masks_are_found_however_people_call_them() {
    let root = tempfile::tempdir().expect("a folder");
    let photos = [
        "a.jpg",
        "b.jpg",
        "c.JPG",
        "carnival_mask.jpg",
        "d.jpeg",
        "e.png",
        "f.jpg",
        "g.jpg",
        "h.png",
    ];
    let masks = [
        "a.png",
        "b_mask.PNG",
        "c_Mask.png",
        "d.jpeg.png",
        "e-mask.png",
        "f_mask001.png",
        "g_mask1.png",
        "g_mask2.png",
        "H.png",
        "z.png",
    ];
    let photos = folder_of(root.path(), "photos", &photos);
    let masks = folder_of(root.path(), "masks", &masks);
    for suffix in ["", "_mask"] {
        let request = request(&[&photos], Masks::At(masks.clone()), suffix);
        let pairs = request.pairs().expect("readable");
        let expected = [
            "a.jpg a.png",
            "b.jpg b_mask.PNG",
            "c.JPG c_Mask.png",
            "carnival_mask.jpg -",
            "d.jpeg d.jpeg.png",
            "e.png e-mask.png",
            "f.jpg f_mask001.png",
            "g.jpg -",
            "h.png H.png",
        ];
        assert_eq!(named(&pairs), expected, "{suffix}");
        assert!(pairs[3].passed_over, "it has no mask");
        let several = pairs[7].obstacle.as_deref().expect("two fit");
        assert!(several.contains("g_mask1.png") && several.contains("g_mask2.png"));
        assert!(!pairs[7].passed_over, "a person has to choose");
        let unused = request.unused_masks(&pairs).expect("readable");
        let unused: Vec<String> = unused.iter().map(|path| name(path)).collect();
        assert_eq!(unused, ["g_mask1.png", "g_mask2.png", "z.png"]);
    }
}

#[test]
fn a_photo_that_is_called_like_a_mask_stays_a_photo() {
    let root = tempfile::tempdir().expect("a folder");
    let files = [
        "a.jpg",
        "a_Mask.png",
        "b.jpeg",
        "b.jpeg_mask.png",
        "carnival_mask.jpg",
    ];
    let album = folder_of(root.path(), "album", &files);
    let pairs = request(&[&album], Masks::At(album.clone()), "_mask").pairs();
    assert_eq!(
        named(&pairs.expect("readable")),
        [
            "a.jpg a_Mask.png",
            "b.jpeg b.jpeg_mask.png",
            "carnival_mask.jpg -"
        ]
    );
}

#[test]
fn one_name_in_two_unicode_forms_pairs_and_odd_characters_do() {
    let root = tempfile::tempdir().expect("a folder");
    let photos = [
        "Großmutter Café é.png",
        "50%25 off #1?.png",
        "-n.png",
        "写真 (1) 😀.png",
        "IMG_1.PNG",
        " blanks .png",
        "a\nb.png",
        "scan.v2.final.png",
    ];
    let masks = [
        "Großmutter Cafe\u{301} e\u{301}.png",
        "50%25 off #1?.png",
        "-n.png",
        "写真 (1) 😀.png",
        "img_1.png",
        " blanks .png",
        "a\nb.png",
        "scan.v2.final.png",
    ];
    let photos = folder_of(root.path(), "photos", &photos);
    let masks = folder_of(root.path(), "masks", &masks);
    let pairs = request(&[&photos], Masks::At(masks), "")
        .pairs()
        .expect("readable");
    assert_eq!(pairs.len(), 8);
    for pair in &pairs {
        assert_eq!(pair.obstacle, None, "{:?}", pair.photo);
        assert!(pair.mask.is_some(), "{:?}", pair.photo);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_unicode_pair_with_their_own_masks() {
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().expect("a folder");
    let (photos, masks) = (root.path().join("photos"), root.path().join("masks"));
    for folder in [&photos, &masks] {
        std::fs::create_dir(folder).expect("made");
        for bytes in [&b"caf\xe9.png"[..], b"caf\xe8.png"] {
            std::fs::write(folder.join(std::ffi::OsStr::from_bytes(bytes)), b"").expect("written");
        }
    }
    for pair in request(&[&photos], Masks::At(masks), "")
        .pairs()
        .expect("readable")
    {
        let mask = pair.mask.expect("it has one");
        assert_eq!(mask.file_name(), pair.photo.file_name());
    }
}

#[test]
fn folders_are_read_as_people_fill_them() {
    let root = tempfile::tempdir().expect("a folder");
    let files = [
        "one.jpg",
        "two.JPG",
        "three.jfif",
        "four.jpe",
        "._one.jpg",
        ".hidden.png",
        "Thumbs.db",
        "desktop.ini",
        "notes.txt",
        "masks/one.png",
        "1990/summer/five.png",
        "out/one.jpg",
    ];
    let album = folder_of(root.path(), "album", &files);
    picture(&album.join("six.png"), 8, 8);
    std::fs::rename(album.join("six.png"), album.join("six")).expect("renamed");
    let mut request = BatchRequest {
        output: album.join("out"),
        name: Some("{stem}_r.{ext}".parse().expect("a pattern")),
        ..request(&[&album], Masks::At(album.join("masks")), "")
    };
    let photos = |request: &BatchRequest| {
        let pairs = request.pairs().expect("readable");
        let relative = pairs.iter().map(|pair| pair.relative.display().to_string());
        relative.collect::<Vec<_>>()
    };
    let top = ["four.jpe", "one.jpg", "six", "three.jfif", "two.JPG"];
    assert_eq!(photos(&request), top);
    request.recursive = true;
    let all = [&["1990/summer/five.png"], &top[..]].concat();
    assert_eq!(photos(&request), all);
    let pairs = request.pairs().expect("readable");
    assert_eq!(pairs[0].output, album.join("out/1990/summer/five_r.png"));
    // Its content says what it is.
    let six = pairs
        .iter()
        .find(|pair| name(&pair.photo) == "six")
        .expect("taken");
    assert_eq!(six.output, album.join("out/six_r.png"));
    // Files that were named are taken as they are, and what is no picture is passed over.
    request.photos = vec![
        album.join("one.jpg"),
        album.join("notes.txt"),
        album.join("masks"),
    ];
    let pairs = request.pairs().expect("readable");
    assert_eq!(pairs.len(), 2);
    assert_eq!(pairs[0].output, album.join("out/one_r.jpg"));
    assert!(pairs[1].passed_over && pairs[1].obstacle.is_some());
}

#[test]
fn a_tree_of_masks_follows_a_tree_of_photos() {
    let root = tempfile::tempdir().expect("a folder");
    let photos = folder_of(root.path(), "photos", &["a/x.png", "b/x.png", "c/x.png"]);
    let masks = folder_of(root.path(), "masks", &["a/x.png", "b/x_mask.png", "x.png"]);
    let request = BatchRequest {
        recursive: true,
        ..request(&[&photos], Masks::At(masks.clone()), "")
    };
    let pairs = request.pairs().expect("readable");
    let found: Vec<_> = pairs
        .iter()
        .map(|pair| pair.mask.clone().expect("found"))
        .collect();
    assert_eq!(
        found,
        [
            masks.join("a/x.png"),
            masks.join("b/x_mask.png"),
            masks.join("x.png")
        ]
    );
    let outputs: HashSet<_> = pairs.iter().map(|pair| pair.output.clone()).collect();
    assert_eq!(outputs.len(), 3, "the results keep the tree");
}
