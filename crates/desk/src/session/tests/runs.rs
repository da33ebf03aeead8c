//! Runs within sessions: they come back as they were, and damage to one stays its own.

use std::io::{Cursor, Read, Write};

use engine::{Estimate, Picture, Start};
use imaging::{Depth, Mask, Photo, Planar, Rect, Value};

use super::*;
use crate::fixtures::outcome;
use crate::runs::active::Ending;
use crate::runs::packed::Packed;
use crate::runs::{
    Candidate, Changed, Content, Kept, RunCommand, RunId, Scores, Study, Taken, Thumbnail,
};

/// A photo of this depth with values that no coarser depth holds.
fn deep(depth: Depth) -> Arc<Photo> {
    let mut picture = Planar::new(40, 30);
    for (i, value) in picture.data.iter_mut().enumerate() {
        *value = (i as f32 * 0.000_37).fract();
    }
    Arc::new(Photo::from_planar(&picture, depth))
}

/// The pixels of another photo in a square.
fn patched(base: &Arc<Photo>, at: usize) -> Content {
    let mut mask = Mask::new(base.width(), base.height());
    let _ = mask.fill_rect(Rect::new(at, 4, 9, 7), Value::Paint);
    let mut other = Planar::new(base.width(), base.height());
    for (i, value) in other.data.iter_mut().enumerate() {
        *value = (i as f32 * 0.0123).fract();
    }
    let other = Photo::from_planar(&other, base.depth());
    let changed = Changed::under(&other, &mask).expect("of one size");
    Content::Patched(Arc::clone(base), Arc::new(changed))
}

fn run(number: u64, content: Option<Content>) -> Kept {
    let report = outcome(false, 4).report;
    Kept {
        id: RunId(number),
        candidate: Candidate {
            batch: RunId(number),
            index: 0,
            of: 1,
        },
        recipe: report.recipe.clone(),
        ending: Ending::Finished,
        trace: (1..=4).map(|step| (step, 1.0 / step as f64)).collect(),
        report: Some(report),
        content,
        mask: None,
        at: std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        study: None,
        start: None,
        reached: None,
        packed: Arc::default(),
    }
}

fn snapshot(base: &Arc<Photo>, runs: Vec<Kept>) -> Snapshot {
    Snapshot {
        photo: Arc::clone(base),
        mask: Arc::new(Mask::new(base.width(), base.height())),
        result: None,
        runs,
        ..full()
    }
}

fn back(snapshot: &Snapshot) -> Vec<(Kept, Option<Scores>)> {
    let stored = read(&written(snapshot)).expect("whole");
    assert_eq!(stored.remark, None);
    stored
        .runs
        .into_iter()
        .map(|run| run.on(&snapshot.photo))
        .collect()
}

fn pixels(run: &Kept) -> Arc<Photo> {
    run.content.as_ref().expect("a picture").to_photo()
}

#[test]
fn pictures_come_back_bit_for_bit_at_every_depth() {
    for depth in [Depth::Eight, Depth::Sixteen, Depth::Float] {
        let base = deep(depth);
        let whole = deep(depth);
        let runs = vec![
            run(1, Some(patched(&base, 2))),
            run(2, Some(Content::Whole(whole))),
            run(3, None),
            run(4, Some(patched(&base, 25))),
        ];
        let found = back(&snapshot(&base, runs.clone()));
        assert_eq!(found.len(), 4);
        for (before, (after, _)) in runs.iter().zip(&found) {
            assert_eq!(before.id, after.id);
            assert_eq!(before.content.is_some(), after.content.is_some());
            if before.content.is_some() {
                assert!(
                    pixels(before).pixels_equal(&pixels(after)),
                    "{depth:?} {}",
                    before.id
                );
            }
        }
    }
}

