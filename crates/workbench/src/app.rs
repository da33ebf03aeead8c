//! The application: state, engine, background work and textures, joined once for each frame.

use desk::RecipeCommand;
use desk::ViewCommand;
use desk::session::SessionCommand;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use desk::session::OpenPhoto;
use desk::{
    Begin, Command, FindDevices, ImportCommand, Input, Outside, Recovery, Requests, State,
    is_checkpoint,
};
use egui::{Context, Ui, ViewportCommand};
use engine::{DeviceInfo, Engine, Event};

use crate::background::{Background, Surface, Wake};
use crate::canvas::{Layers, canvas_ui};
use crate::options::Options;
use crate::shelf::Shelf;
use crate::{panels, shortcuts, theme};

/// The window's contents. Can be driven without a window: call [`Workbench::logic`] and
/// [`Workbench::ui`] for each frame.
pub struct Workbench {
    state: State,
    background: Background,
    layers: Layers,
    shelf: Shelf,
    commands: Vec<Command>,
    title: String,
    opened: Instant,
}

impl Workbench {
    /// Starts the worker, gives `ctx` the look of Tweedie, and begins to open the photo.
    #[must_use]
    pub fn new(ctx: &Context, options: &Options) -> Self {
        theme::install(ctx);
        let wake: Wake = {
            let ctx = ctx.clone();
            Arc::new(move || ctx.request_repaint())
        };
        let engine = {
            let wake = Arc::clone(&wake);
            Engine::start(move || wake())
        };
        let (engine, failed) = match engine {
            Ok(engine) => (Some(engine), None),
            Err(error) => (None, Some(error)),
        };
        let folders = options.folders.clone();
        let recovery = folders.as_ref();
        let outside = Outside {
            engine,
            recovery: recovery.and_then(|f| Recovery::begin(f.state.join("recovery"))),
            folders,
            window: Box::new(Surface(ctx.clone())),
        };
        let mut workbench = Self {
            state: State::default(),
            background: Background::new(outside, Arc::clone(&wake)),
            layers: Layers::new(wake),
            shelf: Shelf::default(),
            commands: Vec::new(),
            title: String::new(),
            opened: Instant::now(),
        };
        workbench.update(Input::Begin(Box::new(Begin {
            photo: options.photo.clone(),
            mask: options.mask.clone(),
            device: options.device,
            loaded: options.folders.as_ref().map(desk::load),
        })));
        if let Some(error) = failed {
            workbench.update(Input::NoWorker(error));
        }
        workbench
    }

    /// Looks for devices in the background, for callers that do not know them already.
    pub fn find_devices(&mut self) {
        self.carry_out(vec![FindDevices.into()]);
    }

    /// Tells the window which devices there are.
    pub fn set_devices(&mut self, devices: Vec<DeviceInfo>) {
        self.update(Input::Devices(devices));
    }

    /// The state that is shown.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Carries out a command as if a person had given it.
    pub fn command(&mut self, command: Command) {
        self.update(Input::Command(command));
    }

    fn update(&mut self, input: Input) {
        let requests = self.state.update(input);
        self.carry_out(requests);
    }

    fn carry_out(&mut self, requests: Requests) {
        for request in requests {
            if let Some(answer) = self.background.carry_out(request) {
                self.update(Input::Answer(answer));
            }
        }
    }

    /// Takes in what the worker and the background threads have to say. Also runs while the
    /// window is hidden, so that a run never waits for it.
    pub fn logic(&mut self, ctx: &Context) {
        while let Some(answer) = self.background.try_answer() {
            self.update(Input::Answer(answer));
        }
        self.keep(ctx);
        self.name_window(ctx);
        if self.background.outside().engine.is_none() {
            return;
        }
        let engine = || self.background.outside().engine.as_ref();
        // Before the events: the last preview of a run is worth seeing, and comes before its end.
        let preview = engine().and_then(Engine::take_preview);
        let events: Vec<Event> = std::iter::from_fn(|| engine()?.try_event()).collect();
        if let Some(preview) = preview {
            self.layers.preview(ctx, &self.state, &preview);
            self.update(Input::Preview(Box::new(preview)));
        }
        for event in events {
            self.update(Input::Event(Box::new(event)));
        }
        self.update(Input::Settled);
    }

    /// Saves by itself when it is time to, and asks before unsaved work is closed.
    fn keep(&mut self, ctx: &Context) {
        let now = self.opened.elapsed();
        self.update(Input::Tick(now));
        if let Some(wait) = self.state.next_tick(now) {
            ctx.request_repaint_after(wait);
        }
        let closing = ctx.input(|input| input.viewport().close_requested());
        let held = self.state.is_unsaved() || self.state.batches.is_running();
        if closing && !self.state.kept.leaving && held {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.command(Command::Quit);
        }
    }

