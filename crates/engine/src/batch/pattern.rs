//! Names of results by a pattern, such as `{stem}_restored.{ext}`.

use std::path::Path;
use std::str::FromStr;

use imaging::FileFormat;

use crate::error::EngineError;

/// The places that a pattern can have.
const KNOWN: &str = "{stem}, {ext}, {name} and {number}";

/// A pattern for the names of results. `{stem}` is the photo's name without its ending, `{ext}` the
/// ending, `{name}` both, `{number}` its number in the batch from 0001 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Stem,
    Ending,
    Name,
    Number,
}

impl NamePattern {
    /// The name of the result for a photo of this name, the `number`-th from 0.
    ///
    /// # Errors
    /// A reason if the ending of the name that comes out names no format.
    pub fn name(&self, photo: &Path, number: usize) -> Result<String, String> {
        let text = |part: Option<&std::ffi::OsStr>| {
            part.unwrap_or_default().to_string_lossy().into_owned()
        };
        let mut name = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => name.push_str(plain),
                Part::Stem => name.push_str(&text(photo.file_stem())),
                Part::Ending => name.push_str(&text(photo.extension())),
                Part::Name => name.push_str(&text(photo.file_name())),
                Part::Number => name.push_str(&format!("{:04}", number + 1)),
            }
        }
        match FileFormat::from_path(Path::new(&name)) {
            Ok(_) => Ok(name),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl FromStr for NamePattern {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse =
            |reason: String| EngineError::Batch(format!("the name pattern `{text}` {reason}"));
        if text.contains(['/', '\\']) {
            return Err(refuse("names a folder; results go to --output".to_owned()));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((plain, after)) = rest.split_once('{') {
            let (place, after) = after
                .split_once('}')
                .ok_or_else(|| refuse("has a { without a }".to_owned()))?;
            parts.push(Part::Text(plain.to_owned()));
            parts.push(match place {
                "stem" => Part::Stem,
                "ext" => Part::Ending,
                "name" => Part::Name,
                "number" => Part::Number,
                other => {
                    return Err(refuse(format!("has {{{other}}}; there are {KNOWN}")));
                }
            });
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        let differs = |part: &Part| !matches!(part, Part::Text(_) | Part::Ending);
        if !parts.iter().any(differs) {
            return Err(refuse(
                "gives every result one name; use {stem}, {name} or {number}".to_owned(),
            ));
        }
        Ok(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_results_and_others_are_refused() {
        let name = |pattern: &str, photo: &str| {
            let pattern: NamePattern = pattern.parse().expect("well written");
            pattern.name(Path::new(photo), 6)
        };
        let restored = "{stem}_restored.{ext}";
        assert_eq!(name(restored, "a.b.jpg").as_deref(), Ok("a.b_restored.jpg"));
        assert_eq!(
            name("{number}-{name}", "a.png").as_deref(),
            Ok("0007-a.png")
        );
        assert_eq!(name("{stem}.tif", "a.png").as_deref(), Ok("a.tif"));
        assert!(name("{stem}.doc", "a.png").is_err());
        for wrong in ["x.png", "out/{stem}.png", "{stem", "{day}.png", "x.{ext}"] {
            let error = wrong.parse::<NamePattern>().expect_err("not a pattern");
            assert!(error.to_string().contains(wrong), "{error}");
        }
    }
}
