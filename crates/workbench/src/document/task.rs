//! What happened to the picture, as a person says it, and the operator chain that means it.

use std::path::PathBuf;

use engine::{Chain, Spec};
use serde::{Deserialize, Serialize};

/// What happened to the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    /// Scratches, stains, objects: pixels under the mask are lost.
    Inpaint,
    /// The whole picture was blurred by a known kernel.
    Deblur,
    /// The whole picture was made smaller.
    Enlarge,
}

impl Task {
    /// All tasks in the order of the cards.
    pub const ALL: [Self; 3] = [Self::Inpaint, Self::Deblur, Self::Enlarge];

    /// The card's title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Inpaint => "Remove scratches and objects",
            Self::Deblur => "Sharpen blur",
            Self::Enlarge => "Enlarge",
        }
    }

    /// One line below the title.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::Inpaint => "Painted pixels are lost and drawn anew",
            Self::Deblur => "Out of focus, moved, or a known blur kernel",
            Self::Enlarge => "More pixels than were recorded",
        }
    }
}

/// Which kernel blurred the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlurKind {
    /// A round Gaussian.
    Gaussian,
    /// A straight smear.
    Motion,
    /// A kernel drawn in a picture file.
    Kernel,
}

/// The parameters of [`Task::Deblur`]. All kinds are kept so that switching loses nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Blur {
    /// Which kernel.
    pub kind: BlurKind,
    /// Standard deviation of the Gaussian in pixels, 0.3 to 10.
    pub std: f64,
    /// Length of the smear in pixels, 2 to 100.
    pub length: f64,
    /// Its direction in degrees, anticlockwise from horizontal, -90 to 90.
    pub angle: f64,
    /// The kernel file as typed.
    pub kernel: String,
}

impl Default for Blur {
    fn default() -> Self {
        Self {
            kind: BlurKind::Gaussian,
            std: 2.0,
            length: 10.0,
            angle: 0.0,
            kernel: String::new(),
        }
    }
}

impl Blur {
    /// Side of the Gaussian kernel: odd, four standard deviations to each side, so that what is
    /// cut off weighs less than 1e-4.
    #[must_use]
    pub fn size(&self) -> usize {
        // `std` is bounded by the slider, so the product is a small positive number.
        let radius = (4.0 * self.std.clamp(0.1, 15.0)).ceil() as usize;
        2 * radius + 1
    }
}

/// How the picture was made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EnlargeMethod {
    /// By bicubic reduction, as photo programs do.
    Bicubic,
    /// By averaging squares of pixels, as sensors do.
    Box,
}

/// The parameters of [`Task::Enlarge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Enlarge {
    /// Times wider and higher: 2, 4 or 8.
    pub factor: usize,
    /// How it was made smaller.
    pub method: EnlargeMethod,
}

impl Enlarge {
    /// The offered factors.
    pub const FACTORS: [usize; 3] = [2, 4, 8];
}

impl Default for Enlarge {
    fn default() -> Self {
        Self {
            factor: 4,
            method: EnlargeMethod::Bicubic,
        }
    }
}

/// The operator chain a task and its parameters mean.
#[must_use]
pub(super) fn operator(task: Task, blur: &Blur, enlarge: Enlarge) -> Chain {
    let spec = match task {
        Task::Inpaint => Spec::named("inpaint"),
        Task::Deblur => match blur.kind {
            BlurKind::Gaussian => Spec::named("gaussian-blur")
                .with("size", blur.size())
                .with("std", format!("{:.2}", blur.std)),
            BlurKind::Motion => Spec::named("motion-blur")
                .with("length", format!("{:.1}", blur.length))
                .with("angle", format!("{:.1}", blur.angle)),
            BlurKind::Kernel => {
                Spec::named("kernel").with("", PathBuf::from(blur.kernel.trim()).display())
            }
        },
        Task::Enlarge => {
            let name = match enlarge.method {
                EnlargeMethod::Bicubic => "bicubic",
                EnlargeMethod::Box => "box",
            };
            Spec::named(name).with("factor", enlarge.factor)
        }
    };
    Chain(vec![spec])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(task: Task, blur: &Blur, enlarge: Enlarge) -> String {
        operator(task, blur, enlarge)
            .0
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("+")
    }

    #[test]
    fn every_task_has_its_written_form() {
        let (blur, enlarge) = (
            Blur {
                std: 3.0,
                ..Blur::default()
            },
            Enlarge::default(),
        );
        assert_eq!(written(Task::Inpaint, &blur, enlarge), "inpaint");
        assert_eq!(
            written(Task::Deblur, &blur, enlarge),
            "gaussian-blur:size=25,std=3.00"
        );
        assert_eq!(written(Task::Enlarge, &blur, enlarge), "bicubic:factor=4");
        let averaged = Enlarge {
            factor: 8,
            method: EnlargeMethod::Box,
        };
        assert_eq!(written(Task::Enlarge, &blur, averaged), "box:factor=8");
        let motion = Blur {
            kind: BlurKind::Motion,
            angle: -30.0,
            ..Blur::default()
        };
        assert_eq!(
            written(Task::Deblur, &motion, enlarge),
            "motion-blur:angle=-30.0,length=10.0"
        );
        let kernel = Blur {
            kind: BlurKind::Kernel,
            kernel: " /a b/k, 1.png ".into(),
            ..Blur::default()
        };
        assert_eq!(
            written(Task::Deblur, &kernel, enlarge),
            "kernel:/a b/k, 1.png"
        );
    }

    #[test]
    fn a_gaussian_kernel_is_odd_and_wide_enough() {
        for std in [0.3, 1.0, 2.5, 10.0] {
            let size = Blur {
                std,
                ..Blur::default()
            }
            .size();
            assert_eq!(size % 2, 1);
            assert!(size as f64 >= 8.0 * std);
        }
    }
}
