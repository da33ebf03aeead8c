//! Stores something for people to have: a picture, a mask, a report, an animation.

use std::path::PathBuf;
use std::sync::Arc;

use imaging::{ImagingError, Mask, Photo, SaveOptions};

use super::state::SessionState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};
use crate::runs::telling::{Telling, Trajectory};

/// What is stored.
#[derive(Debug)]
pub enum Export {
    /// A photo.
    Photo(Arc<Photo>, SaveOptions),
    /// A report, which is put together first.
    Report(Box<Telling>),
    /// An animation, which is put together first.
    Animation(Box<Trajectory>),
    /// A mask.
    Mask(Arc<Mask>),
}

/// Store something for people to have.
#[derive(Debug)]
pub struct SaveFile {
    /// What is stored.
    pub export: Export,
    /// Where.
    pub path: PathBuf,
}

impl Request for SaveFile {
    type State = SessionState;
    type Answer = Result<(), ImagingError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        let path = &self.path;
        match &self.export {
            Export::Photo(photo, options) => imaging::save(photo, path, options),
            Export::Report(report) => imaging::write_atomically(path, report.html()?.as_bytes()),
            Export::Animation(trajectory) => imaging::write_atomically(path, &trajectory.to_png()?),
            Export::Mask(mask) => mask.save(path),
        }
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        state.exported_as(&self.path, flat(answer));
        Vec::new()
    }
}
