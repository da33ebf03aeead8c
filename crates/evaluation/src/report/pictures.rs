//! Restorations side by side.

use std::fmt::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::cell::{Outcome, Place};
use crate::error::EvaluationError;
use crate::plan::Method;
use crate::plot::escape;
use crate::store::Store;
use crate::summary::Summary;

/// For each picture the truth, the measurement, and what each method made of it; samplers with the
/// most steps that are there.
pub(super) fn write(
    summary: &Summary,
    store: &Store,
    (task, shown): (usize, usize),
    out: &mut String,
) -> Result<(), EvaluationError> {
    let plan = &summary.plan;
    out.push_str("<div class=\"strips\">\n");
    for picture in 0..plan.pictures.len().min(shown) {
        out.push_str("<div class=\"strip\">");
        figure(&store.truth_file(picture), "truth", "", out)?;
        figure(&store.measurement_file(task, picture), "measured", "", out)?;
        for (method, chosen) in plan.methods.iter().enumerate() {
            let more = |m: &Method| m.spec == chosen.spec && m.steps > chosen.steps;
            let place = Place {
                task,
                method,
                picture,
            };
            let Some(cell) = summary.cells.iter().find(|cell| cell.place == place) else {
                continue;
            };
            let Outcome::Measured(measured) = &cell.outcome else {
                continue;
            };
            // With more steps is better seen.
            let there = |method| {
                let place = Place { method, ..place };
                store.restoration_file(place).exists()
            };
            let mut methods = plan.methods.iter().enumerate();
            if methods.any(|(number, other)| more(other) && there(number)) {
                continue;
            }
            let scores = measured.mean.as_ref().or(measured.draws.first());
            let leading = scores.and_then(|s| s.masked_psnr.or(s.psnr));
            let score = leading.map_or_else(String::new, |value| format!("{value:.2} dB"));
            let name = chosen.to_string();
            figure(&store.restoration_file(place), &name, &score, out)?;
        }
        out.push_str("</div>\n");
    }
    out.push_str("</div>\n");
    Ok(())
}

fn figure(file: &Path, name: &str, score: &str, out: &mut String) -> Result<(), EvaluationError> {
    let bytes = std::fs::read(file).map_err(|error| EvaluationError::file(file, error))?;
    let name = escape(name);
    let _ = write!(
        out,
        "<figure><img alt=\"{name}\" src=\"data:image/png;base64,{}\"><figcaption>\
         <span title=\"{name}\">{name}</span><b>{score}</b></figcaption></figure>",
        STANDARD.encode(bytes)
    );
    Ok(())
}
