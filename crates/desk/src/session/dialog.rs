//! The file dialogs: a path that can always be typed, and what would happen to it.

use std::path::{Path, PathBuf};

use imaging::FileFormat;

use super::export::{self, Terms};
use super::{EXTENSION, is_session};
use crate::mask::document::{Document, Source};
use crate::outside::full_path;

/// What a dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Open a photo.
    OpenPhoto,
    /// Export the restored picture.
    ExportPhoto,
    /// Write a page about the result.
    ExportReport,
    /// Write how the latest run formed.
    ExportFilm,
    /// Read a mask from a picture.
    ImportMask,
    /// Store the mask as a picture.
    ExportMask,
    /// Keep the session in a file.
    SaveSession,
    /// Say where the photo of a session is.
    LocatePhoto,
}

impl Purpose {
    /// Whether it writes a file.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::ExportPhoto
                | Self::ExportReport
                | Self::ExportFilm
                | Self::ExportMask
                | Self::SaveSession
        )
    }
}

/// What the path of a dialog points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing is typed.
    Nothing,
    /// The extension names no format that can be written.
    BadFormat(String),
    /// Fine to read, or free to write.
    Fine,
    /// Another file that would be replaced.
    Existing,
    /// The photo that is being restored.
    Original,
}

/// An open file dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// What it is for.
    pub purpose: Purpose,
    /// The path as typed.
    pub path: String,
    /// What a name without an ending gets, without the dot.
    ending: String,
    /// What it points at.
    pub target: Target,
    /// What becomes of a picture that is exported there.
    pub terms: Option<Terms>,
    /// Quality of a picture that is compressed, 1 to 100.
    pub quality: u8,
    /// Whether a file may be replaced.
    pub replace: bool,
    /// Whether the answer is being waited for.
    pub busy: bool,
    /// What was wrong last time.
    pub error: Option<String>,
}

impl Dialog {
    /// A dialog with a sensible first path.
    pub(crate) fn new(purpose: Purpose, document: Option<&Document>) -> Self {
        let path = suggestion(purpose, document);
        let mut dialog = Self {
            purpose,
            path,
            target: Target::Nothing,
            ending: proposed(purpose, document),
            terms: None,
            quality: export::usual_quality(),
            replace: false,
            busy: false,
            error: None,
        };
        dialog.look(document);
        dialog
    }

    /// The typed path changed.
    pub(crate) fn retarget(&mut self, path: String, document: Option<&Document>) {
        let before = self.target.clone();
        (self.path, self.error) = (path, None);
        self.look(document);
        // Permission was given for one file, not for whatever is typed next.
        if self.target != before {
            self.replace = false;
        }
    }

    /// Finds out what the path points at.
    fn look(&mut self, document: Option<&Document>) {
        let path = self.full_path();
        self.target = classify(self.purpose, &self.path, &path, document);
        let writable = !matches!(self.target, Target::Nothing | Target::BadFormat(_));
        let exported = document.filter(|_| self.purpose == Purpose::ExportPhoto && writable);
        self.terms = exported.and_then(|document| Terms::of(&document.photo, &path));
    }

    /// Why the dialog cannot be accepted yet.
    #[must_use]
    pub fn obstacle(&self) -> Option<String> {
        match &self.target {
            _ if self.busy => Some("One moment".to_owned()),
            Target::Nothing => Some("Type a path or browse".to_owned()),
            Target::BadFormat(reason) => Some(reason.clone()),
            Target::Original if !self.replace => Some(
                "This is the original photo. Choose another name, or tick the box to replace it."
                    .to_owned(),
            ),
            Target::Existing if !self.replace => Some(
                "A file of this name exists. Choose another name, or tick the box to replace it."
                    .to_owned(),
            ),
            Target::Fine | Target::Original | Target::Existing => None,
        }
    }

    /// The path with `~` spelled out, and with the usual ending where a file that is written has
    /// none.
    #[must_use]
    pub fn full_path(&self) -> PathBuf {
        let path = full_path(&self.path);
        let ending = path.extension().unwrap_or_default();
        if self.purpose.writes() && path.file_name().is_some() && ending.is_empty() {
            path.with_extension(&self.ending)
        } else {
            path
        }
    }

    /// The whole name, where an ending was added to what was typed.
    #[must_use]
    pub fn completed(&self) -> Option<PathBuf> {
        let whole = self.full_path();
        let settled = matches!(self.target, Target::Nothing | Target::BadFormat(_));
        (!settled && whole != full_path(&self.path)).then_some(whole)
    }
}

fn classify(purpose: Purpose, typed: &str, path: &Path, document: Option<&Document>) -> Target {
    if path.as_os_str().is_empty() {
        return Target::Nothing;
    }
    if !purpose.writes() {
        return Target::Fine;
    }
    let bare = full_path(typed);
    if typed.trim().ends_with(std::path::is_separator) || bare.is_dir() {
        return Target::BadFormat("This is a folder. Type a name after it.".to_owned());
    }
    let ending = |ending: &str| {
        path.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case(ending))
    };
    if purpose == Purpose::ExportReport {
        if !ending("html") {
            return Target::BadFormat("The name of a report ends with .html".to_owned());
        }
    } else if purpose == Purpose::ExportFilm && !ending("png") {
        return Target::BadFormat("The name of an animation ends with .png".to_owned());
    } else if purpose == Purpose::SaveSession {
        if !is_session(path) {
            let reason = format!("The name of a session ends with .{EXTENSION}");
            return Target::BadFormat(reason);
        }
    } else if let Err(error) = FileFormat::from_path(path) {
        return Target::BadFormat(error.to_string());
    }
    let original = document.and_then(|document| document.source.path());
    if original.is_some_and(|original| same_file(original, path)) {
        Target::Original
    } else if path.exists() {
        Target::Existing
    } else {
        Target::Fine
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

/// The photo's name, with the ending of a session.
fn session_name(document: Option<&Document>) -> String {
    let path = match document.map(|document| &document.source) {
        Some(Source::File(path)) => path.with_extension(EXTENSION),
        _ => std::env::current_dir()
            .unwrap_or_default()
            .join(format!("session.{EXTENSION}")),
    };
    path.display().to_string()
}

/// The ending that a name gets, without the dot: a photo keeps its own.
fn proposed(purpose: Purpose, document: Option<&Document>) -> String {
    let usual = match purpose {
        Purpose::SaveSession => EXTENSION,
        Purpose::ExportReport => "html",
        _ => "png",
    };
    let path = document.and_then(|document| document.source.path());
    let own = path
        .filter(|path| purpose == Purpose::ExportPhoto && FileFormat::from_path(path).is_ok())
        .and_then(Path::extension);
    own.map_or_else(
        || usual.to_owned(),
        |own| own.to_string_lossy().to_lowercase(),
    )
}

fn suggestion(purpose: Purpose, document: Option<&Document>) -> String {
    let suffix = match purpose {
        Purpose::OpenPhoto | Purpose::ImportMask | Purpose::LocatePhoto => return String::new(),
        Purpose::SaveSession => return session_name(document),
        Purpose::ExportPhoto => "restored",
        Purpose::ExportReport => "report",
        Purpose::ExportFilm => "steps",
        Purpose::ExportMask => "mask",
    };
    let extension = proposed(purpose, document);
    let path = match document.map(|document| &document.source) {
        Some(Source::File(path)) => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            path.with_file_name(format!("{stem}-{suffix}.{extension}"))
        }
        _ => std::env::current_dir()
            .unwrap_or_default()
            .join(format!("tweedie-{suffix}.{extension}")),
    };
    path.display().to_string()
}
