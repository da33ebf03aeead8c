//! The application: state, engine, background work and textures, joined once for each frame.

use std::path::Path;
use std::sync::Arc;

use egui::{Context, Ui, ViewportCommand};
use engine::{DeviceInfo, Engine};

use crate::background::{Background, Wake};
use crate::canvas::{Layers, canvas_ui};
use crate::document::{
    Command, Effect, ImportCommand, Message, Notice, Settings, State, is_checkpoint,
};
use crate::options::Options;
use crate::shelf::Shelf;
use crate::{panels, shortcuts, theme};

/// The window's contents. Can be driven without a window: call [`Workbench::logic`] and
/// [`Workbench::ui`] for each frame.
pub struct Workbench {
    state: State,
    engine: Option<Engine>,
    background: Background,
    layers: Layers,
    shelf: Shelf,
    commands: Vec<Command>,
    title: String,
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
        let mut state = State {
            settings: Settings {
                device: options.device,
                ..Settings::default()
            },
            ..State::default()
        };
        let engine = {
            let wake = Arc::clone(&wake);
            Engine::start(move || wake()).map_err(|error| {
                state.notice = Some(Notice::error(&error.to_string()));
            })
        };
        let mut workbench = Self {
            state,
            engine: engine.ok(),
            background: Background::new(Arc::clone(&wake)),
            layers: Layers::new(wake),
            shelf: Shelf::default(),
            commands: Vec::new(),
            title: String::new(),
        };
        workbench.first_effects(ctx, options);
        workbench
    }

    fn first_effects(&mut self, ctx: &Context, options: &Options) {
        let load = match &options.photo {
            Some(photo) => {
                self.state.loading = Some(photo.display().to_string());
                Effect::Load {
                    photo: photo.clone(),
                    mask: options.mask.clone(),
                }
            }
            None => {
                self.state.loading = Some("the demo photograph".to_owned());
                Effect::LoadDemo
            }
        };
        let describe = Effect::DescribePrior(self.state.settings.prior.clone());
        self.perform(ctx, vec![load, describe]);
    }

    /// Looks for devices in the background, for callers that do not know them already.
    pub fn find_devices(&self) {
        self.background.find_devices();
    }

    /// Tells the window which devices there are.
    pub fn set_devices(&mut self, devices: Vec<DeviceInfo>) {
        let _ = self.state.receive(Message::Devices(devices));
    }

    /// The state that is shown.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Carries out a command as if a person had given it.
    pub fn command(&mut self, ctx: &Context, command: Command) {
        let effects = self.state.apply(command);
        self.perform(ctx, effects);
    }

    /// Takes in what the worker and the background threads have to say. Also runs while the
    /// window is hidden, so that a run never waits for it.
    pub fn logic(&mut self, ctx: &Context) {
        while let Some(message) = self.background.try_message() {
            let effects = self.state.receive(message);
            self.perform(ctx, effects);
        }
        let Some(engine) = &self.engine else { return };
        // Before the events: the last preview of a run is worth seeing, and comes before its end.
        if let Some(preview) = engine.take_preview() {
            self.state.see(&preview);
            self.layers.preview(ctx, &self.state, &preview);
        }
        let mut heard = Vec::new();
        while let Some(event) = engine.try_event() {
            heard.extend(self.state.hear(event));
        }
        let name = self
            .state
            .document
            .as_ref()
            .map(|document| document.source.name());
        let title = name.map_or_else(|| "Tweedie".to_owned(), |name| format!("{name} – Tweedie"));
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
        heard.extend(self.state.refresh_histogram());
        self.perform(ctx, heard);
    }

    /// Shows the window and carries out what is done in it.
    pub fn ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let mut out = std::mem::take(&mut self.commands);
        let state = &self.state;
        shortcuts::read(&ctx, state, &mut out);
        dropped(&ctx, &mut out);
        panels::top_bar_ui(ui, state, &mut out);
        panels::status_ui(ui, state, &mut out);
        panels::inspector_ui(ui, state, &mut out);
        panels::rail_ui(ui, state, &mut out);
        panels::canvas_bar_ui(ui, state, &mut out);
        panels::drawer_ui(ui, state, &mut self.shelf, &mut out);
        let textures = (&mut self.layers, &mut self.shelf);
        canvas_ui(ui, &mut self.state, textures, &mut out);
        self.shelf.tidy(&ctx);
        panels::compare_bar_ui(&ctx, &self.state, &mut out);
        panels::ask_ui(&ctx, &self.state, &mut out);
        panels::finder_ui(&ctx, &self.state, &mut out);
        panels::banner_ui(&ctx, &self.state, &mut out);
        panels::dialog_ui(&ctx, &self.state, &mut out);
        panels::import_ui(&ctx, &self.state, &mut out);
        if !out.is_empty() {
            ctx.request_repaint();
        }
        for command in out {
            self.command(&ctx, command);
        }
    }

    fn perform(&mut self, ctx: &Context, effects: Vec<Effect>) {
        for effect in effects {
            let Some(effect) = self.background.perform(effect) else {
                continue;
            };
            match (effect, &self.engine) {
                (Effect::Submit(job), Some(engine)) => {
                    let id = engine.submit(*job);
                    self.state.submitted(id);
                }
                (Effect::Import(request), Some(engine)) => {
                    let model = request.model.clone();
                    let id = engine.import(*request);
                    self.state.import_submitted(id, model);
                }
                (Effect::Stop(job), Some(engine)) => engine.stop(job),
                (Effect::SetPaused(paused), Some(engine)) => engine.set_paused(paused),
                (Effect::Copy(text), _) => ctx.copy_text(text),
                (Effect::Quit, _) => ctx.send_viewport_cmd(ViewportCommand::Close),
                (Effect::Submit(_) | Effect::Import(_), None) => {
                    let text = "The background worker is not running. Start Tweedie again.";
                    self.state.notice = Some(Notice::error(text));
                    self.state.unsubmitted();
                }
                _ => {}
            }
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
        let closed = self.state.dialog.is_none() && self.state.import.is_none();
        let over = has_result && closed && self.is_over_canvas(ctx);
        let peeking = self.state.view.peeking;
        let commands = &mut self.commands;
        input.events.retain(|event| match event {
            egui::Event::Key {
                key: egui::Key::Tab,
                pressed: true,
                ..
            } if over || peeking => {
                commands.push(Command::Peek(true));
                false
            }
            egui::Event::Key {
                key: egui::Key::Tab,
                pressed: false,
                ..
            }
            | egui::Event::WindowFocused(false) => {
                commands.push(Command::Peek(false));
                true
            }
            _ => true,
        });
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
            Command::Import(ImportCommand::Show(path.to_owned()))
        } else {
            Command::Open(path.to_owned())
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

    fn raw_input_hook(&mut self, ctx: &Context, raw_input: &mut egui::RawInput) {
        self.catch_peek(ctx, raw_input);
    }
}
