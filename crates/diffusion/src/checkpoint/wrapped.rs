//! Networks within what training programs save.
//!
//! A checkpoint is often more than a state dict: `state_dict` beside optimiser states (Lightning),
//! names that begin with `module.` (data parallel), `_orig_mod.` (compiled) or `model.`, and the same
//! network twice, once as it was trained and once as its running average. Every network is found by
//! one layer that each has; the average is preferred, since it is what samples are drawn from.

use std::collections::BTreeMap;

use super::Stored;

/// A layer that every network of a layout has: guided-diffusion's first, for the other name also
/// occurs in autoencoders.
const ANCHORS: [&str; 2] = ["time_embed.0.weight", "conv_in.weight"];
/// What names of averaged weights contain, between dots and underscores.
const AVERAGES: [&str; 6] = ["ema", "average", "averaged", "avg", "shadow", "swa"];

/// The tensors of one network, by its own names, and a clause about which that is.
pub(super) fn unwrap(
    tensors: BTreeMap<String, Stored>,
) -> (BTreeMap<String, Stored>, Option<String>) {
    let found = ANCHORS.iter().find_map(|anchor| {
        let found = prefixes(tensors.keys(), anchor);
        (!found.is_empty()).then_some(found)
    });
    let Some(found) = found else {
        return (tensors, None);
    };
    let best = found.iter().min_by_key(|prefix| rank(prefix));
    let Some(prefix) = best
        .cloned()
        .filter(|prefix| !(prefix.is_empty() && found.len() == 1))
    else {
        return (tensors, None);
    };
    let told = told(&prefix, &found);
    let own = tensors.into_iter().filter_map(|(name, stored)| {
        let own = name.strip_prefix(prefix.as_str())?;
        // A network without a prefix must not take in the others.
        let others = found
            .iter()
            .any(|other| *other != prefix && name.starts_with(other.as_str()));
        (!(prefix.is_empty() && others)).then(|| (own.to_owned(), stored))
    });
    (own.collect(), Some(told))
}

/// What stands before `anchor` in the names, each once.
fn prefixes<'a>(names: impl Iterator<Item = &'a String>, anchor: &str) -> Vec<String> {
    let before = names.filter_map(|name| name.strip_suffix(anchor));
    before
        .filter(|prefix| prefix.is_empty() || prefix.ends_with('.'))
        .map(str::to_owned)
        .collect()
}

fn is_average(prefix: &str) -> bool {
    let words = prefix.split(['.', '_']).map(str::to_lowercase);
    words
        .into_iter()
        .any(|word| AVERAGES.contains(&word.as_str()))
}

/// The least is taken: an average, then the plainest name.
fn rank(prefix: &str) -> (bool, usize, String) {
    (!is_average(prefix), prefix.len(), prefix.to_owned())
}

fn told(prefix: &str, found: &[String]) -> String {
    let shown = |prefix: &str| match prefix {
        "" => "the names without a prefix".to_owned(),
        prefix => format!("`{}`", prefix.trim_end_matches('.').escape_debug()),
    };
    let others: Vec<String> = found
        .iter()
        .filter(|p| *p != prefix)
        .map(|p| shown(p))
        .collect();
    let which = shown(prefix);
    let average = if is_average(prefix) {
        ", the averaged weights"
    } else {
        ""
    };
    match others.as_slice() {
        [] => format!("the network is taken from {which}{average}"),
        others => format!(
            "of the networks in it, {which}{average} is taken, and {} left out",
            others.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwrapped(names: &[&str]) -> (Vec<String>, Option<String>) {
        let stored = |name: &&str| {
            let stored = Stored {
                shape: vec![1],
                read: Box::new(|| Ok(vec![0.0])),
            };
            ((*name).to_owned(), stored)
        };
        let (tensors, told) = unwrap(names.iter().map(stored).collect());
        (tensors.into_keys().collect(), told)
    }

    #[test]
    fn plain_names_and_other_files_stay_as_they_are() {
        for names in [
            &["out.2.bias", "time_embed.0.weight"][..],
            &["conv_in.weight", "conv_out.weight"],
            &["case0.t", "case0.x"],
        ] {
            let (kept, told) = unwrapped(names);
            assert_eq!(kept, names);
            assert_eq!(told, None);
        }
    }

    #[test]
    fn wrappers_are_taken_off() {
        for prefix in [
            "module.",
            "model.",
            "_orig_mod.",
            "state_dict.model.",
            "state_dict.module._orig_mod.",
            "ema.",
        ] {
            let names = ["time_embed.0.weight", "out.2.bias"].map(|n| format!("{prefix}{n}"));
            let (kept, told) = unwrapped(&[&names[0], &names[1], "optimizer.step"]);
            assert_eq!(kept, ["out.2.bias", "time_embed.0.weight"], "{prefix}");
            assert!(
                told.expect("it was wrapped")
                    .contains(prefix.trim_end_matches('.'))
            );
        }
    }

    #[test]
    fn averages_are_preferred_and_that_is_told() {
        let pairs = [
            ("ema.", "model."),
            ("model_ema.", "model."),
            ("ema_model.", ""),
            ("state_dict.ema_unet.", "state_dict.unet."),
        ];
        for (average, trained) in pairs {
            let name = |prefix: &str| format!("{prefix}time_embed.0.weight");
            let (kept, told) = unwrapped(&[&name(average), &name(trained), &format!("{trained}x")]);
            assert_eq!(kept, ["time_embed.0.weight"], "{average}");
            let told = told.expect("there are two");
            assert!(
                told.contains("averaged") && told.contains("left out"),
                "{told}"
            );
        }
        // Without an average the plainest name, and nothing of the other.
        let (kept, told) = unwrapped(&["b.conv_in.weight", "a.b.conv_in.weight", "a.b.x"]);
        assert_eq!(kept, ["conv_in.weight"]);
        assert!(told.expect("two").contains("`a.b` left out"));
    }
}
