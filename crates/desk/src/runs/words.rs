//! A recipe in words: everything that two runs can differ in.

use engine::Recipe;
use imaging::Rect;

use super::compare::Side;

/// The noise of the measurement: `noise 0.020`, with the photons that stand for white if they count.
#[must_use]
pub fn noise_in_words(recipe: &Recipe) -> String {
    let noise = format!("noise {:.3}", recipe.noise);
    match recipe.photons {
        Some(photons) => format!("{noise} and {photons} photons"),
        None => noise,
    }
}

/// A recipe in one line, the seed aside.
#[must_use]
pub fn recipe_in_a_line(recipe: &Recipe) -> String {
    let mut line = format!(
        "{}, {} steps  ·  {}  ·  {}",
        recipe.sampler,
        recipe.steps,
        recipe.operator,
        noise_in_words(recipe)
    );
    if recipe.feather > 0 {
        line += &format!("  ·  feather {} px", recipe.feather);
    }
    if !recipe.coarse_to_fine && recipe.operator.contains("inpaint") {
        line += "  ·  one scale";
    }
    line
}

/// Everything of a recipe, by names.
#[must_use]
pub fn recipe_in_words(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let photons = recipe.photons.map(|photons| photons.to_string());
    vec![
        ("What happened", recipe.operator.to_string()),
        ("Noise level", recipe.noise.to_string()),
        ("Photons for white", photons.unwrap_or_else(none)),
        ("Sampler", recipe.sampler.to_string()),
        ("Steps", recipe.steps.to_string()),
        ("Seed", recipe.seed.to_string()),
        ("Feather", format!("{} px", recipe.feather)),
        (
            "Wide holes",
            match recipe.coarse_to_fine {
                true => "coarse to fine".to_owned(),
                false => "at one scale".to_owned(),
            },
        ),
        (
            "Large pictures",
            match recipe.tiles {
                true => "in tiles".to_owned(),
                false => "in one piece".to_owned(),
            },
        ),
        ("Region", recipe.region.map_or_else(whole, placed)),
        ("Detail", in_percent(recipe.detail)),
        ("Prior", recipe.prior.to_string()),
        ("Device", recipe.device.to_string()),
        (
            "Went on from",
            recipe.from.as_deref().map_or_else(none, short),
        ),
    ]
}

fn none() -> String {
    "none".to_owned()
}

fn whole() -> String {
    "the whole picture".to_owned()
}

/// From the posterior mean to a sample.
fn in_percent(detail: f64) -> String {
    format!("{:.0} %", detail * 100.0)
}

fn placed(region: Rect) -> String {
    let Rect {
        x,
        y,
        width,
        height,
    } = region;
    format!("{width} × {height} at ({x}, {y})")
}

/// As much of a checksum as tells two apart.
fn short(sha256: &str) -> String {
    let start: String = sha256.chars().take(12).collect();
    format!("estimates {start}…")
}

/// In what two recipes differ: the name, and the words of each.
#[must_use]
pub(crate) fn differences(a: &Recipe, b: &Recipe) -> Vec<(&'static str, String, String)> {
    let pairs = recipe_in_words(a).into_iter().zip(recipe_in_words(b));
    pairs
        .filter(|(a, b)| a != b)
        .map(|((name, a), (_, b))| (name, a, b))
        .collect()
}
use super::state::RunsState;

impl RunsState {
    /// What was done differently for the two pictures that are compared, line by line; `None` unless
    /// both were restored, by different runs.
    #[must_use]
    pub fn comparison_in_words(&self) -> Option<String> {
        let comparison = self.runs.comparison;
        let (left, right) = (comparison.left, comparison.right);
        let (a, b) = (self.recipe_of(left)?, self.recipe_of(right)?);
        let mut lines: Vec<String> = differences(a, b)
            .into_iter()
            .map(|(name, a, b)| format!("{name}: {a} | {b}"))
            .collect();
        if lines.is_empty() {
            lines.push("The same recipe".to_owned());
        }
        Some(lines.join("\n"))
    }

    /// How a side came about.
    fn recipe_of(&self, side: Side) -> Option<&Recipe> {
        match side {
            Side::Original | Side::Truth => None,
            Side::Result => Some(&self.document.as_ref()?.result.as_ref()?.report.recipe),
            Side::Run(id) => Some(&self.runs.archive.get(id)?.recipe),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that differs from the default in everything.
    fn other() -> Recipe {
        Recipe {
            operator: "gaussian-blur:std=2".parse().expect("valid"),
            noise: 0.0201,
            photons: Some(100.0),
            sampler: "diffpir".parse().expect("valid"),
            steps: 51,
            seed: 8,
            prior: "gaussian".to_owned().into(),
            device: engine::DeviceChoice::Cpu,
            feather: 2,
            coarse_to_fine: false,
            tiles: false,
            region: Some(Rect::new(1, 2, 30, 40)),
            detail: 0.5,
            from: Some("0123456789abcdef".repeat(4)),
        }
    }

    /// By the names in its file, so that a field that is added to recipes must be told as well.
    #[test]
    fn recipes_that_differ_in_a_field_differ_in_words_in_one_place() {
        let json = |recipe: &Recipe| serde_json::to_value(recipe).expect("writes");
        let (plain, all) = (json(&Recipe::default()), json(&other()));
        let fields: Vec<String> = all.as_object().expect("fields").keys().cloned().collect();
        assert_eq!(fields.len(), recipe_in_words(&other()).len());
        let mut seen = Vec::new();
        for field in fields {
            let mut changed = plain.clone();
            changed[&field] = all[&field].clone();
            let changed: Recipe = serde_json::from_value(changed).expect("reads");
            let told = differences(&Recipe::default(), &changed);
            assert_eq!(told.len(), 1, "{field}: {told:?}");
            assert!(!seen.contains(&told[0].0), "{field}");
            seen.push(told[0].0);
        }
        assert!(differences(&other(), &other()).is_empty());
    }

    #[test]
    fn a_line_tells_what_was_reckoned_with() {
        let line = recipe_in_a_line(&other());
        let parts = [
            "diffpir, 51 steps",
            "gaussian-blur:std=2",
            "noise 0.020 and 100 photons",
            "feather 2 px",
        ];
        for part in parts {
            assert!(line.contains(part), "{line}");
        }
        let plain = recipe_in_a_line(&Recipe::default());
        assert!(
            !plain.contains("photons") && !plain.contains("feather"),
            "{plain}"
        );
    }
}
