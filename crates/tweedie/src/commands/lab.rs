//! `tweedie lab`: experiments with known answers.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use lab::{Difference, Experiment, Findings};

use crate::cli::{LabCommand, MixtureArgs};
use crate::terminal::say;

pub(crate) fn run(command: LabCommand) -> Result<ExitCode> {
    match command {
        LabCommand::Mixture(args) => mixture(args),
        LabCommand::Ablation(args) => super::ablation::run(&args),
    }
}

fn mixture(args: MixtureArgs) -> Result<ExitCode> {
    if let Some(plot) = &args.plot {
        ensure!(
            plot.extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("svg")),
            "{} does not end in .svg, and plots are written as SVG",
            plot.display()
        );
    }
    let sampler = match &args.covariance {
        Some(covariance) => args.sampler.with_new("covariance", covariance)?,
        None => args.sampler,
    };
    let experiment = Experiment {
        dimension: args.dimension,
        measurements: args.measurements,
        sampler,
        steps: args.steps,
        problems: args.problems,
        samples: args.samples,
        slices: args.slices,
        seed: args.seed,
    };
    let runs = 1 + u64::from(args.against.is_some());
    let bar = ProgressBar::new(runs * args.problems as u64).with_style(
        ProgressStyle::with_template("{bar:32.cyan/blue} {pos}/{len} problems · {eta} left")?,
    );
    let (findings, scatter) = experiment.run(|_| bar.inc(1))?;
    let difference = match args.against {
        None => None,
        Some(sampler) => {
            let other = Experiment {
                sampler,
                ..experiment
            };
            Some(findings.against(&other.run(|_| bar.inc(1))?.0))
        }
    };
    bar.finish_and_clear();
    if let Some(plot) = &args.plot {
        let drawing = lab::svg(&scatter, &headline(&findings));
        imaging::write_atomically(plot, drawing.as_bytes())?;
    }
    if args.json {
        let mut json = serde_json::to_value(&findings).context("findings become JSON")?;
        if let Some(difference) = &difference {
            json["difference"] = serde_json::to_value(difference)?;
        }
        say(serde_json::to_string_pretty(&json)?);
    } else {
        say(summary(&findings));
        if let Some(Difference {
            against,
            mean,
            standard_error,
        }) = difference
        {
            say(format!(
                "{mean:+.3} ± {standard_error:.3} against {against} on the same problems"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn headline(findings: &Findings) -> String {
    let e = &findings.experiment;
    format!(
        "{}, {} steps: {} of {} values measured, seed {}",
        e.sampler, e.steps, e.measurements, e.dimension, e.seed
    )
}

fn summary(findings: &Findings) -> String {
    let spent = |of: fn(&lab::Trial) -> usize| {
        findings.trials.iter().map(of).sum::<usize>() / findings.trials.len()
    };
    format!(
        "{}\nsliced Wasserstein {:.3} ± {:.3} (median {:.3}; two exact samples {:.3}) over {} \
         problems\n{} evaluations and {} products a problem",
        headline(findings),
        findings.sliced_wasserstein,
        findings.standard_error,
        findings.median,
        findings.exact,
        findings.trials.len(),
        spent(|t| t.evaluations),
        spent(|t| t.products),
    )
}
