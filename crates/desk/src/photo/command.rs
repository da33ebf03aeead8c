//! Zooming, panning, comparing, folding.

use super::state::PhotoState;
use super::view::{Show, View, Viewport};

/// One action on how the picture is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewCommand {
    /// Zooms by a factor about a canvas position.
    ZoomBy {
        /// Above 1 comes closer.
        factor: f32,
        /// What stays in place, in points.
        at: (f32, f32),
    },
    /// The next usual zoom closer (true) or farther.
    ZoomStep(bool),
    /// Shows the whole picture.
    ZoomFit,
    /// One screen pixel for each photo pixel.
    ZoomActual,
    /// Moves the picture by points.
    PanBy(f32, f32),
    /// The canvas has been laid out there.
    Measured(Viewport),
    /// Chooses what is shown.
    ChooseShow(Show),
    /// Compare, or back to the restored picture.
    ToggleCompare,
    /// Shows the original for as long as it is held.
    Peek(bool),
    /// Moves the divider, as a fraction of the width.
    MoveDivider(f32),
    /// Shows or hides the mask.
    ToggleMask,
    /// Opens or closes the drawer.
    ToggleDrawer,
    /// Unfolds or folds the advanced settings.
    ToggleAdvanced,
    /// Takes the notice away.
    DismissNotice,
}

impl PhotoState {
    /// Carries out a command on the view of a photo of this width and height.
    pub(crate) fn apply_view(&mut self, command: ViewCommand, size: Option<(usize, usize)>) {
        let view = &mut self.view;
        match command {
            ViewCommand::ZoomBy { factor, at } => view.zoom_by(factor, at),
            ViewCommand::ZoomStep(closer) => view.zoom_to(view.next_zoom(closer)),
            ViewCommand::ZoomFit => view.fitted = true,
            ViewCommand::ZoomActual => view.zoom_to(1.0),
            ViewCommand::PanBy(dx, dy) => view.pan_by(dx, dy),
            ViewCommand::Measured(viewport) => view.viewport = viewport,
            ViewCommand::ChooseShow(show) => view.show = show,
            ViewCommand::ToggleCompare => {
                view.show = if view.show == Show::Split {
                    Show::Restored
                } else {
                    Show::Split
                };
            }
            ViewCommand::Peek(held) => view.peeking = held,
            ViewCommand::MoveDivider(at) => view.divider = at.clamp(0.0, 1.0),
            ViewCommand::ToggleMask => view.mask_visible = !view.mask_visible,
            ViewCommand::ToggleDrawer => view.drawer_open = !view.drawer_open,
            ViewCommand::ToggleAdvanced => view.advanced_open = !view.advanced_open,
            ViewCommand::DismissNotice => self.below.notice = None,
        }
        if let Some((width, height)) = size {
            settle(view, width, height);
        }
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
