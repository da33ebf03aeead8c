//! The dialogs' names and endings, what they say of a format, and compression read from files.

use crate::recipe::command::RecipeCommand;
use crate::session::SessionCommand;
use std::path::Path;
use std::sync::Arc;

use imaging::{Depth, FileFormat, Photo, Planar, SaveOptions, encode};

use super::dialog::{Purpose, Target};
use super::opened::Opened;
use crate::fixtures::requests::*;
use crate::fixtures::{open_state, outcome};
use crate::mask::document::{Restored, Source};
use crate::outside::Picked;
use crate::recipe::task::Jpeg;
use crate::shell::command::Command;
use crate::shell::state::ShellState as State;

/// A state with a photo that is restored, and one dialog open.
fn asked(photo: Photo, path: &Path, purpose: Purpose) -> State {
    let mut state = State::default();
    open(&mut state, photo, path);
    let outcome = outcome(false, 3);
    if let Some(document) = &mut state.document {
        document.result = Some(Restored {
            photo: outcome.photo,
            report: outcome.report,
        });
    }
    let _ = state.apply(Command::Session(SessionCommand::ShowDialog(purpose)));
    state
}

fn open(state: &mut State, photo: Photo, path: &Path) {
    let opened = Opened {
        source: Source::File(path.to_owned()),
        photo: Arc::new(photo),
        mask: None,
        mask_error: None,
        sha256: None,
        session: None,
    };
    let _ = state.arrived(opened);
}

/// A picture as it is read from a file in a format.
fn read(format: FileFormat, depth: Depth, quality: u8) -> Photo {
    let picture = Photo::from_planar(&Planar::new(32, 16), depth);
    let options = SaveOptions {
        quality,
        ..SaveOptions::default()
    };
    let bytes = encode(&picture, format, &options).expect("encoded");
    Photo::decode(&bytes, "a").expect("valid")
}

fn typed(state: &mut State, path: &Path) {
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        path.display().to_string(),
    )));
}

#[test]
fn a_name_without_an_ending_gets_the_usual_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = folder.path().join("old.JPG");
    for (purpose, ending) in [
        (Purpose::SaveSession, "tweedie"),
        (Purpose::ExportPhoto, "jpg"),
        (Purpose::ExportMask, "png"),
    ] {
        let picture = read(FileFormat::Jpeg, Depth::Eight, 95);
        let mut state = asked(picture, &photo, purpose);
        typed(&mut state, &folder.path().join("sess"));
        let whole = folder.path().join(format!("sess.{ending}"));
        let dialog = state.dialog.as_ref().expect("open");
        assert_eq!(dialog.completed(), Some(whole.clone()), "{purpose:?}");
        assert_eq!((&dialog.target, dialog.obstacle()), (&Target::Fine, None));
        // The name with its ending is what is looked for.
        std::fs::write(&whole, b"x").expect("written");
        let _ = state.apply(Command::Session(SessionCommand::DialogPath(String::new())));
        typed(&mut state, &folder.path().join("sess"));
        let dialog = state.dialog.as_ref().expect("open");
        assert_eq!(dialog.target, Target::Existing, "{purpose:?}");
        let _ = state.apply(Command::Session(SessionCommand::DialogReplace(true)));
        let written = match &state.apply(Command::Session(SessionCommand::DialogAccept))[..] {
            [request] => {
                let session = request.downcast::<SaveSession>().map(|r| &r.path);
                let file = request.downcast::<SaveFile>().map(|r| &r.path);
                session.or(file).expect("it writes").clone()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(written, whole);
    }
}

#[test]
fn another_ending_or_a_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = folder.path().join("old.png");
    let picture = read(FileFormat::Png, Depth::Eight, 95);
    for purpose in [Purpose::SaveSession, Purpose::ExportPhoto] {
        let mut state = asked(picture.clone(), &photo, purpose);
        for path in [folder.path().join("a.xyz"), folder.path().to_owned()] {
            typed(&mut state, &path);
            let dialog = state.dialog.as_ref().expect("open");
            assert!(matches!(dialog.target, Target::BadFormat(_)), "{path:?}");
            assert_eq!(dialog.completed(), None);
            assert!(
                state
                    .apply(Command::Session(SessionCommand::DialogAccept))
                    .is_empty()
            );
        }
        // What was wrong is forgotten as soon as the name is right.
        typed(&mut state, &folder.path().join("a"));
        assert_eq!(
            state.obstacle(&Command::Session(SessionCommand::DialogAccept)),
            None
        );
    }
}

