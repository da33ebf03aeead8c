//! Masks and one-tone photographs as people have them, through the whole program.

use std::path::{Path, PathBuf};
use std::process::Output;

use imaging::{Depth, Mask, Photo, Planar, Rect, SaveOptions, Value};
use tests::tweedie;

const SIZE: (usize, usize) = (96, 80);

/// A folder with a photo in it.
struct Scene {
    folder: tempfile::TempDir,
    photo: Photo,
}

/// A smooth picture whose shades go through `tone`.
fn toned(tone: impl Fn(f32, usize) -> f32) -> Photo {
    let (width, height) = SIZE;
    let mut picture = Planar::new(width, height);
    let plane = width * height;
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (x, y) = ((i % plane % width) as f32, (i % plane / width) as f32);
        let shade = 0.5 + 0.35 * (0.21 * x).sin() * (0.13 * y).cos() + 0.001 * x;
        *value = tone(shade, i / plane);
    }
    Photo::from_planar(&picture, Depth::Eight)
}

fn colourful(shade: f32, channel: usize) -> f32 {
    [shade, 1.0 - shade, 0.2 + 0.5 * shade * shade][channel]
}

/// A stroke and a spot, 4 % of the picture.
fn damage() -> Mask {
    let mut mask = Mask::new(SIZE.0, SIZE.1);
    mask.stamp((20.0, 20.0), (60.0, 44.0), 2.0, Value::Paint);
    let _ = mask.fill_rect(Rect::new(30, 54, 9, 7), Value::Paint);
    mask
}

impl Scene {
    fn new(photo: Photo) -> Self {
        let scene = Self {
            folder: tempfile::tempdir().expect("a scratch folder"),
            photo,
        };
        scene.save("photo.png", &scene.photo);
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn save(&self, name: &str, photo: &Photo) {
        imaging::save(photo, &self.path(name), &SaveOptions::default()).expect("written");
    }

    /// A mask of this colour where the damage is, and another where it is not.
    fn mask(&self, name: &str, of: impl Fn(usize, bool) -> [u8; 4]) {
        let marked = damage();
        let bytes = marked.data().iter().enumerate();
        let rgba: Vec<u8> = bytes.flat_map(|(at, byte)| of(at, *byte > 0)).collect();
        let photo = Photo::from_rgba8(SIZE.0, SIZE.1, &rgba).expect("the size fits");
        self.save(name, &photo);
    }

    /// Restores with a prior that answers at once.
    fn restore(&self, photo: &str, words: &[&str]) -> Output {
        tweedie()
            .current_dir(self.folder.path())
            .args(["restore", photo])
            .args(words)
            .args(["--prior", "gaussian", "--steps", "4", "--device", "cpu"])
            .output()
            .expect("tweedie runs")
    }

    fn restored(&self, photo: &str, words: &[&str]) -> (Photo, String) {
        let ran = self.restore(photo, &[words, &["-o", "out.png"]].concat());
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success(), "{words:?}: {said}");
        (Photo::open(&self.path("out.png")).expect("written"), said)
    }
}

/// Where the colours of two photos differ.
fn changed(before: &Photo, after: &Photo) -> Mask {
    let (a, b) = (before.rgba8(before.bounds()), after.rgba8(after.bounds()));
    let pairs = a.chunks_exact(4).zip(b.chunks_exact(4));
    let data = pairs.map(|(a, b)| if a[..3] == b[..3] { 0 } else { 255 });
    Mask::from_data(before.width(), before.height(), data.collect()).expect("the size fits")
}

/// Nothing outside the damage changed, and nearly everything within.
fn assert_only_damage_changed(scene: &Scene, after: &Photo, how: &str) {
    let changed = changed(&scene.photo, after);
    assert!(changed.without(&damage()).is_empty(), "{how}: too much");
    assert!(2 * changed.count() > damage().count(), "{how}: too little");
}

