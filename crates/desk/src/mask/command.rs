//! What a person can do with the mask and its tools.

use imaging::ScratchSearch;

use super::stroke::Tool;

/// An action on the mask.
#[derive(Clone, Debug, PartialEq)]
pub enum MaskCommand {
    /// Chooses a tool.
    ChooseTool(Tool),
    /// Sets the brush's diameter in photo pixels.
    BrushDiameter(f32),
    /// The next brush size up (true) or down.
    ResizeBrush(bool),
    /// Begins a stroke at a photo position.
    BeginStroke {
        /// Where, in photo pixels.
        at: (f32, f32),
        /// Whether to join it to the end of the last stroke.
        straight: bool,
        /// Whether to erase with what paints, and to paint with the eraser.
        opposite: bool,
    },
    /// A pen presses so hard from now on, 0 to 1: it thins the stroke.
    Press(f32),
    /// Draws on to a photo position.
    ExtendStroke((f32, f32)),
    /// Ends the stroke.
    EndStroke,
    /// Marks what is unmarked and the other way round.
    Invert,
    /// Takes all marks away.
    Clear,
    /// Grows it by pixels in every direction.
    Grow(usize),
    /// Shrinks it by pixels.
    Shrink(usize),
    /// Fills what it encloses.
    FillHoles,
    /// Marks what the drawn shape goes around.
    CloseShape,
    /// Gives the drawn shape up.
    CancelShape,
    /// Takes the polygon's last corner back.
    RemoveCorner,
    /// How strongly the mask covers the photo, 0 to 1.
    Opacity(f32),
    /// A tenth more strongly (true) or less.
    Fade(bool),
    /// Looks for scratches like these.
    Search(ScratchSearch),
    /// Adds what the finder proposes.
    AcceptProposal,
    /// Gives it up.
    DiscardProposal,
    /// Takes whole patches out of it, as a line in photo pixels meets them.
    Dismiss {
        /// Where it begins.
        from: (f32, f32),
        /// Where it ends.
        to: (f32, f32),
        /// How near a patch has to be, in photo pixels.
        reach: f32,
    },
    /// Puts back what was taken out of it last.
    BringBack,
}

impl MaskCommand {
    /// Whether it ends what is being drawn before it does anything else.
    pub(crate) fn ends_drawing(&self) -> bool {
        match self {
            Self::ChooseTool(_)
            | Self::BeginStroke { .. }
            | Self::EndStroke
            | Self::Invert
            | Self::Clear
            | Self::Grow(_)
            | Self::Shrink(_)
            | Self::FillHoles
            | Self::CloseShape
            | Self::AcceptProposal => true,
            Self::BrushDiameter(_)
            | Self::ResizeBrush(_)
            | Self::Press(_)
            | Self::ExtendStroke(_)
            | Self::CancelShape
            | Self::RemoveCorner
            | Self::Opacity(_)
            | Self::Fade(_)
            | Self::Search(_)
            | Self::DiscardProposal
            | Self::Dismiss { .. }
            | Self::BringBack => false,
        }
    }

    /// How far one step of growing or shrinking goes at most, in pixels.
    pub const MOST: usize = 64;
}
