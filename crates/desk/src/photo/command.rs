//! Zooming, panning, comparing, folding.

use super::view::{Show, View};
use crate::shell::command::Command;
use crate::shell::state::State;

impl State {
    /// Carries out a view command, or hands it back.
    pub(crate) fn apply_view(&mut self, command: Command) -> Option<Command> {
        let size = self
            .document
            .as_ref()
            .map(|d| (d.photo.width(), d.photo.height()));
        let view = &mut self.view;
        match command {
            Command::ZoomBy { factor, at } => view.zoom_by(factor, at),
            Command::ZoomStep(closer) => view.zoom_to(view.next_zoom(closer)),
            Command::ZoomFit => view.fitted = true,
            Command::ZoomActual => view.zoom_to(1.0),
            Command::PanBy(dx, dy) => view.pan_by(dx, dy),
            Command::Measured(viewport) => view.viewport = viewport,
            Command::ChooseShow(show) => {
                view.show = show;
                self.runs.inspected = None;
            }
            Command::ToggleCompare => {
                view.show = if view.show == Show::Split {
                    Show::Restored
                } else {
                    Show::Split
                };
            }
            Command::Peek(held) => view.peeking = held,
            Command::MoveDivider(at) => view.divider = at.clamp(0.0, 1.0),
            Command::ToggleMask => view.mask_visible = !view.mask_visible,
            Command::ToggleDrawer => view.drawer_open = !view.drawer_open,
            Command::ToggleAdvanced => view.advanced_open = !view.advanced_open,
            Command::DismissNotice => self.notice = None,
            other => return Some(other),
        }
        if let Some((width, height)) = size {
            settle(view, width, height);
        }
        None
    }
}

/// Keeps a fitted picture fitted and any other in sight.
pub(crate) fn settle(view: &mut View, width: usize, height: usize) {
    if view.fitted {
        view.fit(width, height);
    } else {
        view.keep_in_sight(width, height);
    }
}
