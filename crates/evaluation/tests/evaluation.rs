//! An evaluation as a whole, on an exact Gaussian prior: what it measures, what it keeps, how it goes
//! on and what it refuses.

use std::cell::Cell as Counter;
use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::Device;
use diffusion::{NoiseSchedule, Schedule, WhiteGaussian};
use evaluation::{
    Bench, Ended, EvaluationError, Method, Outcome, Picture, Place, Plan, SamplerChoice, Store,
    Subject, Summary, Task, report, run, tables,
};
use imaging::{Depth, Photo, Planar, SaveOptions};
use operators::Spec;

/// A smooth picture, another one for each number.
fn picture(number: usize) -> Planar {
    let side = 40;
    let mut picture = Planar::new(side, side);
    for (i, value) in picture.data.iter_mut().enumerate() {
        let (x, y) = ((i % side) as f32, (i / side % side) as f32);
        let wave = (0.2 * x + number as f32).sin() * (0.15 * y).cos();
        *value = 0.5 + 0.3 * wave + 0.05 * (i / (side * side)) as f32;
    }
    picture
}

struct Fixture {
    folder: tempfile::TempDir,
    pictures: Vec<Picture>,
    plan: Plan,
}

fn fixture(samplers: &[&str], draws: usize) -> Fixture {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let clean = folder.path().join("clean");
    std::fs::create_dir(&clean).expect("writable");
    for number in 0..2 {
        let photo = Photo::from_planar(&picture(number), Depth::Eight);
        let file = clean.join(format!("{number}.png"));
        imaging::save(&photo, &file, &SaveOptions::default()).expect("writable");
    }
    let tiny = Photo::from_planar(&Planar::new(8, 8), Depth::Eight);
    imaging::save(&tiny, &clean.join("tiny.png"), &SaveOptions::default()).expect("writable");
    std::fs::write(clean.join("notes.txt"), "no picture").expect("writable");
    let found = evaluation::read_pictures(&clean, 32, None).expect("two serve");
    assert_eq!((found.pictures.len(), found.left_out.len()), (2, 1));

    let operators = ["inpaint", "bicubic:factor=4"].map(|text| text.parse().expect("valid"));
    let masks = ["box:10".parse().expect("valid")];
    let samplers: Vec<SamplerChoice> = samplers
        .iter()
        .map(|text| text.parse().expect("valid"))
        .collect();
    let baselines = ["bicubic", "harmonic"].map(Spec::named);
    let plan = Plan {
        version: "0".to_owned(),
        tasks: Task::all(&operators, &masks).expect("they fit"),
        methods: Method::all(&baselines, &samplers, &[4]),
        noise: 0.05,
        draws,
        together: 1,
        seed: 3,
        crop: 32,
        prior: "gaussian".to_owned(),
        prior_sha256: String::new(),
        device: "cpu".to_owned(),
        pictures: found.pictures.iter().map(Picture::mark).collect(),
        files: std::collections::BTreeMap::new(),
        lpips: None,
    };
    Fixture {
        folder,
        pictures: found.pictures,
        plan,
    }
}

/// Runs until `cells` have been begun.
fn go(fixture: &Fixture, output: &Path, cells: usize) -> Result<(Ended, usize), EvaluationError> {
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("valid");
    let denoiser = WhiteGaussian::new(0.25);
    let device = Device::flex();
    let subject = Subject {
        denoiser: &denoiser,
        schedule: &schedule,
        device: &device,
    };
    let store = Store::open(output, &fixture.plan)?;
    let begun = Counter::new(0);
    let mut listener = |now: evaluation::Progress| {
        if now.done == now.of {
            return ControlFlow::Continue(());
        }
        if begun.get() == cells {
            return ControlFlow::Break(());
        }
        begun.set(begun.get() + 1);
        ControlFlow::Continue(())
    };
    let ended = run(
        Bench {
            pictures: &fixture.pictures,
            subject,
            lpips: None,
        },
        &store,
        &mut listener,
        &|| false,
    )?;
    Ok((ended, begun.get()))
}

