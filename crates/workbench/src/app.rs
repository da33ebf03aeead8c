//! The application: state, engine, background work and textures, joined once for each frame.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use egui::{Context, Ui, ViewportCommand};
use engine::{DeviceChoice, DeviceInfo, Engine};

use crate::background::{Background, Wake, store};
use crate::canvas::{Layers, canvas_ui};
use crate::options::Options;
use crate::shelf::Shelf;
use crate::{panels, shortcuts, theme};
use desk::{
    Command, Effect, ImportCommand, Message, Notice, State, is_checkpoint, session::is_session,
};

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
        let mut state = first_state(options);
        let engine = {
            let wake = Arc::clone(&wake);
            Engine::start(move || wake()).map_err(|error| {
                state.notice = Some(Notice::error(&error.to_string()));
            })
        };
        let mut workbench = Self {
            state,
            engine: engine.ok(),
            background: Background::new(Arc::clone(&wake), options.folders.clone()),
            layers: Layers::new(wake),
            shelf: Shelf::default(),
            commands: Vec::new(),
            title: String::new(),
            opened: Instant::now(),
        };
        workbench.first_effects(ctx, options);
        workbench
    }

    fn first_effects(&mut self, ctx: &Context, options: &Options) {
        let load = match &options.photo {
            Some(photo) if is_session(photo) => self.state.open(photo.clone()),
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
        self.background.find_leftovers();
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
        self.keep(ctx);
        self.name_window(ctx);
        let Some(engine) = &self.engine else { return };
        // Before the events: the last preview of a run is worth seeing, and comes before its end.
        let mut heard = Vec::new();
        if let Some(preview) = engine.take_preview() {
            heard.extend(self.state.see(&preview));
            self.layers.preview(ctx, &self.state, &preview);
        }
        while let Some(event) = engine.try_event() {
            heard.extend(self.state.hear(event));
        }
        heard.extend(self.state.refresh_histogram());
        heard.extend(self.state.foresee());
        self.perform(ctx, heard);
    }

    /// Saves by itself when it is time to, and asks before unsaved work is closed.
    fn keep(&mut self, ctx: &Context) {
        let now = self.opened.elapsed();
        let effects = self.state.tick(now);
        self.perform(ctx, effects);
        if let Some(wait) = self.state.next_tick(now) {
            ctx.request_repaint_after(wait);
        }
        let closing = ctx.input(|input| input.viewport().close_requested());
        let held = self.state.is_unsaved() || self.state.batches.is_running();
        if closing && !self.state.kept.leaving && held {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.command(ctx, Command::Quit);
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
        self.pasted(&ctx, &mut out);
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
        panels::batch_ui(&ctx, &self.state, &mut out);
        panels::overlay_ui(&ctx, &self.state, &mut out);
        panels::tour_ui(&ctx, &self.state, &mut out);
        panels::question_ui(&ctx, &self.state, &mut out);
        panels::focus_ui(&ctx, &self.state);
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
                (Effect::Time(request), Some(engine)) => {
                    self.state.pace.timing = Some(engine.time(*request));
                }
                (Effect::Submit(job), Some(engine)) => {
                    // Nothing keeps a restoration waiting.
                    if let Some(timing) = self.state.pace.timing {
                        engine.stop(timing);
                    }
                    let id = engine.submit(*job);
                    self.state.submitted(id);
                }
                (Effect::Import(request), Some(engine)) => {
                    let model = request.model.clone();
                    let id = engine.import(*request);
                    self.state.import_submitted(id, model);
                }
                (Effect::SubmitPair(job), Some(engine)) => {
                    if let Some(timing) = self.state.pace.timing {
                        engine.stop(timing);
                    }
                    let id = engine.submit(*job);
                    self.state.pair_submitted(id);
                }
                (Effect::Stop(job), Some(engine)) => engine.stop(job),
                (Effect::SetPaused(paused), Some(engine)) => engine.set_paused(paused),
                (Effect::Paste, _) => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
                (Effect::Copy(text), _) => ctx.copy_text(text),
                (Effect::Quit, _) => ctx.send_viewport_cmd(ViewportCommand::Close),
                (Effect::Submit(_) | Effect::SubmitPair(_) | Effect::Import(_), None) => {
                    let text = "The background worker is not running. Start Tweedie again.";
                    self.state.notice = Some(Notice::error(text));
                    self.state.unsubmitted();
                    self.state.pair_unsubmitted();
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
        let over = has_result && !self.state.is_covered() && self.is_over_canvas(ctx);
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

    /// A pasted picture is opened, and so is a file whose path was pasted as text, unless a text
    /// field or a dialog is waiting for it.
    fn pasted(&self, ctx: &Context, out: &mut Vec<Command>) {
        if self.state.is_covered() || ctx.text_edit_focused() {
            return;
        }
        ctx.input(|input| {
            for event in &input.events {
                match event {
                    egui::Event::PasteImage(image) => {
                        let rgba = image.pixels.iter();
                        let rgba = rgba.flat_map(egui::Color32::to_srgba_unmultiplied);
                        let [width, height] = image.size;
                        self.background.paste(width, height, rgba.collect());
                    }
                    egui::Event::Paste(text) => {
                        let text = text.trim();
                        let path = Path::new(text.strip_prefix("file://").unwrap_or(text));
                        if path.is_absolute() && path.is_file() {
                            out.push(Command::Open(path.to_owned()));
                        }
                    }
                    _ => {}
                }
            }
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

/// The state of a window that has just been opened, with what was kept from the last time.
fn first_state(options: &Options) -> State {
    let mut state = State::default();
    if let Some(folders) = &options.folders {
        let loaded = store::load(folders);
        (state.preferences, state.remembered) = (loaded.preferences, loaded.remembered);
        state.notice = loaded.complaint.map(|text| Notice::error(&text));
        state.tour = (!state.remembered.tour_seen).then_some(0);
    }
    state.settings.device = match options.device {
        DeviceChoice::Auto => state.preferences.device,
        asked => asked,
    };
    state
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
