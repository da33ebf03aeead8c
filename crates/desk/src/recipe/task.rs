//! What happened to the picture, as a person says it, and the operator chain that means it.

use std::path::PathBuf;

use engine::{Chain, Spec};
use imaging::JpegFacts;
use serde::{Deserialize, Serialize};

use super::path;
use super::settings::Settings;

/// What happened to the picture. Session files know the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    /// Scratches, stains, objects: pixels under the mask are lost.
    Inpaint,
    /// The whole picture was blurred by a known kernel.
    Deblur,
    /// The whole picture was made smaller.
    Enlarge,
    /// Nothing was lost, but there is noise over everything.
    Denoise,
    /// The colours were lost.
    Colours,
    /// It was compressed as JPEG.
    Jpeg,
    /// Highlights and shadows were cut off.
    Highlights,
    /// Several things, one after another.
    Custom,
}

impl Task {
    /// All tasks in the order of the cards.
    pub const ALL: [Self; 8] = [
        Self::Inpaint,
        Self::Deblur,
        Self::Enlarge,
        Self::Denoise,
        Self::Colours,
        Self::Jpeg,
        Self::Highlights,
        Self::Custom,
    ];

    /// The card's title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Inpaint => "Remove scratches and objects",
            Self::Deblur => "Sharpen blur",
            Self::Enlarge => "Enlarge",
            Self::Denoise => "Remove noise",
            Self::Colours => "Give back colours",
            Self::Jpeg => "Repair JPEG",
            Self::Highlights => "Recover highlights",
            Self::Custom => "Custom composition",
        }
    }

    /// One line on it.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::Inpaint => "Painted pixels are lost and drawn anew.",
            Self::Deblur => "Out of focus, moved, or a known blur kernel.",
            Self::Enlarge => "More pixels than were recorded.",
            Self::Denoise => "Grain over the whole picture, from high sensitivity or film.",
            Self::Colours => "A grey picture gets colours that it may have had.",
            Self::Jpeg => "Blocks and fringes of strong compression.",
            Self::Highlights => "Skies and lamps that were exposed to plain white.",
            Self::Custom => "Several things happened, one after another.",
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
    /// The path that a point of light took, drawn on the photo.
    Path,
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
    /// The drawn path in photo pixels; empty until it is drawn.
    pub path: Vec<(f32, f32)>,
}

