//! Asks the system's file chooser on behalf of a file dialog.

use std::path::PathBuf;

use imaging::FileFormat;

use super::dialog::Purpose;
use super::state::SessionState;
use crate::outside::{Chooser, Kind, Outside, Picked, SESSION};
use crate::request::{Broken, Request, Requests};

/// How the names of masks end.
const MASKS: [&str; 5] = ["png", "webp", "tif", "tiff", "bmp"];

/// Ask the system's file chooser.
#[derive(Debug)]
pub struct Browse {
    /// What the dialog is for.
    pub purpose: Purpose,
    /// The path to begin with.
    pub path: PathBuf,
}

impl Browse {
    fn chooser(&self) -> Chooser {
        let (title, name, endings) = match self.purpose {
            Purpose::OpenPhoto => (
                "Open photo or session",
                "Pictures and sessions",
                [FileFormat::readable_endings(), vec![SESSION]].concat(),
            ),
            Purpose::LocatePhoto => (
                "Where is the photo?",
                "Pictures",
                FileFormat::readable_endings(),
            ),
            Purpose::SaveSession => ("Save session", "Tweedie sessions", vec![SESSION]),
            Purpose::ImportMask => ("Import mask", "Pictures", FileFormat::readable_endings()),
            Purpose::ExportPhoto => ("Export", "Pictures", FileFormat::writable_endings()),
            Purpose::ExportReport => ("Export a report", "Pages", vec!["html"]),
            Purpose::ExportFilm => ("Export the steps", "Animated PNG", vec!["png"]),
            Purpose::ExportMask => ("Export mask", "Lossless pictures", MASKS.to_vec()),
        };
        let writes = self.purpose.writes();
        let folder = self.path.parent().filter(|folder| folder.is_dir());
        let suggested = self.path.file_name().filter(|_| writes);
        Chooser {
            title,
            kind: if writes { Kind::Save } else { Kind::Open },
            folder: folder.map(ToOwned::to_owned),
            name: suggested.map(|name| name.to_string_lossy().into_owned()),
            filter: Some((name, endings)),
        }
    }
}

impl Request for Browse {
    type State = SessionState;
    type Answer = Picked;

    fn run(&mut self, outside: &Outside) -> Picked {
        outside.window.choose(&self.chooser())
    }

    fn answer(self, answer: Result<Picked, Broken>, state: &mut SessionState) -> Requests {
        state.browsed(self.purpose, answer.unwrap_or(Picked::Nothing));
        Vec::new()
    }
}
