//! No command: the window.

use std::process::ExitCode;

use anyhow::Result;
use workbench::{Options, Renderer};

use crate::cli::{RendererArg, WindowArgs};

pub(crate) fn run(args: WindowArgs) -> Result<ExitCode> {
    let renderer = match args.renderer {
        RendererArg::Auto => Renderer::Auto,
        RendererArg::Wgpu => Renderer::Wgpu,
        RendererArg::Glow => Renderer::Glow,
    };
    workbench::run(Options {
        photo: args.photo,
        mask: args.mask,
        renderer,
        device: args.device,
        ..Options::default()
    })?;
    Ok(ExitCode::SUCCESS)
}
