//! The table of every named command. A new one is a new row, and appears in its menu, the
//! palette, the cheat sheet and the settings of the keyboard.

use crate::photo::command::ViewCommand;
use crate::recipe::command::RecipeCommand;
use std::path::PathBuf;

use engine::Preset;

use super::action::{Action, Group};
use super::command::Command;
use super::overlay_command::OverlayCommand;
use crate::batch::BatchCommand;
use crate::mask::command::MaskCommand;
use crate::mask::stroke::Tool;
use crate::photo::view::Show;
use crate::recipe::command::ImportCommand;
use crate::recipe::task::Task;
use crate::runs::{Manner, Page, RunCommand};
use crate::session::SessionCommand;
use crate::session::dialog::Purpose;

pub(crate) fn table() -> Vec<Action> {
    [file(), edit(), mask(), view(), run(), help()].concat()
}

/// A row within a menu: id, section, name, command, keys, help.
type Row = (
    &'static str,
    u8,
    &'static str,
    Command,
    &'static [&'static str],
    &'static str,
);

fn rows<const N: usize>(group: Group, rows: [Row; N]) -> Vec<Action> {
    rows.into_iter()
        .map(|(id, section, name, command, keys, help)| Action {
            id,
            group,
            section,
            name,
            command,
            keys,
            help,
        })
        .collect()
}

#[rustfmt::skip]
fn file() -> Vec<Action> {
    let dialog = |it| Command::Session(SessionCommand::ShowDialog(it));
    rows(Group::File, [
        ("file.open", 0, "Open…", dialog(Purpose::OpenPhoto), &["Ctrl+O"],
            "Opens a photograph or a session."),
        ("file.demo", 0, "Open the demo photograph", Command::Session(SessionCommand::OpenDemo), &[],
            "Opens the bundled scratched photograph, ready to restore."),
        ("file.paste", 0, "Paste image", Command::Session(SessionCommand::Paste), &["Ctrl+V"],
            "Opens the picture on the clipboard."),
        ("file.save", 1, "Save session", Command::Session(SessionCommand::Save), &["Ctrl+S"],
            "Keeps the mask, the settings and the result, to go on later."),
        ("file.save-as", 1, "Save session as…", dialog(Purpose::SaveSession), &["Ctrl+Shift+S"],
            "Keeps the session under another name."),
        ("file.export", 2, "Export…", dialog(Purpose::ExportPhoto), &["Ctrl+E"],
            "Writes the restored picture as a file."),
        ("file.export-report", 2, "Export a report…", dialog(Purpose::ExportReport), &[],
            "Writes a page with pictures, recipe, plots and the history of runs."),
        ("file.export-steps", 2, "Export the steps…", dialog(Purpose::ExportFilm), &[],
            "Writes how the latest run formed, as an animated PNG."),
        ("file.batch", 3, "Restore a folder…", Command::Batch(BatchCommand::Show), &[],
            "Restores many photos, each with its mask, as the inspector is set."),
        ("file.settings", 4, "Settings…", Command::Overlay(OverlayCommand::ShowSettings),
            &["Ctrl+Comma"], "Colours, size, device, folders, autosave and shortcuts."),
        ("file.quit", 5, "Quit", Command::Quit, &["Ctrl+Q"],
            "Closes the window; unsaved work is asked about."),
    ])
}

#[rustfmt::skip]
fn edit() -> Vec<Action> {
    rows(Group::Edit, [
        ("edit.undo", 0, "Undo", Command::Undo, &["Ctrl+Z"],
            "Takes back the last stroke or setting."),
        ("edit.redo", 0, "Redo", Command::Redo, &["Ctrl+Shift+Z", "Ctrl+Y"],
            "Does again what was taken back."),
        ("edit.brush", 1, "Brush", Command::Mask(MaskCommand::ChooseTool(Tool::Brush)), &["B"],
            "Marks damage. Shift draws a straight line from the last point."),
        ("edit.eraser", 1, "Eraser", Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)), &["E"],
            "Takes marks away."),
        ("edit.rectangle", 1, "Rectangle", Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)), &["R"],
            "Marks a rectangle; Alt or the right button erases."),
        ("edit.lasso", 1, "Lasso", Command::Mask(MaskCommand::ChooseTool(Tool::Lasso)), &["L"],
            "Marks what the pointer goes around; Alt or the right button erases."),
        ("edit.polygon", 1, "Polygon", Command::Mask(MaskCommand::ChooseTool(Tool::Polygon)), &["P"],
            "Marks what straight lines go around; Enter closes it."),
        ("edit.finder", 1, "Scratch finder", Command::Mask(MaskCommand::ChooseTool(Tool::Finder)), &["D"],
            "Looks for scratches and proposes a mask."),
        ("edit.pan", 1, "Pan", Command::Mask(MaskCommand::ChooseTool(Tool::Pan)), &["H"],
            "Moves the picture. Holding Space does so with any tool."),
        ("edit.smaller-brush", 2, "Smaller brush", Command::Mask(MaskCommand::ResizeBrush(false)), &["OpenBracket"],
            "The next brush size down."),
        ("edit.larger-brush", 2, "Larger brush", Command::Mask(MaskCommand::ResizeBrush(true)), &["CloseBracket"],
            "The next brush size up."),
    ])
}

