//! Opening the window: whether there is a display, which renderer draws best, and falling back.

use engine::DeviceInfo;

use crate::app::Workbench;
use crate::error::WorkbenchError;
use crate::options::{Folders, Options, Renderer};

/// Opens the window and returns when it is closed.
///
/// # Errors
/// [`WorkbenchError::NoDisplay`] when there is no screen, [`WorkbenchError::Graphics`] when
/// neither renderer starts.
pub fn run(mut options: Options) -> Result<(), WorkbenchError> {
    if !has_display(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) {
        return Err(WorkbenchError::NoDisplay);
    }
    options.folders = options.folders.or_else(Folders::of_user);
    let devices = engine::devices();
    let renderer = choose(options.renderer, &devices);
    match open(options.clone(), devices.clone(), renderer) {
        // A driver can fail in ways no probing foretells; OpenGL is the older, safer road.
        Err(error) if renderer == eframe::Renderer::Wgpu && is_graphics(&error) => {
            tracing::warn!(%error, "wgpu cannot draw the window; using OpenGL");
            open(options, devices, eframe::Renderer::Glow).map_err(|e| explain(&e))
        }
        result => result.map_err(|e| explain(&e)),
    }
}

/// On Linux and the BSDs a window needs a display server; elsewhere there always is one.
fn has_display(is_set: impl Fn(&str) -> bool) -> bool {
    let needs_server = cfg!(all(unix, not(target_os = "macos")));
    !needs_server
        || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
            .into_iter()
            .any(is_set)
}

/// egui on wgpu is several times slower than on OpenGL when a CPU plays the GPU.
fn choose(wanted: Renderer, devices: &[DeviceInfo]) -> eframe::Renderer {
    let real = |d: &DeviceInfo| matches!(d.choice, engine::DeviceChoice::Gpu(_)) && !d.software;
    match wanted {
        Renderer::Wgpu => eframe::Renderer::Wgpu,
        Renderer::Auto if devices.iter().any(real) => eframe::Renderer::Wgpu,
        Renderer::Auto | Renderer::Glow => eframe::Renderer::Glow,
    }
}

fn open(
    options: Options,
    devices: Vec<DeviceInfo>,
    renderer: eframe::Renderer,
) -> Result<(), eframe::Error> {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Tweedie")
        .with_app_id("tweedie")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([1120.0, 640.0])
        .with_drag_and_drop(true);
    let native = eframe::NativeOptions {
        viewport,
        renderer,
        // A photo's pixels are shown as they are, and a CPU that plays the GPU has less to do.
        dithering: false,
        ..Default::default()
    };
    eframe::run_native(
        "Tweedie",
        native,
        Box::new(move |creation| {
            let mut workbench = Workbench::new(&creation.egui_ctx, &options);
            workbench.set_devices(devices);
            Ok(Box::new(workbench))
        }),
    )
}

fn is_graphics(error: &eframe::Error) -> bool {
    !matches!(
        error,
        eframe::Error::WinitEventLoop(_) | eframe::Error::Winit(_)
    )
}

fn explain(error: &eframe::Error) -> WorkbenchError {
    match error {
        eframe::Error::WinitEventLoop(_) | eframe::Error::Winit(_) => WorkbenchError::NoDisplay,
        other => WorkbenchError::Graphics(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use engine::DeviceChoice;

    use super::*;

    fn device(choice: DeviceChoice, software: bool) -> DeviceInfo {
        DeviceInfo {
            choice,
            name: "x".into(),
            backend: "Vulkan".into(),
            software,
        }
    }

    #[test]
    fn opengl_draws_unless_there_is_a_real_gpu() {
        let cpu = device(DeviceChoice::Cpu, false);
        let lavapipe = device(DeviceChoice::Gpu(0), true);
        let card = device(DeviceChoice::Gpu(1), false);
        let glow = eframe::Renderer::Glow;
        assert_eq!(choose(Renderer::Auto, &[]), glow);
        assert_eq!(
            choose(Renderer::Auto, &[cpu.clone(), lavapipe.clone()]),
            glow
        );
        let wgpu = eframe::Renderer::Wgpu;
        assert_eq!(choose(Renderer::Auto, &[cpu, lavapipe, card.clone()]), wgpu);
        assert_eq!(choose(Renderer::Wgpu, &[]), wgpu);
        assert_eq!(choose(Renderer::Glow, &[card]), glow);
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn a_display_is_looked_for_in_the_environment() {
        assert!(!has_display(|_| false));
        assert!(has_display(|name| name == "DISPLAY"));
        assert!(has_display(|name| name == "WAYLAND_DISPLAY"));
    }

    #[test]
    fn the_message_without_a_display_names_what_works_without_one() {
        let message = WorkbenchError::NoDisplay.to_string();
        assert!(message.contains("tweedie demo") && message.contains("tweedie restore"));
        assert!(!message.contains('\n'));
    }
}
