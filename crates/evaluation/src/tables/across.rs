//! A table for each score, methods down and tasks across: what a method is good at, at a glance.

use std::fmt::Write;

use crate::summary::{Row, Summary};

use super::{against, decibels, seconds, share, spent};

/// A score and how a row says it.
type Score = (String, fn(&Row, &Summary) -> String);

/// As Markdown; nothing where there is a single task, whose own table says it all.
pub(super) fn markdown(summary: &Summary) -> String {
    let mut out = String::new();
    if summary.plan.tasks.len() < 2 {
        return out;
    }
    for (title, cell) in scores(summary) {
        let _ = writeln!(out, "### {title}\n");
        table(summary, cell, &mut out);
        out.push('\n');
    }
    out
}

fn scores(summary: &Summary) -> Vec<Score> {
    let plan = &summary.plan;
    let reference = &plan.methods[summary.reference];
    let mut scores: Vec<Score> = vec![
        (
            "PSNR in dB, in holes where there are any".to_owned(),
            |row, _| decibels(row.leading()),
        ),
        (
            format!("PSNR against `{reference}` on the same pictures"),
            against,
        ),
        ("SSIM, in holes where there are any".to_owned(), |row, _| {
            share(row.masked_ssim.or(row.ssim))
        }),
        ("Residual".to_owned(), |row, _| share(row.residual)),
        ("Seconds of a draw".to_owned(), |row, _| seconds(row)),
    ];
    if plan.draws > 1 {
        let title = "PSNR in dB of the mean of draws, in holes where there are any".to_owned();
        let cell: fn(&Row, &Summary) -> String =
            |row, _| decibels(row.masked_psnr_of_mean.or(row.psnr_of_mean));
        scores.insert(1, (title, cell));
    }
    if let Some(mark) = &plan.lpips {
        let title = format!("LPIPS by {}, less is better", mark.network);
        scores.push((title, |row, _| share(row.lpips)));
    }
    scores
}

fn table(summary: &Summary, cell: fn(&Row, &Summary) -> String, out: &mut String) {
    let plan = &summary.plan;
    let mut head = vec![
        "method".to_owned(),
        "steps".to_owned(),
        "evaluations + products".to_owned(),
    ];
    head.extend(plan.tasks.iter().map(ToString::to_string));
    let _ = writeln!(
        out,
        "| {} |\n|{}",
        head.join(" | "),
        " --- |".repeat(head.len())
    );
    for (method, chosen) in plan.methods.iter().enumerate() {
        let rows: Vec<&Row> = summary.rows.iter().filter(|r| r.method == method).collect();
        let steps = chosen
            .steps
            .map_or_else(|| "–".to_owned(), |s| s.to_string());
        let mut line = vec![format!("`{}`", chosen.spec), steps, costs(&rows)];
        line.extend(rows.iter().map(|row| cell(row, summary)));
        let _ = writeln!(out, "| {} |", line.join(" | "));
    }
}

/// Such as `100 + 100`; where tasks differ, each of what there is.
fn costs(rows: &[&Row]) -> String {
    let mut costs: Vec<String> = Vec::new();
    for row in rows.iter().filter(|row| row.pictures > 0) {
        let cost = spent(row);
        if !costs.contains(&cost) {
            costs.push(cost);
        }
    }
    if costs.is_empty() {
        "–".to_owned()
    } else {
        costs.join(", ")
    }
}