#[test]
fn what_a_format_loses_is_said_before_and_after() {
    let photo = read(FileFormat::Png, Depth::Sixteen, 95);
    let mut state = asked(photo, Path::new("/photos/old.png"), Purpose::ExportPhoto);
    let terms = |state: &State| state.dialog.as_ref().expect("open").terms.clone();
    let png = terms(&state).expect("a format");
    assert_eq!((png.lost.as_deref(), png.compression()), (None, None));
    typed(&mut state, Path::new("/photos/new.jpg"));
    let jpeg = terms(&state).expect("a format");
    assert_eq!(jpeg.lost.as_deref(), Some("JPEG keeps 8 of 16 bits."));
    let anew = jpeg.compression().expect("it is compressed");
    assert!(anew.contains("every pixel") || anew.contains("Every pixel"));

    let _ = state.apply(Command::Session(SessionCommand::DialogQuality(80)));
    match &only::<SaveFile>(&state.apply(Command::Session(SessionCommand::DialogAccept))).export {
        Export::Photo(_, options) => assert_eq!(options.quality, 80),
        other => panic!("{other:?}"),
    }
    state.exported_as(Path::new("/photos/new.jpg"), Ok::<_, Broken>(()));
    let said = state.notice.as_ref().expect("it says so").text.clone();
    let expected = "Saved as /photos/new.jpg at quality 80. JPEG keeps 8 of 16 bits.";
    assert_eq!(said, expected);
}

#[test]
fn a_missing_chooser_is_told() {
    let mut state = open_state();
    let _ = state.apply(Command::Session(SessionCommand::ShowDialog(
        Purpose::OpenPhoto,
    )));
    let error = |state: &State| state.dialog.as_ref().and_then(|d| d.error.clone());
    state.browsed(Purpose::OpenPhoto, Picked::Nothing);
    assert_eq!(error(&state), None, "somebody changed their mind");
    state.browsed(Purpose::ImportMask, Picked::NoChooser);
    assert_eq!(error(&state), None, "another dialog's answer");
    state.browsed(Purpose::OpenPhoto, Picked::NoChooser);
    assert!(error(&state).is_some_and(|text| text.contains("no file chooser")));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/a.png".into(),
    )));
    assert_eq!(error(&state), None);
}

#[test]
fn the_jpeg_card_begins_with_what_the_file_says() {
    let mut state = State::default();
    let card = |state: &State| state.settings.jpeg;
    let shown = |state: &mut State, format, quality, expected: usize| {
        open(state, read(format, Depth::Eight, quality), Path::new("/a"));
        assert_eq!(card(state).quality, expected, "{format} {quality}");
    };
    let usual = Jpeg::default().quality;
    shown(&mut state, FileFormat::Png, 74, usual);
    shown(&mut state, FileFormat::Jpeg, 74, 74);
    shown(&mut state, FileFormat::Jpeg, 31, 31);
    // What one file said is not true of the next.
    shown(&mut state, FileFormat::Png, 31, usual);
    // Nor is what a person chose for one.
    let mut next = state.settings.clone();
    next.jpeg.quality = 12;
    let _ = state.apply(Command::Recipe(RecipeCommand::Adjust {
        next: Box::new(next),
        gesture: crate::Gesture::Once,
    }));
    shown(&mut state, FileFormat::Png, 31, usual);
    shown(&mut state, FileFormat::Jpeg, 31, 31);
}

#[test]
fn a_file_that_ends_early_is_opened_with_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.jpg");
    let picture = Photo::from_planar(&Planar::new(64, 64), Depth::Eight);
    let bytes = encode(&picture, FileFormat::Jpeg, &SaveOptions::default()).expect("encoded");
    // Without its end marker and a few bytes more.
    std::fs::write(&path, &bytes[..bytes.len() - 6]).expect("written");
    let photo = Photo::open_what_is_there(&path).expect("most of it is there");
    let mut state = State::default();
    open(&mut state, photo, &path);
    let said = state.notice.as_ref().map(|notice| notice.text.as_str());
    assert!(said.is_some_and(|text| text.starts_with("old.jpg ends early")));
    open(&mut state, picture, &path);
    assert_eq!(state.notice, None);
}