#[rustfmt::skip]
fn mask() -> Vec<Action> {
    let dialog = |it| Command::Session(SessionCommand::ShowDialog(it));
    rows(Group::Mask, [
        ("mask.invert", 0, "Invert mask", Command::Mask(MaskCommand::Invert), &["I"],
            "Marks what is unmarked, and the other way round."),
        ("mask.clear", 0, "Clear mask", Command::Mask(MaskCommand::Clear), &[],
            "Takes all marks away."),
        ("mask.fill", 0, "Fill holes", Command::Mask(MaskCommand::FillHoles), &[],
            "Marks what the mask encloses."),
        ("mask.grow", 0, "Grow mask", Command::Mask(MaskCommand::Grow(1)), &[],
            "Marks one more pixel all around."),
        ("mask.shrink", 0, "Shrink mask", Command::Mask(MaskCommand::Shrink(1)), &[],
            "Unmarks one pixel all around."),
        ("mask.harder", 0, "Harder edge", Command::Recipe(RecipeCommand::Soften(false)),
            &["OpenCurlyBracket", "Shift+OpenBracket"],
            "Blends the result over one pixel less around the mask."),
        ("mask.softer", 0, "Softer edge", Command::Recipe(RecipeCommand::Soften(true)),
            &["CloseCurlyBracket", "Shift+CloseBracket"],
            "Blends the result over one pixel more around the mask."),
        ("mask.show", 1, "Show mask", Command::View(ViewCommand::ToggleMask), &["M"],
            "Shows or hides the marks over the photo."),
        ("mask.stronger", 1, "Stronger overlay", Command::Mask(MaskCommand::Fade(true)),
            &["Shift+M"], "Covers the photo a tenth more where it is marked."),
        ("mask.weaker", 1, "Weaker overlay", Command::Mask(MaskCommand::Fade(false)),
            &["Alt+M"], "Covers the photo a tenth less where it is marked."),
        ("mask.import", 2, "Import mask…", dialog(Purpose::ImportMask), &[],
            "Reads the mask from a picture: white is restored."),
        ("mask.export", 2, "Export mask…", dialog(Purpose::ExportMask), &[],
            "Writes the mask as a picture."),
    ])
}

#[rustfmt::skip]
fn view() -> Vec<Action> {
    let page = |page| Command::Runs(RunCommand::Turn(page));
    let manner = |manner| Command::Runs(RunCommand::Compare(manner));
    rows(Group::View, [
        ("view.fit", 0, "Fit picture", Command::View(ViewCommand::ZoomFit), &["Ctrl+0"],
            "Shows the whole picture."),
        ("view.actual", 0, "Actual size", Command::View(ViewCommand::ZoomActual), &["Ctrl+1"],
            "One screen pixel for each pixel of the photo."),
        ("view.zoom-in", 0, "Zoom in", Command::View(ViewCommand::ZoomStep(true)), &["Ctrl+Plus", "Ctrl+Equals"],
            "The next zoom closer."),
        ("view.zoom-out", 0, "Zoom out", Command::View(ViewCommand::ZoomStep(false)), &["Ctrl+Minus"],
            "The next zoom farther."),
        ("view.original", 1, "Original", Command::View(ViewCommand::ChooseShow(Show::Original)), &[],
            "Shows the photo as it was opened."),
        ("view.compare", 1, "Compare", Command::View(ViewCommand::ToggleCompare), &["C"],
            "Shows both, with a divider that can be dragged."),
        ("view.restored", 1, "Restored", Command::View(ViewCommand::ChooseShow(Show::Restored)), &[],
            "Shows the restored picture."),
        ("view.split", 2, "Split", manner(Manner::Split), &[],
            "Compares two pictures left and right of a divider that can be dragged."),
        ("view.side-by-side", 2, "Side by side", manner(Manner::SideBySide), &[],
            "Compares two pictures next to each other, with one zoom and one centre."),
        ("view.difference", 2, "Difference", manner(Manner::Difference), &[],
            "Shows how far two pictures are apart, magnified."),
        ("view.swap", 3, "Swap what is compared", Command::Runs(RunCommand::Swap), &[],
            "Exchanges the left and the right picture."),
        ("view.spread", 3, "Show disagreement", Command::Runs(RunCommand::ToggleSpread), &[],
            "Shows on the photo where the candidates disagree."),
        ("view.details", 4, "Run details", Command::View(ViewCommand::ToggleDrawer), &["Ctrl+D"],
            "Shows or hides the residual and the facts of the run."),
        ("view.advanced", 4, "Advanced settings", Command::View(ViewCommand::ToggleAdvanced), &[],
            "Unfolds sampler, covariance, steps, seed and device."),
        ("view.steps", 5, "Steps of the run", page(Page::Steps), &[],
            "Opens the drawer on how the picture formed, step by step."),
        ("view.candidates", 5, "Candidates", page(Page::Candidates), &[],
            "Opens the drawer on the candidates side by side."),
        ("view.history", 5, "History of runs", page(Page::History), &[],
            "Opens the drawer on every run of this photo."),
        ("view.quality", 5, "Quality", page(Page::Quality), &[],
            "Opens the drawer on figures against a known truth."),
    ])
}

