//! Summaries as CSV, JSON and Markdown.

mod across;

use std::fmt::Write;

use crate::cell::Outcome;
use crate::error::EvaluationError;
use crate::score::Scores;
use crate::summary::{Mean, Row, Summary};

/// One line for each draw of each cell, and one for the mean of its draws where there are several.
#[must_use]
pub fn cells_csv(summary: &Summary) -> String {
    let mut out =
        "task,picture,method,steps,draw,psnr,ssim,masked_psnr,masked_ssim,residual,lpips,\
                   evaluations,products,seconds,peak_memory_bytes,note\n"
            .to_owned();
    for cell in &summary.cells {
        let plan = &summary.plan;
        let method = &plan.methods[cell.place.method];
        let head = format!(
            "{},{},{},{}",
            field(&plan.tasks[cell.place.task].to_string()),
            field(&plan.pictures[cell.place.picture].name),
            field(&method.spec.to_string()),
            method.steps.map_or_else(String::new, |s| s.to_string()),
        );
        match &cell.outcome {
            Outcome::Measured(measured) => {
                let peak = measured
                    .peak_memory
                    .map_or_else(String::new, |b| b.to_string());
                let cost = format!(
                    "{},{},{:.4},{peak}",
                    measured.evaluations, measured.products, measured.seconds
                );
                for (i, scores) in measured.draws.iter().enumerate() {
                    let _ = writeln!(out, "{head},{},{},{cost},", i + 1, scored(scores));
                }
                if let Some(mean) = &measured.mean {
                    let _ = writeln!(out, "{head},mean,{},{cost},", scored(mean));
                }
            }
            Outcome::Unsuitable(why) | Outcome::Failed(why) => {
                let _ = writeln!(out, "{head},,,,,,,,,,,,{}", field(why));
            }
        }
    }
    out
}

fn scored(scores: &Scores) -> String {
    let all = [
        scores.psnr,
        scores.ssim,
        scores.masked_psnr,
        scores.masked_ssim,
        scores.residual,
        scores.lpips,
    ];
    all.map(|s| s.map_or_else(String::new, |s| format!("{s:.5}")))
        .join(",")
}

/// Quoted where commas or quotes ask for it (RFC 4180).
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Plan, rows and cells.
///
/// # Errors
/// None that is known: every number is finite or left out.
pub fn json(summary: &Summary) -> Result<String, EvaluationError> {
    let json = serde_json::to_string_pretty(summary)
        .map_err(|error| EvaluationError::Setting(error.to_string()))?;
    Ok(json + "\n")
}

/// A table for each score across the tasks, then one for each task.
#[must_use]
pub fn markdown(summary: &Summary) -> String {
    let mut out = across::markdown(summary);
    for (task, named) in summary.plan.tasks.iter().enumerate() {
        let _ = writeln!(out, "### {named}\n");
        if let Some(mark) = &summary.plan.lpips {
            let _ = writeln!(out, "LPIPS by {}, less is better.\n", mark.network);
        }
        out.push_str(&task_markdown(summary, task));
        out.push('\n');
    }
    out
}

fn task_markdown(summary: &Summary, task: usize) -> String {
    let masked = summary.task(task).any(|row| row.masked_psnr.is_some());
    let several = summary.plan.draws > 1;
    let looks = summary.plan.lpips.is_some();
    let mut head = vec!["method", "steps", "evaluations + products"];
    if masked {
        head.extend(["PSNR in holes", "SSIM in holes"]);
    }
    head.extend(["PSNR", "SSIM"]);
    if looks {
        head.push("LPIPS");
    }
    if several {
        head.push("PSNR of the mean");
    }
    head.extend(["residual", "against the reference", "seconds"]);
    let mut out = format!(
        "| {} |\n|{}\n",
        head.join(" | "),
        " --- |".repeat(head.len())
    );
    for row in summary.task(task) {
        let mut line = vec![
            format!("`{}`", row.name),
            row.steps.map_or_else(|| "–".to_owned(), |s| s.to_string()),
            spent(row),
        ];
        if masked {
            line.extend([decibels(row.masked_psnr), share(row.masked_ssim)]);
        }
        line.extend([decibels(row.psnr), share(row.ssim)]);
        if looks {
            line.push(share(row.lpips));
        }
        if several {
            line.push(decibels(row.masked_psnr_of_mean.or(row.psnr_of_mean)));
        }
        line.extend([share(row.residual), against(row, summary), seconds(row)]);
        let _ = writeln!(out, "| {} |", line.join(" | "));
    }
    out
}

/// Such as `100 + 100`.
pub(crate) fn spent(row: &Row) -> String {
    match (row.evaluations, row.products) {
        (Some(e), Some(p)) if e + p > 0.0 => format!("{e:.0} + {p:.0}"),
        _ => "–".to_owned(),
    }
}

/// Such as `25.31 ± 0.42`.
pub(crate) fn decibels(mean: Option<Mean>) -> String {
    with_error(mean, 2)
}

/// Such as `0.812 ± 0.013`.
pub(crate) fn share(mean: Option<Mean>) -> String {
    with_error(mean, 3)
}

/// Differences on the same pictures, with their sign.
pub(crate) fn against(row: &Row, summary: &Summary) -> String {
    if row.method == summary.reference && row.against.is_some() {
        return "reference".to_owned();
    }
    match row.against {
        None => "–".to_owned(),
        Some(mean) => {
            let sign = if mean.mean < 0.0 { "−" } else { "+" };
            let size = Mean {
                mean: mean.mean.abs(),
                ..mean
            };
            format!("{sign}{}", decibels(Some(size)))
        }
    }
}

pub(crate) fn seconds(row: &Row) -> String {
    row.seconds
        .map_or_else(|| "–".to_owned(), |s| format!("{:.2}", s.mean))
}

fn with_error(mean: Option<Mean>, digits: usize) -> String {
    match mean {
        None => "–".to_owned(),
        Some(Mean {
            mean,
            standard_error: Some(error),
            ..
        }) => format!("{mean:.digits$} ± {error:.digits$}"),
        Some(Mean { mean, .. }) => format!("{mean:.digits$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("dps"), "dps");
        assert_eq!(field("a:b=1,c=2"), "\"a:b=1,c=2\"");
        assert_eq!(field("a \"b\""), "\"a \"\"b\"\"\"");
    }

    #[test]
    fn means_are_written_with_their_errors() {
        let mean = Mean {
            mean: 25.306,
            standard_error: Some(0.4),
            count: 4,
        };
        assert_eq!(decibels(Some(mean)), "25.31 ± 0.40");
        assert_eq!(share(None), "–");
    }
}
