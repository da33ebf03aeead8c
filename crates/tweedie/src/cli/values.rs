//! Values of options, refused with a sentence that says what would do. What is refused here ends the
//! program with exit code 2, before anything is read.

use std::ops::RangeInclusive;
use std::path::Path;

use engine::{Chain, OperatorError, PriorChoice, Recipe};
use imaging::MaskReading;

/// Noise levels, as standard deviations on the range [-1, 1].
const NOISE: RangeInclusive<f64> = 0.0..=2.0;
/// Photons that stand for white.
const PHOTONS: RangeInclusive<f64> = 1.0..=1e9;

/// How a mask is read: `None` decides by the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaskIs(pub(crate) Option<MaskReading>);

/// `auto`, or the name of a reading.
pub(super) fn mask_is(text: &str) -> Result<MaskIs, String> {
    if text == "auto" {
        return Ok(MaskIs(None));
    }
    let names = MaskReading::ALL.map(MaskReading::name).join(", ");
    let reading = text.parse();
    let reading = reading.map_err(|_| format!("there are auto, {names}"))?;
    Ok(MaskIs(Some(reading)))
}

/// A noise level; 8-bit levels are recognised and converted.
pub(super) fn noise(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if NOISE.contains(&value) {
        return Ok(value);
    }
    let levels = if (2.0..=255.0).contains(&value) {
        format!(
            "; {value} of 255 levels are {:.3}: {value}/255 on [0, 1], twice that here",
            2.0 * value / 255.0
        )
    } else {
        String::new()
    };
    Err(format!(
        "noise is a standard deviation on the range [-1, 1], between 0 and 2{levels}"
    ))
}

/// A number of photons.
pub(super) fn photons(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if PHOTONS.contains(&value) {
        return Ok(value);
    }
    Err("photons that stand for white are from 1 to 1e9".to_owned())
}

/// A share from 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err("this is a number from 0 to 1".to_owned())
}

/// A feather in pixels.
pub(super) fn feather(text: &str) -> Result<usize, String> {
    let most = Recipe::MOST_FEATHER;
    let value = text.parse().ok().filter(|value| *value <= most);
    value.ok_or_else(|| format!("a feather is a whole number of pixels from 0 to {most}"))
}

/// A number of steps. How many a prior has is its own affair.
pub(super) fn steps(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(value @ 2..) => Ok(value),
        Ok(few) => Err(format!(
            "{few} steps are too few: at least 2 are needed, 50 are usual"
        )),
        Err(_) => Err("steps are a whole number, at least 2; 50 are usual".to_owned()),
    }
}

/// A seed.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        format!(
            "a seed is a whole number from 0 to {}; any will do",
            u64::MAX
        )
    })
}

/// A width and a height in pixels, such as 1920x1080.
pub(super) fn size(text: &str) -> Result<(usize, usize), String> {
    let sides = text.split_once(['x', 'X', '×']);
    let sides = sides.and_then(|(w, h)| Some((side(w.trim()).ok()?, side(h.trim()).ok()?)));
    sides.ok_or_else(|| "write width and height in pixels, such as 1920x1080".to_owned())
}

/// A side in pixels.
pub(super) fn side(text: &str) -> Result<usize, String> {
    let most = imaging::Limits::default().max_pixels as usize;
    let side = text.parse().ok().filter(|side| (1..=most).contains(side));
    side.ok_or_else(|| format!("a side is a whole number of pixels from 1 to {most}"))
}

fn number(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
    value.ok_or_else(|| "this is no number".to_owned())
}

/// Operators joined by `+`, with names and parameters checked. The name of a kernel's file may hold
/// `+` and `=` if the file is there.
pub(super) fn chain(text: &str) -> Result<Chain, String> {
    let coded = with_coded_path(text);
    let chain: Chain = coded.parse().map_err(|error| with_hint(&error, &coded))?;
    chain.check().map_err(|error| with_hint(&error, &coded))?;
    // Ranges are known to whoever builds an operator; a kernel's file is read later, by name.
    if !chain.contains("kernel") {
        engine::check_operator(&chain).map_err(|error| error.to_string())?;
    }
    Ok(chain)
}

/// The error, with what was probably meant.
fn with_hint(error: &OperatorError, chain: &str) -> String {
    let hint = match error {
        OperatorError::Unknown { name, known, .. } => {
            nearest(name, known.split(", ")).map(|meant| format!("; did you mean {meant}?"))
        }
        OperatorError::Parameter { name, .. } => unnamed(name, chain),
        _ => None,
    };
    format!("{error}{}", hint.unwrap_or_default())
}

/// A value without its parameter's name, as in `bicubic:4`.
fn unnamed(name: &str, chain: &str) -> Option<String> {
    let family = engine::operator_families();
    let family = family.iter().find(|family| family.name == name)?;
    let first = family
        .parameters
        .first()
        .filter(|first| !first.key.is_empty())?;
    let mut parts = chain
        .split('+')
        .filter_map(|part| part.trim().split_once(':'));
    let (_, value) = parts.find(|(part, value)| *part == name && !value.contains('='))?;
    Some(format!(
        "; parameters have names: {name}:{}={value}",
        first.key
    ))
}

