//! guided-diffusion's schedules and respacings.

use diffusion::{NoiseSchedule, Schedule, retained_timesteps};
use tests::{Recorded, data};

fn check(file: &str, kind: NoiseSchedule, steps: usize) {
    let schedule = Schedule::new(kind, steps).expect("a usual schedule");
    let recorded = Recorded::open(file);
    let compare = |name: &str, ours: &dyn Fn(usize) -> f64| {
        let (_, theirs) = recorded.values(name);
        assert_eq!(theirs.len(), steps);
        for (i, &theirs) in theirs.iter().enumerate() {
            let ours = ours(i);
            let off = (ours - theirs).abs() / theirs.abs().max(1e-12);
            assert!(
                off <= 1e-9,
                "{file} {name}[{i}]: {ours} instead of {theirs}"
            );
        }
    };
    compare("betas", &|i| schedule.betas()[i]);
    compare("alphas_cumprod", &|i| schedule.alpha_bar(i));
    compare("posterior_variance", &|i| schedule.posterior_variance(i));
    compare("posterior_log_variance_clipped", &|i| {
        schedule.posterior_log_variance(i)
    });
    compare("posterior_mean_coef1", &|i| schedule.posterior_mean(i).0);
    compare("posterior_mean_coef2", &|i| schedule.posterior_mean(i).1);
}

#[test]
fn linear() {
    check("schedule_linear.safetensors", NoiseSchedule::Linear, 1000);
    check("schedule_linear250.safetensors", NoiseSchedule::Linear, 250);
}

#[test]
fn cosine() {
    check("schedule_cosine.safetensors", NoiseSchedule::Cosine, 1000);
}

#[test]
fn respacing() {
    let text = std::fs::read_to_string(data("respacing.json")).expect("recorded");
    let recorded: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let length = recorded["num_timesteps"].as_u64().expect("a number") as usize;
    let cases = recorded["respacing"].as_object().expect("an object");
    assert!(cases.len() >= 7);
    for (sections, theirs) in cases {
        let ours = retained_timesteps(length, sections).expect("recorded cases are possible");
        let whole = |v: &serde_json::Value| -> Vec<usize> {
            let numbers = v.as_array().expect("a list");
            numbers
                .iter()
                .map(|n| n.as_u64().expect("whole") as usize)
                .collect()
        };
        if let Some(count) = theirs.get("len") {
            assert_eq!(ours.len() as u64, count.as_u64().expect("a number"));
            assert_eq!(ours[..5], whole(&theirs["first"]));
            assert_eq!(ours[ours.len() - 5..], whole(&theirs["last"]));
        } else {
            assert_eq!(ours, whole(theirs), "sections {sections}");
        }
    }
}
