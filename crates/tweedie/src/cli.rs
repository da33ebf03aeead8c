//! The command line, as clap reads it.

mod batch;
mod evaluate;
mod lab;
mod prior;
mod save;
mod train;
pub(crate) mod values;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use engine::{Chain, Class, DeviceChoice, Draw, OperatorError, Preset, PriorChoice, Recipe, Spec};
use imaging::Rect;

pub(crate) use batch::BatchArgs;
pub(crate) use evaluate::EvaluateArgs;
pub(crate) use lab::{AblationArgs, LabCommand, MixtureArgs};
pub(crate) use prior::{CheckpointArgs, PriorCommand};
pub(crate) use save::SaveArgs;
pub(crate) use train::{MeasureArgs, TrainArgs};
pub(crate) use values::MaskIs;

use crate::terminal::complain_at_length;

/// Restore photographs by sampling from a posterior.
///
/// Without a command, the window opens.
#[derive(Debug, Parser)]
#[command(name = "tweedie", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// Reads the command line. Ends the program where that is wrong, or where help was asked for.
pub(crate) fn parse() -> Cli {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let Some(reason) = misspelt(&arguments) {
        refuse(&Cli::command().error(ErrorKind::InvalidSubcommand, reason));
    }
    Cli::try_parse_from(arguments).unwrap_or_else(|error| refuse(&error))
}

/// Ends the program with what is wrong, or with the help that was asked for. What was typed may be names
/// of files, which a shell puts there as they are.
fn refuse(error: &clap::Error) -> ! {
    if error.use_stderr() {
        complain_at_length(error.render());
        std::process::exit(error.exit_code());
    }
    error.exit()
}

/// A command that is none, taken for the photo that a window is to open.
fn misspelt(arguments: &[OsString]) -> Option<String> {
    let first = arguments.get(1)?.to_str()?;
    if first.starts_with('-') || Path::new(first).exists() {
        return None;
    }
    let command = Cli::command();
    let known = command.get_subcommands().map(clap::Command::get_name);
    let meant = values::nearest(first, known)?;
    Some(format!(
        "there is no command `{first}` and no such file; did you mean `{meant}`?"
    ))
}

