//! All that can happen to the window.

use std::path::PathBuf;
use std::time::Duration;

use engine::{DeviceChoice, DeviceInfo, EngineError, Event, Preview};

use super::command::Command;
use super::store::Loaded;
use crate::request::Answered;

/// One thing that happens.
#[derive(Debug)]
pub enum Input {
    /// The window opens.
    Begin(Box<Begin>),
    /// A person acts.
    Command(Command),
    /// A request has been answered.
    Answer(Answered),
    /// The worker speaks.
    Event(Box<Event>),
    /// The worker shows how the restoration looks.
    Preview(Box<Preview>),
    /// The devices of this computer are known.
    Devices(Vec<DeviceInfo>),
    /// The worker could not be started.
    NoWorker(EngineError),
    /// So much time has passed since the window was opened. Comes with every frame.
    Tick(Duration),
    /// A frame has taken everything else in: what is looked at and not known can be asked for.
    Settled,
}

/// What the window begins with.
#[derive(Debug, Default)]
pub struct Begin {
    /// The photo or session to open; the bundled one if none is given.
    pub photo: Option<PathBuf>,
    /// The mask to lay over it.
    pub mask: Option<PathBuf>,
    /// Where restorations are computed at first; as in the settings when `Auto`.
    pub device: DeviceChoice,
    /// What was kept from the last time, if anything is kept.
    pub loaded: Option<Loaded>,
}