#[test]
fn masks_are_understood_as_they_are_made() {
    let scene = Scene::new(toned(colourful));
    scene.mask(
        "white.png",
        |_, m| if m { [255; 4] } else { [0, 0, 0, 255] },
    );
    scene.mask(
        "black.png",
        |_, m| if m { [0, 0, 0, 255] } else { [255; 4] },
    );
    scene.mask("red.png", |_, m| {
        if m {
            [255, 0, 0, 255]
        } else {
            [255, 255, 255, 0]
        }
    });
    scene.mask("hidden.png", |_, m| [0, 0, 0, if m { 255 } else { 0 }]);
    scene.mask(
        "one.png",
        |_, m| if m { [1, 1, 1, 255] } else { [0, 0, 0, 255] },
    );
    for (mask, note) in [
        ("white.png", ""),
        ("black.png", "so the black part is restored"),
        ("red.png", "so the painted part is restored"),
        ("hidden.png", "so the painted part is restored"),
        ("one.png", "labels"),
    ] {
        let (after, said) = scene.restored("photo.png", &["--mask", mask]);
        assert_only_damage_changed(&scene, &after, mask);
        assert!(said.contains(note), "{mask}: {said}");
        assert_eq!(said.is_empty(), note.is_empty(), "{mask}: {said}");
    }
    // A person's word counts, and much is warned of.
    let white = ["--mask", "black.png", "--mask-is", "luminance"];
    let (_, said) = scene.restored("photo.png", &white);
    assert!(
        said.contains("warning") && said.contains("more than half"),
        "{said}"
    );
    let unknown = scene.restore(
        "photo.png",
        &["--mask", "red.png", "--mask-is", "green", "-o", "x.png"],
    );
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn what_marks_nothing_is_refused_by_its_brightest_value() {
    let scene = Scene::new(toned(colourful));
    scene.mask("dim.png", |at, _| {
        let level = (at % 40) as u8;
        [level, level, level, 255]
    });
    let ran = scene.restore("photo.png", &["--mask", "dim.png", "-o", "out.png"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("brightest value is 39 of 255"), "{said}");
    assert!(!scene.path("out.png").exists());
}

#[test]
fn erased_parts_come_back_opaque() {
    let scene = Scene::new(toned(colourful));
    let rgba = scene.photo.rgba8(scene.photo.bounds());
    scene.mask("erased.png", |at, m| {
        let [r, g, b] = [0, 1, 2].map(|c| rgba[4 * at + c]);
        if m {
            [255, 255, 255, 0]
        } else {
            [r, g, b, 255]
        }
    });
    for (photo, mask) in [
        ("photo.png", Some("erased.png")),
        ("erased.png", Some("erased.png")),
        ("erased.png", None),
    ] {
        let words: Vec<&str> = mask.into_iter().flat_map(|mask| ["--mask", mask]).collect();
        let (after, _) = scene.restored(photo, &words);
        assert_only_damage_changed(&scene, &after, photo);
        assert!(after.holes().is_none(), "{photo}: {mask:?}");
    }
    let none = scene.restore("photo.png", &["-o", "x.png"]);
    assert_eq!(none.status.code(), Some(2), "there is no mask and no hole");
}

#[test]
fn a_soft_rim_leaves_nothing_of_the_damage() {
    // The damage fades out as its mask does, to black.
    let photo = toned(colourful);
    let weight = |at: usize| {
        let (x, y) = ((at % SIZE.0) as f32 - 48.0, (at / SIZE.0) as f32 - 40.0);
        (1.4 * (-(x * x + y * y) / 60.0).exp()).min(1.0)
    };
    let mut damaged = photo.planar(photo.bounds());
    let plane = SIZE.0 * SIZE.1;
    for (i, value) in damaged.data.iter_mut().enumerate() {
        *value *= 1.0 - weight(i % plane);
    }
    let scene = Scene::new(Photo::from_planar(&damaged, Depth::Eight));
    scene.mask("soft.png", |at, _| {
        let level = (255.0 * weight(at)) as u8;
        [level, level, level, 255]
    });
    let (after, _) = scene.restored("photo.png", &["--mask", "soft.png"]);
    let levels = |photo: &Photo| photo.rgba8(photo.bounds());
    let (before, damaged, after) = (levels(&photo), levels(&scene.photo), levels(&after));
    let mut covered = 0;
    for at in 0..plane {
        let pixel = 4 * at..4 * at + 3;
        let hurt = pixel.clone().any(|i| before[i].abs_diff(damaged[i]) > 8);
        if hurt {
            covered += 1;
            assert_ne!(
                damaged[pixel.clone()],
                after[pixel],
                "pixel {at} is as damaged as before"
            );
        }
    }
    assert!(covered > 150, "{covered}");
}

#[test]
fn one_tone_stays_one_tone() {
    let gray = Scene::new(toned(|shade, _| shade));
    gray.mask("mask.png", |_, m| if m { [255; 4] } else { [0, 0, 0, 255] });
    for words in [
        &["--mask", "mask.png"][..],
        &["--operator", "identity", "--noise", "0.1"],
        &["--operator", "gaussian-blur:size=9,std=1.5"],
    ] {
        let (after, _) = gray.restored("photo.png", words);
        let rgba = after.rgba8(after.bounds());
        let equal = |pixel: &[u8]| pixel[0] == pixel[1] && pixel[1] == pixel[2];
        assert!(rgba.chunks_exact(4).all(equal), "{words:?}");
    }
    // Sepia: every pixel of the result is a colour that the photo's toning makes of its luma.
    let sepia = |shade: f32, channel: usize| shade * [1.1, 0.95, 0.7][channel];
    let scene = Scene::new(toned(sepia));
    scene.mask("mask.png", |_, m| if m { [255; 4] } else { [0, 0, 0, 255] });
    let (after, _) = scene.restored("photo.png", &["--mask", "mask.png"]);
    let planes = after.planar(after.bounds());
    let plane = SIZE.0 * SIZE.1;
    for at in (0..plane).filter(|at| damage().data()[*at] > 0) {
        let [r, g, b] = [0, 1, 2].map(|c| planes.data[c * plane + at]);
        let shade =
            (0.299 * r + 0.587 * g + 0.114 * b) / (0.299 * 1.1 + 0.587 * 0.95 + 0.114 * 0.7);
        for (channel, value) in [r, g, b].into_iter().enumerate() {
            let off = (value - sepia(shade, channel).min(1.0)).abs();
            assert!(off < 4.0 / 255.0, "pixel {at}: {r} {g} {b}");
        }
    }
}

#[test]
fn an_editor_calls_it_in_place_and_a_layer_holds_the_result_alone() {
    let scene = Scene::new(toned(colourful));
    scene.mask("mask.png", |_, m| if m { [255; 4] } else { [0, 0, 0, 255] });
    let deep = Photo::from_planar(&scene.photo.planar(scene.photo.bounds()), Depth::Sixteen);
    scene.save("deep.tif", &deep);
    let words = ["--mask", "mask.png", "--in-place", "--layer", "layer.png"];
    let ran = scene.restore("deep.tif", &words);
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let after = Photo::open(&scene.path("deep.tif")).expect("still a photo");
    assert_eq!(after.depth(), Depth::Sixteen);
    assert_only_damage_changed(&scene, &after, "in place");
    let layer = Photo::open(&scene.path("layer.png")).expect("written");
    let rgba = layer.rgba8(layer.bounds());
    for (pixel, byte) in rgba.chunks_exact(4).zip(damage().data()) {
        assert_eq!(pixel[3], *byte, "opaque where it was restored");
    }
    // A photo is never written over by accident, and a layer needs transparency.
    let before = std::fs::read(scene.path("photo.png")).expect("there");
    for words in [
        &["--mask", "mask.png", "-o", "photo.png"][..],
        &["--mask", "mask.png", "--layer", "layer.jpg"],
        &["--mask", "mask.png", "--in-place", "-o", "out.png"],
    ] {
        assert!(
            !scene.restore("photo.png", words).status.success(),
            "{words:?}"
        );
    }
    assert_eq!(
        std::fs::read(scene.path("photo.png")).expect("there"),
        before
    );
}

#[test]
fn sizes_are_what_a_person_asks_for() {
    let scene = Scene::new(toned(colourful));
    for (words, size) in [
        (&["--size", "240x999"][..], (240, 200)),
        (&["--long-side", "144", "--operator", "box"], (144, 120)),
    ] {
        let (after, _) = scene.restored("photo.png", words);
        assert_eq!((after.width(), after.height()), size);
    }
    let ran = scene.restore("photo.png", &["--long-side", "90", "-o", "x.png"]);
    assert_eq!(ran.status.code(), Some(2));
    // What no factor divides is cut, and that is said.
    let odd = toned(colourful).cropped(Rect::new(0, 0, 63, 65));
    scene.save("odd.png", &odd);
    let ran = tweedie()
        .current_dir(scene.folder.path())
        .args([
            "degrade",
            "odd.png",
            "--operator",
            "bicubic:factor=4",
            "-o",
            "small.png",
        ])
        .output()
        .expect("tweedie runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    assert!(
        said.contains("3 columns") && said.contains("60 x 64"),
        "{said}"
    );
    let small = Photo::open(Path::new(&scene.path("small.png"))).expect("written");
    assert_eq!((small.width(), small.height()), (15, 16));
}

/// A TIFF of 8 bits with a fourth channel that has no meaning of its own, as scanners write it.
fn with_infrared(photo: &Photo, infrared: impl Fn(usize) -> u8) -> Vec<u8> {
    let (width, height) = SIZE;
    let rgba = photo.rgba8(photo.bounds());
    let pixels: Vec<u8> = (0..width * height)
        .flat_map(|at| {
            [
                rgba[4 * at],
                rgba[4 * at + 1],
                rgba[4 * at + 2],
                infrared(at),
            ]
        })
        .collect();
    let entries = 10_u16;
    let bits = 8 + 2 + 12 * u32::from(entries) + 4;
    let strip = bits + 8;
    let (short, long) = (3_u16, 4_u16);
    let number = |value: usize| u32::try_from(value).expect("small");
    let tags = [
        (256_u16, long, 1_u32, number(width)),
        (257, long, 1, number(height)),
        (258, short, 4, bits),
        (259, short, 1, 1),
        (262, short, 1, 2),
        (273, long, 1, strip),
        (277, short, 1, 4),
        (278, long, 1, number(height)),
        (279, long, 1, number(pixels.len())),
        (338, short, 1, 0),
    ];
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    file.extend(entries.to_le_bytes());
    for (tag, kind, count, value) in tags {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.extend([0; 4]);
    file.extend([8, 0].repeat(4));
    file.extend(pixels);
    file
}

#[test]
fn infrared_shows_dust() {
    let scene = Scene::new(toned(colourful));
    let marked = damage();
    let dark = |at: usize| {
        if marked.data()[at] > 0 {
            30
        } else {
            200 + (at % 7) as u8
        }
    };
    std::fs::write(scene.path("film.tif"), with_infrared(&scene.photo, dark)).expect("written");
    let (after, said) = scene.restored("film.tif", &["--mask", "infrared"]);
    assert!(said.contains("infrared"), "{said}");
    let changed = changed(&scene.photo, &after);
    assert!(
        damage().without(&changed).count() * 10 < damage().count(),
        "dust stays"
    );
    assert!(
        changed.without(&damage().grown(3)).is_empty(),
        "more than dust is restored"
    );
    let ran = scene.restore("photo.png", &["--mask", "infrared", "-o", "x.png"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("no infrared channel"), "{said}");
}
