//! Importing a checkpoint through the window: by drop, by answers, and what is said of a bad one.

use desk::RecipeCommand;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk::{Command, Finding, ImportCommand, PriorCard};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use workbench::Options;

use super::harness::{Window, state, until, until_still, window};

/// A file of the recorded answers.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data")
        .join(name)
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn drop_file(window: &mut Window, path: PathBuf) {
    window.input_mut().dropped_files = vec![Arc::new(Dropped(path))];
    until(window, "the checkpoint was looked at", |w| {
        let form = w.import.as_ref();
        form.is_some_and(|form| !matches!(form.finding, Finding::Reading | Finding::Nothing))
    });
}

fn choose(window: &mut Window, answer: &str) {
    until_still(window, Role::RadioButton, answer);
    window
        .get_by_role_and_label(Role::RadioButton, answer)
        .click();
    window.run_steps(4);
    until(window, "the answer was taken in", |w| {
        let form = w.import.as_ref();
        form.is_some_and(|form| matches!(form.finding, Finding::Found(_)))
    });
}

fn can_import(window: &Window) -> bool {
    let button = window.get_by_role_and_label(Role::Button, "Import");
    !button.accesskit_node().is_disabled()
}

#[test]
fn a_dropped_checkpoint_is_asked_about_and_imported() {
    let folder = tempfile::tempdir().expect("a folder");
    // Away from its configuration, so that its tensors are all there is.
    let model = folder.path().join("mine.pt");
    std::fs::copy(data("unet_plain.pt"), &model).expect("copied");
    let mut window = window(Options::default());
    drop_file(&mut window, model);
    assert!(!can_import(&window), "four questions are open");
    choose(&mut window, "32 px");
    choose(&mut window, "By number");
    choose(&mut window, "Legacy (heads first)");
    choose(&mut window, "Linear");
    until(&mut window, "nothing is missing", |w| {
        let form = w.import.as_ref();
        form.is_some_and(|form| form.obstacle().is_none())
    });
    until_still(&mut window, Role::Button, "Import");
    window.get_by_role_and_label(Role::Button, "Import").click();
    until(
        &mut window,
        "it is the prior",
        |w| matches!(&w.prior, PriorCard::Known(summary) if summary.name == "mine"),
    );
    let state = state(&window);
    assert!(state.import.is_none() && state.importing.is_none());
    let written = folder.path().join("mine-tweedie");
    assert_eq!(
        state.settings.prior,
        engine::PriorChoice::Path(written.clone())
    );
    assert!(written.join("model.safetensors").exists());
    // The choice of a prior is a setting like any other.
    let workbench = window.state_mut().as_mut().expect("made");
    workbench.command(Command::Undo);
    assert_eq!(
        workbench.state().settings.prior,
        engine::PriorChoice::default()
    );
}

#[test]
fn a_diffusers_folder_needs_no_answers() {
    let mut window = window(Options::default());
    drop_file(&mut window, data("diffusers_ddpm"));
    assert!(can_import(&window), "its configuration says everything");
    window.key_press(egui::Key::Escape);
    window.run_steps(3);
    assert!(state(&window).import.is_none());
}

#[test]
fn a_prior_folder_of_ours_is_used_as_it_is() {
    let mut window = window(Options::default());
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../weights/natural64");
    window.input_mut().dropped_files = vec![Arc::new(Dropped(ours.clone()))];
    until(&mut window, "it is the prior", |w| {
        let state = w;
        let known = matches!(state.prior, PriorCard::Known(_));
        known && state.settings.prior == engine::PriorChoice::Path(ours.clone())
    });
    assert!(state(&window).import.is_none());
}

#[test]
fn what_cannot_be_used_is_explained_in_the_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let code = folder.path().join("code.pt");
    std::fs::write(&code, b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00ls\x85R.").expect("written");
    let mut window = window(Options::default());
    window.get_by_label("Import checkpoint…").click();
    window.run_steps(3);
    let form = state(&window).import.clone().expect("open");
    assert_eq!(form.finding, Finding::Nothing);
    let workbench = window.state_mut().as_mut().expect("made");
    let path = ImportCommand::Path(code.display().to_string());
    workbench.command(Command::Recipe(RecipeCommand::Import(path)));
    until(&mut window, "it says why", |w| {
        let form = w.import.as_ref();
        form.is_some_and(|form| {
            matches!(&form.finding, Finding::Refused(reason) if reason.contains("posix.system"))
        })
    });
    assert!(!can_import(&window));
}