/// What the window opens with.
#[derive(Debug, Args)]
pub(crate) struct WindowArgs {
    /// A photo or a session to open in the window
    pub(crate) photo: Option<PathBuf>,
    /// Its mask: where the photo is to be restored
    #[arg(long)]
    pub(crate) mask: Option<PathBuf>,
    /// How the window is drawn
    #[arg(long, value_enum, default_value_t = RendererArg::Auto)]
    pub(crate) renderer: RendererArg,
    /// Where to compute: auto, cpu or gpu:N
    #[arg(long, default_value = "auto")]
    pub(crate) device: DeviceChoice,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum RendererArg {
    /// wgpu on a real GPU, OpenGL otherwise
    Auto,
    Wgpu,
    Glow,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Restore a photo
    Restore(Box<RestoreArgs>),
    Batch(Box<BatchArgs>),
    /// Damage a clean photo, to know the truth afterwards
    Degrade(DegradeArgs),
    /// Check or import the checkpoint of a prior
    #[command(subcommand)]
    Prior(PriorCommand),
    /// Train a prior on your own photographs, or go on with a run that was stopped
    Train(TrainArgs),
    /// List operators, samplers and baselines, or the parameters of one of them
    List {
        /// Its name, such as gaussian-blur or ca-dps
        name: Option<String>,
    },
    /// List the devices that can compute
    Devices,
    /// Score samplers and baselines on clean images, and write a report
    Evaluate(EvaluateArgs),
    /// Experiments with known answers
    #[command(subcommand)]
    Lab(LabCommand),
    /// Restore the bundled damaged photo and write the result and a before/after picture
    Demo(DemoArgs),
}

/// How to draw a restoration.
#[derive(Debug, Args)]
pub(crate) struct DrawArgs {
    /// How much work to spend: fast, balanced or best. It chooses the sampler and its steps by what
    /// happened to the photo
    #[arg(long, default_value_t)]
    pub(crate) preset: Preset,
    /// The sampler instead, with parameters as in red-diff:lr=0.1,lambda=0.25; `tweedie list` names all
    #[arg(long)]
    pub(crate) sampler: Option<Spec>,
    /// CA-DPS's covariance, such as secant or measured-dct; `tweedie list ca-dps` names all
    #[arg(long)]
    pub(crate) covariance: Option<String>,
    /// How steps are placed: uniform (by timestep, as in the papers) or karras (by noise level)
    #[arg(long, value_name = "SPACING")]
    pub(crate) levels: Option<String>,
    /// The noise level to start from with the best linear estimate (0.01 to 1000; 1 is as strong as
    /// the picture), or `noise` for noise alone
    #[arg(long, value_name = "LEVEL")]
    pub(crate) from: Option<String>,
    /// From 0, the posterior mean (least error, smooth), to 1, a posterior sample (the texture of
    /// photographs). Below 1 several samples are averaged; left out, what suits the damage: a sample,
    /// but for noise alone the mean, which takes one evaluation
    #[arg(long, value_name = "0..1", value_parser = values::share)]
    pub(crate) detail: Option<f64>,
    /// Steps of the reverse process instead
    #[arg(long, value_parser = values::steps, allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// Seed of the noise; the same seed gives the same picture
    #[arg(long, default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// The prior: natural64, a prior folder, or a checkpoint file
    #[arg(long, default_value = "natural64", value_parser = values::prior)]
    pub(crate) prior: PriorChoice,
    /// Where to compute: auto, cpu or gpu:N
    #[arg(long, default_value = "auto")]
    pub(crate) device: DeviceChoice,
    /// Write what was done and what it cost: as a page with pictures where the name ends with .html,
    /// otherwise as JSON. Can be given twice
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,
}

impl DrawArgs {
    /// The sampler with its covariance, and its steps: what was named, otherwise what the preset has
    /// for this damage.
    pub(crate) fn draw(&self, damage: &Chain) -> Result<Draw, OperatorError> {
        let preset = self.preset.with_detail(damage, self.detail);
        let sampler = match (&self.sampler, &self.covariance) {
            (Some(sampler), _) => sampler.clone(),
            // Only one sampler has a covariance.
            (None, Some(_)) => Spec::named("ca-dps"),
            (None, None) => preset.sampler,
        };
        let asked = [
            ("covariance", &self.covariance),
            ("levels", &self.levels),
            ("start", &self.from),
        ];
        let sampler = asked
            .into_iter()
            .try_fold(sampler, |sampler, (key, value)| {
                match value {
                    // What a person wrote twice contradicts itself; what a preset chose gives way.
                    Some(value) if self.sampler.is_some() => sampler.with_new(key, value),
                    Some(value) => Ok(sampler.with(key, value)),
                    None => Ok(sampler),
                }
            })?;
        Ok(Draw {
            sampler,
            steps: self.steps.unwrap_or(preset.steps),
        })
    }
}

/// What happened to a photo.
#[derive(Debug, Args)]
pub(crate) struct DamageArgs {
    /// What happened, in the order it happened, joined by +, such as
    /// gaussian-blur:size=61,std=3+bicubic:factor=4; `tweedie list` names all operators. Without its
    /// quality, jpeg at the end takes that of a photo's JPEG file
    #[arg(long, default_value = "inpaint", value_parser = values::chain)]
    pub(crate) operator: Chain,
    /// Noise level: standard deviation on the range [-1, 1] (twice that of [0, 1])
    #[arg(
        long,
        default_value_t = 0.02,
        value_name = "SIGMA",
        value_parser = values::noise,
        allow_negative_numbers = true
    )]
    pub(crate) noise: f64,
    /// Photons that stand for white, where light was so scarce that counting them is noise as well
    #[arg(long, value_name = "COUNT", value_parser = values::photons, allow_negative_numbers = true)]
    pub(crate) photons: Option<f64>,
    /// When inpainting: blend this many pixels beyond the mask, 0 to 16; at 0 all that is not
    /// masked stays bit for bit
    #[arg(long, default_value_t = 0, value_name = "PIXELS", value_parser = values::feather, allow_negative_numbers = true)]
    pub(crate) feather: usize,
    /// When inpainting: draw wide holes at the photo's own scale at once, not at a coarser scale first
    #[arg(long)]
    pub(crate) single_scale: bool,
    /// Show the prior pictures of any size in one piece, not in tiles of the size it was trained on
    #[arg(long)]
    pub(crate) untiled: bool,
}