#[test]
fn all_that_is_known_of_a_run_comes_back() {
    let base = deep(Depth::Eight);
    let start = |level| {
        let rgba: Arc<[u8]> = (0..4 * 64)
            .map(|i| if i % 4 == 3 { 255 } else { i as u8 })
            .collect();
        let window = Rect::new(3, 5, 8, 8);
        let mut exact = Planar::new(8, 8);
        for (i, value) in exact.data.iter_mut().enumerate() {
            *value = i as f32 / 191.0;
        }
        let pictures = [Picture::Eight(rgba), Picture::Exact(Arc::new(exact))];
        let estimate = |picture| Estimate {
            window,
            picture,
            level,
        };
        Some(Arc::new(Start {
            estimates: pictures.into_iter().map(estimate).collect(),
        }))
    };
    let mut mask = Mask::new(40, 30);
    let _ = mask.fill_rect(Rect::new(0, 0, 40, 3), Value::Paint);
    let mut first = Kept {
        ending: Ending::Stopped,
        candidate: Candidate {
            batch: RunId(6),
            index: 1,
            of: 3,
        },
        mask: Some(Arc::new(mask)),
        start: start(1.25),
        reached: start(0.0),
        study: Some(Arc::new(Study {
            thumbnail: Thumbnail {
                size: (1, 1),
                rgba: vec![0; 4],
            },
            scores: Some(Scores {
                psnr: 31.5,
                ssim: f64::NAN,
                masked: Some(f64::INFINITY),
            }),
        })),
        ..run(7, Some(patched(&base, 2)))
    };
    first.recipe.from = Some("ab".repeat(32));
    let failed = Kept {
        ending: Ending::Failed("the device is gone".into()),
        report: None,
        trace: vec![(1, 0.5), (2, f64::NAN)],
        ..run(9, None)
    };
    let found = back(&snapshot(&base, vec![first.clone(), failed]));
    let (run, scores) = &found[0];
    assert_eq!(
        (run.candidate, &run.ending),
        (first.candidate, &first.ending)
    );
    assert_eq!((&run.recipe, &run.report), (&first.recipe, &first.report));
    assert_eq!((&run.trace, &run.mask), (&first.trace, &first.mask));
    assert_eq!((&run.start, &run.reached), (&first.start, &first.reached));
    assert_eq!(run.at, first.at);
    let scores = scores.expect("measured");
    assert!(scores.ssim.is_nan() && scores.masked == Some(f64::INFINITY) && scores.psnr == 31.5);
    let (run, scores) = &found[1];
    assert_eq!(run.ending, Ending::Failed("the device is gone".into()));
    assert_eq!((run.trace.as_slice(), scores), (&[(1, 0.5)][..], &None));
}

#[test]
fn a_place_that_many_runs_share_is_stored_once() {
    let base = deep(Depth::Eight);
    let runs: Vec<_> = (1..=9).map(|n| run(n, Some(patched(&base, 2)))).collect();
    let bytes = written(&snapshot(&base, runs));
    assert_eq!(entries(&bytes, ".place"), 1);
}

#[test]
fn the_result_is_stored_as_what_differs_and_shares_its_run() {
    let base = deep(Depth::Sixteen);
    let content = patched(&base, 2);
    let taken = Taken {
        run: Some(RunId(5)),
        blended: false,
        content: content.clone(),
        report: outcome(false, 4).report,
    };
    let mut kept = snapshot(&base, vec![run(5, Some(content.clone()))]);
    kept.result = Some(Restored {
        photo: content.to_photo(),
        report: taken.report.clone(),
    });
    kept.taken = Some(taken);
    let bytes = written(&kept);
    assert_eq!(entries(&bytes, ".png"), 2, "mask and strip");
    let stored = read(&bytes).expect("whole");
    let result = stored.result.expect("kept");
    let found = result.picture.clone().on(&base).expect("it fits");
    assert!(found.to_photo().pixels_equal(&content.to_photo()));
    assert_eq!(result.taken(found).run, Some(RunId(5)));
    // The photo became another: what differs from the first says nothing about it.
    kept.photo = deep(Depth::Sixteen);
    let stored = read(&written(&kept)).expect("whole");
    assert!(matches!(
        stored.result.expect("kept").picture,
        StoredPicture::Whole(_)
    ));
}

/// How many entries have names that end like this.
fn entries(bytes: &[u8], ending: &str) -> usize {
    let zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("whole");
    let names = zip.file_names().flatten();
    names.filter(|name| name.ends_with(ending)).count()
}

/// The archive with one entry changed, or left out.
fn spoilt(bytes: &[u8], entry: &str, spoil: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("whole");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).expect("there");
        let (name, mut bytes) = (file.name().expect("text").into_owned(), Vec::new());
        let _ = file.read_to_end(&mut bytes).expect("whole");
        let bytes = if name == entry {
            spoil(&bytes)
        } else {
            Some(bytes)
        };
        if let Some(bytes) = bytes {
            out.start_file(name, options).expect("begun");
            out.write_all(&bytes).expect("written");
        }
    }
    out.finish().expect("finished").into_inner()
}

#[test]
fn a_damaged_run_never_takes_the_rest_with_it() {
    let base = deep(Depth::Eight);
    let runs = vec![
        run(1, Some(patched(&base, 2))),
        run(2, Some(patched(&base, 25))),
    ];
    let whole = written(&snapshot(&base, runs));
    let cut = |bytes: &[u8]| Some(bytes[..bytes.len() / 2].to_vec());
    let other = |_: &[u8]| Some(b"not this".to_vec());
    let gone = |_: &[u8]| None;
    type Spoil<'a> = &'a dyn Fn(&[u8]) -> Option<Vec<u8>>;
    for (entry, spoil, left, pictures) in [
        ("runs/1/run.json", &cut as Spoil<'_>, 1, 1),
        ("runs/1/run.json", &gone, 1, 1),
        ("runs/1/picture.png", &cut, 2, 1),
        ("runs/1/picture.png", &gone, 2, 1),
        ("runs/1/picture.place", &other, 2, 1),
        ("runs/1/picture.place", &cut, 2, 1),
    ] {
        let stored = read(&spoilt(&whole, entry, spoil)).expect("the rest is whole");
        let runs: Vec<_> = stored.runs.into_iter().map(|run| run.on(&base).0).collect();
        assert_eq!(runs.len(), left, "{entry}");
        let pictured = runs.iter().filter(|run| run.content.is_some());
        assert_eq!(pictured.count(), pictures, "{entry}");
        assert!(
            stored.remark.is_some_and(|r| r.contains("1 of the 2 runs")),
            "{entry}"
        );
    }
    // The list itself, damaged or of a later program.
    for (from, to) in [("\"runs/1\"", "17"), ("\"version\": 1", "\"version\": 99")] {
        let spoil = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("JSON");
            assert!(text.contains(from), "{text}");
            Some(text.replace(from, to).into_bytes())
        };
        let stored = read(&spoilt(&whole, "session.json", spoil)).expect("the rest is whole");
        assert!(stored.runs.is_empty() && stored.remark.is_some());
    }
}