/// The text with the path behind `kernel:` written so that `+`, `=` and `%` in it are the path's own.
fn with_coded_path(text: &str) -> String {
    const KERNEL: &str = "kernel:";
    let start = match text.find(KERNEL) {
        Some(at) if at == 0 || text[..at].ends_with('+') => at + KERNEL.len(),
        _ => return text.to_owned(),
    };
    let rest = &text[start..];
    let ends = rest.match_indices('+').map(|(at, _)| at);
    // The longest name that is a file; everything behind it belongs to the chain.
    let mut ends = ends.chain([rest.len()]).rev();
    let Some(end) = ends.find(|end| Path::new(&rest[..*end]).is_file()) else {
        return text.to_owned();
    };
    let coded = [("%", "%25"), ("+", "%2B"), ("=", "%3D")]
        .iter()
        .fold(rest[..end].to_owned(), |path, (plain, code)| {
            path.replace(plain, code)
        });
    format!("{}{coded}{}", &text[..start], &rest[end..])
}

/// A built-in prior, or one that is there.
pub(super) fn prior(text: &str) -> Result<PriorChoice, String> {
    let choice = PriorChoice::from(text.to_owned());
    match &choice {
        PriorChoice::Path(path) if path.exists() && !path.is_file() && !path.is_dir() => {
            Err("this is a pipe or a device; name a folder or a checkpoint file".to_owned())
        }
        PriorChoice::Path(path) if !path.exists() => {
            let known = engine::BUILT_IN.join(", ");
            let nearest = nearest(text, engine::BUILT_IN.iter().copied());
            let meant = nearest.map_or(String::new(), |m| format!("; did you mean {m}?"));
            Err(format!(
                "there is no such file or folder, and built in are {known}{meant}. Other priors are \
                 imported with `tweedie prior import`: unconditional pixel-space diffusion models of \
                 guided-diffusion or diffusers. Stable Diffusion (sd15, sdxl) and other latent models \
                 do not work"
            ))
        }
        _ => Ok(choice),
    }
}

/// The known word that differs least from a mistyped one, if it is near.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (changes(word, known), known));
    let (distance, known) = near.min()?;
    let short = word.chars().count().min(known.chars().count());
    (distance > 0 && 3 * distance <= short.max(3)).then_some(known)
}

/// Letters inserted, left out, changed, or swapped with their neighbours (optimal string alignment).
fn changes(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1);
            least = least.min(rows[i - 1][j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_told_what_would_do() {
        assert_eq!(noise("0.02"), Ok(0.02));
        let said = noise("25").expect_err("levels");
        assert!(said.contains("0.196"), "{said}");
        assert!(
            noise("-1")
                .expect_err("negative")
                .contains("between 0 and 2")
        );
        assert!(noise("1e3").is_err() && noise("nan").is_err() && noise("x").is_err());
        assert!(photons("0").is_err() && photons("100").is_ok());
        assert!(feather("16").is_ok() && feather("17").is_err());
        assert!(steps("1").expect_err("few").contains("too few"));
        assert!(seed("-1").expect_err("negative").contains("from 0"));
        assert_eq!(mask_is("auto"), Ok(MaskIs(None)));
        assert_eq!(mask_is("red"), Ok(MaskIs(Some(MaskReading::Red))));
        assert!(mask_is("white").expect_err("unknown").contains("luminance"));
    }

    #[test]
    fn chains_are_checked_and_slips_are_pointed_at() {
        let refused = |text: &str| chain(text).expect_err("wrong");
        assert!(refused("bicubic:4").contains("bicubic:factor=4"));
        assert!(refused("bicubc:factor=4").contains("did you mean bicubic?"));
        assert!(refused("bicubic:factor=40").contains("2 to 16"));
        assert!(refused("sharpen").contains("no operator called `sharpen`"));
        assert!(chain("gaussian-blur:std=2+bicubic:factor=4").is_ok());
    }

    #[test]
    fn paths_of_kernels_may_hold_what_chains_are_made_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a+b=100%.png");
        std::fs::write(&path, b"").expect("written");
        let text = format!("kernel:{}+bicubic:factor=2", path.display());
        let chain = chain(&text).expect("a file that is there");
        assert_eq!(chain.0.len(), 2);
        assert_eq!(chain.0[0].parameters[""], path.display().to_string());
        assert_eq!(
            with_coded_path("kernel:nowhere+box:factor=2"),
            "kernel:nowhere+box:factor=2"
        );
    }

    #[test]
    fn slips_of_the_keyboard_are_recognised() {
        let commands = ["restore", "batch", "degrade"];
        let nearest = |word| super::nearest(word, commands.into_iter());
        assert_eq!(nearest("resotre"), Some("restore"));
        assert_eq!(nearest("bach"), Some("batch"));
        assert_eq!(nearest("photo.png"), None);
        assert_eq!(nearest("restore"), None);
    }
}