    fn name_window(&mut self, ctx: &Context) {
        let document = self.state.document.as_ref();
        let mark = if self.state.is_unsaved() { "• " } else { "" };
        let title = document.map_or_else(
            || "Tweedie".to_owned(),
            |document| format!("{mark}{} – Tweedie", document.source.name()),
        );
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// What the window is filled with before anything is painted, red, green, blue and alpha in [0, 1] as
    /// shown: the colour of the panels, which therefore paint no ground of their own.
    #[must_use]
    pub fn ground() -> [f32; 4] {
        theme::PANEL.now().to_normalized_gamma_f32()
    }

    /// The window is gone: writes what is waiting and leaves nothing to recover.
    pub fn close(&mut self) {
        self.background.close();
    }

    /// Shows the window and carries out what is done in it.
    pub fn ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        theme::follow(&ctx, &self.state.preferences);
        let mut out = std::mem::take(&mut self.commands);
        let state = &self.state;
        shortcuts::read(&ctx, state, &mut out);
        dropped(&ctx, &mut out);
        let pasted = self.pasted(&ctx, &mut out);
        self.carry_out(pasted);
        let state = &self.state;
        panels::top_bar_ui(ui, state, &mut out);
        panels::status_ui(ui, state, &mut out);
        panels::inspector_ui(ui, state, &mut out);
        panels::rail_ui(ui, state, &mut out);
        panels::canvas_bar_ui(ui, state, &mut out);
        panels::drawer_ui(ui, state, &mut self.shelf, &mut out);
        let textures = (&mut self.layers, &mut self.shelf);
        canvas_ui(ui, &self.state, textures, &mut out);
        self.shelf.tidy(&ctx);
        panels::compare_bar_ui(&ctx, &self.state, &mut out);
        panels::ask_ui(&ctx, &self.state, &mut out);
        panels::finder_ui(&ctx, &self.state, &mut out);
        panels::banner_ui(&ctx, &self.state, &mut out);
        panels::dialog_ui(&ctx, &self.state, &mut out);
        panels::import_ui(&ctx, &self.state, &mut out);
        panels::batch_ui(&ctx, &self.state, &mut out);
        panels::overlay_ui(&ctx, &self.state, &mut out);
        panels::tour_ui(&ctx, &self.state, &mut out);
        panels::question_ui(&ctx, &self.state, &mut out);
        panels::focus_ui(&ctx, &self.state);
        if !out.is_empty() {
            ctx.request_repaint();
        }
        for command in out {
            self.command(command);
        }
    }

    /// Holding Tab over the canvas shows the original. It must be caught before egui takes it
    /// for moving the keyboard focus, which it still does everywhere else.
    fn catch_peek(&mut self, ctx: &Context, input: &mut egui::RawInput) {
        let has_result = self
            .state
            .document
            .as_ref()
            .is_some_and(|d| d.result.is_some());
        let over = has_result && !self.state.is_covered() && self.is_over_canvas(ctx);
        let peeking = self.state.view.peeking;
        let commands = &mut self.commands;
        input.events.retain(|event| match event {
            egui::Event::Key {
                key: egui::Key::Tab,
                pressed: true,
                ..
            } if over || peeking => {
                commands.push(Command::View(ViewCommand::Peek(true)));
                false
            }
            egui::Event::Key {
                key: egui::Key::Tab,
                pressed: false,
                ..
            }
            | egui::Event::WindowFocused(false) => {
                commands.push(Command::View(ViewCommand::Peek(false)));
                true
            }
            _ => true,
        });
    }

    /// A pasted picture is opened, and so is a file whose path was pasted as text, unless a text
    /// field or a dialog is waiting for it.
    fn pasted(&self, ctx: &Context, out: &mut Vec<Command>) -> Requests {
        let mut requests = Requests::new();
        if self.state.is_covered() || ctx.text_edit_focused() {
            return requests;
        }
        ctx.input(|input| {
            for event in &input.events {
                match event {
                    egui::Event::PasteImage(image) => {
                        let rgba = image.pixels.iter();
                        let rgba = rgba.flat_map(egui::Color32::to_srgba_unmultiplied);
                        let [width, height] = image.size;
                        let rgba = rgba.collect();
                        let picture = OpenPhoto::Pasted {
                            width,
                            height,
                            rgba,
                        };
                        requests.push(picture.into());
                    }
                    egui::Event::Paste(text) => {
                        let text = text.trim();
                        let path = Path::new(text.strip_prefix("file://").unwrap_or(text));
                        if path.is_absolute() && path.is_file() {
                            out.push(Command::Session(SessionCommand::OpenFile(path.to_owned())));
                        }
                    }
                    _ => {}
                }
            }
        });
        requests
    }

    fn is_over_canvas(&self, ctx: &Context) -> bool {
        let viewport = self.state.view.viewport;
        let canvas = egui::Rect::from_min_size(
            egui::pos2(viewport.left, viewport.top),
            egui::vec2(viewport.width, viewport.height),
        );
        ctx.input(|input| input.pointer.hover_pos())
            .is_some_and(|at| canvas.contains(at))
    }
}

/// Files dropped on the window are opened, checkpoints imported; of several, the last.
fn dropped(ctx: &Context, out: &mut Vec<Command>) {
    let files = ctx.input(|input| input.raw.dropped_files.clone());
    let path = files
        .last()
        .map(|file| file.path())
        .filter(|path| *path != Path::new(""));
    out.extend(path.map(|path| {
        if is_checkpoint(path) {
            Command::Recipe(RecipeCommand::Import(ImportCommand::Show(path.to_owned())))
        } else {
            Command::Session(SessionCommand::OpenFile(path.to_owned()))
        }
    }));
}

impl eframe::App for Workbench {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        Self::ui(self, ui);
    }

    fn clear_color(&self, _: &egui::Visuals) -> [f32; 4] {
        Self::ground()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.close();
    }

    fn raw_input_hook(&mut self, ctx: &Context, raw_input: &mut egui::RawInput) {
        self.catch_peek(ctx, raw_input);
    }
}