fn summary(fixture: &Fixture, output: &Path) -> Summary {
    let store = Store::open(output, &fixture.plan).expect("the same plan");
    Summary::read(&store).expect("whole")
}

#[test]
fn an_evaluation_that_was_stopped_goes_on_and_ends_the_same() {
    let fixture = fixture(&["pigdm", "ddrm", "diffpir@6"], 1);
    let (whole, parts) = (
        fixture.folder.path().join("a"),
        fixture.folder.path().join("b"),
    );
    let all = fixture.plan.cells();
    assert_eq!(all, 2 * 5 * 2);
    assert_eq!(
        go(&fixture, &whole, usize::MAX).expect("runs"),
        (Ended::Finished, all)
    );
    assert_eq!(go(&fixture, &parts, 7).expect("runs"), (Ended::Stopped, 7));
    assert_eq!(summary(&fixture, &parts).cells.len(), 7);
    // Nothing that is finished is computed again.
    assert_eq!(
        go(&fixture, &parts, usize::MAX).expect("runs"),
        (Ended::Finished, all - 7)
    );
    assert_eq!(
        go(&fixture, &parts, usize::MAX).expect("runs"),
        (Ended::Finished, 0)
    );

    let (a, b) = (summary(&fixture, &whole), summary(&fixture, &parts));
    for (a, b) in a.cells.iter().zip(&b.cells) {
        assert_eq!(a.place, b.place);
        match (&a.outcome, &b.outcome) {
            (Outcome::Measured(a), Outcome::Measured(b)) => assert_eq!(a.draws, b.draws),
            (a, b) => assert_eq!(a, b),
        }
    }
}

/// How many draws are computed at a time changes what that takes, and nothing else.
#[test]
fn draws_that_are_computed_together_are_the_same() {
    let mut fixture = fixture(&["pigdm", "daps"], 3);
    let mut cells = Vec::new();
    for together in [1, 2, 3] {
        fixture.plan.together = together;
        let output = fixture.folder.path().join(together.to_string());
        go(&fixture, &output, usize::MAX).expect("runs");
        let measured = summary(&fixture, &output)
            .cells
            .into_iter()
            .filter_map(|cell| {
                let Outcome::Measured(m) = cell.outcome else {
                    return None;
                };
                Some((cell.place, m.draws, m.mean, m.evaluations, m.products))
            });
        cells.push(measured.collect::<Vec<_>>());
    }
    assert!(cells[0].len() > 8);
    assert_eq!(cells[0], cells[1]);
    assert_eq!(cells[0], cells[2]);
    fixture.plan.together = 4;
    let refused = go(&fixture, &fixture.folder.path().join("4"), 1).expect_err("too many");
    assert!(
        refused.to_string().contains("4 draws at a time"),
        "{refused}"
    );
}

#[test]
fn other_settings_are_refused_by_name() {
    let mut fixture = fixture(&["pigdm"], 1);
    let output = fixture.folder.path().join("out");
    go(&fixture, &output, 1).expect("runs");
    fixture.plan.noise = 0.1;
    fixture.plan.seed = 4;
    let refused = go(&fixture, &output, 1).expect_err("another plan");
    let said = refused.to_string();
    assert!(said.contains("noise level, seed"), "{said}");
    fixture.plan.noise = -1.0;
    let other = fixture.folder.path().join("other");
    assert!(matches!(
        go(&fixture, &other, 1),
        Err(EvaluationError::Setting(_))
    ));
}