impl DamageArgs {
    /// The options that were named and have no meaning for this damage.
    pub(crate) fn idle(&self, operator: &Chain) -> Vec<&'static str> {
        let inpaints = operator.0.len() == 1 && operator.classes().eq([Class::Holes]);
        let options = [
            ("--feather", self.feather > 0),
            ("--single-scale", self.single_scale),
        ];
        let named = options.into_iter().filter(|(_, named)| *named && !inpaints);
        named.map(|(name, _)| name).collect()
    }

    /// The recipe of a restoration.
    pub(crate) fn recipe(&self, draw: &DrawArgs) -> Result<Recipe, OperatorError> {
        self.recipe_of(self.operator.clone(), draw)
    }

    /// The recipe for a photo of which more is known than was written.
    pub(crate) fn recipe_of(
        &self,
        operator: Chain,
        draw: &DrawArgs,
    ) -> Result<Recipe, OperatorError> {
        let Draw { sampler, steps } = draw.draw(&operator)?;
        Ok(Recipe {
            operator,
            noise: self.noise,
            photons: self.photons,
            sampler,
            steps,
            seed: draw.seed,
            prior: draw.prior.clone(),
            device: draw.device,
            feather: self.feather,
            coarse_to_fine: !self.single_scale,
            tiles: !self.untiled,
            region: None,
            detail: draw.detail.unwrap_or(1.0),
            from: None,
        })
    }
}

/// Four numbers with commas between them.
fn region(text: &str) -> Result<Rect, String> {
    let numbers: Result<Vec<usize>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    match numbers.as_deref() {
        Ok(&[x, y, width, height]) => Ok(Rect::new(x, y, width, height)),
        _ => Err("write x,y,width,height in whole pixels, such as 400,250,320,240".to_owned()),
    }
}

/// How masks are read.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ReadingArgs {
    /// What marks the damage in a mask: auto (a rule decides and says so), luminance (white), inverted
    /// (black), alpha (what is painted), transparent (what is erased), strokes or labels (what differs
    /// from the background) or red
    #[arg(long, default_value = "auto", value_name = "READING", value_parser = values::mask_is)]
    pub(crate) mask_is: MaskIs,
}