#[rustfmt::skip]
fn run() -> Vec<Action> {
    let import = Command::Recipe(RecipeCommand::Import(ImportCommand::Show(PathBuf::new())));
    rows(Group::Run, [
        ("run.restore", 0, "Restore", Command::Runs(RunCommand::Restore), &["Ctrl+Enter"],
            "Begins a restoration."),
        ("run.pause", 0, "Pause", Command::Runs(RunCommand::TogglePause), &[],
            "Holds the restoration, or lets it go on."),
        ("run.stop", 0, "Stop", Command::Runs(RunCommand::Stop), &["Escape"],
            "Stops the restoration and keeps the best so far."),
        ("run.mark", 0, "Mark for the next run", Command::Runs(RunCommand::MarkMeanwhile), &[],
            "Frees the mask while a restoration goes on with the one it had."),
        ("run.go-on", 0, "Continue from here", Command::Runs(RunCommand::GoOn(None)), &[],
            "Goes on from the step that is looked at, or from where the run was stopped."),
        ("run.build", 0, "Build on the result", Command::Runs(RunCommand::BuildOn), &[],
            "The result becomes the photo to work on, with the marks it did not restore."),
        ("run.average", 0, "Use the average of the candidates", Command::Runs(RunCommand::Average), &[],
            "Least error on average, and less texture than any of them."),
        ("run.clear-queue", 0, "Clear the queue", Command::Runs(RunCommand::ClearQueue), &[],
            "Takes all waiting runs off the queue."),
        ("run.inpaint", 1, "Remove scratches and objects", Command::Recipe(RecipeCommand::ChooseTask(Task::Inpaint)), &[],
            "Painted pixels are lost and drawn anew."),
        ("run.deblur", 1, "Sharpen blur", Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)), &[],
            "Out of focus, moved, or a known blur kernel."),
        ("run.enlarge", 1, "Enlarge", Command::Recipe(RecipeCommand::ChooseTask(Task::Enlarge)), &[],
            "More pixels than were recorded."),
        ("run.denoise", 1, "Remove noise", Command::Recipe(RecipeCommand::ChooseTask(Task::Denoise)), &[],
            "Grain over the whole picture, from high sensitivity or film."),
        ("run.colours", 1, "Give back colours", Command::Recipe(RecipeCommand::ChooseTask(Task::Colours)), &[],
            "A grey picture gets colours that it may have had."),
        ("run.jpeg", 1, "Repair JPEG", Command::Recipe(RecipeCommand::ChooseTask(Task::Jpeg)), &[],
            "Blocks and fringes of strong compression."),
        ("run.highlights", 1, "Recover highlights", Command::Recipe(RecipeCommand::ChooseTask(Task::Highlights)), &[],
            "Skies and lamps that were exposed to plain white."),
        ("run.custom", 1, "Custom composition", Command::Recipe(RecipeCommand::ChooseTask(Task::Custom)), &[],
            "Several things happened, one after another."),
        ("run.fast", 2, "Fast", Command::Recipe(RecipeCommand::ChoosePreset(Preset::Fast)), &[],
            "A first look."),
        ("run.balanced", 2, "Balanced", Command::Recipe(RecipeCommand::ChoosePreset(Preset::Balanced)), &[],
            "Twice the time of Fast, finer detail."),
        ("run.best", 2, "Best", Command::Recipe(RecipeCommand::ChoosePreset(Preset::Best)), &[],
            "Four times the time of Fast."),
        ("run.noise", 3, "Measure the noise", Command::Recipe(RecipeCommand::MeasureNoise), &[],
            "Sets the noise level from the photo itself."),
        ("run.simulate", 3, "Simulate damage", Command::Session(SessionCommand::Simulate), &[],
            "Takes the photo for the truth, damages it as set, and opens that."),
        ("run.leave-simulation", 3, "Leave the simulation",
            Command::Session(SessionCommand::LeaveSimulation), &[],
            "Goes back to the photo that was opened."),
        ("run.import", 3, "Import checkpoint…", import, &[],
            "Brings a prior from guided-diffusion or diffusers."),
    ])
}

#[rustfmt::skip]
fn help() -> Vec<Action> {
    let overlay = Command::Overlay;
    rows(Group::Help, [
        ("help.palette", 0, "Command palette…", overlay(OverlayCommand::ShowPalette), &["Ctrl+K"],
            "Finds any command by its name."),
        ("help.keys", 0, "Keyboard shortcuts", overlay(OverlayCommand::ShowCheatSheet),
            &["Questionmark", "F1"], "Shows every shortcut at a glance."),
        ("help.tour", 0, "Take the tour", overlay(OverlayCommand::ShowTour), &[],
            "Four hints on where things are."),
        ("help.about", 1, "About Tweedie", overlay(OverlayCommand::ShowAbout), &[],
            "Which version this is, and what it rests on."),
    ])
}