/// A sampler more: what was measured stays, and only the new column is computed.
#[test]
fn an_evaluation_grows() {
    let mut fixture = fixture(&["pigdm", "ddrm"], 1);
    let output = fixture.folder.path().join("out");
    let (first, all) = (fixture.plan.methods.clone(), fixture.plan.cells());
    go(&fixture, &output, usize::MAX).expect("runs");
    let before = summary(&fixture, &output);

    // Only what is new is named.
    let added: SamplerChoice = "diffpir@6".parse().expect("valid");
    fixture.plan.methods = Method::all(&[], &[added], &[]);
    let new = fixture.plan.methods.clone();
    assert_eq!(
        go(&fixture, &output, usize::MAX).expect("runs"),
        (Ended::Finished, all / first.len())
    );
    let after = summary(&fixture, &output);
    assert_eq!(after.plan.methods, [first, new.clone()].concat());
    assert_eq!(after.reference, before.reference);
    let rows = |of: &Summary| {
        of.rows
            .iter()
            .filter(|r| r.name != "diffpir")
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&before), rows(&after));
    assert!(
        after
            .rows
            .iter()
            .any(|r| r.name == "diffpir" && r.psnr.is_some())
    );

    // What cannot be run does not stay in the plan.
    let impossible: SamplerChoice = "diffpir@5000".parse().expect("well written");
    fixture.plan.methods = Method::all(&[], &[impossible], &[]);
    assert!(go(&fixture, &output, 1).is_err());
    fixture.plan.methods = new;
    assert_eq!(
        go(&fixture, &output, 1).expect("as before"),
        (Ended::Finished, 0)
    );

    // Fewer or other pictures are another evaluation: noise is seeded by their places.
    fixture.plan.pictures.reverse();
    let said = go(&fixture, &output, 1)
        .expect_err("another order")
        .to_string();
    assert!(said.contains("set of pictures"), "{said}");
}

#[test]
fn cells_hold_scores_and_costs_or_say_why_not() {
    let fixture = fixture(&["pigdm@20", "ddrm"], 3);
    let output = fixture.folder.path().join("out");
    go(&fixture, &output, usize::MAX).expect("runs");
    let summary = summary(&fixture, &output);
    let row = |task: usize, name: &str| {
        let mut rows = summary.task(task);
        rows.find(|row| row.name == name).expect("planned").clone()
    };
    let inpainted = row(0, "pigdm");
    assert_eq!(
        (inpainted.evaluations, inpainted.products),
        (Some(20.0), Some(20.0))
    );
    assert_eq!(inpainted.pictures, 2);
    assert!(inpainted.masked_psnr.is_some() && inpainted.masked_ssim.is_some());
    assert_eq!(inpainted.against.expect("itself").mean, 0.0);
    // The mean of draws is nearer to the truth than a draw: variance goes, bias stays.
    let of_mean = inpainted.masked_psnr_of_mean.expect("three draws").mean;
    let of_draws = inpainted.masked_psnr.expect("a mask").mean;
    assert!(of_mean > of_draws + 0.5, "{of_mean} against {of_draws}");
    // Enlarging has no holes, and the harmonic fill no use there.
    let enlarged = row(1, "harmonic");
    assert!(enlarged.psnr.is_none() && enlarged.note.is_some());
    assert!(row(1, "pigdm").masked_psnr.is_none());
    // Smooth pictures: the harmonic fill is better than holes, and a white prior knows nothing.
    assert!(
        row(0, "harmonic").masked_psnr.expect("fills").mean
            > inpainted.masked_psnr.expect("a mask").mean
    );

    let csv = tables::cells_csv(&summary);
    let commas = |line: &str| {
        line.split('"')
            .step_by(2)
            .map(|p| p.matches(',').count())
            .sum::<usize>()
    };
    assert!(
        csv.lines()
            .all(|line| commas(line) == commas(csv.lines().next().expect("a head")))
    );
    // Three draws and their mean; a baseline has one.
    let samplers = csv.lines().filter(|l| l.contains("pigdm")).count();
    assert_eq!(
        (
            samplers,
            csv.lines().filter(|l| l.contains("bicubic,,1,")).count()
        ),
        (16, 4)
    );
    // Methods down, tasks across: the same numbers as in the tables of the tasks.
    let markdown = tables::markdown(&summary);
    let across = markdown.lines().find(|l| l.starts_with("| `pigdm` | 20"));
    let cells: Vec<&str> = across.expect("a line").split('|').map(str::trim).collect();
    assert_eq!(cells.len(), 7, "{cells:?}");
    let psnr = |mean: Option<evaluation::Mean>| format!("{:.2} ±", mean.expect("measured").mean);
    assert_eq!(cells[3], "20 + 20");
    assert!(
        cells[4].starts_with(&psnr(inpainted.masked_psnr)),
        "{cells:?}"
    );
    assert!(
        cells[5].starts_with(&psnr(row(1, "pigdm").psnr)),
        "{cells:?}"
    );
    assert!(markdown.contains("### PSNR in dB of the mean of draws"));
    let json: serde_json::Value =
        serde_json::from_str(&tables::json(&summary).expect("JSON")).expect("JSON");
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(8));
}

