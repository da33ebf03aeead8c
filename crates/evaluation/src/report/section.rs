//! A task in the report: its table, its plot, its pictures.

use std::fmt::Write;

use crate::error::EvaluationError;
use crate::plot::{Curve, Plot, Point, escape};
use crate::store::Store;
use crate::summary::{Mean, Row, Summary};
use crate::tables::{against, decibels, seconds, share, spent};

use super::pictures;

pub(super) fn write(
    summary: &Summary,
    store: &Store,
    (task, shown): (usize, usize),
    out: &mut String,
) -> Result<(), EvaluationError> {
    let named = escape(&summary.plan.tasks[task].to_string());
    let _ = writeln!(out, "<section id=\"task-{task}\">\n<h2>{named}</h2>");
    out.push_str("<div class=\"plots\">");
    for plot in plots(summary, task) {
        out.extend(plot.svg());
    }
    out.push_str("</div>\n");
    table(summary, task, out);
    pictures::write(summary, store, (task, shown), out)?;
    out.push_str("</section>\n");
    Ok(())
}

/// PSNR and SSIM against what they cost; in holes, if there are any.
pub(super) fn plots(summary: &Summary, task: usize) -> [Plot; 2] {
    let masked = summary.task(task).any(|row| row.masked_psnr.is_some());
    let named = |score: &str| {
        if masked {
            format!("{score} in holes")
        } else {
            score.to_owned()
        }
    };
    let psnr = Plot {
        title: named("PSNR"),
        unit: "dB".to_owned(),
        ..plot(summary, task, Row::leading)
    };
    let ssim = Plot {
        title: named("SSIM"),
        ..plot(summary, task, |row| row.masked_ssim.or(row.ssim))
    };
    [psnr, ssim]
}

/// A curve for each sampler, and the best baseline as a level.
fn plot(summary: &Summary, task: usize, score: fn(&Row) -> Option<Mean>) -> Plot {
    let mut curves: Vec<Curve> = Vec::new();
    for row in summary.task(task).filter(|row| !row.is_baseline()) {
        let (Some(score), Some(spent)) = (score(row), row.spent()) else {
            continue;
        };
        let point = Point {
            x: spent,
            y: score.mean,
            error: score.standard_error.unwrap_or(0.0),
        };
        match curves.iter_mut().find(|curve| curve.name == row.name) {
            Some(curve) => curve.points.push(point),
            None => curves.push(Curve {
                name: row.name.clone(),
                points: vec![point],
            }),
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    let baselines = summary.task(task).filter(|row| row.is_baseline());
    let scored = baselines.filter_map(|row| Some((row.name.clone(), score(row)?.mean)));
    let best = scored.max_by(|a, b| a.1.total_cmp(&b.1));
    Plot {
        title: String::new(),
        x_label: "evaluations + products of a draw".to_owned(),
        unit: String::new(),
        curves,
        levels: best.into_iter().collect(),
    }
}

fn table(summary: &Summary, task: usize, out: &mut String) {
    let rows: Vec<&Row> = summary.task(task).collect();
    let masked = rows.iter().any(|row| row.masked_psnr.is_some());
    let several = summary.plan.draws > 1;
    let looks = summary.plan.lpips.is_some();
    let reference = summary.plan.methods[summary.reference].to_string();
    let difference = format!("Δ {}", escape(&reference));
    let mut head = vec!["Method", "Steps", "Cost"];
    if masked {
        head.extend(["PSNR in holes", "SSIM in holes"]);
    }
    head.extend(["PSNR", "SSIM"]);
    if looks {
        head.push("LPIPS");
    }
    if several {
        head.push("PSNR of mean");
    }
    head.extend(["Residual", &difference, "Seconds", "Memory"]);
    out.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for name in head {
        let _ = write!(out, "<th>{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let best = rows
        .iter()
        .filter_map(|row| Some(row.leading()?.mean))
        .fold(f64::MIN, f64::max);
    for row in &rows {
        let leads = row.leading().is_some_and(|score| score.mean >= best);
        line(summary, row, (masked, several, leads), out);
    }
    out.push_str("</tbody>\n</table></div>\n");
    let mut notes: Vec<String> = Vec::new();
    for row in &rows {
        if let Some(why) = &row.note {
            notes.push(format!(
                "<code>{}</code>: {}",
                escape(&row.name),
                escape(why)
            ));
        }
    }
    notes.dedup();
    if !notes.is_empty() {
        let _ = writeln!(out, "<p class=\"notes\">– {}.</p>", notes.join("; "));
    }
}

fn line(
    summary: &Summary,
    row: &Row,
    (masked, several, leads): (bool, bool, bool),
    out: &mut String,
) {
    let kind = if row.is_baseline() {
        "baseline"
    } else {
        "sampler"
    };
    let leads = if leads { " best" } else { "" };
    let steps = row.steps.map_or_else(|| "–".to_owned(), |s| s.to_string());
    let of = summary.plan.pictures.len();
    let some = if (1..of).contains(&row.pictures) {
        format!(" <small>{} of {of} pictures</small>", row.pictures)
    } else {
        String::new()
    };
    let mut cells = vec![
        format!("<code>{}</code>{some}", escape(&row.name)),
        steps,
        spent(row),
    ];
    if masked {
        cells.extend([decibels(row.masked_psnr), share(row.masked_ssim)]);
    }
    cells.extend([decibels(row.psnr), share(row.ssim)]);
    if summary.plan.lpips.is_some() {
        cells.push(share(row.lpips));
    }
    if several {
        cells.push(decibels(row.masked_psnr_of_mean.or(row.psnr_of_mean)));
    }
    let memory = row.peak_memory.map(|bytes| bytes as f64 / 1e6);
    cells.extend([
        share(row.residual),
        against(row, summary),
        seconds(row),
        memory.map_or_else(|| "–".to_owned(), |mb| format!("{mb:.0} MB")),
    ]);
    let _ = write!(out, "<tr class=\"{kind}{leads}\">");
    for cell in cells {
        let cell = cell.replace(" ± ", "<small> ± ");
        let opened = cell.matches("<small>").count();
        let end = &"</small>"[..8 * (opened - cell.matches("</small>").count())];
        let _ = write!(out, "<td>{cell}{end}</td>");
    }
    out.push_str("</tr>\n");
}
