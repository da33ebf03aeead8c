//! Devices: which there are, which one a recipe means, and how a tensor reaches it.
//!
//! The CPU device needs no driver and is always there. GPUs are reached through wgpu (Vulkan,
//! Metal, DX12). `auto` takes the first real GPU and otherwise the CPU; a software rasteriser
//! is never taken unless asked for by number.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use burn::tensor::wgpu::WgpuBackend;
use burn::tensor::{Device, DeviceKind};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// Where a recipe asks to be computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DeviceChoice {
    /// A real GPU if there is one, otherwise the CPU.
    #[default]
    Auto,
    /// The processor, without any driver.
    Cpu,
    /// The GPU of that number in [`devices`].
    Gpu(usize),
}

impl FromStr for DeviceChoice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "gpu" => Ok(Self::Gpu(0)),
            other => other
                .strip_prefix("gpu:")
                .and_then(|n| n.parse().ok())
                .map(Self::Gpu)
                .ok_or_else(|| format!("`{text}` is not a device; write auto, cpu or gpu:N")),
        }
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu(n) => write!(f, "gpu:{n}"),
        }
    }
}

/// One device as it is shown to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// How to ask for it: `cpu` or `gpu:N`, never `auto`.
    pub choice: DeviceChoice,
    /// The adapter's name, such as `NVIDIA GeForce RTX 4070`, or the processor's thread count.
    pub name: String,
    /// The interface it is reached through: `CPU`, `Vulkan`, `Metal`, `Dx12`.
    pub backend: String,
    /// Whether a GPU adapter is in truth a software rasteriser on the processor.
    pub software: bool,
}

impl fmt::Display for DeviceInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.name, self.backend)?;
        if self.software {
            f.write_str(", software")?;
        }
        f.write_str(")")
    }
}

/// A GPU as wgpu lists it, and how Burn asks for it.
struct Adapter {
    info: wgpu::AdapterInfo,
    kind: DeviceKind,
    api: WgpuBackend,
}

/// The CPU first, then every GPU adapter by number.
#[must_use]
pub fn devices() -> Vec<DeviceInfo> {
    let gpus = adapters()
        .into_iter()
        .enumerate()
        .map(|(n, adapter)| describe(n, &adapter));
    std::iter::once(cpu()).chain(gpus).collect()
}

/// The device a choice means, ready for tensors, and what to call it.
///
/// # Errors
/// [`EngineError::Device`] if there is no such GPU or it cannot be used.
pub fn open(choice: DeviceChoice) -> Result<(Device, DeviceInfo), EngineError> {
    let number = match choice {
        DeviceChoice::Cpu => return Ok((Device::flex(), cpu())),
        DeviceChoice::Gpu(number) => number,
        DeviceChoice::Auto => {
            let real = |adapter: &Adapter| adapter.info.device_type != wgpu::DeviceType::Cpu;
            // A GPU that cannot be opened is no reason not to work.
            let opened = adapters().iter().position(real).map(open_gpu);
            return Ok(match opened {
                Some(Ok(gpu)) => gpu,
                Some(Err(error)) => {
                    tracing::warn!(%error, "computing on the processor instead");
                    (Device::flex(), cpu())
                }
                None => (Device::flex(), cpu()),
            });
        }
    };
    open_gpu(number)
}

fn open_gpu(number: usize) -> Result<(Device, DeviceInfo), EngineError> {
    // Burn starts a runtime once in a process; asking again is an error there, not here.
    static OPENED: Mutex<BTreeMap<usize, Device>> = Mutex::new(BTreeMap::new());
    let all = adapters();
    let adapter = all.get(number).ok_or_else(|| {
        EngineError::Device(match all.len() {
            0 => "no GPU was found; use --device cpu, or install a Vulkan driver".to_owned(),
            1 => format!("there is no GPU {number}; the only one is gpu:0"),
            n => format!(
                "there is no GPU {number}; they are numbered gpu:0 to gpu:{}",
                n - 1
            ),
        })
    })?;
    let info = describe(number, adapter);
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = opened.get(&number) {
        return Ok((device.clone(), info));
    }
    let device = Device::wgpu_options()
        .device_kind(adapter.kind.clone())
        .graphics_api(adapter.api)
        .init()
        .map_err(|e| {
            EngineError::Device(format!("{info} cannot be used: {e}; use --device cpu"))
        })?;
    opened.insert(number, device.clone());
    Ok((device, info))
}

/// Adapters of the first native interface that has any: one interface, so that no adapter is
/// listed twice.
fn adapters() -> Vec<Adapter> {
    let apis = [
        (wgpu::Backend::Vulkan, WgpuBackend::Vulkan),
        (wgpu::Backend::Metal, WgpuBackend::Metal),
        (wgpu::Backend::Dx12, WgpuBackend::Dx12),
    ];
    apis.into_iter()
        .map(|(backend, api)| numbered(probe(backend), api))
        .find(|adapters| !adapters.is_empty())
        .unwrap_or_default()
}

fn probe(backend: wgpu::Backend) -> Vec<wgpu::AdapterInfo> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: backend.into(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(backend.into()));
    adapters.iter().map(wgpu::Adapter::get_info).collect()
}

/// Burn counts adapters of each kind apart.
fn numbered(infos: Vec<wgpu::AdapterInfo>, api: WgpuBackend) -> Vec<Adapter> {
    let mut counts = [0; 3];
    let mut next = |kind: usize| {
        counts[kind] += 1;
        counts[kind] - 1
    };
    infos
        .into_iter()
        .filter_map(|info| {
            let kind = match info.device_type {
                wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu(next(0)),
                wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu(next(1)),
                wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu(next(2)),
                wgpu::DeviceType::Cpu => DeviceKind::Cpu,
                wgpu::DeviceType::Other => return None,
            };
            Some(Adapter { info, kind, api })
        })
        .collect()
}

fn describe(number: usize, adapter: &Adapter) -> DeviceInfo {
    DeviceInfo {
        choice: DeviceChoice::Gpu(number),
        name: adapter.info.name.clone(),
        backend: format!("{:?}", adapter.info.backend),
        software: adapter.info.device_type == wgpu::DeviceType::Cpu,
    }
}

fn cpu() -> DeviceInfo {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let plural = if threads == 1 { "" } else { "s" };
    DeviceInfo {
        choice: DeviceChoice::Cpu,
        name: format!("{threads} processor thread{plural}"),
        backend: "CPU".to_owned(),
        software: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_devices_survive_a_round_trip() {
        for text in ["auto", "cpu", "gpu:0", "gpu:3"] {
            assert_eq!(
                text.parse::<DeviceChoice>().expect("valid").to_string(),
                text
            );
        }
        for bad in ["", "gpu:", "gpu:x", "cuda", "gpu:-1"] {
            assert!(bad.parse::<DeviceChoice>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn the_processor_is_always_there() {
        assert_eq!(devices()[0].choice, DeviceChoice::Cpu);
        let (_, info) = open(DeviceChoice::Cpu).expect("needs no driver");
        assert_eq!(info.backend, "CPU");
    }

    #[test]
    fn a_gpu_that_is_not_there_is_named() {
        let error = open(DeviceChoice::Gpu(99))
            .expect_err("nobody has a hundred")
            .to_string();
        assert!(error.contains("GPU"), "{error}");
    }
}