#[test]
fn the_report_needs_nothing_else() {
    let fixture = fixture(&["pigdm"], 1);
    let output = fixture.folder.path().join("out");
    go(&fixture, &output, 9).expect("runs");
    let store = Store::open(&output, &fixture.plan).expect("the same plan");
    let page = report::html(&summary(&fixture, &output), &store, 1).expect("written");
    for outside in ["http://", "https://", "<script", "<link", "@import"] {
        let found = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!found.contains(outside), "{outside}");
    }
    assert!(page.contains("Unfinished: 9 of 12"));
    // For one picture of each task the truth, what was measured, and what is restored so far.
    assert_eq!(page.matches("alt=\"truth\"").count(), 2);
    let shown = page.matches("data:image/png;base64,").count();
    // Five of the first task; a harmonic fill and a sampler less of the second.
    assert_eq!(shown, 5 + 3);
}

#[test]
fn a_damaged_cell_is_named() {
    let fixture = fixture(&["pigdm"], 1);
    let output = fixture.folder.path().join("out");
    go(&fixture, &output, 1).expect("runs");
    let file = output.join("cells/t0-m0-p0.json");
    std::fs::write(&file, "{").expect("writable");
    let error = go(&fixture, &output, 9).expect_err("damaged").to_string();
    assert!(
        error.contains("t0-m0-p0.json") && error.contains("delete"),
        "{error}"
    );
    let store = Store::open(&output, &fixture.plan).expect("the plan is whole");
    let place = Place {
        task: 1,
        method: 0,
        picture: 0,
    };
    assert_eq!(store.cell(place).expect("not there yet"), None);
}

/// A damaged plan costs nothing that was measured: the advice is to write elsewhere, or, by the command
/// that began, to go on.
#[test]
fn a_damaged_plan_is_named_and_nothing_is_lost() {
    let fixture = fixture(&["pigdm"], 1);
    let output = fixture.folder.path().join("out");
    go(&fixture, &output, 3).expect("runs");
    let file = output.join("evaluation.json");
    std::fs::write(&file, "{\"version\"").expect("writable");
    let error = go(&fixture, &output, 9).expect_err("damaged").to_string();
    assert!(
        error.contains("evaluation.json")
            && error.contains("another folder")
            && !error.contains("delete"),
        "{error}"
    );
    std::fs::rename(&file, output.join("damaged.json")).expect("movable");
    let all = fixture.plan.cells();
    assert_eq!(
        go(&fixture, &output, usize::MAX).expect("runs"),
        (Ended::Finished, all - 3)
    );
}

/// Compression is not linear: baselines say so, all but the one that shows the compressed picture; and a
/// sampler that would creep starts from it, of which the command says nothing.
#[test]
fn a_compressed_picture_is_shown_and_started_from() {
    let mut fixture = fixture(&["dps@50", "dps:start=noise@50"], 1);
    let jpeg = ["jpeg:quality=10".parse().expect("valid")];
    fixture.plan.tasks = Task::all(&jpeg, &[]).expect("no mask is needed");
    let output = fixture.folder.path().join("out");
    go(&fixture, &output, usize::MAX).expect("runs");
    let summary = summary(&fixture, &output);
    let row = |name: &str| {
        let mut rows = summary.task(0);
        rows.find(|row| row.name == name).expect("planned").clone()
    };
    assert!(row("bicubic").psnr.expect("it shows the picture").mean > 20.0);
    assert!(row("harmonic").psnr.is_none());
    let spent = |name: &str| row(name).evaluations.expect("it ran");
    assert_eq!(spent("dps:start=noise"), 50.0);
    // sigma_t is 0.15 at the 42nd of 1000 steps.
    assert!(spent("dps") <= 4.0, "{}", spent("dps"));
}
