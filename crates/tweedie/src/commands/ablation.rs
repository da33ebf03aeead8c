//! `tweedie lab ablation`: the mixture first, then images.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use engine::Spec;
use evaluation::{Curve, Method, Plot, Point, Summary, tables};
use indicatif::{ProgressBar, ProgressStyle};
use lab::ablation::{AblationFindings, REFERENCES, probing, reference};
use lab::{Ablation, Experiment};

use super::bench::{self, Asked, Filled};
use crate::cli::AblationArgs;
use crate::terminal::say;

pub(crate) fn run(args: &AblationArgs) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot create the folder {}", args.output.display()))?;
    let ablation = Ablation {
        experiment: Experiment {
            dimension: args.dimension,
            measurements: args.measurements,
            sampler: Spec::named("ca-dps"),
            steps: args.steps,
            problems: args.problems,
            samples: args.samples,
            slices: 1000,
            seed: args.seed,
        },
        probe_steps: args.probe_steps.clone(),
        probes: args.probes.clone(),
    };
    let all = ablation.samplers().len();
    let bar = ProgressBar::new(all as u64).with_style(ProgressStyle::with_template(
        "{bar:32.cyan/blue} {pos}/{len} samplers on the mixture · {eta} left",
    )?);
    let findings = ablation.run(|done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let json = serde_json::to_string_pretty(&findings).context("findings become JSON")?;
    put(&args.output, "mixture.json", &format!("{json}\n"))?;
    put(&args.output, "mixture.md", &mixture_table(&findings))?;
    if let Some(svg) = mixture_plot(&findings).svg() {
        put(&args.output, "mixture.svg", &svg)?;
    }
    say(mixture_table(&findings));
    match &args.images {
        None => Ok(ExitCode::SUCCESS),
        Some(folder) => images(args, folder),
    }
}

fn put(folder: &Path, name: &str, text: &str) -> Result<()> {
    imaging::write_atomically(&folder.join(name), text.as_bytes())?;
    Ok(())
}

fn mixture_table(findings: &AblationFindings) -> String {
    let mut out =
        "| covariance | h | sliced Wasserstein | median |\n| --- | --- | --- | --- |\n".to_owned();
    for variant in &findings.variants {
        let name = variant.sampler.parameters.get("covariance");
        let step = variant
            .probe_step
            .map_or_else(|| "–".to_owned(), |h| format!("{h:e}"));
        let distance = match (variant.sliced_wasserstein, variant.standard_error) {
            (Some(mean), Some(error)) => format!("{mean:.3} ± {error:.3}"),
            _ => "broke".to_owned(),
        };
        let median = variant
            .median
            .map_or_else(|| "–".to_owned(), |m| format!("{m:.3}"));
        let name = name.map_or("", String::as_str);
        let _ = writeln!(out, "| `{name}` | {step} | {distance} | {median} |");
    }
    let _ = writeln!(out, "| two exact samples | – | {:.3} | – |", findings.exact);
    out
}

fn mixture_plot(findings: &AblationFindings) -> Plot {
    let of = |probes: usize| Curve {
        name: format!("probe:{probes}"),
        points: findings
            .variants
            .iter()
            .filter(|v| v.probes == Some(probes))
            .filter_map(|v| {
                Some(Point {
                    x: v.probe_step?,
                    y: v.sliced_wasserstein?,
                    error: v.standard_error?,
                })
            })
            .collect(),
    };
    let plain = findings.variants.iter().filter(|v| v.probes.is_none());
    let level = |name: &str, value: f64| (name.to_owned(), value);
    let mut levels: Vec<(String, f64)> = plain
        .filter_map(|v| {
            let name = v.sampler.parameters.get("covariance")?;
            Some(level(name, v.sliced_wasserstein?))
        })
        .collect();
    levels.push(level("exact", findings.exact));
    Plot {
        title: "Distance to the posterior of the mixture".to_owned(),
        x_label: "length of a probe, in units of the noise".to_owned(),
        unit: "sliced Wasserstein, less is better".to_owned(),
        curves: findings.ablation.probes.iter().map(|&k| of(k)).collect(),
        levels,
    }
}

fn images(args: &AblationArgs, folder: &Path) -> Result<ExitCode> {
    let masks: Vec<_> = args.mask.iter().cloned().collect();
    // To converge is another question, and takes many products.
    let plain = REFERENCES.iter().filter(|name| **name != "full");
    let probed = args.probes.iter().flat_map(|&k| {
        let of = move |&h: &f64| probing(k, h);
        args.probe_steps.iter().map(of)
    });
    let samplers = plain.map(|name| reference(name)).chain(probed);
    let steps = Some(args.steps);
    let asked = Asked {
        images: folder,
        operators: std::slice::from_ref(&args.operator),
        masks: &masks,
        methods: samplers.map(|spec| Method { spec, steps }).collect(),
        noise: args.noise,
        draws: 1,
        together: 1,
        seed: args.seed,
        crop: args.crop,
        limit: args.limit,
        prior: &args.prior,
        device: args.device,
        lpips: None,
    };
    let Filled { ended, summary, .. } = bench::fill(asked, &args.output.join("images"))?;
    put(&args.output, "images.json", &tables::json(&summary)?)?;
    put(&args.output, "images.md", &tables::markdown(&summary))?;
    if let Some(svg) = image_plot(&summary, args).svg() {
        put(&args.output, "images.svg", &svg)?;
    }
    say(tables::markdown(&summary));
    Ok(bench::exit_code(ended))
}

/// Differences to the secant on the same pictures, which are surer than means.
fn image_plot(summary: &Summary, args: &AblationArgs) -> Plot {
    let of = |spec: &Spec| {
        let name = spec.to_string();
        summary.rows.iter().find(|row| row.name == name)?.against
    };
    let curve = |&probes: &usize| Curve {
        name: format!("probe:{probes}"),
        points: args
            .probe_steps
            .iter()
            .filter_map(|&x| {
                let difference = of(&probing(probes, x))?;
                Some(Point {
                    x,
                    y: difference.mean,
                    error: difference.standard_error.unwrap_or(0.0),
                })
            })
            .collect(),
    };
    let plain = REFERENCES.iter();
    Plot {
        title: format!("{} against the secant", args.operator),
        x_label: "length of a probe, in units of the noise".to_owned(),
        unit: "PSNR, dB".to_owned(),
        curves: args.probes.iter().map(curve).collect(),
        levels: plain
            .filter_map(|name| Some(((*name).to_owned(), of(&reference(name))?.mean)))
            .collect(),
    }
}