/// How large the result of an enlargement is to be.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct TargetArgs {
    /// Enlarge to at most this many pixels, keeping the proportions: restores at the next larger whole
    /// factor, then reduces
    #[arg(long, value_name = "WxH", value_parser = values::size, conflicts_with = "long_side")]
    pub(crate) size: Option<(usize, usize)>,
    /// Enlarge until the longer side has this many pixels
    #[arg(long, value_name = "PIXELS", value_parser = values::side)]
    pub(crate) long_side: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The damaged photo
    pub(crate) input: PathBuf,
    /// Where the photo is to be restored: a picture of its size, or `infrared` for the dust that the
    /// photo's own infrared channel shows. `inpaint` needs one, unless parts of the photo were erased
    #[arg(long, value_name = "FILE")]
    pub(crate) mask: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    #[command(flatten)]
    pub(crate) damage: DamageArgs,
    /// Restore this part alone, in pixels of the photo: the rest of the photo stays as it is, and a picture
    /// that is enlarged is written as this part alone. Not for inpainting, whose mask says where
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT", value_parser = region, conflicts_with_all = ["size", "long_side"])]
    pub(crate) region: Option<Rect>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// What the photo should become, to measure how close the result comes
    #[arg(long, value_name = "PHOTO")]
    pub(crate) truth: Option<PathBuf>,
    /// Write how the picture formed, as an animated PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) trajectory: Option<PathBuf>,
    /// Write the result alone as a layer: transparent wherever the photo stays as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) layer: Option<PathBuf>,
    /// Where to write the result; the ending chooses the format: png, jpg, webp, tiff or bmp
    #[arg(long, short, required_unless_present_any = ["in_place", "layer"])]
    pub(crate) output: Option<PathBuf>,
    /// Write the result over the photo itself, in its own format: for programs that call this one as an
    /// external editor
    #[arg(long, conflicts_with = "output")]
    pub(crate) in_place: bool,
    #[command(flatten)]
    pub(crate) save: SaveArgs,
    #[command(flatten)]
    pub(crate) draw: DrawArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DegradeArgs {
    /// The clean photo
    pub(crate) input: PathBuf,
    /// For `inpaint`: where the photo is to be lost
    #[arg(long)]
    pub(crate) mask: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// The damage, written as for `restore`
    #[arg(long, value_parser = values::chain)]
    pub(crate) operator: Chain,
    /// Noise level: standard deviation on the range [-1, 1]
    #[arg(
        long,
        default_value_t = 0.05,
        value_name = "SIGMA",
        value_parser = values::noise,
        allow_negative_numbers = true
    )]
    pub(crate) noise: f64,
    /// Photons that stand for white: adds the noise of counting them
    #[arg(long, value_name = "COUNT", value_parser = values::photons, allow_negative_numbers = true)]
    pub(crate) photons: Option<f64>,
    /// Seed of the noise
    #[arg(long, default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Where to write the damaged photo
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) save: SaveArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The folder to write into
    #[arg(long, short, default_value = ".")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) draw: DrawArgs,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(arguments: &[&str]) -> Recipe {
        let all = [&["tweedie", "restore", "a.png", "-o", "b.png"], arguments].concat();
        let Some(Command::Restore(args)) = Cli::parse_from(all).command else {
            panic!("`restore` was asked for");
        };
        args.damage.recipe(&args.draw).expect("well written")
    }

    #[test]
    fn who_says_nothing_gets_what_the_window_begins_with() {
        assert_eq!(recipe(&[]), Recipe::default());
    }

    #[test]
    fn a_misspelt_command_is_no_photo() {
        let misspelt = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            super::misspelt(&words)
        };
        let said = misspelt(&["tweedie", "resotre", "a.png"]).expect("a slip");
        assert!(said.contains("`restore`"), "{said}");
        assert_eq!(misspelt(&["tweedie", "restore"]), None);
        assert_eq!(misspelt(&["tweedie", "photo.png"]), None);
        assert_eq!(misspelt(&["tweedie"]), None);
    }

    #[test]
    fn a_preset_suits_the_damage_and_what_is_named_counts() {
        let jpeg = ["--operator", "jpeg:quality=10"];
        let draw = |more: &[&str]| {
            let recipe = recipe(&[&jpeg, more].concat());
            (recipe.sampler.to_string(), recipe.steps)
        };
        let best = Preset::Best.draw(&"jpeg:quality=10".parse().expect("valid"));
        assert_eq!(
            draw(&["--preset", "best"]),
            (best.sampler.to_string(), best.steps)
        );
        assert_eq!(
            draw(&["--sampler", "red-diff", "--steps", "7"]),
            ("red-diff".to_owned(), 7)
        );
        assert_eq!(draw(&["--preset", "best", "--steps", "7"]).1, 7);
        assert_eq!(draw(&["--covariance", "dct"]).0, "ca-dps:covariance=dct");
        assert!(Cli::try_parse_from(["tweedie", "demo", "--preset", "quick"]).is_err());
    }

    #[test]
    fn a_region_is_four_numbers() {
        assert_eq!(region("4, 0,32,16"), Ok(Rect::new(4, 0, 32, 16)));
        for wrong in ["", "1,2,3", "1,2,3,4,5", "-1,2,3,4", "a,b,c,d"] {
            assert!(region(wrong).is_err(), "{wrong}");
        }
    }
}
