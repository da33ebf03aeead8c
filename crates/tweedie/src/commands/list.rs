//! `tweedie list`: operators, samplers and baselines with their parameters, from the registries.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use engine::Family;
use evaluation::baselines;

use crate::cli::values::nearest;
use crate::terminal::say;

/// Lists everything, or all that is known of one name.
pub(crate) fn run(name: Option<&str>) -> Result<ExitCode> {
    let tables = [
        ("Operators", engine::operator_families()),
        ("Samplers", engine::sampler_families()),
        ("Baselines", baselines::families()),
    ];
    let Some(name) = name else {
        let texts = tables.iter().map(|(title, table)| overview(title, table));
        say(texts.collect::<Vec<_>>().join("\n"));
        return Ok(ExitCode::SUCCESS);
    };
    let all: Vec<&Family> = tables.iter().flat_map(|(_, table)| table).collect();
    let named = || all.iter().filter(|family| family.name == name);
    if named().next().is_none() {
        let meant = nearest(name, all.iter().map(|family| family.name));
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean {meant}?"));
        bail!("no operator, sampler or baseline is called `{name}`{meant}");
    }
    // An operator and a baseline may share a name.
    let texts = named().map(|family| details(family));
    say(texts.collect::<Vec<_>>().join("\n"));
    Ok(ExitCode::SUCCESS)
}

fn overview(title: &str, table: &[Family]) -> String {
    let width = table.iter().map(|family| family.name.len()).max();
    let width = width.unwrap_or_default();
    let mut text = format!("{title}\n");
    for Family { name, summary, .. } in table {
        let _ = writeln!(text, "  {name:width$}  {summary}");
    }
    text
}

fn details(family: &Family) -> String {
    let mut text = format!("{}: {}\n{}\n", family.name, family.title, family.summary);
    if !family.source.is_empty() {
        let _ = writeln!(text, "Source: {}.", family.source);
    }
    for parameter in family.parameters {
        let default = parameter.default().map_or("required".to_owned(), |value| {
            format!("{value} if left out")
        });
        let key = parameter.written_key();
        let accepts = parameter.accepts();
        let _ = writeln!(
            text,
            "\n  {key}: {accepts} ({default})\n    {}",
            parameter.help
        );
        if let Some((other, words)) = parameter.only_with {
            let words = words.join(" or ");
            let _ = writeln!(text, "    Counts only with {other} {words}.");
        }
        if let engine::Kind::Choice(words) = parameter.kind {
            for word in words.iter().filter(|word| !word.help.is_empty()) {
                let _ = writeln!(text, "    {}: {}", word.name, word.help);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_and_word_is_listed() {
        let families = engine::sampler_families();
        let all = overview("Samplers", &families);
        for family in &families {
            assert!(all.contains(family.name) && all.contains(family.summary));
            let text = details(family);
            for parameter in family.parameters {
                assert!(text.contains(parameter.written_key()), "{text}");
                assert!(text.contains(parameter.help), "{text}");
            }
        }
        let ca_dps = families.iter().find(|family| family.name == "ca-dps");
        let text = details(ca_dps.expect("registered"));
        assert!(
            text.contains("probe-step: 0.000001 to 10 (0.01 if left out)"),
            "{text}"
        );
        assert!(text.contains("Counts only with covariance probe."));
        assert!(text.contains("measured-dct: The prior's own error"));
    }

    #[test]
    fn unknown_names_are_refused_with_the_nearest() {
        let refused = run(Some("dffpir")).expect_err("unknown").to_string();
        assert!(refused.contains("did you mean diffpir?"), "{refused}");
    }
}
