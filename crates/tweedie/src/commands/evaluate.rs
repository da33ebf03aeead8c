//! `tweedie evaluate`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use engine::Spec;
use evaluation::{Method, SamplerChoice, Store, Summary, baselines, report, tables};

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
    let samplers = placed(&args.sampler, args.levels.as_deref());
    let asked = Asked {
        images: &args.images,
        operators: &args.operator,
        masks: &args.mask,
        methods: Method::all(&baselines, &samplers, &args.steps),
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

/// The samplers with their steps placed as asked, where they can be and do not say so themselves.
fn placed(samplers: &[SamplerChoice], levels: Option<&str>) -> Vec<SamplerChoice> {
    const KEY: &str = "levels";
    let families = engine::sampler_families();
    let takes = |choice: &SamplerChoice| {
        let named = families
            .iter()
            .find(|family| family.name == choice.spec.name);
        named.is_some_and(|family| family.parameters.iter().any(|p| p.key == KEY))
    };
    let mut samplers = samplers.to_vec();
    for choice in &mut samplers {
        if let Some(levels) = levels
            && takes(choice)
            && !choice.spec.parameters.contains_key(KEY)
        {
            choice.spec = choice.spec.clone().with(KEY, levels);
        }
    }
    samplers
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
