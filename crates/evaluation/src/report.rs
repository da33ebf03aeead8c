//! The report: one HTML file that needs nothing else, readable on light and on dark screens.

mod pictures;
mod section;

use std::fmt::Write;

use crate::error::EvaluationError;
use crate::plot::escape;
use crate::store::Store;
use crate::summary::Summary;

const STYLE: &str = include_str!("report/style.css");

/// Pictures shown of each task, when nothing else is asked for.
pub const SHOWN: usize = 4;

/// The report as HTML, with `shown` pictures of each task.
///
/// # Errors
/// [`EvaluationError::File`] if a restoration cannot be read.
pub fn html(summary: &Summary, store: &Store, shown: usize) -> Result<String, EvaluationError> {
    let plan = &summary.plan;
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Evaluation of {}</title>\n<style>\n{STYLE}</style>\n<main>\n",
        escape(&plan.prior)
    );
    heading(summary, &mut out);
    for task in 0..plan.tasks.len() {
        section::write(summary, store, (task, shown), &mut out)?;
    }
    footer(summary, &mut out);
    out.push_str("</main>\n</html>\n");
    Ok(out)
}

/// The plots of the report on their own, as SVG under the names of files: `psnr-0.svg` and
/// `ssim-0.svg` of the first task, and so on.
#[must_use]
pub fn plots(summary: &Summary) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (i, task) in summary.plan.tasks.iter().enumerate() {
        for (name, mut plot) in ["psnr", "ssim"].into_iter().zip(section::plots(summary, i)) {
            plot.title = format!("{} · {task}", plot.title);
            files.extend(plot.svg().map(|svg| (format!("{name}-{i}.svg"), svg)));
        }
    }
    files
}

fn heading(summary: &Summary, out: &mut String) {
    let plan = &summary.plan;
    let (done, of) = (summary.cells.len(), plan.cells());
    let state = if done < of {
        format!("<p class=\"warning\">Unfinished: {done} of {of} cells are measured.</p>\n")
    } else {
        String::new()
    };
    let mut facts = vec![
        (
            "Pictures",
            format!("{} crops of {1} × {1} px", plan.pictures.len(), plan.crop),
        ),
        (
            "Noise",
            format!(
                "σ = {} on [−1, 1] ({} on [0, 1])",
                plan.noise,
                plan.noise / 2.0
            ),
        ),
        ("Draws", plan.draws.to_string()),
        ("Seed", plan.seed.to_string()),
        ("Prior", escape(&plan.prior)),
        ("Device", escape(&plan.device)),
        ("Tweedie", escape(&plan.version)),
    ];
    if let Some(mark) = &plan.lpips {
        facts.push(("LPIPS by", mark.network.clone()));
    }
    let _ = writeln!(
        out,
        "<header>\n<p class=\"kicker\">Tweedie · evaluation</p>\n\
         <h1>What restores, and at what cost</h1>\n{state}<dl>"
    );
    for (name, value) in facts {
        let _ = writeln!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    out.push_str("</dl>\n<nav>");
    for (i, task) in plan.tasks.iter().enumerate() {
        let _ = write!(
            out,
            "<a href=\"#task-{i}\">{}</a>",
            escape(&task.to_string())
        );
    }
    out.push_str("</nav>\n</header>\n");
}

fn footer(summary: &Summary, out: &mut String) {
    let plan = &summary.plan;
    let reference = escape(&plan.methods[summary.reference].to_string());
    let _ = writeln!(
        out,
        "<footer>\n<h2>How to read this</h2>\n\
         <p>Means over pictures ± their standard error. PSNR in dB and SSIM of restorations held \
         to [0, 1], not rounded; <em>in holes</em> counts lost pixels only. The residual is the \
         root mean square of <i>y</i> − <i>Ax</i> over measured values: the truth has about \
         σ = {}, less means that noise was explained as picture. <em>Δ</em> is the difference in \
         dB, in holes if there are any, to <code>{reference}</code> on the same pictures; it is \
         surer than the difference of two means. Cost is denoiser evaluations + vector-Jacobian products of one \
         draw; seconds are wall-clock time of one draw. A draw from the posterior keeps texture \
         and loses PSNR for it; a mean of many does the opposite. Memory is the most that the \
         process had resident, the program and the weights included. Pictures are shown twice as large, \
         with each sampler at its most steps.</p>\n",
        plan.noise
    );
    if !plan.prior_sha256.is_empty() {
        let _ = writeln!(
            out,
            "<p>Weights: SHA-256 <code>{}</code>.</p>",
            plan.prior_sha256
        );
    }
    if let Some(mark) = &plan.lpips {
        let _ = writeln!(
            out,
            "<p>LPIPS (version 0.1), less is better, by {}: SHA-256 of the network <code>{}</code>, of the \
             weights of its layers <code>{}</code>.</p>",
            mark.network, mark.network_sha256, mark.heads_sha256
        );
    }
    out.push_str("<ol class=\"files\">");
    for picture in &plan.pictures {
        let _ = write!(out, "<li>{}</li>", escape(&picture.name));
    }
    out.push_str("</ol>\n</footer>\n");
}
