//! `tweedie evaluate`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use engine::Spec;
use evaluation::{Method, Store, Summary, baselines, report, tables};

use super::bench::{self, Asked, Filled};
use crate::cli::EvaluateArgs;
use crate::terminal::say;

pub(crate) fn run(args: &EvaluateArgs) -> Result<ExitCode> {
    let baselines = match (&args.baseline[..], args.no_baselines) {
        (_, true) => Vec::new(),
        ([], _) => baselines::families()
            .iter()
            .map(|f| Spec::named(f.name))
            .collect(),
        (named, _) => named.to_vec(),
    };
    let asked = Asked {
        images: &args.images,
        operators: &args.operator,
        masks: &args.mask,
        methods: Method::all(&baselines, &args.sampler, &args.steps),
        noise: args.noise,
        draws: args.draws,
        together: args.together,
        seed: args.seed,
        crop: args.crop,
        limit: args.limit,
        prior: &args.prior,
        device: args.device,
        lpips: args.lpips.clone().zip(args.lpips_heads.clone()),
    };
    let Filled {
        ended,
        summary,
        store,
    } = bench::fill(asked, &args.output)?;
    write(&summary, &store, (&args.output, args.show))?;
    say(tables::markdown(&summary));
    say(format!("written into {}", args.output.display()));
    Ok(bench::exit_code(ended))
}

fn write(summary: &Summary, store: &Store, (folder, shown): (&Path, usize)) -> Result<()> {
    let files = [
        ("results.csv", tables::cells_csv(summary)),
        ("results.json", tables::json(summary)?),
        ("results.md", tables::markdown(summary)),
        ("report.html", report::html(summary, store, shown)?),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text));
    for (name, text) in files.into_iter().chain(report::plots(summary)) {
        imaging::write_atomically(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}