#[test]
fn a_session_of_the_first_version_still_opens() {
    let mut old = full();
    old.source = Source::Demo;
    let whole = written(&old);
    let spoil = |bytes: &[u8]| {
        let mut json: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
        let entries = json.as_object_mut().expect("an object");
        let _ = entries.insert("version".into(), 1.into());
        let _ = entries.remove("archive");
        assert_eq!(entries["result"]["entry"], "result.png");
        serde_json::to_vec(&json).ok()
    };
    let stored = read(&spoilt(&whole, "session.json", spoil)).expect("whole");
    assert!(stored.result.is_some() && stored.runs.is_empty() && stored.remark.is_none());
}

#[test]
fn runs_beyond_the_bound_keep_their_recipes_and_lose_their_pictures() {
    let base = deep(Depth::Eight);
    let large = |number| {
        let run = run(number, Some(patched(&base, 2)));
        let _ = run.packed.set(Packed::of_size(100 << 20));
        run
    };
    let runs = (1..=4).map(large).collect();
    let stored = read(&written(&snapshot(&base, runs))).expect("whole");
    let found: Vec<_> = stored.runs.into_iter().map(|run| run.on(&base).0).collect();
    assert_eq!(found.len(), 4);
    let masked: Vec<bool> = found.iter().map(|run| run.mask.is_some()).collect();
    assert_eq!(masked, [false; 4], "what is no place is no mask");
    assert_eq!(found[0].report, outcome(false, 4).report.into());
}

#[test]
fn an_opened_session_shows_its_runs_and_counts_on() {
    let mut state = open_state();
    let base = Arc::clone(&state.document.as_ref().expect("open").photo);
    let content = patched(&base, 2);
    let runs = vec![
        (run(3, Some(content.clone())), None),
        (run(8, Some(patched(&base, 25))), None),
    ];
    let taken = Taken {
        run: Some(RunId(3)),
        blended: false,
        content,
        report: outcome(false, 4).report,
    };
    let requests = resume(
        &mut state,
        Resumed {
            runs: [runs.clone(), runs].concat(),
            taken: Some(taken),
            ..resumed()
        },
    );
    let asked = requests.iter().find_map(BoxedRequest::downcast);
    let asked = asked.map(|Summarise(questions)| questions.len());
    assert_eq!(asked, Some(2), "thumbnails, and no run twice");
    let ids: Vec<u64> = state
        .runs
        .archive
        .all()
        .iter()
        .map(|run| run.id.0)
        .collect();
    assert_eq!(ids, [3, 8]);
    assert_eq!(state.runs.accepted(), Some(RunId(3)));
    assert!(!state.is_unsaved());
    let _ = state.apply(Command::Runs(RunCommand::Show(RunId(8))));
    assert!(state.runs.shown().is_some_and(|run| run.id == RunId(8)));
    let requests = state.apply(session(SessionCommand::Save));
    let SaveSession { snapshot, .. } = only(&requests);
    assert_eq!(snapshot.runs.len(), 2);
    let _ = state.apply(Command::Runs(RunCommand::Delete(RunId(8))));
    assert!(state.is_unsaved(), "the file holds it still");
    // Another session in the same window: its numbers go on.
    state.kept.saved = state.mark();
    let again = vec![(run(3, Some(patched(&base, 2))), None)];
    let _ = resume(
        &mut state,
        Resumed {
            runs: again,
            ..resumed()
        },
    );
    assert_eq!(state.runs.archive.all()[0].id, RunId(11));
}

#[test]
fn an_answer_about_a_photo_that_was_closed_is_not_one_about_this() {
    let mut state = painted();
    let requests = state.tick(Duration::ZERO);
    assert!(requests.is_empty());
    let late = state.mark();
    state.kept.saved = late;
    let recovered = PathBuf::from("/state/60.tweedie");
    let _ = resume(
        &mut state,
        Resumed {
            recovered: Some(recovered.clone()),
            path: None,
            ..resumed()
        },
    );
    let requests = state.autosaved(late, Ok::<_, Broken>(()));
    assert!(
        requests.is_empty(),
        "what was recovered is not safe yet: {requests:?}"
    );
    let _ = state.session_saved("/photos/old.tweedie".into(), late);
    assert_eq!(state.kept.path, None, "another photo's session");
}