impl Default for Blur {
    fn default() -> Self {
        Self {
            kind: BlurKind::Gaussian,
            std: 2.0,
            length: 10.0,
            angle: 0.0,
            kernel: String::new(),
            path: Vec::new(),
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

/// How a picture lost its colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grey {
    /// As photo programs and JPEG make it, and as the eye sees brightness.
    #[default]
    Luma,
    /// A third of each colour.
    Mean,
}

/// The parameters of [`Task::Jpeg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jpeg {
    /// The quality it was saved with, 1 to 100.
    pub quality: usize,
    /// Whether its colours were halved in size, as cameras do.
    pub halved: bool,
}

impl Default for Jpeg {
    fn default() -> Self {
        Self {
            quality: 20,
            halved: true,
        }
    }
}

impl Jpeg {
    /// As a photo's file was compressed, as far as it says.
    pub(crate) fn of(facts: JpegFacts) -> Self {
        let usual = Self::default();
        Self {
            quality: facts.quality.map_or(usual.quality, usize::from),
            halved: facts.halved.unwrap_or(usual.halved),
        }
    }
}

/// What a new custom composition begins with.
#[must_use]
pub(crate) fn first_composition() -> Chain {
    Chain(vec![
        Spec::named("gaussian-blur")
            .with("size", 9)
            .with("std", 1.0),
        Spec::named("bicubic").with("factor", 2),
    ])
}

/// The operator chain that settings mean.
#[must_use]
pub(crate) fn operator(settings: &Settings) -> Chain {
    let spec = match settings.task {
        Task::Inpaint => Spec::named("inpaint"),
        Task::Deblur => deblur(&settings.blur),
        Task::Enlarge => {
            let name = match settings.enlarge.method {
                EnlargeMethod::Bicubic => "bicubic",
                EnlargeMethod::Box => "box",
            };
            Spec::named(name).with("factor", settings.enlarge.factor)
        }
        Task::Denoise => Spec::named("identity"),
        Task::Colours => match settings.grey {
            Grey::Luma => Spec::named("grayscale"),
            Grey::Mean => Spec::named("grayscale").with("weights", "mean"),
        },
        Task::Jpeg => {
            let chroma = if settings.jpeg.halved { 420 } else { 444 };
            Spec::named("jpeg")
                .with("quality", settings.jpeg.quality)
                .with("chroma", chroma)
        }
        Task::Highlights => Spec::named("hdr"),
        Task::Custom => return settings.custom.clone(),
    };
    Chain(vec![spec])
}

fn deblur(blur: &Blur) -> Spec {
    match blur.kind {
        BlurKind::Gaussian => Spec::named("gaussian-blur")
            .with("size", blur.size())
            .with("std", format!("{:.2}", blur.std)),
        BlurKind::Motion => Spec::named("motion-blur")
            .with("length", format!("{:.1}", blur.length))
            .with("angle", format!("{:.1}", blur.angle)),
        BlurKind::Path => Spec::named("motion-path").with("points", path::written(&blur.path)),
        BlurKind::Kernel => {
            Spec::named("kernel").with("", PathBuf::from(blur.kernel.trim()).display())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_has_its_written_form() {
        let all = |change: &dyn Fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            operator(&settings).to_string()
        };
        let task = |task| all(&|s| s.task = task);
        assert_eq!(task(Task::Inpaint), "inpaint");
        assert_eq!(task(Task::Enlarge), "bicubic:factor=4");
        assert_eq!(task(Task::Denoise), "identity");
        assert_eq!(task(Task::Colours), "grayscale");
        assert_eq!(task(Task::Jpeg), "jpeg:chroma=420,quality=20");
        assert_eq!(task(Task::Highlights), "hdr");
        assert_eq!(task(Task::Custom), first_composition().to_string());
        let mean = all(&|s| (s.task, s.grey) = (Task::Colours, Grey::Mean));
        assert_eq!(mean, "grayscale:weights=mean");
        let averaged = Enlarge {
            factor: 8,
            method: EnlargeMethod::Box,
        };
        let averaged = all(&|s| (s.task, s.enlarge) = (Task::Enlarge, averaged));
        assert_eq!(averaged, "box:factor=8");
    }

    #[test]
    fn every_blur_has_its_written_form() {
        let blurred = |kind, change: &dyn Fn(&mut Blur)| {
            let mut settings = Settings {
                task: Task::Deblur,
                ..Settings::default()
            };
            settings.blur.kind = kind;
            change(&mut settings.blur);
            operator(&settings).to_string()
        };
        let round = blurred(BlurKind::Gaussian, &|blur| blur.std = 3.0);
        assert_eq!(round, "gaussian-blur:size=25,std=3.00");
        let straight = blurred(BlurKind::Motion, &|blur| blur.angle = -30.0);
        assert_eq!(straight, "motion-blur:angle=-30.0,length=10.0");
        let drawn = blurred(BlurKind::Path, &|blur| {
            blur.path = vec![(7.0, 8.5), (10.25, 8.0)];
        });
        assert_eq!(drawn, "motion-path:points=0 0;3.25 -0.5");
        let file = blurred(BlurKind::Kernel, &|blur| {
            blur.kernel = " /a b/k, 1.png ".into();
        });
        assert_eq!(file, "kernel:/a b/k, 1.png");
    }

    /// Every chain that a card means is one that the registry knows.
    #[test]
    fn every_written_form_is_read() {
        for task in Task::ALL {
            let settings = Settings {
                task,
                ..Settings::default()
            };
            let chain = operator(&settings);
            assert_eq!(chain.to_string().parse::<Chain>().expect("known"), chain);
        }
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
